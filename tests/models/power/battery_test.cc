#include "models/power/battery.h"

#include <gtest/gtest.h>

#include "models/power/generator.h"
#include "tests/accuracy.h"

namespace aifactory {
namespace {

Battery battery(double minutes = 5.0) {
  Battery::Params p;
  p.autonomy = minutes * minute;
  return Battery(p, 1.5 * MW);
}

// 1.5 MW for 5 min at 0.97: 1500 x 300 / 0.97 kJ = 128.866 kWh, of which 10 s take 4.296 kWh (by hand).
TEST(Battery, HoldsTheEnergyOfItsAutonomyAtRating) {
  const Battery b = battery();
  EXPECT_NEAR(b.capacity().in(kWh), 128.866, 5e-4);
  const auto after = b.advance(b.full(), 0.0 * W, 1.5 * MW, 10.0 * s);
  EXPECT_NEAR((b.capacity() - after.content).in(kWh), 4.296, 5e-4);
  // Losses are whole microwatts on the network's grid; an instant is one microsecond.
  accuracy_near("battery", b.time_to_empty(b.full(), 0.0 * W, 1.5 * MW)->si(), 300.0, 1e-6);
  accuracy_near("battery", b.time_to_empty(b.full(), 0.0 * W, 0.5 * MW)->si(), 900.0, 1e-6);
  accuracy_near("battery", b.time_to_empty(after, 0.0 * W, 1.5 * MW)->si(), 290.0, 1e-6);
}

TEST(Battery, WhatGoesInComesOutOrIsLost) {
  const Battery b = battery();
  const Power charge = 150.0 * kW, discharge = 40.0 * kW;
  const auto after = b.advance({b.capacity() * 0.5}, charge, discharge, 100.0 * s);
  const Energy lost = b.loss(charge, discharge) * (100.0 * s);
  EXPECT_NEAR((after.content - b.capacity() * 0.5).si(), ((charge - discharge) * (100.0 * s) - lost).si(), 1e-3);
  EXPECT_NEAR(b.loss(charge, discharge).si(), 150e3 * 0.03 + 40e3 * (1.0 / 0.97 - 1.0), 1e-3);
}

TEST(Battery, KnowsWhenItIsFullAndWhenItWillNeverBe) {
  const Battery b = battery();
  const Battery::State half{b.capacity() * 0.5};
  EXPECT_NEAR(b.time_to_full(half, b.charge_power(), 0.0 * W)->si(), 0.5 * b.capacity().si() / (150e3 * 0.97), 1e-3);
  EXPECT_FALSE(b.time_to_full(half, 0.0 * W, 0.0 * W).has_value());
  EXPECT_FALSE(b.time_to_empty(half, b.charge_power(), 0.0 * W).has_value());
  // A battery with a tenth of its capacity gone is empty at that tenth.
  EXPECT_NEAR(b.time_to_empty(half, 0.0 * W, 1.5 * MW, b.capacity() * 0.1)->si(), 120.0, 1e-6);
  // An instant rounded up to a tick leaves it a joule beyond its end: that is now, not in the past.
  EXPECT_EQ(b.time_to_full({b.capacity() + 1.0 * J}, b.charge_power(), 0.0 * W)->si(), 0.0);
  EXPECT_EQ(b.time_to_empty({b.capacity() * 0.1 - 1.0 * J}, 0.0 * W, 1.5 * MW, b.capacity() * 0.1)->si(), 0.0);
}

Generator diesel() {
  Generator::Params p;
  p.rating = 3.0 * MW;
  p.points = {{0.25, 0.33}, {0.5, 0.38}, {1.0, 0.40}};
  return Generator(p);
}

TEST(Generator, BurnsWhatItsPointsSay) {
  const Generator g = diesel();
  EXPECT_NEAR(g.fuel(3.0 * MW).in(MW), 7.5, 1e-9);
  EXPECT_NEAR(g.fuel(1.5 * MW).in(MW), 1.5 / 0.38, 1e-9);
  EXPECT_GT(g.fuel(0.0 * W).in(MW), 0.0);  // it turns
  // 7.5 MW at 35.9 MJ/L for an hour: 752.1 L (by hand).
  EXPECT_NEAR((g.fuel_flow(g.fuel(3.0 * MW)) * (3600.0 * s)).in(liter), 752.09, 0.01);
  EXPECT_NEAR(g.ready_after().si(), 11.0, 1e-12);
}

TEST(Generator, RefusesToBeWithoutPoints) {
  Generator::Params p;
  p.rating = 3.0 * MW;
  EXPECT_THROW(Generator{p}, InputError);
}

}  // namespace
}  // namespace aifactory
