#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "models/error.h"
#include "models/eval/eval.h"

namespace aifactory {
namespace {

double value(const EvalOutput& output) {
  return std::get<double>(output.value);
}

// 612.5 MW x 66 USD/kW-year = 40.425 million USD.
TEST(GridEval, FourCoincidentPeaks) {
  const auto model = grid_eval_models()[0];
  ASSERT_EQ(model.name, "coincident_peak");
  const auto out = model.evaluate({.numbers = {{"rate", 0.066}}, .texts = {{"peaks", "900MW,850 MW,0 MW,0.7 GW"}}});
  EXPECT_NEAR(value(out[0]), 612.5e6, 1e-3);
  EXPECT_NEAR(value(out[1]), 40.425e6, 1e-3);
}

// The window from 60 to 75 min holds 10 min at 3 MW: mean 2 MW, at 10 USD/kW 20,000 USD.
TEST(GridEval, DemandOfThreeSteps) {
  const auto model = grid_eval_models()[1];
  ASSERT_EQ(model.name, "demand_charge");
  const auto run = [&](const std::string& steps, double until_s) {
    return model.evaluate(
        {.numbers = {{"rate", 0.01}, {"window", 900.0}, {"until", until_s}}, .texts = {{"steps", steps}}});
  };
  const auto out = run("0s:1MW,60min:3MW,70min:0MW", 5400.0);
  EXPECT_NEAR(value(out[0]), 2e6, 1e-6);
  EXPECT_EQ(value(out[1]), 3600.0);
  EXPECT_NEAR(value(out[2]), 20'000.0, 1e-6);
  const auto says = [](const char* message) { return testing::ThrowsMessage<InputError>(message); };
  EXPECT_THAT([&] { run("1s:1MW", 60.0); }, says("steps: the first must begin at 0 s"));
  EXPECT_THAT([&] { run("0s:1MW,0s:2MW", 60.0); }, says("steps: \"0s:2MW\" must be later than the step before"));
  EXPECT_THAT([&] { run("0s", 60.0); }, says("steps: \"0s\" must be TIME:POWER, e.g. 10min:3MW"));
  EXPECT_THAT([&] { run("0s:1MW,60s:2MW", 60.0); }, says("until: must be later than the last step"));
}

}  // namespace
}  // namespace aifactory
