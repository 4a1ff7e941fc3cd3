/// What acts by itself in a power network, on a network of a few units and without racks.
#include "sim/actors/power_control.h"

#include <gmock/gmock.h>

#include <functional>
#include <optional>

namespace aifactory {
namespace {
using testing::ElementsAre;

/// feed -> ups (1 MW) -> it, and feed -> pumps.
struct Stage : engine::EventTarget {
  explicit Stage(Battery::Params battery = {}, bool eco = false, Duration hold_up = 0.0 * s) : kernel("test") {
    kernel.add_site("site", {});
    kernel.seal();
    std::vector<PowerNetwork::Unit> units;
    const auto unit = [&](const char* name, UnitKind kind, std::vector<std::string> sources) {
      PowerNetwork::Unit u;
      u.name = name, u.kind = kind, u.sources = std::move(sources), u.rating = 1.0 * MW;
      units.push_back(u);
    };
    unit("feed", UnitKind::utility_feed, {});
    unit("ups", UnitKind::ups, {"feed"});
    unit("it", UnitKind::load, {"ups"});
    unit("pumps", UnitKind::load, {"feed"});
    power.emplace(kernel, PowerNetwork(units), std::vector<bool>{false, true, false, false},
                  std::vector<std::pair<PowerNetwork::UnitId, Use>>{{2, Use::it}, {3, Use::cdu_pumps}}, DemandMeter(15.0 * minute, SiteClock()));
    PowerControl::Params params{.name = "site.power"};
    params.stores.push_back({.unit = 1, .battery = Battery(battery, 1.0 * MW), .ups = true, .eco = eco});
    if (hold_up > 0.0 * s) {
      Battery::Params shelf;
      shelf.autonomy = hold_up;
      shelf.charge_efficiency = shelf.discharge_efficiency = 1.0;
      shelf.latch_count = 0;
      params.stores.push_back({.unit = 2, .battery = Battery(shelf, 0.8 * MW), .ups = false});
    }
    control.emplace(kernel, 50, std::move(params), *power, log,
                    PowerControl::Ports{.supply = [this](PowerNetwork::UnitId load, bool on, const std::string& cause) {
                                          told.push_back(fmt::format("{:.3f} {} {} < {}", to_seconds(kernel.now()), power->network().unit(load).name, on ? "on" : "off", cause));
                                        },
                                        .cords = {}});
    power->on_carried([this] { control->carried(); });
    at(0, [this] {
      power->set_load(2, 0.8 * MW);
      power->set_load(3, 0.1 * MW);
    });
  }
  void at(double seconds, std::function<void()> action) {
    kernel.calendar().add(to_ticks(seconds * s), engine::Phase::fault, 1, *this, static_cast<std::int64_t>(actions.size()));
    actions.push_back(std::move(action));
  }
  void sag(double from_s, double span_s, double pu) {
    at(from_s, [this, pu, span_s] { control->sag(0, 1.0 - pu, span_s * s, "events[0]"); });
  }
  void run(double end_s) {
    kernel.calendar().add(to_ticks(end_s * s), engine::Phase::record, 1, *this, -1);
    kernel.run();
    power->book(to_ticks(end_s * s));
    const Tick end = to_ticks(end_s * s);
    // Grid = uses + losses + what stayed in batteries, whatever happened.
    const Energy in = power->feed().energy;
    Energy out = power->store_loss_energy() + control->stored_change(end);
    for (std::size_t u = 0; u < kUses; ++u) out += power->use_meter(static_cast<Use>(u)).energy;
    for (int k = 0; k < kUnitKinds; ++k) out += power->loss_meter(static_cast<UnitKind>(k)).energy;
    EXPECT_NEAR(in.si(), out.si(), 1e-12 * in.si());
  }
  void on_event(Tick, std::int64_t id, std::uint64_t) override {
    if (id < 0) {
      kernel.stop();
    } else {
      actions[static_cast<std::size_t>(id)]();
    }
  }
  std::vector<std::string> events(const std::string& kind) {
    std::vector<std::string> lines;
    for (const EventRecord& e : taken()) {
      if (e.kind == kind) lines.push_back(fmt::format("{:.3f} {} {}", to_seconds(e.at), e.unit, e.what));
    }
    return lines;
  }
  const std::vector<EventRecord>& taken() {
    if (!records) records = log.take();
    return *records;
  }
  engine::Kernel kernel;
  EventLog log;
  std::optional<SitePower> power;
  std::optional<PowerControl> control;
  std::vector<std::string> told;
  std::optional<std::vector<EventRecord>> records;
  std::vector<std::function<void()>> actions;
};

// NERC's incident of July 2024: six faults in 82 s. Three within a minute, and every UPS stays on battery.
TEST(PowerControl, SixSagsLatchTheUpsAtTheThirdAndTheGridLosesTheLoad) {
  Stage stage;
  for (int i = 0; i < 6; ++i) stage.sag(100.0 + 16.0 * i, 0.1, 0.3);
  stage.at(133.5, [&] {
    EXPECT_EQ(stage.power->network().input(1).si(), 0.0);
    EXPECT_NEAR(stage.power->grid().in(MW), 0.1, 1e-9);  // the pumps, which have come back
    EXPECT_NEAR(stage.power->from_stores().in(MW), 0.8, 1e-9);
  });
  stage.at(300.0, [&] { EXPECT_NEAR(stage.power->grid().in(MW), 0.1, 1e-9); });
  stage.run(1000.0);
  const auto ups = stage.events("ups");
  ASSERT_GE(ups.size(), 5u);
  EXPECT_THAT(std::vector<std::string>(ups.begin(), ups.begin() + 8),
              ElementsAre("100.000 site.power.ups on battery, charge_frac", "100.100 site.power.ups input back, load walks in",
                          "110.100 site.power.ups on input, charge_frac", "116.000 site.power.ups on battery, charge_frac",
                          "116.100 site.power.ups input back, load walks in", "126.100 site.power.ups on input, charge_frac",
                          "132.000 site.power.ups latched to battery: input disturbed too often",
                          "132.000 site.power.ups on battery, charge_frac"));
  // 5 min at 1 MW last 375 s at 0.8 MW; the first two sags have taken a little. Then the input is good and takes the load.
  const auto empty = stage.events("battery_empty");
  ASSERT_EQ(empty.size(), 1u);
  EXPECT_GT(std::stod(empty[0]), 132.0 + 360.0);
  EXPECT_LT(std::stod(empty[0]), 132.0 + 375.0);
  for (const auto& line : stage.told) EXPECT_EQ(line.find("it off"), std::string::npos) << line;
}

// The pumps ride 20 ms by the ITIC curve and are back when the voltage is.
TEST(PowerControl, LoadsWithoutUpsRideAsLongAsTheCurveSays) {
  Stage stage;
  stage.sag(10.0, 0.019, 0.0);
  stage.sag(20.0, 0.1, 0.3);
  stage.sag(30.0, 0.49, 0.71);
  stage.sag(40.0, 12.0, 0.85);
  stage.run(100.0);
  EXPECT_THAT(stage.told, ElementsAre("20.020 pumps off < site.power.feed", "20.100 pumps on < site.power.feed",
                                      "50.000 pumps off < site.power.feed", "52.000 pumps on < site.power.feed"));
}

TEST(PowerControl, AnEcoUpsNeedsAMomentThatTheShelvesHold) {
  Stage held(Battery::Params{}, true, 0.02 * s);
  held.at(10.0, [&] { held.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[0]"}, true); });
  held.at(20.0, [&] { held.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[0]"}, false); });
  held.run(60.0);
  EXPECT_THAT(held.told, ElementsAre("10.000 pumps off < site.power.feed", "20.000 pumps on < site.power.feed"));
  EXPECT_THAT(held.events("ups"), ElementsAre("10.004 site.power.ups on battery, charge_frac", "20.000 site.power.ups input back, load walks in",
                                              "30.000 site.power.ups on input, charge_frac"));
}

TEST(PowerControl, WithoutShelvesTheMomentDropsTheLoad) {
  Stage bare(Battery::Params{}, true);
  bare.at(10.0, [&] { bare.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[0]"}, true); });
  bare.run(60.0);
  EXPECT_THAT(bare.told, ElementsAre("10.000 it off < site.power.feed", "10.000 pumps off < site.power.feed", "10.004 it on < site.power.feed"));
}

TEST(PowerControl, AFailedBatteryDropsTheLoadWithTheFeed) {
  Stage stage;
  stage.at(5.0, [&] { stage.control->disturb(1, 0, {.kind = Disturbance::Kind::fail, .cause = "events[0]"}, true); });
  stage.at(10.0, [&] { stage.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[1]"}, true); });
  stage.at(15.0, [&] { stage.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[1]"}, false); });
  stage.run(60.0);
  EXPECT_THAT(stage.told, ElementsAre("10.000 it off < site.power.feed", "10.000 pumps off < site.power.feed", "15.000 it on < site.power.feed", "15.000 pumps on < site.power.feed"));
}

TEST(PowerControl, ADegradedBatteryIsEmptyEarlier) {
  Stage stage;
  stage.at(5.0, [&] { stage.control->disturb(1, 0, {.kind = Disturbance::Kind::degrade, .factor = 0.5, .cause = "events[0]"}, true); });
  stage.at(10.0, [&] { stage.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[1]"}, true); });
  stage.run(400.0);
  // Half of 5 min, at 0.8 of the rating: 187.5 s.
  EXPECT_THAT(stage.events("battery_empty"), ElementsAre("197.500 site.power.ups after_s"));
}

constexpr Disturbance::Kind kDegrade = Disturbance::Kind::degrade;

TEST(PowerControl, OfTwoDegradationsTheSmallerShareHolds) {
  Stage stage;
  stage.at(5.0, [&] { stage.control->disturb(1, 0, {.kind = kDegrade, .factor = 0.5, .cause = "events[0]"}, true); });
  stage.at(6.0, [&] { stage.control->disturb(1, 0, {.kind = kDegrade, .factor = 0.8, .cause = "events[1]"}, true); });
  stage.at(10.0, [&] { stage.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[2]"}, true); });
  stage.run(400.0);
  EXPECT_THAT(stage.events("battery_empty"), ElementsAre("197.500 site.power.ups after_s"));  // half of 5 min at 0.8 of the rating
}

TEST(PowerControl, WhenTheSmallerShareEndsTheOtherHolds) {
  Stage stage;
  stage.at(5.0, [&] { stage.control->disturb(1, 0, {.kind = kDegrade, .factor = 0.5, .cause = "events[0]"}, true); });
  stage.at(6.0, [&] { stage.control->disturb(1, 0, {.kind = kDegrade, .factor = 0.8, .cause = "events[1]"}, true); });
  stage.at(7.0, [&] { stage.control->disturb(1, 0, {.kind = kDegrade, .factor = 0.5, .cause = "events[0]"}, false); });
  stage.at(10.0, [&] { stage.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[2]"}, true); });
  stage.run(400.0);
  EXPECT_THAT(stage.events("battery_empty"), ElementsAre("310.000 site.power.ups after_s"));  // four fifths of it
}

TEST(PowerControl, TheLoadWalksInByQuartersAndAFailedBatteryIsNotCharged) {
  Stage stage;
  stage.at(10.0, [&] { stage.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[0]"}, true); });
  stage.at(70.0, [&] { stage.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[0]"}, false); });
  for (int quarter = 0; quarter < 4; ++quarter) {
    stage.at(71.0 + 2.5 * quarter, [&stage, quarter] { EXPECT_NEAR(stage.power->grid().in(MW), 0.1 + 0.2 * quarter, 1e-9); });
  }
  stage.at(90.0, [&] { stage.control->disturb(1, 0, {.kind = Disturbance::Kind::fail, .cause = "events[1]"}, true); });
  stage.at(91.0, [&] { EXPECT_NEAR(stage.power->grid().in(MW), 0.9, 1e-9); });
  stage.at(100.0, [&] { stage.control->disturb(1, 0, {.kind = Disturbance::Kind::fail, .cause = "events[1]"}, false); });
  stage.at(101.0, [&] { EXPECT_NEAR(stage.power->grid().in(MW), 1.0, 1e-9); });
  stage.run(200.0);
}

TEST(PowerControl, ABatteryIsChargedAgainWithWhatItsChargerTakes) {
  Stage stage;
  stage.at(10.0, [&] { stage.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[0]"}, true); });
  stage.at(70.0, [&] { stage.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[0]"}, false); });
  stage.at(100.0, [&] { EXPECT_NEAR(stage.power->grid().in(MW), 0.8 + 0.1 + 0.1, 1e-9); });
  stage.run(1000.0);
  // 60 s at 0.8 MW, and 2.5 s each of all, three quarters, half and a quarter of it, over 0.97; back at 0.1 MW x 0.97.
  const double taken_mj = 0.8 * (60.0 + 2.5 * 2.5) / 0.97;
  const auto full = stage.events("ups");
  EXPECT_NEAR(std::stod(full.back()), 80.0 + taken_mj / 0.097, 2.0);
  EXPECT_NE(full.back().find("battery full"), std::string::npos);
  EXPECT_NEAR(stage.control->stored_change(to_ticks(1000.0 * s)).si(), 0.0, 10.0);
  // The UPS stands indoors and loses nothing else: 3 % of what is charged and 1/0.97 - 1 of what is given warm its room.
  EXPECT_NEAR(stage.power->indoor_loss_energy().si() / 1e6, 0.03 * taken_mj / 0.97 + 0.03 * taken_mj, 0.01);
}

}  // namespace
}  // namespace aifactory
