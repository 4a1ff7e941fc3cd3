/// Generators behind several switches, and breakers of units that carry less: on a network of a few units.
#include "tests/sim/actors/power_stage.h"

#include <gmock/gmock.h>

namespace aifactory {
namespace {
using testing::ElementsAre;

constexpr PowerNetwork::UnitId kFeed = 0, kGenerator = 1, kSwitch1 = 2, kPdu = 3, kIt1 = 4, kSwitch2 = 5, kIt2 = 6;

/// feed and gen -> ats_1 -> pdu (with a breaker) -> it_1, and feed and gen -> ats_2 -> it_2.
struct Stage : PowerStage {
  Stage() : PowerStage(units(), std::vector<bool>(7, false), {{kIt1, Use::it}, {kIt2, Use::it}}, params()) {
    at(0, [this] {
      power->set_load(kIt1, 0.8 * MW);
      power->set_load(kIt2, 0.5 * MW);
    });
  }
  static std::vector<PowerNetwork::Unit> units() {
    return {unit("feed", UnitKind::utility_feed, {}),           unit("gen", UnitKind::generator, {}),
            unit("ats_1", UnitKind::switchboard, {"feed", "gen"}), unit("pdu", UnitKind::switchboard, {"ats_1"}),
            unit("it_1", UnitKind::load, {"pdu"}),               unit("ats_2", UnitKind::switchboard, {"feed", "gen"}),
            unit("it_2", UnitKind::load, {"ats_2"})};
  }
  static PowerControl::Params params() {
    Generator::Params diesel;
    diesel.rating = 2.0 * MW;
    diesel.points = {{0.5, 0.38}, {1.0, 0.40}};
    PowerControl::Params params{.name = "site.power"};
    params.generators.push_back({.unit = kGenerator, .model = Generator(diesel)});
    params.switches.push_back({.unit = kSwitch1});
    params.switches.push_back({.unit = kSwitch2});
    params.breakers.push_back({.unit = kPdu, .model = Breaker({.curve = BreakerCurve::iec_extremely_inverse, .time_multiplier = 1.0}), .rating = 1.0 * MW});
    return params;
  }
};

// Ready 11 s after the loss; a switch takes 0.1 s; the next block of load comes 5 s after the first.
TEST(PowerStandby, AGeneratorTakesItsSwitchesOneAfterTheOther) {
  Stage stage;
  stage.fail(kFeed, 10.0);
  stage.run(60.0);
  ASSERT_EQ(stage.told.size(), 4u);
  EXPECT_THAT(stage.told, ElementsAre(testing::StartsWith("10.000 it_1 off"), testing::StartsWith("10.000 it_2 off"),
                                      testing::StartsWith("21.100 it_1 on"), testing::StartsWith("26.100 it_2 on")));
}

// 0.8 MW on what may carry 0.4: twice, and the curve says 80 / (4 - 1) s.
TEST(PowerStandby, AUnitThatMayCarryLessTripsAtALowerLoad) {
  Stage stage;
  stage.at(5.0, [&] { stage.control->disturb(kPdu, -1, {.kind = Disturbance::Kind::degrade, .factor = 0.4, .cause = "events[0]"}, true); });
  stage.run(60.0);
  EXPECT_THAT(stage.told, ElementsAre("31.667 it_1 off < site.power.pdu"));
}

}  // namespace
}  // namespace aifactory
