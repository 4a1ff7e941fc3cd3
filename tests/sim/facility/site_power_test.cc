#include "sim/facility/site_power.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace aifactory {
namespace {

Tick at(double seconds) {
  return to_ticks(seconds * s);
}

TEST(RampMeter, ComparesMeansOfNeighbouringSeconds) {
  RampMeter meter;
  meter.advance(100.0 * W, at(1.25));
  meter.advance(500.0 * W, at(2.0));  // second 1: 0.25 x 100 + 0.75 x 500 = 400 W
  EXPECT_DOUBLE_EQ(meter.max_up_w_per_s(), 300.0);
  EXPECT_EQ(meter.max_down_w_per_s(), 0.0);
  meter.advance(500.0 * W, at(4.0));  // second 2: 500 W
  EXPECT_DOUBLE_EQ(meter.max_up_w_per_s(), 300.0);
  meter.advance(0.0 * W, at(4.5));
  meter.advance(2000.0 * W, at(5.0));  // second 4: 1000 W
  EXPECT_DOUBLE_EQ(meter.max_up_w_per_s(), 500.0);
  meter.advance(700.0 * W, at(1e6));  // 300 W down once, then flat for days
  EXPECT_DOUBLE_EQ(meter.max_up_w_per_s(), 500.0);
  EXPECT_DOUBLE_EQ(meter.max_down_w_per_s(), 300.0);
}

TEST(RampMeter, APulseThatSecondMeansDoNotShowIsNoRamp) {
  RampMeter meter;
  meter.advance(100.0 * W, at(1.0));
  for (int i = 10; i < 50; ++i) meter.advance(Power(i % 2 == 0 ? 0.0 : 200.0), at(0.1 * (i + 1)));
  EXPECT_NEAR(meter.max_up_w_per_s(), 0.0, 1e-9);
  EXPECT_NEAR(meter.max_down_w_per_s(), 0.0, 1e-9);
}

/// A feed, two UPS blocks of 3 MW with 5 % loss at every load, and loads on both or on one.
struct Stage : engine::EventTarget {
  Stage() : kernel("test") {
    kernel.add_site("site", {});
    kernel.seal();
    const auto five_percent = LossCurve::quadratic(3.0 * MW, 0.0, 0.05, 0.0);
    std::vector<PowerNetwork::Unit> units;
    const auto unit = [&](const char* name, UnitKind kind, std::vector<std::string> sources) {
      PowerNetwork::Unit u;
      u.name = name, u.kind = kind, u.sources = std::move(sources), u.rating = 3.0 * MW;
      if (kind == UnitKind::ups) u.loss = five_percent;
      units.push_back(u);
    };
    unit("feed", UnitKind::utility_feed, {});
    unit("a", UnitKind::ups, {"feed"});
    unit("b", UnitKind::ups, {"feed"});
    unit("racks", UnitKind::load, {"a", "b"});
    unit("more", UnitKind::load, {"b"});
    unit("pumps", UnitKind::load, {"feed"});
    power.emplace(kernel, PowerNetwork(units), std::vector<bool>{false, true, true, false, false, false},
                  std::vector<std::pair<PowerNetwork::UnitId, Use>>{{3, Use::it}, {4, Use::it}, {5, Use::cdu_pumps}},
                  DemandMeter(15.0 * minute, SiteClock()));
  }
  void at(double seconds, std::function<void()> action) {
    kernel.calendar().add(to_ticks(seconds * s), engine::Phase::signal, 1, *this,
                          static_cast<std::int64_t>(actions.size()));
    actions.push_back(std::move(action));
  }
  void run(double end_s) {
    kernel.calendar().add(to_ticks(end_s * s), engine::Phase::record, 1, *this, -1);
    kernel.run();
    power->book(to_ticks(end_s * s));
  }
  void on_event(Tick, std::int64_t id, std::uint64_t) override {
    if (id < 0) {
      kernel.stop();
    } else {
      actions[static_cast<std::size_t>(id)]();
    }
  }
  engine::Kernel kernel;
  std::optional<SitePower> power;
  std::vector<std::function<void()>> actions;
};

TEST(SitePower, MetersEveryUseAndLossByItself) {
  Stage stage;
  stage.at(0, [&] {
    stage.power->set_load(3, 2.0 * MW);
    stage.power->set_load(5, 0.1 * MW);
  });
  stage.at(1800, [&] { stage.power->set_load(3, 1.0 * MW); });
  stage.run(3600);
  EXPECT_NEAR(stage.power->use_meter(Use::it).energy.in(MWh), 1.5, 1e-9);
  EXPECT_NEAR(stage.power->use_meter(Use::cdu_pumps).energy.in(MWh), 0.1, 1e-9);
  EXPECT_NEAR(stage.power->loss_meter(UnitKind::ups).energy.in(MWh), 0.075, 1e-9);
  EXPECT_NEAR(stage.power->indoor_loss_energy().in(MWh), 0.075, 1e-9);
  EXPECT_NEAR(stage.power->feed().energy.in(MWh), 1.675, 1e-9);
  EXPECT_NEAR(stage.power->peak_facility().in(MW), 2.2, 1e-9);
  EXPECT_NEAR(stage.power->peak_it().in(MW), 2.0, 1e-9);
  EXPECT_NEAR(stage.power->ramps().max_down_w_per_s(), 1.05e6, 1.0);
}

TEST(SitePower, ChargesEveryStepAtItsPrice) {
  Stage stage;
  stage.at(0, [&] {
    stage.power->set_load(5, 1.0 * MW);
    stage.power->set_price(0, 50.0 * usd_per_MWh);
    stage.power->set_carbon(0, 400.0 * g_per_kWh);
  });
  stage.at(1800, [&] { stage.power->set_load(5, 2.0 * MW); });
  stage.at(3600, [&] { stage.power->set_price(at(3600), -20.0 * usd_per_MWh); });
  stage.run(7200);
  // 0.5 MWh + 1 MWh at 50, 2 MWh at -20 USD/MWh; 3.5 MWh at 400 kg/MWh.
  EXPECT_NEAR(stage.power->feed().cost.si(), 75.0 - 40.0, 1e-9);
  EXPECT_NEAR(stage.power->use_meter(Use::cdu_pumps).cost.si(), 35.0, 1e-9);
  EXPECT_NEAR(stage.power->feed().carbon.si(), 1400.0, 1e-9);
}

TEST(SitePower, TheDemandChargeFollowsTheGreatestQuarterOfAnHour) {
  Stage stage;
  stage.at(0, [&] { stage.power->set_load(5, 1.0 * MW); });
  stage.at(1800, [&] { stage.power->set_load(5, 4.0 * MW); });  // 5 min of the third quarter
  stage.at(2100, [&] { stage.power->set_load(5, 1.0 * MW); });
  stage.run(7200);
  // (5 x 4 + 10 x 1) / 15 = 2 MW at 12 USD/kW.
  EXPECT_NEAR(stage.power->demand_charge(12.0 * usd / kW).si(), 24'000.0, 1e-6);
}

TEST(SitePower, TheOtherBlockTakesTheWholeLoadAndAPeakMustLast) {
  Stage stage;
  stage.at(0, [&] { stage.power->set_load(3, 2.0 * MW); });
  stage.at(60, [&] {
    EXPECT_NEAR(stage.power->network().output(1).in(MW), 1.0, 1e-9);
    const auto change = stage.power->set_available(1, false);
    EXPECT_TRUE(change.dropped.empty());
    EXPECT_NEAR(stage.power->network().output(2).in(MW), 2.0, 1e-9);
  });
  stage.at(120, [&] {
    const auto change = stage.power->set_available(2, false);
    EXPECT_EQ(change.dropped, (std::vector<PowerNetwork::UnitId>{3, 4}));
  });
  // In one instant the load is asked for, seen, and taken back: power that does not last sets no peak.
  stage.at(180, [&] {
    stage.power->set_load(3, 2.9 * MW);
    const auto change = stage.power->set_available(1, true);
    EXPECT_EQ(change.regained, (std::vector<PowerNetwork::UnitId>{3}));
    stage.power->set_load(3, 0.0 * MW);
  });
  stage.run(240);
  EXPECT_NEAR(stage.power->peak_it().in(MW), 2.0, 1e-9);
  EXPECT_NEAR(stage.power->peak_facility().in(MW), 2.1, 1e-9);
  EXPECT_NEAR(stage.power->use_meter(Use::it).energy.si(), 2.0e6 * 120, 1e-3);
}

}  // namespace
}  // namespace aifactory
