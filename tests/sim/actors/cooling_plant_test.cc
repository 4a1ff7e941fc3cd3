/// One plant with one CDU, its ports written down.
#include "sim/actors/cooling_plant.h"

#include <gtest/gtest.h>

#include <functional>
#include <tuple>
#include <vector>

#include "models/cooling/psychrometrics.h"
#include "models/power/network.h"
#include "sim/actors/cdu_control.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/reader.h"
#include "tests/sim/actors/test_clock.h"

namespace aifactory {
namespace {

template <class T>
T catalog(const std::string& name) {
  CatalogRef<T> ref;
  Report report;
  const Catalog standard = Catalog::standard();
  Doc doc = Doc::at({}, Doc::Kind::scalar);
  doc.scalar = name;
  Reader(standard, report).read({&doc, {}, "test"}, ref);
  report.throw_if_any();
  return ref.value;
}

Cdu::Params cdu_params(std::int64_t pumps_running) {
  Cdu::Params params = catalog<Cdu::Params>("cdu_1300kw");
  params.pumps_running = pumps_running;
  return params;
}

struct Stage : TestClock {
  explicit Stage(const CduControlConfig& control = {}, std::int64_t pumps_running = 4)
      : TestClock(engine::Phase::schedule, 99),  // after the plant's own turn in the phases before
        rack(catalog<RackParams>("gb200_nvl72")), cdu(cdu_params(pumps_running)) {
    CduControl::Unit unit{
        .name = "site.cooling.cdu_01", .model = cdu, .rack = &rack, .primary = 1.3 * MW / (8.0 * K), .racks = 8};
    banks.emplace_back(LiquidBank::Params{.racks = 8,
                                          .accelerators_per_rack = 72,
                                          .chip = 60.0 * J_per_K,
                                          .plate = 900.0 * J_per_K,
                                          .chip_to_plate = 0.01 * K_per_W,
                                          .coolant = cdu.secondary_heat_capacity(),
                                          .start = Temperature::celsius(30.0)},
                       CduControl::flow_of(unit, pumps_running, 1.0));
    const VolumeFlow flow = 1.3 * MW / (kWater.specific_heat * (8.0 * K)) / kWater.density;
    const HeatCapacity capacity = kWater.heat_capacity(26.0 * m3);
    loop.emplace(WaterLoop::Params{.capacity = capacity, .start = Temperature::celsius(30.0)},
                 HeatPlant({.capacity = capacity,
                            .design_heat = 1.3 * MW,
                            .set_point = Temperature::celsius(30.0),
                            .response = 300.0 * s,
                            .period = 60.0 * s,
                            .control = {},
                            .pumps = {.unit = 1,
                                      .params = {.count = 1, .design_running = 1, .design_flow = flow,
                                                 .design_head = Pressure(13e3 * 0.75 / flow.si()), .efficiency = 0.75}},
                            .coolers = {{.whole = MerkelTower(catalog<MerkelTower::Params>("merkel_range8")),
                                         .cells = {{.unit = 0, .part = 0, .share = 1.0}},
                                         .on_condenser = false,
                                         .wet = true,
                                         .design_approach = 3.9 * K}}}),
                 std::nullopt, &banks);
    cdus.emplace(kernel, 5, "site.cooling", control, std::vector<CduControl::Unit>{unit}, banks, *loop, log,
                 CduControl::Ports{.coolant_changed = [this](std::size_t) { ++coolant_changes; },
                                   .pump_power = [this](std::size_t, Power p) { cdu_pump_w = p.si(); }});
    plant.emplace(kernel, 10, CoolingPlant::Params{.name = "site.cooling", .period = 60.0 * s},
                  banks, *loop, log,
                  CoolingPlant::Ports{.outdoor =
                                          [this](Tick now) -> const OutdoorAir& {
                                            controls.push_back(now);  // asked once at each control instant
                                            return air;
                                          },
                                      .supply_moved = [this](std::size_t) { ++coolant_changes; },
                                      .facility_flow = [this](double share) { cdus->facility_flow(share); },
                                      .plant_power =
                                          [this](const HeatPlant::Answer& answer, Power) {
                                            pumps_w = answer.loop_pumps.si();
                                            fans_w = answer.fans.si();
                                          },
                                      .observe = [](Tick, std::size_t) {}});
    kernel.spawn("cdus", "site", [this] { (*cdus)(); });
    kernel.spawn("plant", "site", [this] { (*plant)(); });
  }
  void run(double end_s) { run_until(end_s); }

