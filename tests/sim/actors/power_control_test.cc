/// What acts by itself in a power network, on a network of a few units and without racks.
#include "tests/sim/actors/power_stage.h"

#include <gmock/gmock.h>

namespace aifactory {
namespace {
using testing::ElementsAre;

constexpr PowerNetwork::UnitId kFeed = 0, kUps = 1, kIt = 2, kPumps = 3;

/// feed -> ups (1 MW) -> it (0.8 MW), and feed -> pumps (0.1 MW).
struct Stage : PowerStage {
  explicit Stage(Battery::Params battery = {}, bool eco = false, Duration hold_up = 0.0 * s, const LossCurve& loss = {})
      : PowerStage(units(loss), {false, true, false, false}, {{kIt, Use::it}, {kPumps, Use::cdu_pumps}}, params(battery, eco, hold_up)) {
    at(0, [this] {
      power->set_load(kIt, 0.8 * MW);
      power->set_load(kPumps, 0.1 * MW);
    });
  }
  static std::vector<PowerNetwork::Unit> units(const LossCurve& loss) {
    std::vector<PowerNetwork::Unit> all{unit("feed", UnitKind::utility_feed, {}), unit("ups", UnitKind::ups, {"feed"}),
                                        unit("it", UnitKind::load, {"ups"}), unit("pumps", UnitKind::load, {"feed"})};
    all[kUps].loss = loss;
    return all;
  }
  static PowerControl::Params params(const Battery::Params& battery, bool eco, Duration hold_up) {
    PowerControl::Params params{.name = "site.power"};
    params.stores.push_back({.unit = kUps, .battery = Battery(battery, 1.0 * MW), .ups = true, .eco = eco});
    if (hold_up > 0.0 * s) {
      Battery::Params shelf;
      shelf.autonomy = hold_up;
      shelf.charge_efficiency = shelf.discharge_efficiency = 1.0;
      shelf.latch_count = 0;
      params.stores.push_back({.unit = kIt, .battery = Battery(shelf, 0.8 * MW), .ups = false});
    }
    return params;
  }
  void sag(double from_s, double span_s, double pu) {
    at(from_s, [this, pu, span_s] { control->sag(kFeed, 1.0 - pu, span_s * s, "events[0]"); });
  }
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
  held.fail(kFeed, 10.0, 20.0);
  held.run(60.0);
  EXPECT_THAT(held.told, ElementsAre("10.000 pumps off < site.power.feed", "20.000 pumps on < site.power.feed"));
  EXPECT_THAT(held.events("ups"), ElementsAre("10.004 site.power.ups on battery, charge_frac", "20.000 site.power.ups input back, load walks in",
                                              "30.000 site.power.ups on input, charge_frac"));
}

TEST(PowerControl, WithoutShelvesTheMomentDropsTheLoad) {
  Stage bare(Battery::Params{}, true);
  bare.fail(kFeed, 10.0);
  bare.run(60.0);
  EXPECT_THAT(bare.told, ElementsAre("10.000 it off < site.power.feed", "10.000 pumps off < site.power.feed", "10.004 it on < site.power.feed"));
}

TEST(PowerControl, AFailedBatteryDropsTheLoadWithTheFeed) {
  Stage stage;
  stage.fail(kUps, 5.0, -1, 0);
  stage.fail(kFeed, 10.0, 15.0);
  stage.run(60.0);
  EXPECT_THAT(stage.told, ElementsAre("10.000 it off < site.power.feed", "10.000 pumps off < site.power.feed", "15.000 it on < site.power.feed", "15.000 pumps on < site.power.feed"));
}

TEST(PowerControl, ADegradedBatteryIsEmptyEarlier) {
  Stage stage;
  stage.at(5.0, [&] { stage.control->disturb(1, 0, {.kind = Disturbance::Kind::degrade, .factor = 0.5, .cause = "events[0]"}, true); });
  stage.fail(kFeed, 10.0);
  stage.run(400.0);
  // Half of 5 min, at 0.8 of the rating: 187.5 s.
  EXPECT_THAT(stage.events("battery_empty"), ElementsAre("197.500 site.power.ups after_s"));
}

constexpr Disturbance::Kind kDegrade = Disturbance::Kind::degrade;

TEST(PowerControl, OfTwoDegradationsTheSmallerShareHolds) {
  Stage stage;
  stage.at(5.0, [&] { stage.control->disturb(1, 0, {.kind = kDegrade, .factor = 0.5, .cause = "events[0]"}, true); });
  stage.at(6.0, [&] { stage.control->disturb(1, 0, {.kind = kDegrade, .factor = 0.8, .cause = "events[1]"}, true); });
  stage.fail(kFeed, 10.0);
  stage.run(400.0);
  EXPECT_THAT(stage.events("battery_empty"), ElementsAre("197.500 site.power.ups after_s"));  // half of 5 min at 0.8 of the rating
}

TEST(PowerControl, WhenTheSmallerShareEndsTheOtherHolds) {
  Stage stage;
  stage.at(5.0, [&] { stage.control->disturb(1, 0, {.kind = kDegrade, .factor = 0.5, .cause = "events[0]"}, true); });
  stage.at(6.0, [&] { stage.control->disturb(1, 0, {.kind = kDegrade, .factor = 0.8, .cause = "events[1]"}, true); });
  stage.at(7.0, [&] { stage.control->disturb(1, 0, {.kind = kDegrade, .factor = 0.5, .cause = "events[0]"}, false); });
  stage.fail(kFeed, 10.0);
  stage.run(400.0);
  EXPECT_THAT(stage.events("battery_empty"), ElementsAre("310.000 site.power.ups after_s"));  // four fifths of it
}

TEST(PowerControl, TheLoadWalksInByQuartersAndAFailedBatteryIsNotCharged) {
  Stage stage;
  stage.fail(kFeed, 10.0, 70.0);
  for (int quarter = 0; quarter < 4; ++quarter) {
    stage.at(71.0 + 2.5 * quarter, [&stage, quarter] { EXPECT_NEAR(stage.power->grid().in(MW), 0.1 + 0.2 * quarter, 1e-9); });
  }
  stage.fail(kUps, 90.0, -1, 0);
  stage.at(91.0, [&] { EXPECT_NEAR(stage.power->grid().in(MW), 0.9, 1e-9); });
  stage.at(100.0, [&] { stage.control->disturb(1, 0, {.kind = Disturbance::Kind::fail, .cause = "events[1]"}, false); });
  stage.at(101.0, [&] { EXPECT_NEAR(stage.power->grid().in(MW), 1.0, 1e-9); });
  stage.run(200.0);
}

// The UPS loses 10 + 8 + 12.8 = 30.8 kW at 0.8 MW on its input, its battery and inverter 800 (1/0.97 - 1) = 24.742 kW.  While
// it walks in each path loses for its quarters: at no time more than the UPS does on its input.  Afterwards charging, 100 kW,
// loses 3 kW.
TEST(PowerControl, AUpsThatWalksInLosesForEachPathWhatThatPathCarries) {
  Stage stage(Battery::Params{}, false, 0.0 * s, LossCurve::quadratic(1.0 * MW, 0.01, 0.01, 0.02));
  stage.fail(kFeed, 10.0, 70.0);
  const double input_kw = 30.8, battery_kw = 800.0 * (1.0 / 0.97 - 1.0);
  struct Row {
    double at_s, battery_share, grid_kw;
  };
  for (const Row& row : {Row{5.0, 0.0, 100 + 800 + 30.8}, Row{20.0, 1.0, 0.0}, Row{71.0, 1.0, 100.0}, Row{73.5, 0.75, 100 + 200 + 7.7},
                         Row{76.0, 0.5, 100 + 400 + 15.4}, Row{78.5, 0.25, 100 + 600 + 23.1}}) {
    stage.at(row.at_s, [&stage, row, input_kw, battery_kw] {
      EXPECT_NEAR(stage.power->grid().in(kW), row.grid_kw, 1e-3) << row.at_s;
      EXPECT_NEAR(stage.power->indoor_loss().in(kW), (1.0 - row.battery_share) * input_kw + row.battery_share * battery_kw, 2e-3) << row.at_s;
      EXPECT_LE(stage.power->indoor_loss().in(kW), input_kw + 1e-9) << row.at_s;
    });
  }
  stage.at(81.0, [&] { EXPECT_NEAR(stage.power->indoor_loss().in(kW), input_kw + 3.0, 2e-3); });
  stage.run(100.0);
}

TEST(PowerControl, ABatteryIsChargedAgainWithWhatItsChargerTakes) {
  Stage stage;
  stage.fail(kFeed, 10.0, 70.0);
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
