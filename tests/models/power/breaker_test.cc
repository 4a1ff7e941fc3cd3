#include "models/power/breaker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aifactory {
namespace {

Breaker of(BreakerCurve curve, double multiplier = 1.0) {
  return Breaker({.curve = curve, .time_multiplier = multiplier});
}

struct Row {
  const char* name;
  BreakerCurve curve;
  double at_2_s, at_5_s, at_10_s;
};
class BreakerTime : public testing::TestWithParam<Row> {};
TEST_P(BreakerTime, MatchesTheStandardsEquation) {
  const auto& row = GetParam();
  const Breaker breaker = of(row.curve);
  EXPECT_NEAR(breaker.trip_time(2.0)->si(), row.at_2_s, 5.001e-6);
  EXPECT_NEAR(breaker.trip_time(5.0)->si(), row.at_5_s, 5.001e-6);
  EXPECT_NEAR(breaker.trip_time(10.0)->si(), row.at_10_s, 5.001e-6);
  EXPECT_DOUBLE_EQ(of(row.curve, 0.3).trip_time(5.0)->si(), 0.3 * breaker.trip_time(5.0)->si());
}
// T A/(M^p - 1) + T B by hand with the constants of IEC 60255-151 table A.1 and IEEE C37.112 table 1, T = 1.
INSTANTIATE_TEST_SUITE_P(
    , BreakerTime,
    testing::Values(Row{"IecStandard", BreakerCurve::iec_standard_inverse, 10.02903, 4.27972, 2.97060},
                    Row{"IecVery", BreakerCurve::iec_very_inverse, 13.5, 3.375, 1.5},
                    Row{"IecExtremely", BreakerCurve::iec_extremely_inverse, 26.66667, 3.33333, 0.80808},
                    // .0515/.01395948 + .114, .0515/.03271240 + .114, .0515/.04712855 + .114
                    Row{"IeeeModerately", BreakerCurve::ieee_moderately_inverse, 3.80325, 1.68833, 1.20676},
                    // 19.61/3 + .491, 19.61/24 + .491, 19.61/99 + .491
                    Row{"IeeeVery", BreakerCurve::ieee_very_inverse, 7.02767, 1.30808, 0.68908},
                    Row{"IeeeExtremely", BreakerCurve::ieee_extremely_inverse, 9.52170, 1.29670, 0.40655}),
    [](const auto& instance) { return instance.param.name; });

TEST(Breaker, IntegratesAVaryingCurrent) {
  // Extremely inverse: 10 s at 2x use 10/26.6667 = .375; the rest at 4x (5.3333 s) takes .625 x 5.3333 = 3.3333 s.
  const Breaker breaker = of(BreakerCurve::iec_extremely_inverse);
  const auto state = breaker.advance({}, 2.0, 10.0 * s);
  EXPECT_DOUBLE_EQ(state.share, 0.375);
  const auto left = breaker.time_to_trip(state, 4.0);
  ASSERT_TRUE(left.has_value());
  EXPECT_NEAR(10.0 + left->si(), 13.0 + 1.0 / 3.0, 1e-12);
  EXPECT_TRUE(breaker.advance(state, 4.0, *left).tripped());
  EXPECT_FALSE(breaker.advance(state, 4.0, 0.999999 * *left).tripped());
}

TEST(Breaker, NeverTripsAtOrBelowPickup) {
  const Breaker breaker = of(BreakerCurve::iec_standard_inverse);
  EXPECT_FALSE(breaker.trip_time(1.0));
  EXPECT_FALSE(breaker.time_to_trip({0.9}, 0.5));
  EXPECT_EQ(breaker.advance({0.9}, 0.5, 1.0 * s).share, 0.0);
  EXPECT_EQ(breaker.advance({0.9}, 0.5, 0.0 * s).share, 0.9);
}

TEST(Breaker, DiscResetsByTheSquareOfTheCurrent) {
  // reset 20 s at zero current: at M = .5 the share falls by (1 - .25)/20 per second.
  const Breaker disc({.curve = BreakerCurve::ieee_very_inverse, .time_multiplier = 1.0, .reset = 20.0 * s});
  EXPECT_DOUBLE_EQ(disc.advance({0.6}, 0.5, 4.0 * s).share, 0.6 - 4.0 * 0.75 / 20.0);
  EXPECT_EQ(disc.advance({0.1}, 0.0, 4.0 * s).share, 0.0);
}

TEST(Breaker, InstantaneousElementDoesNotWait) {
  const Breaker breaker(
      {.curve = BreakerCurve::iec_very_inverse, .time_multiplier = 1.0, .pickup = 1.2, .instantaneous = 8.0});
  EXPECT_EQ(breaker.trip_time(9.6)->si(), 0.0);
  EXPECT_TRUE(breaker.advance({}, 9.6, 0.0 * s).tripped());
  EXPECT_FALSE(breaker.trip_time(1.2));                  // at pickup
  EXPECT_DOUBLE_EQ(breaker.trip_time(2.4)->si(), 13.5);  // M = 2
  EXPECT_EQ(of(BreakerCurve::iec_very_inverse).trip_time(50.0), of(BreakerCurve::iec_very_inverse).trip_time(20.0));
}

TEST(Breaker, StaysTripped) {
  EXPECT_TRUE(of(BreakerCurve::iec_very_inverse).advance({1.0}, 0.0, 100.0 * s).tripped());
}

TEST(Breaker, NamesTheParameterItRefuses) {
  EXPECT_THAT([] { Breaker{Breaker::Params{}}; },
              testing::ThrowsMessage<InputError>("breaker: time_multiplier is not set"));
}

}  // namespace
}  // namespace aifactory
