// Models of cooling/ by name: what stands indoors.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/cooling/cdu.h"
#include "models/cooling/cold_plate.h"
#include "models/cooling/crah.h"
#include "models/cooling/fan.h"
#include "models/cooling/heat_exchanger.h"
#include "models/cooling/pump.h"
#include "models/eval/eval_rows.h"

namespace aifactory {
namespace {

using namespace eval_rows;

EvalModel heat_exchanger() {
  EvalKey arrangement = number("arrangement", "", kAny, "counterflow or crossflow (both unmixed)");
  arrangement.text = true;
  arrangement.text_fallback = "counterflow";
  return {.name = "heat_exchanger",
          .summary = "effectiveness from transfer units and capacity ratio",
          .equations =
              "counterflow eps = (1 - e^{-N(1-z)})/(1 - z e^{-N(1-z)}); crossflow eps = 1 - exp[(e^{-N z N^-0.22} - "
              "1)/(z N^-0.22)]; N scaled by 2/(r1^-0.8 + r2^-0.8)",
          .validity = "turbulent single-phase streams",
          .source = "Incropera et al., Fundamentals of Heat and Mass Transfer, chapter 11",
          .inputs = {arrangement, number("ntu", "", kNonNegative, "N = UA/C_min"),
                     number("capacity_ratio", "", kFraction, "z = C_min/C_max"),
                     number("flow_ratio_1", "", kNonNegative, "flow of one side over design", 1.0),
                     number("flow_ratio_2", "", kNonNegative, "flow of the other side over design", 1.0)},
          .outputs = {output("effectiveness", "", "at these transfer units"),
                      output("ua_ratio", "", "UA over design UA at these flow ratios")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const std::string& kind = args.text("arrangement");
            if (kind != "counterflow" && kind != "crossflow") {
              throw InputError(fmt::format("heat exchanger: arrangement = {} must be counterflow or crossflow", kind));
            }
            const double eps = kind == "counterflow" ? counterflow_effectiveness(args["ntu"], args["capacity_ratio"])
                                                     : crossflow_effectiveness(args["ntu"], args["capacity_ratio"]);
            return {{"effectiveness", "", eps},
                    {"ua_ratio", "", conductance_ratio(args["flow_ratio_1"], args["flow_ratio_2"])}};
          }};
}

EvalModel cold_plate() {
  ColdPlate::Params p;  // a round set between published targets of 1 to 1.4 kW packages
  p.conduction = 0.012 * K_per_W;
  p.convection = 0.013 * K_per_W;
  p.reference_flow = 1.5 * liter_per_min;
  return {.name = "cold_plate",
          .summary = "junction temperature of a package on a cold plate",
          .equations = "R = Rc + Rv (V/V0)^-n; T_junction = T_inlet + P R",
          .validity = "single phase, flow 0.3..2 of the reference flow; defaults are assumed round figures",
          .source = "two-term fit usual in vendors' curves; targets below 0.03 K/W published for GB200",
          .inputs =
              with_params({number("power", "W", kNonNegative, "heat of the package"),
                           number("inlet", "degC", kCelsius, "coolant to the plate"),
                           number("flow", "m3/s", kPositive, "coolant through the plate", (1.5 * liter_per_min).si())},
                          p),
          .outputs = {output("resistance", "K/W", "junction to inlet"), output("junction", "degC", "steady state")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const ColdPlate plate(read_params<ColdPlate::Params>(args));
            const VolumeFlow flow(args["flow"]);
            return {
                {"resistance", "K/W", plate.resistance(flow).si()},
                {"junction", "degC", plate.junction(Power(args["power"]), celsius(args["inlet"]), flow).in_celsius()}};
          }};
}

EvalModel cdu() {
  Cdu::Params p;
  p.rated_heat = 1.3 * MW;
  p.design_supply = celsius(40.0);
  p.design_primary_supply = celsius(36.0);
  p.pump_count = p.pumps_running = 4;
  p.pump_head = 276.0 * kPa;
  p.pump_efficiency = 0.6;
  return {
      .name = "cdu",
      .summary = "coolant distribution unit: supply to the racks at a heat and flows",
      .equations =
          "Q = eps C_min (T_return - T_primary), counterflow, UA = UA0 2/(r_p^-0.8 + r_s^-0.8); technology loop flow "
          "by its pump group",
      .validity = "both flows above about 0.2 of design",
      .source = "eps-NTU; flow per power: OCP guideline, typically 1.5 L/min/kW",
      .inputs =
          with_params({number("heat", "W", kNonNegative, "of the racks; left out: rated", 1.3e6),
                       number("primary_supply", "degC", kCelsius, "facility water to the CDU", 36.0),
                       number("primary_flow_ratio", "", kPositive, "facility water over design", 1.0),
                       number("running", "", kNonNegative, "pumps that turn; left out: all of pumps_running", 4.0),
                       number("speed", "", kPositiveFraction, "pump speed over full speed", 1.0)},
                      p),
      .outputs = {output("supply", "degC", "technology loop to the racks"),
                  output("return", "degC", "technology loop from the racks"),
                  output("primary_return", "degC", "facility water from the CDU"),
                  output("effectiveness", "", "of the heat exchanger"), output("ua", "W/K", "at the design point"),
                  output("flow", "m3/s", "technology loop"), output("pump_power", "W", "electric")},
      .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
        const Cdu unit(read_params<Cdu::Params>(args));
        const Power heat(args["heat"]);
        const std::int64_t running = std::llround(args["running"]);
        if (running < 1 || running > unit.params().pump_count) {
          throw InputError(fmt::format("CDU: running = {} must be in 1..{}", running, unit.params().pump_count));
        }
        const auto pumps = unit.pumps().solve(running, args["speed"]);
        const ThermalConductance primary = args["primary_flow_ratio"] * unit.design_primary();
        const ThermalConductance secondary = unit.coolant().capacity_rate(pumps.flow);
        const Temperature primary_supply = celsius(args["primary_supply"]);
        const auto hx = unit.exchange(primary, secondary);
        const Temperature back = primary_supply + heat / hx.conductance;
        return {{"supply", "degC", (back - heat / secondary).in_celsius()},
                {"return", "degC", back.in_celsius()},
                {"primary_return", "degC", (primary_supply + heat / primary).in_celsius()},
                {"effectiveness", "", hx.effectiveness},
                {"ua", "W/K", unit.ua().si()},
                {"flow", "m3/s", pumps.flow.si()},
                {"pump_power", "W", pumps.power.si()}};
      }};
}

EvalModel pump_group() {
  PumpGroup::Params p;
  p.count = p.design_running = 4;
  p.design_flow = 50.0 * liter_per_s;
  p.design_head = 300.0 * kPa;
  p.efficiency = 0.75;
  return {.name = "pump_group",
          .summary = "parallel pumps on a loop: flow, head and power with some of them running",
          .equations = "H = n^2 H0 - k q^2 = Hs + c Q^2, Q = N q; P = N q H/eta(q)",
          .validity = "speed 0..1, flow per pump up to 1.9 of its design flow",
          .source = "affinity laws; ASHRAE Handbook HVAC Systems and Equipment, centrifugal pumps",
          .inputs = with_params({number("running", "", kNonNegative, "pumps that turn", 4.0),
                                 number("speed", "", between(0.0, 1.2), "over full speed", 1.0)},
                                p),
          .outputs = {output("flow", "m3/s", "of the loop"), output("head", "Pa", "of the loop"),
                      output("power", "W", "electric, all running pumps"),
                      output("flow_ratio", "", "of one pump, over its design flow at this speed")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const PumpGroup pumps(read_params<PumpGroup::Params>(args));
            const std::int64_t running = std::llround(args["running"]);
            if (running > pumps.params().count) {
              throw InputError(fmt::format("pump group: running = {} must be in 0..{}", running, pumps.params().count));
            }
            const auto out = pumps.solve(running, args["speed"]);
            return {{"flow", "m3/s", out.flow.si()},
                    {"head", "Pa", out.head.si()},
                    {"power", "W", out.power.si()},
                    {"flow_ratio", "", out.flow_ratio}};
          }};
}

EvalModel fan() {
  return {.name = "fan",
          .summary = "variable-speed fan: flow and power at a speed",
          .equations = "flow = r rated_flow; P = rated_power (f + (1 - f) r^3)",
          .validity = "fixed duct, no static pressure set point",
          .source = "fan affinity laws; fixed share as in EnergyPlus",
          .inputs = with_params({number("fan_ratio", "", kFraction, "speed over full speed", 1.0)}, Fan::Params{}),
          .outputs = {output("flow", "m3/s", "air"), output("fan_power", "W", "electric")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const auto out = Fan(read_params<Fan::Params>(args)).at_ratio(args["fan_ratio"]);
            return {{"flow", "m3/s", out.flow.si()}, {"fan_power", "W", out.power.si()}};
          }};
}

EvalModel crah() {
  Crah::Params p;
  p.design_heat = 210.0 * kW;
  p.design_water_supply = celsius(20.0);
  p.design_water_return = celsius(28.0);
  p.design_supply_air = celsius(25.0);
  p.design_return_air = celsius(37.0);
  p.design_fan_power = 10.0 * kW;
  return {
      .name = "crah",
      .summary = "air handler or fan wall: air temperatures and fan power at a heat",
      .equations =
          "r = clamp(heat/net design heat, min, 1); P_fan ~ r^3; heat + P_fan = eps C_min (T_in - T_water), cross-flow",
      .validity = "dry coil",
      .source = "eps-NTU, fan affinity law; default sizes are assumed",
      .inputs = with_params({number("heat", "W", kNonNegative, "of the room"),
                             number("water_supply", "degC", kCelsius, "facility water to the coil", 20.0),
                             number("water_flow", "kg/s", kOptionalNonNegative, "left out: design flow", kNone)},
                            p),
      .outputs = {output("supply_air", "degC", "to the racks"), output("return_air", "degC", "from the racks"),
                  output("leaving_water", "degC", "from the coil"), output("fan_power", "W", "electric"),
                  output("coil_heat", "W", "room and fans"), output("fan_ratio", "", "speed over full speed")},
      .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
        const Crah unit(read_params<Crah::Params>(args));
        const ThermalConductance water =
            given(args["water_flow"], kNone) ? kWater.capacity_rate(MassFlow(args["water_flow"])) : unit.design_water();
        if (!(water.si() > 0.0)) throw InputError("CRAH: water_flow = 0 kg/s must be > 0 kg/s");
        const auto out = unit.evaluate(Power(args["heat"]), celsius(args["water_supply"]), water);
        return {{"supply_air", "degC", out.supply_air.in_celsius()},
                {"return_air", "degC", out.return_air.in_celsius()},
                {"leaving_water", "degC", out.leaving_water.in_celsius()},
                {"fan_power", "W", out.fan_power.si()},
                {"coil_heat", "W", out.coil_heat.si()},
                {"fan_ratio", "", out.fan_ratio}};
      }};
}

}  // namespace

std::vector<EvalModel> cooling_eval_models() {
  std::vector<EvalModel> models = outdoor_eval_models();
  for (EvalModel& model : std::vector<EvalModel>{heat_exchanger(), cold_plate(), cdu(), pump_group(), fan(), crah()}) models.push_back(std::move(model));
  for (EvalModel& model : chiller_eval_models()) models.push_back(std::move(model));
  return models;
}

}  // namespace aifactory
