// Models of cooling/ by name.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/cooling/cdu.h"
#include "models/cooling/cold_plate.h"
#include "models/cooling/crah.h"
#include "models/cooling/dry_cooler.h"
#include "models/cooling/fan.h"
#include "models/cooling/heat_exchanger.h"
#include "models/cooling/merkel_tower.h"
#include "models/cooling/psychrometrics.h"
#include "models/cooling/pump.h"
#include "models/cooling/tower_water.h"
#include "models/cooling/york_calc.h"
#include "models/eval/eval_rows.h"

namespace aifactory {
namespace {

using namespace eval_rows;

std::vector<EvalKey> air_keys() {
  return {
      number("dry_bulb", "degC", kOptionalCelsius, "outdoor dry bulb; left out: saturated air at wet_bulb",
             kNoTemperature_c),
      number("relative_humidity", "", kOptionalFraction, "0..1; with dry_bulb, instead of wet_bulb", kNone),
      number("wet_bulb", "degC", kOptionalCelsius, "outdoor wet bulb, instead of relative_humidity", kNoTemperature_c),
      number("dew_point", "degC", kOptionalCelsius, "with dry_bulb, instead of relative_humidity", kNoTemperature_c),
      number("humidity_ratio", "", kOptionalFraction, "kg water per kg dry air; with dry_bulb, instead of relative_humidity", kNone),
      number("pressure", "Pa", between(30e3, 120e3), "station pressure", kSeaLevelPressure.si())};
}

OutdoorAir air_of(const EvalArgs& args) {
  const bool has_dry = given(args["dry_bulb"], kNoTemperature_c), has_wet = given(args["wet_bulb"], kNoTemperature_c);
  const bool has_dew = given(args["dew_point"], kNoTemperature_c), has_rh = given(args["relative_humidity"], kNone);
  const bool has_w = given(args["humidity_ratio"], kNone);
  if (has_wet + has_dew + has_rh + has_w != 1) {
    throw InputError("outdoor air: give exactly one of relative_humidity, wet_bulb, dew_point, humidity_ratio");
  }
  if (!has_dry && !has_wet) throw InputError("outdoor air: dry_bulb is not set");
  const Pressure pressure(args["pressure"]);
  const Temperature dry_bulb = celsius(has_dry ? args["dry_bulb"] : args["wet_bulb"]);
  if (has_rh) return OutdoorAir::from_relative_humidity(dry_bulb, args["relative_humidity"], pressure);
  if (has_w) return OutdoorAir::from_dew_point(dry_bulb, psychro::dew_point(args["humidity_ratio"], pressure), pressure);
  if (has_dew) return OutdoorAir::from_dew_point(dry_bulb, celsius(args["dew_point"]), pressure);
  return OutdoorAir::from_wet_bulb(dry_bulb, celsius(args["wet_bulb"]), pressure);
}

EvalModel psychrometrics() {
  return {.name = "psychrometrics",
          .summary = "moist air from dry bulb and one measure of humidity",
          .equations =
              "w = 0.621945 pv/(p - pv); h = 1006 t + w (2501000 + 1860 t); v = 287.042 T (1 + 1.607858 w)/p; "
              "saturation pressure by Hyland-Wexler; wet bulb by the adiabatic saturation balance",
          .validity = "-100..200 degC, vapour pressure below total pressure; no enhancement factor",
          .source = "ASHRAE Handbook Fundamentals 2017, chapter 1",
          .inputs = air_keys(),
          .outputs = {output("dry_bulb", "degC", "dry bulb"), output("wet_bulb", "degC", "thermodynamic wet bulb"),
                      output("dew_point", "degC", "dew point"), output("relative_humidity", "", "0..1"),
                      output("humidity_ratio", "", "kg water per kg dry air"),
                      output("enthalpy", "J/kg", "per kg of dry air"), output("density", "kg/m3", "of moist air"),
                      output("specific_volume", "m3/kg", "of moist air per kg of dry air"),
                      output("saturation_pressure", "Pa", "of water vapour at the dry bulb")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const OutdoorAir air = air_of(args);
            const double w = air.humidity_ratio;
            return {{"dry_bulb", "degC", air.dry_bulb.in_celsius()},
                    {"wet_bulb", "degC", air.wet_bulb.in_celsius()},
                    {"dew_point", "degC", psychro::dew_point(w, air.pressure).in_celsius()},
                    {"relative_humidity", "", psychro::relative_humidity(air.dry_bulb, w, air.pressure)},
                    {"humidity_ratio", "", w},
                    {"enthalpy", "J/kg", psychro::enthalpy(air.dry_bulb, w).si()},
                    {"density", "kg/m3", psychro::density(air.dry_bulb, w, air.pressure).si()},
                    {"specific_volume", "m3/kg", psychro::specific_volume(air.dry_bulb, w, air.pressure).si()},
                    {"saturation_pressure", "Pa", psychro::saturation_pressure(air.dry_bulb).si()}};
          }};
}

std::vector<EvalKey> heat_rejection_keys() {
  std::vector<EvalKey> keys = air_keys();
  keys.push_back(number("inlet", "degC", kCelsius, "water to the unit"));
  keys.push_back(number("water_flow", "kg/s", kOptionalNonNegative, "left out: design flow", kNone));
  keys.push_back(number("fan_ratio", "", kFraction, "fan speed over full speed, when heat is left out", 1.0));
  keys.push_back(number("heat", "W", kOptionalNonNegative,
                        "heat that the fan control holds; left out: fans run at fan_ratio", kNone));
  return keys;
}
std::vector<EvalKey> heat_rejection_outputs() {
  return {output("leaving_water", "degC", "water from the unit"),
          output("heat", "W", "rejected"),
          output("fan_power", "W", "electric"),
          output("fan_ratio", "", "speed over full speed"),
          output("duty", "", "share of time the fans turn"),
          output("evaporation", "kg/s", "water to the air"),
          output("drift", "kg/s", "droplets lost"),
          output("blowdown", "kg/s", "water let off"),
          output("makeup", "kg/s", "sum of the three"),
          output("approach", "K", "leaving water over wet bulb"),
          output("range", "K", "water in minus water out"),
          output("ua", "W/K", "of the unit at its design point"),
          output("converged", "", "false: iteration did not close")};
}
template <class Unit>
std::vector<EvalOutput> reject(const Unit& unit, const EvalArgs& args) {
  const OutdoorAir air = air_of(args);
  const Temperature inlet = celsius(args["inlet"]);
  const MassFlow water = given(args["water_flow"], kNone) ? MassFlow(args["water_flow"]) : unit.design_water();
  const HeatRejection out = given(args["heat"], kNone) ? unit.holding(water, inlet, Power(args["heat"]), air)
                                                       : unit.at_fan_ratio(water, inlet, air, args["fan_ratio"]);
  return {{"leaving_water", "degC", out.leaving_water.in_celsius()},
          {"heat", "W", out.heat.si()},
          {"fan_power", "W", out.fan_power.si()},
          {"fan_ratio", "", out.fan_ratio},
          {"duty", "", out.duty},
          {"evaporation", "kg/s", out.evaporation.si()},
          {"drift", "kg/s", out.drift.si()},
          {"blowdown", "kg/s", out.blowdown.si()},
          {"makeup", "kg/s", out.makeup().si()},
          {"approach", "K", (out.leaving_water - air.wet_bulb).si()},
          {"range", "K", (inlet - out.leaving_water).si()},
          {"ua", "W/K", unit.ua().si()},
          {"converged", "", out.converged}};
}

EvalModel tower_merkel() {
  MerkelTower::Params p;
  p.design_wet_bulb = celsius(25.6);
  p.design_inlet = celsius(35.0);
  p.design_leaving = celsius(29.5);
  p.design_heat = 1.0 * MW;
  return {.name = "tower_merkel",
          .summary = "wet cooling tower by Merkel's theory, at a fan speed or holding a heat",
          .equations =
              "cpe = (h_s(Ta) - h_s(Twb))/(Ta - Twb); Q = eps C_min (inlet - Twb) = ma (h_s(Ta) - h_s(Twb)); UA = UA0 "
              "f1(Twb) f2(fan) f3(water) cpe/1006; evaporation = ma (w_s(leaving) - w); blowdown = evaporation/(cycles "
              "- 1) - drift",
          .validity = "fan ratio 0.2..1, water 0.3..1 of design; within 0.03 K of EnergyPlus over a day",
          .source = "EnergyPlus Engineering Reference, CoolingTower:VariableSpeed:Merkel",
          .inputs = with_params(heat_rejection_keys(), p),
          .outputs = heat_rejection_outputs(),
          .evaluate = [](const EvalArgs& args) {
            return reject(MerkelTower(read_params<MerkelTower::Params>(args)), args);
          }};
}

EvalModel tower_yorkcalc() {
  return {.name = "tower_yorkcalc",
          .summary = "approach of a wet cooling tower by the YorkCalc correlation",
          .equations = "approach = sum of 27 terms c LG^i Tr^j Twb^k, i, j, k = 0..2, LG = water_ratio/air_ratio",
          .validity =
              "wet bulb -34.4..26.7 degC, range 1.1..22.2 K, approach 1.1..40 K, water ratio 0.75..1.25, LG <= 8; "
              "evaluated as it is outside, `inside` tells",
          .source = "EnergyPlus Engineering Reference, YorkCalc; Modelica Buildings yorkCalc",
          .inputs = {number("wet_bulb", "degC", between(-60.0, 60.0), "outdoor wet bulb"),
                     number("range", "K", between(0.0, 60.0), "water in minus water out"),
                     number("water_ratio", "", between(0.01, 10.0), "water over design water", 1.0),
                     number("air_ratio", "", between(0.01, 10.0), "air over design air", 1.0)},
          .outputs = {output("approach", "K", "leaving water over wet bulb"),
                      output("leaving_water", "degC", "water from the tower"),
                      output("inside", "", "within the fitted range")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const auto out = YorkCalc::approach(celsius(args["wet_bulb"]), args["range"] * K, args["water_ratio"],
                                                args["air_ratio"]);
            return {{"approach", "K", out.approach.si()},
                    {"leaving_water", "degC", args["wet_bulb"] + out.approach.si()},
                    {"inside", "", out.inside}};
          }};
}

EvalModel tower_water_use() {
  return {.name = "tower_water",
          .summary = "water that a wet tower loses for a heat, and the same by a loss factor",
          .equations = "h_out = h_in + Q/ma; evaporation = ma (w_s(T_out) - w); blowdown = evaporation/(cycles - 1) - drift; factor (113 - 8.417 RH + 1.6147 t) 1e-5 per K",
          .validity = "saturated air at the exit; the factor for outdoor air of weather",
          .source = "EnergyPlus Engineering Reference; Qureshi and Zubair 2006",
          .inputs = with_params(
              [] {
                auto keys = air_keys();
                keys.push_back(number("heat", "W", kPositive, "rejected"));
                keys.push_back(number("fan_ratio", "", kPositiveFraction, "fan speed over full speed", 1.0));
                return keys;
              }(),
              TowerWater::Params{}),
          .outputs = {output("evaporation", "kg/s", "water to the air"), output("drift", "kg/s", "droplets lost"), output("blowdown", "kg/s", "water let off"),
                      output("makeup", "kg/s", "sum of the three"), output("makeup", "L/kWh", "over heat; 1 kg is 1 L"),
                      output("factor_per_kelvin", "", "loss factor over water, for each kelvin of range"), output("factor_evaporation", "kg/s", "evaporation by it")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const OutdoorAir air = air_of(args);
            const auto params = read_params<TowerWater::Params>(args);
            const Power heat(args["heat"]);
            const TowerWater out = tower_water(params, heat, air, args["fan_ratio"]);
            const double factor = evaporation_per_kelvin(psychro::relative_humidity(air.dry_bulb, air.humidity_ratio, air.pressure), air.dry_bulb);
            return {{"evaporation", "kg/s", out.evaporation.si()},
                    {"drift", "kg/s", out.drift.si()},
                    {"blowdown", "kg/s", out.blowdown.si()},
                    {"makeup", "kg/s", out.total().si()},
                    {"makeup", "L/kWh", out.total().si() / heat.in(kW) * 3600.0},
                    {"factor_per_kelvin", "", factor},
                    {"factor_evaporation", "kg/s", factor * heat.si() / kWater.specific_heat.si()}};
          }};
}

/// @param pads effectiveness of the pads unless given.
EvalModel cooler(const char* name, const char* summary, double pads) {
  DryCooler::Params p;  // BAC Trillium TDFS1238N-C60ET40B
  p.design_heat = 2931.0 * kW;
  p.design_air = celsius(35.0);
  p.design_inlet = celsius(46.11);
  p.design_leaving = celsius(40.55);
  p.design_fan_power = 117.68 * kW;
  p.pad_effectiveness = pads;
  return {
      .name = name,
      .summary = summary,
      .equations =
          "Q = eps C_min (inlet - T_air), cross-flow; 1/UA = 1/hA_air + 1/hA_water, hA_air ~ air^0.8, hA_water ~ "
          "water^0.85; P_fan ~ fan_ratio^3; pads: T_air = T_db - e (T_db - T_wb)",
      .validity = "water 0.3..1.2 of design, fan ratio 0.1..1",
      .source = "Modelica Buildings DryCooler with the record of BAC TDFS1238N; EnergyPlus fluid cooler",
      .inputs = with_params(heat_rejection_keys(), p),
      .outputs = heat_rejection_outputs(),
      .evaluate = [](const EvalArgs& args) {
        EvalArgs full = args;
        // Dry coolers do not feel humidity: dry_bulb alone is enough.
        if (!given(args["wet_bulb"], kNoTemperature_c) && !given(args["dew_point"], kNoTemperature_c) &&
            !given(args["relative_humidity"], kNone) && !given(args["humidity_ratio"], kNone)) {
          full.numbers["relative_humidity"] = 0.4;
        }
        return reject(DryCooler(read_params<DryCooler::Params>(full)), full);
      }};
}
EvalModel dry_cooler() { return cooler("dry_cooler", "dry or adiabatic cooler, at a fan speed or holding a heat", 0.0); }
EvalModel adiabatic() {
  // Pads of .8, assumed: the middle of .7 to .9.
  return cooler("adiabatic", "dry cooler behind wetted pads, at a fan speed or holding a heat", 0.8);
}

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
  std::vector<EvalModel> models{psychrometrics(), tower_merkel(), tower_yorkcalc(), tower_water_use(), dry_cooler(), adiabatic(), heat_exchanger(),
                                cold_plate(),     cdu(),          pump_group(),     fan(),        crah()};
  for (EvalModel& model : chiller_eval_models()) models.push_back(std::move(model));
  return models;
}

}  // namespace aifactory
