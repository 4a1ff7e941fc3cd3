// The climates of the catalogue, those computed from EPW files against the same files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "models/climate/climate_normals.h"
#include "sim/scenario/reader.h"
#include "sim/weather/epw.h"
#include "tests/sim/weather/data_folder.h"

namespace aifactory {
namespace {

const Catalog& catalog() {
  static const Catalog shipped(AIFACTORY_SOURCE_DIR "/scenarios/catalog");
  return shipped;
}

ClimateNormals::Params catalogue_climate(const std::string& name) {
  Report report;
  ClimateNormals::Params params;
  read(catalog().entry("climates", name).values, params, catalog(), report);
  report.throw_if_any();
  return params;
}

struct Statistics {
  std::vector<double> dry, wet;
  double wet_mean = 0.0;
  explicit Statistics(const std::vector<OutdoorAir>& year) {
    for (const OutdoorAir& air : year) {
      dry.push_back(air.dry_bulb.in_celsius());
      wet.push_back(air.wet_bulb.in_celsius());
      wet_mean += wet.back() / 8760.0;
    }
    std::sort(dry.begin(), dry.end());
    std::sort(wet.begin(), wet.end());
  }
};

struct Row {
  const char* name;
  const char* file;
};
class ClimateFromEpw : public testing::TestWithParam<Row> {};
TEST_P(ClimateFromEpw, ResemblesTheYearItCameFrom) {
  AIF_DATA_FILE(path, GetParam().file);
  const Statistics epw(read_epw(path).outdoor_air());
  const Statistics normals(ClimateNormals(catalogue_climate(GetParam().name)).year());
  // The mean wet bulb lacks what days apart from the mean add, since it is not linear in dry bulb and dew point.
  EXPECT_NEAR(normals.wet_mean, epw.wet_mean, 0.2);
  // Design conditions are met by construction; the table gives two decimals, and humid days are shifted at most a
  // little.
  EXPECT_NEAR(normals.dry[8724], epw.dry[8724], 0.1);
  EXPECT_NEAR(normals.wet[8724], epw.wet[8724], 0.1);
  EXPECT_NEAR(normals.dry[35], epw.dry[35], 0.1);
  // Without ordinary variation from day to day the rest of the distribution is narrower than the original's.
  const std::pair<std::size_t, double> rest[] = {{438, 4.0}, {4380, 2.0}, {8322, 2.0}};
  for (const auto& [at, tolerance] : rest) {
    EXPECT_NEAR(normals.dry[at], epw.dry[at], tolerance) << "hour " << at;
    EXPECT_NEAR(normals.wet[at], epw.wet[at], tolerance) << "hour " << at;
  }
}
INSTANTIATE_TEST_SUITE_P(, ClimateFromEpw,
                         testing::Values(Row{"dallas", "weather/USA_TX_Dallas-Fort.Worth.epw"},
                                         Row{"denver", "weather/USA_CO_Denver.Intl.AP.725650_TMY3.epw"},
                                         Row{"chicago", "weather/USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw"}),
                         [](const auto& instance) { return instance.param.name; });

class CatalogueClimate : public testing::TestWithParam<std::string> {};
TEST_P(CatalogueClimate, HasItsDesignConditions) {
  const ClimateNormals climate(catalogue_climate(GetParam()));
  const Statistics year(climate.year());
  EXPECT_NEAR(year.dry[8724], climate.params().hot_dry_bulb.in_celsius(), 0.1);
  EXPECT_NEAR(year.wet[8724], climate.params().humid_wet_bulb.in_celsius(), 0.1);
  EXPECT_NEAR(year.dry[35], climate.params().cold_dry_bulb.in_celsius(), 0.1);
}
INSTANTIATE_TEST_SUITE_P(, CatalogueClimate, testing::ValuesIn(catalog().names("climates")),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace aifactory
