#pragma once
/// @file The `load:` of a cluster: what its racks draw, given from outside in place of jobs.
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "models/unit_strings.h"
#include "sim/scenario/types.h"
#include "sim/weather/config.h"

namespace aifactory {

/// What one value of a load belongs to.
enum class LoadPer { rack, cdu, hall, cluster };
template <>
struct EnumNames<LoadPer> {
  static constexpr std::pair<const char*, LoadPer> values[] = {
      {"rack", LoadPer::rack}, {"cdu", LoadPer::cdu}, {"hall", LoadPer::hall}, {"cluster", LoadPer::cluster}};
};

/// What holds where a file says nothing.
enum class LoadOutside { refuse, hold, repeat };
template <>
struct EnumNames<LoadOutside> {
  static constexpr std::pair<const char*, LoadOutside> values[] = {
      {"refuse", LoadOutside::refuse}, {"hold", LoadOutside::hold}, {"repeat", LoadOutside::repeat}};
};

/// Input power of a cluster's racks: one value, or a measured file whose values hold until the next row.
///
///     load: 100 MW
///     load: {constant: 120 kW, per: rack}
///     load: {file: day.csv, per: cdu, column: "power[#]", unit: W}
struct LoadConfig {
  static constexpr const char* kShorthand = "constant";
  std::optional<Power> constant;
  std::optional<InputFile> file;
  LoadPer per = LoadPer::cluster;
  std::optional<std::string> column;
  std::vector<std::string> columns;
  std::optional<std::string> unit;
  double scale = 1.0;
  std::optional<std::string> time_column;
  std::optional<Duration> interval;
  Duration time_unit{1.0};
  std::optional<Duration> from;
  StampZone zone = StampZone::utc;
  GapRule gaps = GapRule::hold;
  LoadOutside outside = LoadOutside::refuse;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("constant", p.constant, kNonNegative, "the same power throughout");
    visit("file", p.file, kAny, "CSV file with a header: a row for each time, values hold until the next row");
    visit("per", p.per, kAny, "what one value belongs to: each rack, the racks of each CDU, the hall (racks share by rated power) or the cluster");
    visit("column", p.column, kAny, "column of the value; several are written with # for their number (## for 01): power[#]");
    visit("columns", p.columns, kAny, "columns by name instead, in the order of racks or CDUs");
    visit("unit", p.unit, kAny, "of the values: W, kW or MW; default: as the column's ending _w, _kw or _mw says");
    visit("scale", p.scale, kNonNegative, "multiplies every value");
    visit("time_column", p.time_column, kAny, "column of times, numbers or stamps; default: the first");
    visit("interval", p.interval, kPositive, "time between rows of a file without a column of times");
    visit("time_unit", p.time_unit, kPositive, "of times that are numbers");
    visit("from", p.from, kNonNegative, "time after the first row at which the run starts; default: 0 s, and the run's own start where times are stamps");
    visit("zone", p.zone, kAny, "of stamps without an offset: utc, or site (standard time)");
    visit("gaps", p.gaps, kAny, "blank values and missing rows: hold the row before, or refuse the file");
    visit("outside", p.outside, kAny, "a run that the file does not cover: refuse, hold the first and last values, or repeat the file");
  }
  /// Size of the unit; unset when the column has to say it.
  [[nodiscard]] Power unit_size() const {
    if (!unit) return Power(kUnset);
    return parse_as<Power>("1 " + *unit).value;
  }
  template <class Report>
  void validate(Report& report) const {
    if (constant.has_value() == file.has_value()) report.error("", "must have exactly one of constant, file");
    if (constant && (column || !columns.empty() || unit || time_column || interval || from)) {
      report.error("constant", "has no columns, unit or times: they belong to a file");
    }
    if (column && !columns.empty()) report.error("column", "give one of column, columns");
    if (interval && time_column) report.error("interval", "is for files without a column of times; leave one of interval, time_column out");
    if (unit && !parse_as<Power>("1 " + *unit)) report.error("unit", fmt::format("{} must be a unit of power: W, kW or MW", *unit));
  }
};

}  // namespace aifactory
