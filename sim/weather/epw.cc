#include "sim/weather/epw.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/error.h"
#include "sim/weather/text.h"

namespace aifactory {
namespace {

constexpr const char* kMonthNames[13] = {"",     "January", "February",  "March",   "April",    "May",     "June",
                                         "July", "August",  "September", "October", "November", "December"};

/// Number of an hour in a leap year, so that a file with and one without 29 February count alike.
constexpr int kLeapDay = 59;
int hour_number(int mon, int d, int hour) {
  const int date = kDaysBeforeMonth[mon - 1] + d - 1 + (mon > 2 ? 1 : 0);
  return date * 24 + hour - 1;
}
std::string hour_text(int number) {
  const int date = number / 24;
  for (int mon = 1; mon <= 12; ++mon) {
    const int next = mon == 12 ? 366 : kDaysBeforeMonth[mon] + (mon + 1 > 2 ? 1 : 0);
    if (date < next) {
      const int first = kDaysBeforeMonth[mon - 1] + (mon > 2 ? 1 : 0);
      return fmt::format("hour {} of {} {}", number % 24 + 1, date - first + 1, kMonthNames[mon]);
    }
  }
  return "no hour";
}

/// One number of a row with the format's limits and its marker for "missing".
struct Column {
  std::size_t index;
  const char* name;
  const char* unit;
  double missing, low, high;
};
constexpr Column kDryBulb{6, "dry bulb", "degC", 99.9, -70.0, 70.0};
constexpr Column kRelativeHumidity{8, "relative humidity", "%", 999.0, 0.0, 110.0};
constexpr Column kPressure{9, "station pressure", "Pa", 999999.0, 31000.0, 120000.0};

class Reader {
 public:
  Reader(std::string_view text, const std::string& file) : lines_(lines_of(text)), troubles_(file) {}

  EpwFile read() {
    read_header();
    troubles_.throw_if_any();  // Rows of a file that is no EPW file would only bury the reason.
    read_rows();
    troubles_.throw_if_any();
    return std::move(out_);
  }

 private:
  void read_header() {
    if (lines_.empty() || !lines_[0].starts_with("LOCATION,")) {
      troubles_.add(1, "not an EPW file: the first line must begin with LOCATION");
      return;
    }
    if (lines_.size() < 9) {
      troubles_.add(0, fmt::format("{} lines; an EPW file has 8 header lines and 8760 rows", lines_.size()));
      return;
    }
    const auto location = cells_of(lines_[0]);
    if (location.size() < 10) {
      troubles_.add(1, fmt::format("LOCATION has {} cells of 10", location.size()));
      return;
    }
    out_.city = location[1];
    out_.region = location[2];
    out_.country = location[3];
    out_.source = location[4];
    out_.latitude_deg = header_number(location[6], "latitude", -90.0, 90.0);
    out_.longitude_deg = header_number(location[7], "longitude", -180.0, 180.0);
    const double zone = header_number(location[8], "time zone", -12.0, 14.0);
    out_.utc_offset = static_cast<CalendarSeconds>(std::lround(zone * 3600.0));
    out_.elevation = header_number(location[9], "elevation", -1000.0, 9999.9) * m;
    const auto periods = cells_of(lines_[7]);
    if (periods[0] != "DATA PERIODS" || periods.size() < 3) {
      troubles_.add(8, "the eighth line must begin with DATA PERIODS");
    } else if (periods[1] != "1" || periods[2] != "1") {
      troubles_.add(8, fmt::format("{} data periods of {} records per hour; one period of one record is read",
                                   periods[1], periods[2]));
    }
  }

  double header_number(std::string_view cell, const char* name, double low, double high) {
    const auto value = number_of(cell);
    if (value && *value >= low && *value <= high) return *value;
    troubles_.add(1, fmt::format("LOCATION: {} '{}' must be in {:g}..{:g}", name, cell, low, high));
    return 0.0;
  }

