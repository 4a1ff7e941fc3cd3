// The tables behind `eval` of power, thermal, compute and finance: the same answers by another door.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "models/eval/list_text.h"
#include "tests/models/power/eval_support.h"

namespace aifactory {
namespace {

TEST(PowerEval, Transformer) {
  const auto out = evaluate(power_eval_models(), "transformer",
                            {{"rating", 1e6}, {"output", 0.5e6}, {"efficiency", 0.9928}, {"efficiency_load", 0.35}});
  EXPECT_NEAR(number_of(out, "efficiency"), 0.992341, 5e-7);
  EXPECT_NEAR(number_of(out, "load_loss"), 10360.31, 5e-3);
  const auto given = evaluate(power_eval_models(), "transformer",
                              {{"rating", 1e6}, {"output", 0.5e6}, {"no_load_loss", 2e3}, {"load_loss", 1e4}});
  EXPECT_DOUBLE_EQ(number_of(given, "loss"), 4500.0);
}

TEST(PowerEval, UpsAndPsu) {
  const auto ups = evaluate(power_eval_models(), "ups", {{"rating", 1e6}, {"output", 0.3e6}});
  EXPECT_NEAR(number_of(ups, "efficiency"), 0.95966, 5e-6);
  EXPECT_NEAR(std::get<std::vector<double>>(value_of(ups, "coefficients"))[2], 0.033152, 5e-7);
  const auto psu = evaluate(power_eval_models(), "psu", {{"rating", 1e3}, {"output", 500}});
  EXPECT_NEAR(number_of(psu, "efficiency"), 0.96, 1e-12);
}

TEST(PowerEval, BreakerFollowsItsProfile) {
  const auto trips = evaluate(power_eval_models(), "breaker", {}, {{"profile", "0s:2,10s:4"}});
  EXPECT_TRUE(std::get<bool>(value_of(trips, "tripped")));
  EXPECT_NEAR(number_of(trips, "trip_time"), 13.0 + 1.0 / 3.0, 1e-12);
  const auto holds = evaluate(power_eval_models(), "breaker", {}, {{"profile", "0s:2,10s:0.9"}});
  EXPECT_FALSE(std::get<bool>(value_of(holds, "tripped")));
  EXPECT_TRUE(std::isnan(number_of(holds, "trip_time")));
  const auto early = evaluate(power_eval_models(), "breaker", {}, {{"profile", "0 s:5, 1 min:0.1"}});
  EXPECT_NEAR(number_of(early, "trip_time"), 10.0 / 3.0, 1e-12);
  EXPECT_THAT(
      [] {
        evaluate(power_eval_models(), "breaker", {}, {{"profile", "0s:2"}, {"curve", "ei"}});
      },
      testing::ThrowsMessage<InputError>(testing::StartsWith("curve: \"ei\" must be one of iec_standard")));
}

TEST(PowerEval, Frontier) {
  const auto out =
      evaluate(power_eval_models(), "frontier_power", {{"cpu_utilization", 0.5}, {"gpu_utilization", 0.5}});
  EXPECT_NEAR(number_of(out, "system"), 17.7672e6, 50.0);
  EXPECT_NEAR(number_of(out, "node"), 1665.26, 1e-9);
}

TEST(ThermalEval, NetworkTimesItsThresholds) {
  const auto out = evaluate(thermal_eval_models(), "thermal_network", {{"until", 60.0}},
                            {{"capacities", "60J/K,900J/K"},
                             {"resistances", "0.013K/W,0.012K/W"},
                             {"power", "0s:1kW"},
                             {"coolant", "0s:45degC"},
                             {"thresholds", "65degC,71degC"}});
  const auto crossings = std::get<std::vector<double>>(value_of(out, "crossing_times"));
  EXPECT_NEAR(crossings[0], 11.690358987, 1e-9);
  EXPECT_TRUE(std::isnan(crossings[1]));
  EXPECT_NEAR(std::get<std::vector<double>>(value_of(out, "temperatures"))[0], 69.923100013437, 1e-11);
  EXPECT_NEAR(std::get<std::vector<double>>(value_of(out, "steady"))[1], 57.0, 1e-11);
  // What is not stored has gone: 60 kJ less 60 x 24.9231 + 900 x 11.92828 J.
  EXPECT_NEAR(number_of(out, "heat_to_coolant"), 60000.0 - 60.0 * 24.923100013437 - 900.0 * 11.928283369009, 1e-6);
}

TEST(ThermalEval, NetworkFollowsSteps) {
  // One node, tau 1.5 s, in its steady state of 70 C; 1 kW for 3 s, then nothing: 50 C after 1.5 ln(25/5) s more.
  const auto out = evaluate(thermal_eval_models(), "thermal_network", {},
                            {{"capacities", "60J/K"},
                             {"resistances", "0.025K/W"},
                             {"power", "0s:1kW,3s:0W"},
                             {"coolant", "0s:45degC"},
                             {"initial", "70degC"},
                             {"thresholds", "50degC"}});
  EXPECT_NEAR(std::get<std::vector<double>>(value_of(out, "crossing_times"))[0], 3.0 + 1.5 * std::log(5.0), 1e-9);
}

TEST(ThermalEval, ChipLeakage) {
  const auto out = evaluate(thermal_eval_models(), "chip_leakage",
                            {{"dynamic_power", 900}, {"coolant", 55}, {"resistance", 0.025}, {"leakage", 100}});
  EXPECT_NEAR(number_of(out, "junction"), 81.05066590068, 1e-9);
  EXPECT_FALSE(std::get<bool>(value_of(out, "runaway")));
}

TEST(ComputeEval, RackIsTheBudgetOfTheRule) {
  const auto out = evaluate(compute_eval_models(), "rack_power", {});
  EXPECT_NEAR(number_of(out, "rated_dc"), 135e3, 1e-6);
  EXPECT_NEAR(number_of(out, "liquid_heat") + number_of(out, "air_heat"), number_of(out, "input"), 1e-6);
  const auto gb200 = evaluate(compute_eval_models(), "rack_power", {{"accelerator_max", 1200}, {"running", 0}});
  EXPECT_NEAR(number_of(gb200, "rated_dc"), 120.6e3, 1e-6);
  EXPECT_NEAR(number_of(gb200, "dc"), 18 * 1080.0 + 16200.0, 1e-6);
}

TEST(ComputeEval, AcceleratorUnderALimit) {
  const auto out = evaluate(compute_eval_models(), "accelerator_power",
                            {{"idle", 170}, {"max", 1400}, {"speed", 0.5}, {"limit", 403.04142}});
  EXPECT_NEAR(number_of(out, "power"), 403.04142, 1e-4);
  EXPECT_NEAR(number_of(out, "speed_under_limit"), 0.5, 1e-6);
}

TEST(FinanceEval, AnnuityAndNpv) {
  const auto out = evaluate(finance_eval_models(), "annuity",
                            {{"capex", 3.4e6}, {"rate", 0.1}, {"life", 5 * 31536000.0}, {"accelerators", 72}});
  EXPECT_NEAR(number_of(out, "annual_capital_cost"), 3.4e6 * 0.26379748, 1.0);
  EXPECT_TRUE(std::isnan(number_of(out, "cost_per_mtoken")));
  const auto npv = evaluate(finance_eval_models(), "npv", {{"rate", 0.1}}, {{"flows", "-100USD,60USD,60USD"}});
  EXPECT_NEAR(number_of(npv, "npv"), 4.132231404958678, 1e-12);
}

TEST(ListText, NamesWhatItCannotRead) {
  const auto refuses = [](const char* text, const char* message) {
    EXPECT_THAT([&] { (void)parse_step_list("power", text, "W"); }, testing::ThrowsMessage<InputError>(message));
  };
  refuses("0s:1", "power: \"1\" must be a number with unit W, kW, MW");
  refuses("0:1kW", "power: \"0\" must be a number with unit s, ms, min, h, d");
  refuses("1s:1kW", "power: times must ascend from 0 s");
  refuses("0s:1kW,0s:2kW", "power: times must ascend from 0 s");
  refuses("1kW", "power: \"1kW\" must be a pair such as A:B");
  refuses("", "power: \"\" must be a pair such as A:B");
}

TEST(EvalTables, EveryModelSaysWhatItIs) {
  for (const auto& table : {power_eval_models(), thermal_eval_models(), compute_eval_models(), finance_eval_models()}) {
    for (const EvalModel& model : table) {
      EXPECT_FALSE(model.summary.empty() || model.equations.empty() || model.validity.empty() || model.source.empty())
          << model.name;
      for (const EvalKey& key : model.inputs) EXPECT_FALSE(key.doc.empty()) << model.name << " " << key.key;
    }
  }
}

}  // namespace
}  // namespace aifactory
