/// Another network takes the place of one in which things are under way: on a network of a few units.
#include <algorithm>

#include "tests/sim/actors/power_stage.h"
#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

using Network = std::vector<PowerNetwork::Unit>;

/// feed and gen -> ats -> ups (battery of 60 s) -> pdu (breaker) -> it, and feed -> pumps.
Network units() {
  const auto unit = PowerStage::unit;
  return {unit("feed", UnitKind::utility_feed, {}), unit("gen", UnitKind::generator, {}), unit("ats", UnitKind::switchboard, {"feed", "gen"}),
          unit("ups", UnitKind::ups, {"ats"}),      unit("pdu", UnitKind::switchboard, {"ups"}), unit("it", UnitKind::load, {"pdu"}),
          unit("pumps", UnitKind::load, {"feed"})};
}
PowerNetwork::UnitId id_of(const Network& all, const std::string& name) {
  return static_cast<PowerNetwork::UnitId>(std::find_if(all.begin(), all.end(), [&](const auto& unit) { return unit.name == name; }) - all.begin());
}
std::vector<std::pair<PowerNetwork::UnitId, Use>> uses(const Network& all) { return {{id_of(all, "it"), Use::it}, {id_of(all, "pumps"), Use::cdu_pumps}}; }

PowerControl::Params params(const Network& all, Power ups = 1.0 * MW) {
  Generator::Params diesel;
  diesel.rating = 2.0 * MW;
  diesel.points = {{0.5, 0.38}, {1.0, 0.40}};
  Battery::Params battery;
  battery.autonomy = 60.0 * s;
  PowerControl::Params out{.name = "site.power"};
  out.generators.push_back({.unit = id_of(all, "gen"), .model = Generator(diesel)});
  out.switches.push_back({.unit = id_of(all, "ats"), .transfer = 0.1 * s, .retransfer = 50.0 * s});
  out.stores.push_back({.unit = id_of(all, "ups"), .battery = Battery(battery, ups)});
  out.breakers.push_back({.unit = id_of(all, "pdu"), .model = Breaker({.curve = BreakerCurve::iec_extremely_inverse, .time_multiplier = 1.0}), .rating = 1.0 * MW});
  return out;
}

struct Stage : PowerStage {
  Stage() : PowerStage(units(), std::vector<bool>(7, false), uses(units()), params(units())) {
    at(0, [this] {
      power->set_load(id_of(units(), "it"), 0.8 * MW);
      power->set_load(id_of(units(), "pumps"), 0.1 * MW);
    });
  }
  /// The same units in the reverse order, with another rating of the UPS's battery.
  void exchange(double when_s, Power ups = 1.0 * MW) {
    at(when_s, [this, ups] {
      control->exchange(
          [this, ups] {
            Network next = units();
            std::reverse(next.begin(), next.end());
            power->exchange(PowerNetwork(next), std::vector<bool>(next.size(), false), uses(next));
            return PowerControl::Exchanged{.params = params(next, ups)};
          },
          "events[9]");
    });
  }
  void disturb(double when_s, const std::string& name, const Disturbance& what, bool begins) {
    at(when_s, [this, name, what, begins] { control->disturb(power->network().find(name), -1, what, begins); });
  }
};

/// The feed is lost from 10 s to 60 s: battery, generator, back after 50 s.  The PDU may carry 0.4 MW from 200 s on and trips after 26.7 s.
std::string course(const std::vector<double>& exchanges) {
  Stage stage;
  const Disturbance half{.kind = Disturbance::Kind::degrade, .factor = 0.4, .cause = "events[1]"};
  stage.disturb(10.0, "feed", PowerStage::failure("events[0]"), true);
  stage.disturb(60.0, "feed", PowerStage::failure("events[0]"), false);
  stage.disturb(200.0, "pdu", half, true);
  for (const double when : exchanges) stage.exchange(when);
  stage.run(400.0);
  std::string text;
  for (const std::string& line : stage.told) text += line + "\n";
  for (const char* kind : {"ups", "generator", "transfer", "breaker_trip", "battery_empty"}) {
    for (const std::string& line : stage.events(kind)) text += line + "\n";
  }
  const Tick end = to_ticks(400.0 * s);
  // To nine digits: sums of spans that are cut otherwise.
  text += fmt::format("{:.9g} {:.9g} {:.9g} {:.9g} {:.9g}", stage.control->fuel(end).si(), stage.control->on_battery(end).si(), stage.control->generator_hours(end).si(),
                      stage.power->feed().energy.si(), stage.control->least_charge_seen(end));
  return text;
}

// Whatever is under way goes on: a battery that carries, a generator that starts, a switch that changes over, a load that walks in, a breaker that times.
class Exchange : public testing::TestWithParam<double> {};
TEST_P(Exchange, ForTheSameNetworkChangesNothing) {
  const std::string plain = in_child([] { return course({}); });
  EXPECT_NE(plain.find("on battery"), std::string::npos) << plain;
  EXPECT_NE(plain.find("pdu opened"), std::string::npos) << plain;
  EXPECT_EQ(course({GetParam()}), plain);
}
INSTANTIATE_TEST_SUITE_P(Power, Exchange, testing::Values(5.0, 12.0, 21.05, 23.0, 25.0, 40.0, 80.0, 110.05, 112.0, 150.0, 210.0, 300.0));

TEST(PowerExchange, TwiceChangesNothingEither) {
  const std::string plain = in_child([] { return course({}); });
  EXPECT_EQ(course({12.0, 22.0, 111.0, 205.0}), plain);
}

// 4.8 s on battery at 0.8 MW take 6.4 % of 60 s at 1 MW (and 3 % of that as loss: the battery is built for it); a battery for 2 MW has the same share.
TEST(PowerExchange, ABatteryKeepsItsShare) {
  Stage stage;
  stage.disturb(10.0, "feed", PowerStage::failure("events[0]"), true);
  double before = 0.0, after = 0.0;
  stage.at(14.8, [&] { before = stage.control->least_charge(stage.kernel.now()); });
  stage.exchange(14.8, 2.0 * MW);
  stage.at(14.8, [&] { after = stage.control->least_charge(stage.kernel.now()); });
  stage.run(15.0);
  EXPECT_NEAR(before, 1.0 - 0.8 * 4.8 / 60.0, 1e-9);
  EXPECT_NEAR(after, before, 1e-12);
}

// What befalls a unit that is not there waits for it.
TEST(PowerExchange, WhatBefallsAUnitThatIsNotThereWaits) {
  Stage stage;
  stage.at(5.0, [&] {
    stage.control->exchange(
        [&] {
          Network next{PowerStage::unit("feed", UnitKind::utility_feed, {}), PowerStage::unit("it", UnitKind::load, {"feed"}), PowerStage::unit("pumps", UnitKind::load, {"feed"})};
          stage.power->exchange(PowerNetwork(next), {false, false, false}, uses(next));
          return PowerControl::Exchanged{.params = {.name = "site.power"}};
        },
        "events[8]");
  });
  stage.at(6.0, [&] { stage.control->befalls_absent("pdu", -1, PowerStage::failure("events[0]"), true); });
  stage.exchange(20.0);
  stage.disturb(30.0, "pdu", PowerStage::failure("events[0]"), false);
  stage.run(60.0);
  EXPECT_EQ(stage.told, (std::vector<std::string>{"20.000 it off < events[9]", "30.000 it on < site.power.pdu"}));
}

}  // namespace
}  // namespace aifactory
