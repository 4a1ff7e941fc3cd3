#include "models/cooling/tower_water.h"

#include <gtest/gtest.h>

#include "models/cooling/fluid.h"

namespace aifactory {
namespace {

TEST(TowerWater, ThreeStatesOfWeather) {
  // 1 MW, range 5.5 K, L/G 1.2, 4 cycles, drift .008 %, full fan, by an independent program: kg/s and L/kWh.
  const struct {
    double dry_bulb_c, rh, evaporation, blowdown, total_l_kwh;
  } rows[] = {{35, .40, .46607, .15188, 2.2371}, {20, .50, .35775, .11577, 1.7172}, {5, .70, .24986, .07981, 1.1994}};
  TowerWater::Params p;
  p.range = 5.5 * K;
  double least = 1e9, most = 0.0;
  for (const auto& row : rows) {
    const auto out = tower_water(p, 1.0 * MW, OutdoorAir::from_relative_humidity(Temperature::celsius(row.dry_bulb_c), row.rh), 1.0);
    EXPECT_NEAR(out.evaporation.si(), row.evaporation, 6e-6) << row.dry_bulb_c;
    EXPECT_NEAR(out.blowdown.si(), row.blowdown, 6e-6) << row.dry_bulb_c;
    EXPECT_NEAR(out.total().si() * 3.6, row.total_l_kwh, 6e-5) << row.dry_bulb_c;
    least = std::min(least, out.total().si());
    most = std::max(most, out.total().si());
  }
  EXPECT_NEAR(most / least, 1.9, 0.05);  // no constant number of litres can be right
}

TEST(TowerWater, LossFactorOfQureshiAndZubair) {
  const double factor = evaporation_per_kelvin(0.4, Temperature::celsius(35.0));
  EXPECT_NEAR(factor, 1.661477e-3, 5e-10);
  const double water_kg_s = 1e6 / (kWater.specific_heat.si() * 5.5);
  EXPECT_NEAR(factor * 5.5 * water_kg_s, 0.39710, 5e-6);
}

TEST(TowerWater, BlowdownFallsWithCyclesAndNeverBelowNothing) {
  TowerWater::Params p;
  p.range = 5.5 * K;
  const OutdoorAir air = OutdoorAir::from_relative_humidity(Temperature::celsius(20.0), 0.5);
  double last = 1e9;
  for (const double cycles : {1.5, 3.0, 4.0, 5.0, 100.0}) {
    p.cycles_of_concentration = cycles;
    const auto out = tower_water(p, 1.0 * MW, air, 1.0);
    EXPECT_LT(out.blowdown.si(), last);
    EXPECT_GE(out.blowdown.si(), 0.0);
    last = out.blowdown.si();
  }
}

}  // namespace
}  // namespace aifactory