  void read_rows() {
    int expected = 0;
    bool leap_day = false;
    for (std::size_t i = 8; i < lines_.size(); ++i) {
      if (lines_[i].find_first_not_of(" \t\x1a") == std::string_view::npos) continue;
      const std::size_t line = i + 1;
      const auto cells = cells_of(lines_[i]);
      if (cells.size() < 10) {
        troubles_.add(line, fmt::format("{} cells; a row has at least 10", cells.size()));
        ++expected;
        continue;
      }
      const auto mon = whole_number_of(cells[1]), d = whole_number_of(cells[2]), hour = whole_number_of(cells[3]);
      if (!mon || !d || !hour || !date_exists(2024, *mon, *d) || *hour < 1 || *hour > 24) {
        troubles_.add(line, fmt::format("month {}, day {}, hour {} is no hour of a year (hours are 1 to 24)", cells[1],
                                        cells[2], cells[3]));
        ++expected;
        continue;
      }
      const int number = hour_number(*mon, *d, *hour);
      // A file without 29 February goes from the 28th to 1 March.
      if (expected == kLeapDay * 24 && number == (kLeapDay + 1) * 24) expected = number;
      if (number / 24 == kLeapDay) leap_day = true;
      if (number > expected) {
        troubles_.add(line, number == expected + 1
                                ? fmt::format("{} is missing before {}", hour_text(expected), hour_text(number))
                                : fmt::format("{} hours from {} are missing before {}", number - expected,
                                              hour_text(expected), hour_text(number)));
      } else if (number == expected - 1) {
        troubles_.add(line, fmt::format("{} is repeated", hour_text(number)));
      } else if (number < expected) {
        troubles_.add(line, fmt::format("{} is repeated or out of order; expected {}", hour_text(number),
                                        expected < 366 * 24 ? hour_text(expected) : "the end of the file"));
      }
      expected = number + 1;
      const EpwHour values{.dry_bulb = Temperature::celsius(cell(cells, kDryBulb, line, number)),
                           .relative_humidity = std::min(cell(cells, kRelativeHumidity, line, number) / 100.0, 1.0),
                           .pressure = cell(cells, kPressure, line, number) * Pa};
      out_.hours.push_back(values);
    }
    if (expected != 366 * 24) {
      troubles_.add(0, fmt::format("the last row is {}; the year must end with hour 24 of 31 December",
                                   expected == 0 ? "missing" : hour_text(expected - 1)));
    }
    troubles_.throw_if_any();
    AIF_CHECK(out_.hours.size() == (leap_day ? 8784u : 8760u), fmt::format("{} rows", out_.hours.size()));
  }

  double cell(const std::vector<std::string_view>& cells, const Column& column, std::size_t line, int number) {
    const std::string_view text = cells[column.index];
    const auto value = number_of(text);
    if (!value) {
      troubles_.add(line, fmt::format("{}: {} '{}' is no number", hour_text(number), column.name, text));
    } else if (*value == column.missing) {
      troubles_.add(line, fmt::format("{}: {} is missing ({})", hour_text(number), column.name, text));
    } else if (*value < column.low || *value > column.high) {
      troubles_.add(line, fmt::format("{}: {} = {:g} {} must be in {:g}..{:g} {}", hour_text(number), column.name,
                                      *value, column.unit, column.low, column.high, column.unit));
    } else {
      return *value;
    }
    return column.low;
  }

  std::vector<std::string_view> lines_;
  Troubles troubles_;
  EpwFile out_;
};

}  // namespace

std::vector<OutdoorAir> EpwFile::outdoor_air() const {
  std::vector<OutdoorAir> air;
  air.reserve(hours.size());
  for (const EpwHour& hour : hours) {
    air.push_back(OutdoorAir::from_relative_humidity(hour.dry_bulb, hour.relative_humidity, hour.pressure));
  }
  return air;
}

EpwFile parse_epw(std::string_view text, const std::string& file) {
  return Reader(text, file).read();
}

EpwFile read_epw(const std::string& path) {
  return parse_epw(read_text_file(path), path);
}

}  // namespace aifactory
