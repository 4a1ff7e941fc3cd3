// Question: what does one control decision of a heat-rejection unit cost?  A campus asks its towers and dry coolers
// every simulated minute for years: 525,600 calls per plant and year, so a microsecond each is half a second per
// plant-year.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "models/cooling/dry_cooler.h"
#include "models/cooling/merkel_tower.h"

namespace aifactory {
namespace {

/// A day of weather, so that neither the branch predictor nor the cache sees one point only.
std::vector<OutdoorAir> day() {
  std::vector<OutdoorAir> air;
  for (int i = 0; i < 1440; ++i) {
    air.push_back(OutdoorAir::from_relative_humidity(Temperature::celsius(18.0 + 12.0 * std::sin(i * 0.00436)),
                                                     0.5 + 0.3 * std::cos(i * 0.00436), 95.0 * kPa));
  }
  return air;
}

void TowerHolding(benchmark::State& state) {
  MerkelTower::Params p;
  p.design_wet_bulb = Temperature::celsius(25.6);
  p.design_inlet = Temperature::celsius(37.5);
  p.design_leaving = Temperature::celsius(29.5);
  p.design_heat = 100.0 * MW;
  const MerkelTower tower(p);
  const auto air = day();
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(tower.holding(tower.design_water(), p.design_inlet, 80.0 * MW, air[i]));
    i = i + 1 == air.size() ? 0 : i + 1;
  }
}
BENCHMARK(TowerHolding);

void DryCoolerHolding(benchmark::State& state) {
  DryCooler::Params p;
  p.design_heat = 2931.0 * kW;
  p.design_air = Temperature::celsius(35.0);
  p.design_inlet = Temperature::celsius(46.11);
  p.design_leaving = Temperature::celsius(40.55);
  p.design_fan_power = 117.68 * kW;
  const DryCooler cooler(p);
  const auto air = day();
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(cooler.holding(cooler.design_water(), p.design_inlet, 2.5 * MW, air[i]));
    i = i + 1 == air.size() ? 0 : i + 1;
  }
}
BENCHMARK(DryCoolerHolding);

}  // namespace
}  // namespace aifactory

BENCHMARK_MAIN();
