/// The reference plants as whole runs of their scenarios, against an independent program's hourly steady states.
#include "tests/sim/run/run_support.h"
#include "tests/sim/weather/data_folder.h"

namespace aifactory {
namespace {

/// A year of a shipped scenario under a weather file.
RunResult year_of(const std::string& scenario, const std::string& epw, std::vector<std::string> sets = {}) {
  sets.push_back("sites.ref.weather={epw: " + epw + "}");
  sets.emplace_back("record.series=false");
  const std::string file = std::string(AIFACTORY_SCENARIOS) + "/" + scenario + "/scenario.yaml";
  const ScenarioConfig config = read_or_throw<ScenarioConfig>(load_document(file, sets), Catalog::standard());
  return simulate(*prepare(config));
}

struct Row {
  const char* name;
  const char* epw;
  double tower_mwh, wue, tower_hours, dry_mwh;
};
const Row kRows[] = {{"Dallas", "weather/USA_TX_Dallas-Fort.Worth.epw", 2218.89, 1.57143, 98.0, 1993.21},
                     {"Denver", "weather/USA_CO_Denver.Intl.AP.725650_TMY3.epw", 809.11, 1.50983, 0.0, 503.73},
                     {"Chicago", "weather/USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw", 1209.56, 1.43061, 24.0, 337.00}};

class ReferencePlants : public testing::TestWithParam<Row> {};
TEST_P(ReferencePlants, TowerFansWaterAndHoursOverTheSetPoint) {
  AIF_DATA_FILE(epw, GetParam().epw);
  const RunResult r = year_of("reference_tower", epw);
  expect_closed(r, 1e-9);
  EXPECT_NEAR(number(r, "plant.fans_mwh"), GetParam().tower_mwh, 0.01 * GetParam().tower_mwh);
  EXPECT_NEAR(number(r, "kpi.wue_l_per_kwh"), GetParam().wue, 0.005 * GetParam().wue);
  EXPECT_NEAR(number(r, "plant.hours_at_limit"), GetParam().tower_hours, 1.0);
}
TEST_P(ReferencePlants, DryCoolerFansInAirOfSeaLevel) {
  AIF_DATA_FILE(epw, GetParam().epw);
  const RunResult r = year_of("reference_dry", epw);
  expect_closed(r, 1e-9);
  EXPECT_NEAR(number(r, "plant.fans_mwh"), GetParam().dry_mwh, 0.01 * GetParam().dry_mwh);
}
INSTANTIATE_TEST_SUITE_P(, ReferencePlants, testing::ValuesIn(kRows), [](const auto& instance) { return std::string(instance.param.name); });

TEST(ReferencePlantsDenver, ThinAirCostsFanEnergy) {
  AIF_DATA_FILE(epw, kRows[1].epw);
  const RunResult r = year_of("reference_dry", epw, {"sites.ref.cooling.units.coolers.air_density=altitude"});
  EXPECT_NEAR(number(r, "plant.fans_mwh"), 889.3, 0.01 * 889.3);
}
TEST(ReferencePlantsDenver, ThinAirIsAlsoLighter) {
  AIF_DATA_FILE(epw, kRows[1].epw);
  const RunResult r = year_of("reference_dry", epw,
                              {"sites.ref.cooling.units.coolers.air_density=altitude",
                               "sites.ref.cooling.units.coolers.dry_cooler={base: bac_tdfs1238n, fan_power_follows_density: true}"});
  EXPECT_NEAR(number(r, "plant.fans_mwh"), 728.6, 0.01 * 728.6);
}

}  // namespace
}  // namespace aifactory
