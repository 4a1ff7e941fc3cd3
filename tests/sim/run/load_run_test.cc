/// Whole runs of clusters under a given load.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/accuracy.h"
#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

/// 1 MW of heaters on CDUs, half of the hall; the other half racks that run a job.
std::string heaters(const std::string& load, const std::string& more = "") {
  return R"(
format: 1
name: heaters
start: 2026-05-04
duration: 1 h
sites:
  a:
    weather: {constant: {dry_bulb: 25 degC, wet_bulb: 17 degC}}
    grid: {capacity: 6 MW, price: 60 USD/MWh, carbon: 350 g/kWh}
    power: {layout: N, block: 1.7 MW, ups: double_conversion_1mw, transformer: liquid_2500kva, hv_transformer: liquid_2500kva}
    cooling: {plant: tower, supply: 30 degC, tower: merkel_range8, cdu: cdu_1300kw, crah: fan_wall_warm_water}
    halls: {h: {clusters: {bank: {rack: liquid_load, racks: 10, load: )" +
         load + R"(}}}}
)" + more;
}

TEST(LoadRun, AConstantLoadIsDrawnToTheJoule) {
  const RunResult result = run_scenario(heaters("0.8 MW"));
  EXPECT_DOUBLE_EQ(number(result, "energy.it_mwh"), 0.8);
  EXPECT_DOUBLE_EQ(number(result, "energy.peak_it_mw"), 0.8);
  EXPECT_EQ(number(result, "energy.psu_loss_mwh"), 0.0);
  EXPECT_TRUE(std::isnan(number(result, "kpi.utilization_frac")));  // of a given load nobody knows which nodes are busy
  expect_closed(result);
}

TEST(LoadRun, PerRackEveryRackHasIt) {
  EXPECT_DOUBLE_EQ(number(run_scenario(heaters("{constant: 50 kW, per: rack}")), "energy.it_mwh"), 0.5);
}

TEST(LoadRun, AFileIsStepsAtTheirTicks) {
  const std::string file = testing::TempDir() + "load_run.csv";
  std::ofstream(file) << "t_s,p_kw\n0,100\n600,700\n601.5,100\n3000,0\n";
  const RunResult result = run_scenario(heaters("{file: " + file + ", outside: hold}"), {"record.interval=1 s"});
  // 100 kW x 600 s + 700 x 1.5 + 100 x 2398.5 + 0 x 600, whatever the plant's control period is.
  EXPECT_DOUBLE_EQ(number(result, "energy.it_mwh"), (100 * 600 + 700 * 1.5 + 100 * 2398.5) / 3.6e6);
  const std::size_t it = column(result.series, "bank.it_mw");
  EXPECT_EQ(result.series.at(599, it), 0.1);
  EXPECT_EQ(result.series.at(600, it), 0.7);
  EXPECT_EQ(result.series.at(602, it), 0.1);
  EXPECT_EQ(result.series.at(3000, it), 0.0);
  expect_closed(result);
}

TEST(LoadRun, RecordingChangesNoNumber) {
  const std::string file = testing::TempDir() + "load_run_record.csv";
  std::ofstream(file) << "t_s,p_kw\n0,100\n77,700\n1999,300\n3000,500\n";
  const std::string scenario = heaters("{file: " + file + ", outside: hold}");
  EXPECT_EQ(dump_of_child(scenario, {"record.interval=1 s"}, false), dump_of_child(scenario, {"record.series=false"}, false));
}

TEST(LoadRun, ACurtailmentTakesFromTheLoad) {
  const RunResult result = run_scenario(heaters("0.8 MW", "events: [{at: 10 min, curtail: a, to: 0.6 MW, for: 20 min}]"), {"record.interval=1 min"});
  const std::size_t facility = column(result.series, "a.facility_mw"), it = column(result.series, "bank.it_mw");
  EXPECT_EQ(result.series.at(5, it), 0.8);
  EXPECT_LE(result.series.at(15, facility), 0.6);
  EXPECT_GT(result.series.at(15, facility), 0.55);
  EXPECT_EQ(result.series.at(35, it), 0.8);
  EXPECT_GT(number(result, "grid.curtailed_mwh"), 0.0);
  expect_closed(result);
}

TEST(LoadRun, RacksWithoutPowerDrawNothingAndComeBack) {
  const RunResult result = run_scenario(heaters("0.8 MW", "events: [{at: 10 min, fail: a.h.bank.rack_3, for: 10 min}]"));
  // One of ten racks is off for its failure and the recovery time after it, 10 min each.
  EXPECT_NEAR(number(result, "energy.it_mwh"), 0.8 - 0.08 / 3.0, 1e-9);
  expect_closed(result);
}

TEST(LoadRun, JobsRunBesideALoad) {
  const RunResult result = run_scenario(hall(), {"sites.a.halls.g.clusters.bank={rack: liquid_load, racks: 5, load: 0.3 MW}"});
  EXPECT_EQ(number(result, "jobs.completed"), 1.0);
  EXPECT_DOUBLE_EQ(number(result, "clusters.bank.energy.it_mwh"), 0.3 * 9);
  EXPECT_DOUBLE_EQ(number(result, "kpi.utilization_frac"), 6.0 / 9.0);
  expect_closed(result);
}

TEST(LoadRun, JobsThatNameALoadAreRefused) {
  const std::string scenario = hall("", "cluster: c, walltime: 30 d");
  EXPECT_THAT([&] { (void)prepare(read_scenario(scenario, {"sites.a.halls.h.clusters.c.load=1 MW"})); },
              testing::ThrowsMessage<InputError>("workload.jobs[0].cluster: cluster c draws a given `load` and takes no jobs"));
}

TEST(LoadRun, ALoadPerHallIsSharedByRatedPower) {
  const RunResult result = run_scenario(heaters("{constant: 0.8 MW, per: hall}"),
                                        {"sites.a.halls.h.clusters.other={rack: liquid_load, racks: 30, load: {constant: 0.8 MW, per: hall}}"});
  EXPECT_DOUBLE_EQ(number(result, "clusters.bank.energy.it_mwh"), 0.2);
  EXPECT_DOUBLE_EQ(number(result, "clusters.other.energy.it_mwh"), 0.6);
}

std::string frontier_file() {
  const char* folder = std::getenv("AIFACTORY_DATA");
  const std::string path = std::string(folder != nullptr ? folder : "") + "/frontier/input_04-07-24.csv";
  return std::filesystem::exists(path) ? path : "";
}

TEST(LoadRun, FrontiersMeasuredDay) {
  const std::string file = frontier_file();
  if (file.empty()) GTEST_SKIP() << "needs frontier/input_04-07-24.csv under the folder that AIFACTORY_DATA names";
  const auto document = load_document(AIFACTORY_SOURCE_DIR "/scenarios/frontier/measured.yaml",
                                      {"sites.ornl.halls.room.clusters.frontier.load.file=" + file, "record.interval=15 s"});
  const RunResult result = simulate(*prepare(read_or_throw<ScenarioConfig>(document, Catalog::standard())));
  // Sums over the file itself: 5,760 rows of 15 s, and the greatest step of the total from one row to the next.
  accuracy_near("frontier_day_energy", number(result, "energy.it_mwh"), 386.979, 5e-4);
  EXPECT_NEAR(number(result, "energy.peak_it_mw"), 26.606, 5e-4);
  const std::size_t it = column(result.series, "frontier.it_mw");
  double step_mw = 0.0;
  for (std::size_t row = 1; row < result.series.times().size(); ++row) step_mw = std::max(step_mw, result.series.at(row, it) - result.series.at(row - 1, it));
  accuracy_near("frontier_day_step", step_mw, 3.0883, 5e-5);
  // Published: about 1.03 (ORNL, for the whole system).
  accuracy_near("frontier_day_pue", number(result, "kpi.pue"), 1.03, 0.004);
  EXPECT_NEAR(number(result, "kpi.pue"), 1.031, 0.003);
  EXPECT_EQ(number(result, "thermal.throttled_accelerator_h"), 0.0);
  expect_closed(result);
}

}  // namespace
}  // namespace aifactory