  Rack rack;
  Cdu cdu;
  OutdoorAir air = OutdoorAir::from_wet_bulb(Temperature::celsius(20.0), Temperature::celsius(15.0));
  std::vector<LiquidBank> banks;
  std::optional<WaterLoop> loop;
  EventLog log;
  std::optional<CduControl> cdus;
  std::optional<CoolingPlant> plant;
  std::vector<Tick> controls;
  int coolant_changes = 0;
  double cdu_pump_w = -1, pumps_w = -1, fans_w = -1;
};

TEST(CoolingPlant, ActsAtItsPeriodAndWhenItsSupplyGoesAndComes) {
  Stage stage;
  const double four_pumps_w = stage.cdu.pumps().solve(4, 1.0).power.si();
  stage.at(70, [&] {
    stage.cdus->powered(0, false, "feed");
    stage.plant->powered(false, "feed");
  });
  stage.at(71, [&] {
    EXPECT_EQ(stage.pumps_w, 0.0);
    EXPECT_EQ(stage.cdu_pump_w, 0.0);
    EXPECT_EQ(stage.banks[0].flow().secondary.si(), 0.0);
    EXPECT_EQ(stage.banks[0].flow().exchange.si(), 0.0);
  });
  stage.at(95, [&] {
    stage.cdus->powered(0, true, "feed");
    stage.plant->powered(true, "feed");
  });
  stage.at(96, [&] {
    EXPECT_EQ(stage.pumps_w, 13000.0);
    EXPECT_NEAR(stage.cdu_pump_w, four_pumps_w, 1e-3);
  });
  stage.run(190);
  EXPECT_EQ(stage.controls, (std::vector<Tick>{0, 60'000'000, 70'000'000, 95'000'000, 120'000'000, 180'000'000}));
}

TEST(CduControl, CountsFailuresOfOnePumpAndOfTheWholeUnit) {
  Stage stage;
  const auto flow = [&] { return stage.banks[0].flow().secondary / stage.cdu.design_secondary(); };
  stage.at(10, [&] { stage.cdus->disturb(0, 0, {.cause = "x"}, true); });
  stage.at(11, [&] { EXPECT_NEAR(flow(), 0.930261, 1e-6); });       // 3/4 sqrt(1.25/(1/4 + 9/16))
  stage.at(12, [&] { stage.cdus->disturb(0, 0, {.cause = "y"}, true); });  // a second reason on the same pump
  stage.at(14, [&] { stage.cdus->disturb(0, 1, {.cause = "z"}, true); });
  stage.at(15, [&] { EXPECT_NEAR(flow(), 0.5 * std::sqrt(1.25 / (0.25 + 4.0 / 16.0)), 1e-6); });  // two pumps
  stage.at(16, [&] { stage.cdus->disturb(0, -1, {.cause = "unit"}, true); });
  stage.at(17, [&] { EXPECT_EQ(flow(), 0.0); });
  stage.at(18, [&] { stage.cdus->disturb(0, -1, {.cause = "unit"}, false); });
  stage.at(20, [&] { stage.cdus->disturb(0, 0, {.cause = "x"}, false); });
  stage.at(21, [&] { EXPECT_NEAR(flow(), 0.790569, 1e-6); });  // still down for the other reason
  stage.at(22, [&] {
    stage.cdus->disturb(0, 0, {.cause = "y"}, false);
    stage.cdus->disturb(0, 1, {.cause = "z"}, false);
  });
  stage.at(23, [&] { EXPECT_NEAR(flow(), 1.0, 1e-12); });
  stage.run(30);
  EXPECT_GT(stage.coolant_changes, 7);
}

TEST(CduControl, ASparePumpStartsAfterItsDelayAndAControllerAfterItsRestart) {
  CduControlConfig control;
  control.standby_start = 5.0 * s;
  control.restart = 40.0 * s;
  Stage stage(control, 3);  // three of four pumps run
  const auto flow = [&] { return stage.banks[0].flow().secondary / stage.cdu.design_secondary(); };
  stage.at(10, [&] { stage.cdus->disturb(0, 1, {.cause = "x"}, true); });
  stage.at(11, [&] { EXPECT_NEAR(flow(), 2.0 / 3.0 * std::sqrt(1.25 / (0.25 + 4.0 / 9.0)), 1e-6); });
  stage.at(16, [&] { EXPECT_NEAR(flow(), 1.0, 1e-12); });
  stage.at(20, [&] { stage.cdus->disturb(0, 1, {.cause = "x"}, false); });  // comes back as the spare
  stage.at(21, [&] { EXPECT_NEAR(flow(), 1.0, 1e-12); });
  stage.at(30, [&] { stage.cdus->powered(0, false, "board"); });
  stage.at(31, [&] { EXPECT_EQ(flow(), 0.0); });
  stage.at(35, [&] { stage.cdus->powered(0, true, "board"); });
  stage.at(50, [&] { stage.cdus->powered(0, false, "board"); });  // again, before the restart was over
  stage.at(60, [&] { stage.cdus->powered(0, true, "board"); });
  stage.at(99, [&] { EXPECT_EQ(flow(), 0.0); });
  stage.at(101, [&] { EXPECT_NEAR(flow(), 1.0, 1e-12); });
  // Without a controller nothing replaces a pump.
  stage.at(110, [&] { stage.cdus->disturb(0, 6, {.cause = "c"}, true); });
  stage.at(111, [&] { stage.cdus->disturb(0, 0, {.cause = "p"}, true); });
  stage.at(120, [&] { EXPECT_NEAR(flow(), 2.0 / 3.0 * std::sqrt(1.25 / (0.25 + 4.0 / 9.0)), 1e-6); });
  stage.at(121, [&] { stage.cdus->disturb(0, 6, {.cause = "c"}, false); });
  stage.at(130, [&] { EXPECT_NEAR(flow(), 1.0, 1e-12); });
  stage.run(140);
}

TEST(CduControl, AValveHoldsTheSetPointSticksAndStaysAboveTheDewPoint) {
  CduControlConfig control;
  control.supply = Temperature::celsius(38.0);
  Stage stage(control);
  const Power one = on_load_grid(900.0 * W);
  const auto load = [&](Power chip) {
    stage.cdus->heat_changes(0);
    for (int r = 0; r < 8; ++r) stage.banks[0].set_rack(stage.kernel.now(), r, chip * 72.0, chip);
    stage.cdus->add_rack_heat(0, 0.0 * W);
  };
  const auto supply_c = [&] { return stage.banks[0].supply(stage.kernel.now()).in_celsius(); };
  const auto position = [&] { return stage.cdus->valve_position(0, stage.kernel.now()); };
  double held = 0;
  stage.at(1, [&] { load(one); });
  stage.at(2, [&] { EXPECT_EQ(position(), 0.0); });  // 30 degC: nothing to take away yet
  stage.at(3600, [&] {
    EXPECT_NEAR(supply_c(), 38.0, 1e-4);
    held = position();
    EXPECT_GT(held, 0.05);
    EXPECT_LT(held, 0.9);
    // The same exchange as that of a CDU of its data sheet at this position.
    const auto by_hand = stage.cdu.exchange(held * 1.3 * MW / (8.0 * K), stage.banks[0].flow().secondary);
    EXPECT_NEAR(by_hand.conductance / stage.banks[0].exchanging(stage.kernel.now()), 1.0, 1e-9);
    stage.cdus->disturb(0, 4, {.cause = "valve"}, true);
  });
  stage.at(3700, [&] { load(0.5 * one); });
  stage.at(9000, [&] {
    EXPECT_EQ(position(), held);  // and colder than the set point: the stuck valve passes too much
    EXPECT_LT(supply_c(), 36.0);
    stage.cdus->disturb(0, 4, {.cause = "valve"}, false);
  });
  stage.at(12000, [&] {
    EXPECT_NEAR(supply_c(), 38.0, 1e-4);
    // A fouled exchanger needs more water for the same heat.
    held = position();
    stage.cdus->disturb(0, 5, {.kind = Disturbance::Kind::degrade, .factor = 0.3, .what = "fouling", .cause = "f"}, true);
  });
  stage.at(12001, [&] {
    EXPECT_NEAR(supply_c(), 38.0, 1e-4);
    EXPECT_GT(position(), 1.1 * held);
  });
  stage.run(12002);

  control.supply = Temperature::celsius(14.0);
  EXPECT_EQ(control.room_dew_point.in_celsius() + control.dew_point_margin.si(), 17.0);
}

TEST(CduControl, ASetPointIsRaisedAboveTheDewPoint) {
  CduControlConfig control;
  control.supply = Temperature::celsius(16.0);
  control.room_dew_point = Temperature::celsius(15.5);
  Stage stage(control);
  EXPECT_DOUBLE_EQ(stage.cdus->set_point(0)->in_celsius(), 17.5);
  stage.run(1);
}

TEST(CduControl, PumpsFollowTheLoadInSteps) {
  CduControlConfig control;
  control.pump_speed = PumpSpeed::by_load;
  Stage stage(control);
  const auto flow = [&] { return stage.banks[0].flow().secondary / stage.cdu.design_secondary(); };
  const auto load = [&](double share) {
    stage.cdus->heat_changes(0);
    const Power one = on_load_grid(share * 1.3 * MW / 576.0);
    for (int r = 0; r < 8; ++r) stage.banks[0].set_rack(stage.kernel.now(), r, one * 72.0, one);
    stage.cdus->add_rack_heat(0, 0.0 * W);
  };
  const double full_w = stage.cdu_pump_w / 0.125;  // idle: half speed, an eighth of the power
  for (const auto& [at_s, share, speed] : {std::tuple{10.0, 0.73, 0.75}, {20.0, 0.69, 0.75}, {30.0, 0.62, 0.65}, {40.0, 0.2, 0.5}, {50.0, 1.2, 1.0}}) {
    stage.at(at_s, [&, load_share = share] { load(load_share); });
    stage.at(at_s + 1, [&, expected = speed] {
      EXPECT_NEAR(flow(), expected, 1e-9);
      EXPECT_NEAR(stage.cdu_pump_w, full_w * std::pow(expected, 3), 1e-3);
    });
  }
  stage.run(60);
}

}  // namespace
}  // namespace aifactory
