/// Generators behind several switches, and breakers of units that carry less: on a network of a few units.
#include <gmock/gmock.h>

#include <functional>
#include <optional>

#include "sim/actors/power_control.h"

namespace aifactory {
namespace {
using testing::ElementsAre;

/// feed and gen -> ats_1 -> pdu (with a breaker) -> it_1, and feed and gen -> ats_2 -> it_2.
struct Stage : engine::EventTarget {
  Stage() : kernel("test") {
    kernel.add_site("site", {});
    kernel.seal();
    std::vector<PowerNetwork::Unit> units;
    const auto unit = [&](const char* name, UnitKind kind, std::vector<std::string> sources) {
      PowerNetwork::Unit u;
      u.name = name, u.kind = kind, u.sources = std::move(sources), u.rating = 1.0 * MW;
      units.push_back(u);
    };
    unit("feed", UnitKind::utility_feed, {});
    unit("gen", UnitKind::generator, {});
    unit("ats_1", UnitKind::switchboard, {"feed", "gen"});
    unit("pdu", UnitKind::switchboard, {"ats_1"});
    unit("it_1", UnitKind::load, {"pdu"});
    unit("ats_2", UnitKind::switchboard, {"feed", "gen"});
    unit("it_2", UnitKind::load, {"ats_2"});
    power.emplace(kernel, PowerNetwork(units), std::vector<bool>(units.size(), false),
                  std::vector<std::pair<PowerNetwork::UnitId, Use>>{{4, Use::it}, {6, Use::it}}, DemandMeter(15.0 * minute, SiteClock()));
    Generator::Params diesel;
    diesel.rating = 2.0 * MW;
    diesel.points = {{0.5, 0.38}, {1.0, 0.40}};
    PowerControl::Params params{.name = "site.power"};
    params.generators.push_back({.unit = 1, .model = Generator(diesel)});
    params.switches.push_back({.unit = 2});
    params.switches.push_back({.unit = 5});
    params.breakers.push_back({.unit = 3, .model = Breaker({.curve = BreakerCurve::iec_extremely_inverse, .time_multiplier = 1.0}), .rating = 1.0 * MW});
    control.emplace(kernel, 50, std::move(params), *power, log,
                    PowerControl::Ports{.supply = [this](PowerNetwork::UnitId load, bool on, const std::string& cause) {
                                          told.push_back(fmt::format("{:.3f} {} {} < {}", to_seconds(kernel.now()), power->network().unit(load).name, on ? "on" : "off", cause));
                                        },
                                        .cords = {}});
    power->on_carried([this] { control->carried(); });
    at(0, [this] {
      power->set_load(4, 0.8 * MW);
      power->set_load(6, 0.5 * MW);
    });
  }
  void at(double seconds, std::function<void()> action) {
    kernel.calendar().add(to_ticks(seconds * s), engine::Phase::fault, 1, *this, static_cast<std::int64_t>(actions.size()));
    actions.push_back(std::move(action));
  }
  void run(double end_s) {
    kernel.calendar().add(to_ticks(end_s * s), engine::Phase::record, 1, *this, -1);
    kernel.run();
  }
  void on_event(Tick, std::int64_t id, std::uint64_t) override {
    if (id < 0) {
      kernel.stop();
    } else {
      actions[static_cast<std::size_t>(id)]();
    }
  }
  engine::Kernel kernel;
  EventLog log;
  std::optional<SitePower> power;
  std::optional<PowerControl> control;
  std::vector<std::string> told;
  std::vector<std::function<void()>> actions;
};

// Ready 11 s after the loss; a switch takes 0.1 s; the next block of load comes 5 s after the first.
TEST(PowerStandby, AGeneratorTakesItsSwitchesOneAfterTheOther) {
  Stage stage;
  stage.at(10.0, [&] { stage.control->disturb(0, -1, {.kind = Disturbance::Kind::fail, .cause = "events[0]"}, true); });
  stage.run(60.0);
  ASSERT_EQ(stage.told.size(), 4u);
  EXPECT_THAT(stage.told, ElementsAre(testing::StartsWith("10.000 it_1 off"), testing::StartsWith("10.000 it_2 off"),
                                      testing::StartsWith("21.100 it_1 on"), testing::StartsWith("26.100 it_2 on")));
}

// 0.8 MW on what may carry 0.4: twice, and the curve says 80 / (4 - 1) s.
TEST(PowerStandby, AUnitThatMayCarryLessTripsAtALowerLoad) {
  Stage stage;
  stage.at(5.0, [&] { stage.control->disturb(3, -1, {.kind = Disturbance::Kind::degrade, .factor = 0.4, .cause = "events[0]"}, true); });
  stage.run(60.0);
  EXPECT_THAT(stage.told, ElementsAre("31.667 it_1 off < site.power.pdu"));
}

}  // namespace
}  // namespace aifactory
