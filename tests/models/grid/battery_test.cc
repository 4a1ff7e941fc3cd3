#include "models/grid/battery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace aifactory {
namespace {

BatteryStorage::Params hundred_mwh() {
  BatteryStorage::Params p;
  p.capacity = 100.0 * MWh;
  p.max_charge = p.max_discharge = 60.0 * MW;
  p.charge_efficiency = p.discharge_efficiency = std::sqrt(0.85);  // .921954
  return p;
}

TEST(BatteryStorage, HalfAnHourEachWay) {
  // .5 + .921954 x 50 MW x .5 h / 100 MWh = .730489; .5 - 50/.921954 x .5/100 = .228837.
  const BatteryStorage battery(hundred_mwh());
  EXPECT_NEAR(battery.advance({0.5}, 50.0 * MW, 0.5 * h).soc, 0.730489, 5e-7);
  EXPECT_NEAR(battery.advance({0.5}, -50.0 * MW, 0.5 * h).soc, 0.228837, 5e-7);
}

TEST(BatteryStorage, ARoundTripGivesBackTheProductOfBothEfficiencies) {
  const BatteryStorage battery(hundred_mwh());
  const auto full = battery.advance({0.5}, 50.0 * MW, 0.5 * h);
  const Duration back = battery.lasts(full, -50.0 * MW) - battery.lasts({0.5}, -50.0 * MW);
  EXPECT_NEAR(back / (0.5 * h), 0.85, 1e-12);
}

TEST(BatteryStorage, EnergyIsLostOrStored) {
  BatteryStorage::Params p = hundred_mwh();
  p.idle_loss = 1.0 * MW;
  const BatteryStorage battery(p);
  for (const double power_mw : {50.0, 0.0, -50.0}) {
    const auto after = battery.advance({0.5}, power_mw * MW, 0.25 * h);
    const Energy stored = battery.stored(after) - battery.stored({0.5});
    EXPECT_NEAR((power_mw * MW * (0.25 * h) - stored - battery.loss(power_mw * MW) * (0.25 * h)).in(MWh), 0.0, 1e-9);
    EXPECT_GE(battery.loss(power_mw * MW), 1.0 * MW);
  }
}

TEST(BatteryStorage, LimitsAndWindowClip) {
  BatteryStorage::Params p = hundred_mwh();
  p.min_soc = 0.1;
  p.max_soc = 0.9;
  p.max_discharge = 40.0 * MW;
  const BatteryStorage battery(p);
  EXPECT_EQ(battery.accept({0.5}, 80.0 * MW), 60.0 * MW);
  EXPECT_EQ(battery.accept({0.5}, -80.0 * MW), -40.0 * MW);
  EXPECT_EQ(battery.accept({0.9}, 10.0 * MW), 0.0 * MW);
  EXPECT_EQ(battery.accept({0.1}, -10.0 * MW), 0.0 * MW);
  EXPECT_EQ(battery.accept({0.9}, -10.0 * MW), -10.0 * MW);
  const Duration until_full = battery.lasts({0.5}, 40.0 * MW);
  EXPECT_NEAR(until_full.in(h), 0.4 * 100.0 / (40.0 * std::sqrt(0.85)), 1e-9);
  EXPECT_EQ(battery.advance({0.5}, 40.0 * MW, until_full).soc, 0.9);
  EXPECT_NEAR(battery.lasts({0.5}, -30.0 * MW).in(h), 0.4 * 100.0 * std::sqrt(0.85) / 30.0, 1e-9);
  EXPECT_TRUE(std::isinf(battery.lasts({0.5}, 0.0 * MW).si()));
}

TEST(BatteryStorage, UpsBatteriesFeedTheirLoadThroughTheInverter) {
  // 1.5 MW x 5 min / .97 = 128.866 kWh; the first 10 s 4.296 kWh.
  EXPECT_NEAR(ride_through_energy(1.5 * MW, 5.0 * minute, 0.97).in(kWh), 128.866, 5e-4);
  EXPECT_NEAR(ride_through_energy(1.5 * MW, 10.0 * s, 0.97).in(kWh), 4.296, 5e-4);
}

TEST(BatteryStorage, AWindowMustBeOne) {
  BatteryStorage::Params p = hundred_mwh();
  p.min_soc = 0.9;
  p.max_soc = 0.2;
  EXPECT_THAT([&] { BatteryStorage{p}; }, testing::ThrowsMessage<InputError>("battery: min_soc = 0.9 must be below max_soc = 0.2"));
}

}  // namespace
}  // namespace aifactory
