// The cooling rows behind `aifactory eval`: keys and units as promised, known answers through the table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "models/eval/eval.h"

namespace aifactory {
namespace {

using Numbers = std::map<std::string, double>;

const EvalModel& model(const std::vector<EvalModel>& models, const std::string& name) {
  for (const auto& candidate : models) {
    if (candidate.name == name) return candidate;
  }
  throw std::runtime_error("no model " + name);
}

EvalArgs filled(const EvalModel& model, const Numbers& numbers) {
  EvalArgs args;
  for (const auto& key : model.inputs) {
    if (key.text) {
      args.texts[key.key] = key.text_fallback;
      continue;
    }
    const auto given = numbers.find(key.key);
    args.numbers[key.key] = given != numbers.end() ? given->second : key.fallback;
    EXPECT_TRUE(key.range.contains(args[key.key])) << model.name << "." << key.key << " = " << args[key.key];
  }
  return args;
}

std::map<std::string, double> evaluate(const std::string& name, const Numbers& numbers) {
  const auto models = cooling_eval_models();
  const EvalModel& chosen = model(models, name);
  const auto outputs = chosen.evaluate(filled(chosen, numbers));
  EXPECT_EQ(outputs.size(), chosen.outputs.size()) << name;
  std::map<std::string, double> values;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    EXPECT_EQ(outputs[i].key, chosen.outputs[i].key) << name;
    EXPECT_EQ(outputs[i].unit, chosen.outputs[i].unit) << name << " " << outputs[i].key;
    if (const double* v = std::get_if<double>(&outputs[i].value)) values[outputs[i].key] = *v;
    if (const bool* v = std::get_if<bool>(&outputs[i].value)) values[outputs[i].key] = *v;
  }
  return values;
}

// The same known answers as in the models' own tests, through the table.
TEST(CoolingEval, KnownAnswersReachTheTable) {
  EXPECT_NEAR(evaluate("psychrometrics", {{"dry_bulb", 35}, {"relative_humidity", .4}})["wet_bulb"], 23.9345, 6e-5);
  EXPECT_NEAR(evaluate("psychrometrics", {{"dry_bulb", 40}, {"wet_bulb", 20}})["humidity_ratio"], 0.0065, 1e-4);
  EXPECT_NEAR(evaluate("psychrometrics", {{"dry_bulb", 35}, {"dew_point", 19.3846}})["relative_humidity"], .4, 1e-5);
  EXPECT_NEAR(evaluate("tower_merkel", {{"wet_bulb", 25.6}, {"inlet", 35}, {"liquid_to_gas", 1.616}})["leaving_water"],
              29.4928, 1e-3);
  EXPECT_NEAR(evaluate("tower_yorkcalc", {{"wet_bulb", 20}, {"range", 6}})["approach"], 5.375761, 6e-7);
  EXPECT_NEAR(evaluate("dry_cooler", {{"dry_bulb", 25}, {"inlet", 46.11}})["leaving_water"], 35.5455, 6e-5);
  EXPECT_NEAR(evaluate("heat_exchanger", {{"ntu", 3}, {"capacity_ratio", .75}})["effectiveness"], .817118, 6e-7);
  EXPECT_NEAR(evaluate("cold_plate", {{"power", 1400}, {"inlet", 45}, {"flow", 2.1e-3 / 60}})["junction"], 76.4247,
              6e-5);
  EXPECT_NEAR(evaluate("cdu", {{"primary_flow_ratio", .7}})["supply"], 43.1294, 6e-5);
  EXPECT_NEAR(evaluate("pump_group", {{"running", 3}})["flow"], 46.51302e-3, 1e-8);
  EXPECT_NEAR(evaluate("fan", {{"rated_power", 100}, {"rated_flow", 5}, {"fan_ratio", .5}})["fan_power"], 12.5, 1e-9);
  EXPECT_NEAR(evaluate("crah", {{"heat", 200e3}})["supply_air"], 25.0, 1e-9);
  EXPECT_NEAR(evaluate("chiller_eir", {{"evaporator_leaving", 6.67}, {"condenser_entering", 26.67}})["power"], 229920.6,
              0.6);
  EXPECT_NEAR(evaluate("chiller_carnot", {{"evaporator_leaving", 18}, {"condenser_leaving", 35}})["cop"], 9.831, 6e-4);
}

TEST(CoolingEval, ChillersGoByTheirNameInTheCatalogue) {
  // York YK 2771 kW and Carrier 30XA500: points computed from EnergyPlus' data sets by an independent program.
  const auto named = [](const std::string& name, double te_c, double tc_c, double part_load) {
    const auto models = cooling_eval_models();
    const EvalModel& chosen = model(models, "chiller_eir");
    EvalArgs args = filled(chosen, {{"evaporator_leaving", te_c}, {"condenser_entering", tc_c}, {"part_load", part_load}});
    args.texts["chiller"] = name;
    return std::get<double>(chosen.evaluate(args).front().value);
  };
  EXPECT_NEAR(named("york_yk_2771", 7, 22, .5), 144622.8, 0.6);
  EXPECT_NEAR(named("carrier_30xa500", 6.67, 35, 1), 569848.8, 0.6);
  EXPECT_NEAR(named("carrier_30xa500", 8, 45, .8), 461159.3, 0.6);
  EXPECT_NEAR(evaluate("chiller_eir", {{"evaporator_leaving", 6.67}, {"condenser_entering", 26.67}, {"cop", 3.02}})["power"], 2 * 229920.6, 1.2);
  EXPECT_THAT([&] { named("carrier_19xr", 7, 22, .5); },
              testing::ThrowsMessage<InputError>(testing::StartsWith("\"carrier_19xr\" is not in the catalogue of chillers")));
}

TEST(CoolingEval, HeatTurnsFanRatioIntoAnAnswer) {
  const auto held = evaluate("tower_merkel", {{"dry_bulb", 25}, {"wet_bulb", 18}, {"inlet", 33}, {"heat", 0.6e6}});
  EXPECT_NEAR(held.at("heat"), 0.6e6, 1e-6);
  const auto again = evaluate("tower_merkel",
                              {{"dry_bulb", 25}, {"wet_bulb", 18}, {"inlet", 33}, {"fan_ratio", held.at("fan_ratio")}});
  EXPECT_NEAR(again.at("heat"), 0.6e6, 1.0);
}

TEST(CoolingEval, AsksForExactlyOneHumidity) {
  EXPECT_THAT(
      [] {
        evaluate("psychrometrics", {{"dry_bulb", 35}});
      },
      testing::ThrowsMessage<InputError>("outdoor air: give exactly one of relative_humidity, wet_bulb, dew_point, humidity_ratio"));
  EXPECT_THAT(
      [] {
        evaluate("psychrometrics", {{"relative_humidity", .5}});
      },
      testing::ThrowsMessage<InputError>("outdoor air: dry_bulb is not set"));
}

TEST(CoolingEval, EveryRowIsDocumented) {
  for (const auto& row : cooling_eval_models()) {
    EXPECT_FALSE(row.summary.empty() || row.equations.empty() || row.validity.empty() || row.source.empty())
        << row.name;
    for (const auto& key : row.inputs) EXPECT_FALSE(key.doc.empty()) << row.name << "." << key.key;
  }
}

}  // namespace
}  // namespace aifactory
