/// One plant with one CDU, its ports written down.
#include "sim/actors/cooling_plant.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "models/cooling/psychrometrics.h"
#include "sim/actors/cdu_control.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/reader.h"

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

struct Stage : engine::EventTarget {
  Stage() : kernel("test"), rack(catalog<RackParams>("gb200_nvl72")), cdu(catalog<Cdu::Params>("cdu_1300kw")) {
    kernel.add_site("site", {});
    kernel.seal();
    CduControl::Unit unit{
        .name = "site.cooling.cdu_01", .model = cdu, .rack = &rack, .primary = 1.3 * MW / (8.0 * K), .racks = 8};
    banks.emplace_back(LiquidBank::Params{.racks = 8,
                                          .accelerators_per_rack = 72,
                                          .chip = 60.0 * J_per_K,
                                          .plate = 900.0 * J_per_K,
                                          .chip_to_plate = 0.01 * K_per_W,
                                          .coolant = cdu.secondary_heat_capacity(),
                                          .start = Temperature::celsius(30.0)},
                       CduControl::flow_of(unit, 4, 1.0));
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
    cdus.emplace(kernel, 5, "site.cooling", std::vector<CduControl::Unit>{unit}, banks, *loop, log,
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
  void at(double seconds, std::function<void()> action) {
    // After the plant's own turn in the phases before.
    kernel.calendar().add(to_ticks(seconds * s), engine::Phase::schedule, 99, *this,
                          static_cast<std::int64_t>(actions.size()));
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
  Rack rack;
  Cdu cdu;
  OutdoorAir air = OutdoorAir::from_wet_bulb(Temperature::celsius(20.0), Temperature::celsius(15.0));
  std::vector<LiquidBank> banks;
  std::optional<WaterLoop> loop;
  EventLog log;
  std::optional<CduControl> cdus;
  std::optional<CoolingPlant> plant;
  std::vector<std::function<void()>> actions;
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

}  // namespace
}  // namespace aifactory
