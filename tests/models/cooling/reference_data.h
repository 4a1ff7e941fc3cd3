#pragma once
/// @file Published files that tests read: only through AIFACTORY_DATA (environment, or set while configuring), and
/// never without saying that they are missing.
#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "models/cooling/psychrometrics.h"

namespace aifactory::testing_data {

inline std::string folder() {
  const char* set = std::getenv("AIFACTORY_DATA");
  return set ? set : AIFACTORY_DATA_DEFAULT;
}
inline bool has(const std::string& file) {
  return !folder().empty() && std::ifstream(folder() + "/" + file).good();
}

/// Rows of numbers; lines that do not begin with a digit or minus sign are left out.
inline std::vector<std::vector<double>> numbers(const std::string& file) {
  std::ifstream in(folder() + "/" + file);
  std::vector<std::vector<double>> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || !(std::isdigit(static_cast<unsigned char>(line[0])) || line[0] == '-')) continue;
    std::istringstream cells(line);
    std::vector<double>& row = rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(std::strtod(cell.c_str(), nullptr));
  }
  return rows;
}

/// Outdoor air of the 8,760 hours: dry bulb, relative humidity and station pressure of the file (columns 7, 9, 10).
inline std::vector<OutdoorAir> epw_year(const std::string& file) {
  std::vector<OutdoorAir> hours;
  for (const auto& row : numbers(file)) {
    if (row.size() < 30) continue;
    hours.push_back(OutdoorAir::from_relative_humidity(Temperature::celsius(row[6]), row[8] / 100.0, Pressure(row[9])));
  }
  return hours;
}

/// `name=[a, b, ...]` of a Modelica reference file.
inline std::vector<double> trajectory(const std::string& file, const std::string& name) {
  std::ifstream in(folder() + "/" + file);
  std::vector<double> values;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(name + "=[", 0) != 0) continue;
    std::istringstream cells(line.substr(name.size() + 2));
    for (std::string cell; std::getline(cells, cell, ',');) values.push_back(std::strtod(cell.c_str(), nullptr));
  }
  return values;
}

}  // namespace aifactory::testing_data

/// Skips the test, saying why, unless the published file is there.
#define AIF_NEEDS_DATA(file)                                                                                     \
  if (!aifactory::testing_data::has(file)) {                                                                     \
    GTEST_SKIP() << "set AIFACTORY_DATA to the folder with " << (file) << " to check against published results"; \
  }
