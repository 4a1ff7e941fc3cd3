#include "sim/weather/weather_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "models/error.h"
#include "sim/weather/series_csv.h"
#include "sim/weather/text.h"

namespace aifactory {
namespace {

constexpr const char* kHumidityColumns[] = {"relative_humidity_frac", "wet_bulb_c", "dew_point_c"};

/// Rows by UTC, put on the clock once they are complete.
class Rows {
 public:
  /// Nullopt when the row can stand, else why not.
  std::optional<std::string> add(CalendarSeconds utc, const OutdoorAir& air) {
    if (!utc_.empty() && utc <= utc_.back()) return "is not later than the row before";
    utc_.push_back(utc);
    air_.push_back(air);
    return std::nullopt;
  }

  Weather on_clock(const std::string& file, const SiteClock& clock, Duration horizon) {
    const CalendarSeconds spacing = utc_.size() > 1 ? utc_.back() - utc_[utc_.size() - 2] : kSecondsPerHour;
    const CalendarSeconds end = utc_.back() + spacing;
    check_coverage(file, utc_.front(), end, clock, horizon);
    std::vector<Tick> ticks;
    ticks.reserve(utc_.size());
    for (const CalendarSeconds t : utc_) ticks.push_back(clock.tick_of_utc(t));
    return Weather::dated(std::move(ticks), std::move(air_), clock.tick_of_utc(end));
  }

 private:
  std::vector<CalendarSeconds> utc_;
  std::vector<OutdoorAir> air_;
};

OutdoorAir air_of(std::string_view humidity_column, Temperature dry_bulb, double humidity, Pressure pressure) {
  if (humidity_column == "relative_humidity_frac") {
    return OutdoorAir::from_relative_humidity(dry_bulb, humidity, pressure);
  }
  if (humidity_column == "wet_bulb_c") {
    return OutdoorAir::from_wet_bulb(dry_bulb, Temperature::celsius(humidity), pressure);
  }
  return OutdoorAir::from_dew_point(dry_bulb, Temperature::celsius(humidity), pressure);
}

}  // namespace

Weather parse_weather_csv(std::string text, const std::string& file, const SiteClock& clock, Length elevation,
                          Duration horizon) {
  const CsvTable table(file, std::move(text));
  const std::size_t time = table.column("time");
  const std::size_t dry_bulb = table.column("dry_bulb_c");
  const auto pressure = table.find("pressure_pa");
  std::optional<std::size_t> humidity;
  for (const char* name : kHumidityColumns) {
    const auto found = table.find(name);
    if (!found) continue;
    if (humidity) {
      throw InputError(fmt::format("{}: both '{}' and '{}'; one of them says how humid the air is", file,
                                   table.header()[*humidity], name));
    }
    humidity = found;
  }
  if (!humidity) {
    throw InputError(
        fmt::format("{}: no column for humidity: one of relative_humidity_frac, wet_bulb_c, dew_point_c", file));
  }
  const Pressure standard = psychro::standard_pressure(elevation);
  Troubles troubles(file);
  Rows rows;
  for (const CsvTable::Row& row : table.rows()) {
    const auto stamp = stamp_of(row.cells[time]);
    if (!stamp) {
      troubles.add(row.line, fmt::format("time '{}' is no time such as 2022-01-01T06:00", row.cells[time]));
      continue;
    }
    double values[3] = {kUnset, kUnset, standard.si()};
    const std::optional<std::size_t> columns[3] = {dry_bulb, humidity, pressure};
    bool readable = true;
    for (int i = 0; i < 3; ++i) {
      if (!columns[i]) continue;
      const std::string_view cell = row.cells[*columns[i]];
      if (const auto value = number_of(cell)) {
        values[i] = *value;
      } else {
        troubles.add(row.line, fmt::format("{} '{}' is no number", table.header()[*columns[i]], cell));
        readable = false;
      }
    }
    if (!readable) continue;
    try {
      const OutdoorAir air =
          air_of(table.header()[*humidity], Temperature::celsius(values[0]), values[1], values[2] * Pa);
      const auto refusal = rows.add(stamp->seconds - stamp->offset.value_or(clock.utc_offset()), air);
      if (refusal) troubles.add(row.line, fmt::format("time {} {}", row.cells[time], *refusal));
    } catch (const InputError& error) {
      troubles.add(row.line, error.what());
    }
  }
  troubles.throw_if_any();
  return rows.on_clock(file, clock, horizon);
}

Weather read_weather_csv(const std::string& path, const SiteClock& clock, Length elevation, Duration horizon) {
  return parse_weather_csv(read_text_file(path), path, clock, elevation, horizon);
}

Weather parse_open_meteo(const std::string& text, const std::string& file, const SiteClock& clock, Duration horizon) {
  Troubles troubles(file);
  Rows rows;
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    const auto& hourly = json.at("hourly");
    const auto& times = hourly.at("time");
    const auto& dry_bulbs = hourly.at("temperature_2m");
    const auto& humidities = hourly.at("relative_humidity_2m");
    const CalendarSeconds offset = json.at("utc_offset_seconds").get<CalendarSeconds>();
    const Pressure standard = psychro::standard_pressure(json.at("elevation").get<double>() * m);
    const auto* pressures = hourly.contains("surface_pressure") ? &hourly.at("surface_pressure") : nullptr;
    if (times.empty() || dry_bulbs.size() != times.size() || humidities.size() != times.size() ||
        (pressures && pressures->size() != times.size())) {
      throw InputError(fmt::format("{}: the lists under hourly must have one value per time", file));
    }
    for (std::size_t i = 0; i < times.size(); ++i) {
      const std::string written = times[i].get<std::string>();
      const auto stamp = stamp_of(written);
      if (!stamp || !dry_bulbs[i].is_number() || !humidities[i].is_number()) {
        troubles.add(0,
                     fmt::format("hourly value {} ('{}'): time, temperature or humidity is missing", i + 1, written));
        continue;
      }
      const Pressure pressure = pressures ? (*pressures)[i].get<double>() * 100.0 * Pa : standard;
      const auto refusal =
          rows.add(stamp->seconds - offset,
                   OutdoorAir::from_relative_humidity(Temperature::celsius(dry_bulbs[i].get<double>()),
                                                      std::min(humidities[i].get<double>() / 100.0, 1.0), pressure));
      if (refusal) troubles.add(0, fmt::format("hourly value {} ('{}') {}", i + 1, written, *refusal));
    }
  } catch (const nlohmann::json::exception& error) {
    throw InputError(fmt::format("{}: not weather as Open-Meteo writes it: {}", file, error.what()));
  }
  troubles.throw_if_any();
  return rows.on_clock(file, clock, horizon);
}

Weather read_open_meteo(const std::string& path, const SiteClock& clock, Duration horizon) {
  return parse_open_meteo(read_text_file(path), path, clock, horizon);
}

}  // namespace aifactory
