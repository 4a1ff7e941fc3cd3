#include "sim/facility/load_replay.h"

#include <gtest/gtest.h>

namespace aifactory {
namespace {

const Rack& heater() {
  static const Rack model([] {
    RackParams p;
    p.accelerators = p.nodes = 1;
    p.accelerator_idle = p.node_base_idle = p.node_base_max = p.rack_base = 0.0 * W;
    p.accelerator_max = p.psu_rating = 100.0 * kW;
    p.psu_points = {{.load = 1.0, .efficiency = 1.0}};
    p.liquid_frac = 1.0;
    p.chip_resistance = p.plate_convection = 1e-4 * K_per_W;
    p.plate_conduction = 0.0 * K_per_W;
    p.plate_nominal_flow = 1.5 * liter_per_min;
    p.throttle_temp = Temperature::celsius(87.0);
    p.resume_temp = Temperature::celsius(83.0);
    p.trip_temp = Temperature::celsius(92.0);
    p.peak_bf16 = FlopRate(0.0);
    p.capex = 0.0 * usd;
    return p;
  }());
  return model;
}

TEST(LoadReplay, DealsEachValueToItsRacks) {
  const LoadTrace trace{.groups = 2, .ticks = {0, 10}, .watts = {600.0, 50.0, 600.0, 70.0}};
  RackField field(heater(), 4);
  LoadReplay replay(trace, {{.first_rack = 0, .racks = 3}, {.first_rack = 3, .racks = 1, .share = 0.5}});
  std::vector<std::int64_t> changed;
  const auto note = [&](std::int64_t rack) { changed.push_back(rack); };
  replay.apply(0, field);
  field.flush(0, note);
  for (int r = 0; r < 3; ++r) EXPECT_EQ(field.input(r).si(), 200.0);
  EXPECT_EQ(field.input(3).si(), 25.0);
  EXPECT_EQ(replay.next(), 10);
  changed.clear();
  replay.apply(10, field);
  field.flush(10, note);
  EXPECT_EQ(changed, (std::vector<std::int64_t>{3}));  // who draws the same is left alone
  EXPECT_EQ(field.input(3).si(), 35.0);
  EXPECT_EQ(replay.next(), kNever);
}

TEST(LoadReplay, BeginsWithWhatHoldsAtTheStart) {
  const LoadTrace trace{.groups = 1, .ticks = {-30, -10, 20}, .watts = {1.0, 2.0, 3.0}};
  RackField field(heater(), 1);
  LoadReplay replay(trace, {{.first_rack = 0, .racks = 1}});
  replay.apply(0, field);
  field.flush(0, [](std::int64_t) {});
  EXPECT_EQ(field.input(0).si(), 2.0);
  EXPECT_EQ(replay.next(), 20);
}

TEST(LoadReplay, RepeatsForEverInBothDirections) {
  // Rows at 3, 5 and 8 of a period of 10: at 0 the round before still holds.
  const LoadTrace trace{.groups = 1, .ticks = {3, 5, 8}, .watts = {1.0, 2.0, 3.0}, .period = 10};
  RackField field(heater(), 1);
  LoadReplay replay(trace, {{.first_rack = 0, .racks = 1}});
  std::vector<std::pair<Tick, double>> seen;
  for (Tick now = 0; now < 27; now = replay.next()) {
    replay.apply(now, field);
    field.flush(now, [](std::int64_t) {});
    seen.emplace_back(now, field.input(0).si());
  }
  const std::vector<std::pair<Tick, double>> expected{{0, 3.0}, {3, 1.0}, {5, 2.0}, {8, 3.0}, {13, 1.0}, {15, 2.0}, {18, 3.0}, {23, 1.0}, {25, 2.0}};
  EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace aifactory
