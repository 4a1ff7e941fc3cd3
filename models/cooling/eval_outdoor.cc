// Moist air, towers and coolers by name.
#include "models/cooling/dry_cooler.h"
#include "models/cooling/fluid.h"
#include "models/cooling/merkel_tower.h"
#include "models/cooling/psychrometrics.h"
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

}  // namespace

std::vector<EvalModel> outdoor_eval_models() {
  return {psychrometrics(), tower_merkel(), tower_yorkcalc(), tower_water_use(), dry_cooler(), adiabatic()};
}

}  // namespace aifactory
