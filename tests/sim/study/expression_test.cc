#include "sim/study/expression.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/error.h"

namespace aifactory {
namespace {

double value(const std::string& text) {
  return Expression(text).number([](const std::string& name) -> std::optional<Expression::Value> {
    if (name == "x") return 3.0;
    if (name == "kpi.pue") return 1.25;
    if (name == "a-b") return 8.0;
    if (name == "plant") return std::string("dry");
    return std::nullopt;
  });
}

struct Known {
  const char* text;
  double value;
};

// By hand, with the usual rules of precedence.
TEST(Expression, AgreesWithHandCalculation) {
  for (const Known& known : {Known{"1 + 2 * 3", 7}, {"(1 + 2) * 3", 9}, {"2 ^ 3 ^ 2", 512}, {"-2 ^ 2", -4}, {"2 ^ -1", 0.5}, {"7 - 2 - 1", 4}, {"8 / 4 / 2", 1},
                             {"1e3 / 2.5", 400}, {"x * kpi.pue", 3.75}, {"`a-b` / 2", 4}, {"min(3, x - 1, 5)", 2}, {"max(1, 2)", 2}, {"abs(-x)", 3},
                             {"sqrt(16)", 4}, {"round(2.4)", 2}, {"exp(0)", 1}, {"log(1)", 0}, {"1 < 2", 1}, {"2 <= 2 and 3 > 4", 0},
                             {"not 0 or 0", 1}, {"not (1 or 0)", 0}, {"1 + 1 == 2", 1}, {"plant == \"dry\"", 1}, {"plant != \"dry\"", 0}, {"x != 3", 0}}) {
    EXPECT_DOUBLE_EQ(value(known.text), known.value) << known.text;
  }
}

TEST(Expression, WhatIsMadeOfNothingIsNothing) {
  EXPECT_TRUE(std::isnan(value("gone")));
  EXPECT_TRUE(std::isnan(value("gone + 1")));
  EXPECT_TRUE(std::isnan(value("max(1, gone)")));
  EXPECT_TRUE(std::isnan(value("1 / 0")));
  EXPECT_EQ(value("gone < 1"), 0.0);
  EXPECT_EQ(value("gone == gone"), 0.0);
  EXPECT_FALSE(Expression("gone").holds([](const std::string&) { return std::nullopt; }));
}

std::string refusal(const std::string& text) {
  try {
    value(text);
    return "none";
  } catch (const InputError& error) {
    return error.what();
  }
}

TEST(Expression, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(refusal("1 +"), "\"1 +\": at column 4: something is missing at the end");
  EXPECT_EQ(refusal("1 2"), "\"1 2\": at column 3: \"2\" is not expected here");
  EXPECT_EQ(refusal("(1"), "\"(1\": at column 3: a ) is missing");
  EXPECT_EQ(refusal("sin(1)"), "\"sin(1)\": at column 1: there is no function sin; there are min, max, abs, sqrt, log, exp, round");
  EXPECT_EQ(refusal("min(1)"), "\"min(1)\": at column 7: min wants two values or more");
  EXPECT_EQ(refusal("3 kW"), "\"3 kW\": at column 3: \"kW\" is not expected here");
  EXPECT_EQ(refusal("3kW"), "\"3kW\": at column 2: numbers stand without units here: those of the axis or of the key hold");
  EXPECT_EQ(refusal("plant + 1"), "\"plant + 1\": \"dry\" is a text, and a number is needed");
  EXPECT_EQ(refusal("plant == \"x"), "\"plant == \"x\": at column 10: the closing \" is missing");
  EXPECT_NE(refusal(std::string(500, '(')), "none");
}

}  // namespace
}  // namespace aifactory
