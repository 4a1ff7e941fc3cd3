#include "models/climate/design_day.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "models/error.h"

namespace aifactory {
namespace {

TEST(DesignDay, ReturnValuesAreThoseThatAshraePrints) {
  // Mean and deviation of yearly maxima, return period in years, extreme: header lines of the weather files of Dallas
  // (ASHRAE 2021), Denver and Chicago (2009).  Printed to 0.1 K, as are mean and deviation: 0.05 + 0.05 (1 + F).
  struct Row {
    double mean_c, deviation_k, years, extreme_c;
  };
  constexpr Row kRows[] = {{40.3, 1.8, 5, 41.6},  {40.3, 1.8, 10, 42.6}, {40.3, 1.8, 20, 43.6}, {40.3, 1.8, 50, 44.9}, {37.1, 1.3, 5, 38.0},
                           {37.1, 1.3, 10, 38.8}, {37.1, 1.3, 20, 39.5}, {37.1, 1.3, 50, 40.5}, {35.9, 1.9, 5, 37.3},  {35.9, 1.9, 10, 38.4},
                           {35.9, 1.9, 20, 39.5}, {35.9, 1.9, 50, 40.9}};
  for (const Row& row : kRows) {
    const double f = gumbel_factor(row.years);
    EXPECT_NEAR(n_year_extreme(Temperature::celsius(row.mean_c), TemperatureDelta(row.deviation_k), row.years).in_celsius(), row.extreme_c,
                0.1 + 0.05 * f)
        << row.mean_c << " " << row.years;
  }
}

TEST(DesignDay, FactorsByHand) {
  // -sqrt(6)/pi (0.5772 + ln ln(20/19)) = -0.7796968 (0.5772 - 2.9701952)
  EXPECT_NEAR(gumbel_factor(20.0), 1.865811, 1e-5);
  EXPECT_NEAR(gumbel_factor(5.0), 0.719455, 1e-4);
  EXPECT_THROW(static_cast<void>(gumbel_factor(1.0)), InputError);
}

TEST(DesignDay, MaximaOfYearsGiveMeanAndDeviation) {
  std::vector<Temperature> years;
  for (const double t : {38.0, 40.0, 41.0, 39.0, 42.0}) years.push_back(Temperature::celsius(t));
  // Mean 40, squares 4 + 0 + 1 + 1 + 4 = 10, deviation sqrt(10/4).
  EXPECT_NEAR(n_year_extreme(years, 20.0).in_celsius(), 40.0 + gumbel_factor(20.0) * std::sqrt(2.5), 1e-9);
  years.pop_back();
  EXPECT_THROW(static_cast<void>(n_year_extreme(years, 20.0)), InputError);
}

TEST(DesignDay, ALongSampleOfGumbelYearsGivesItsOwnQuantile) {
  std::mt19937_64 random(7);
  std::vector<Temperature> years;
  const double scale = 1.5;
  for (int i = 0; i < 20000; ++i) {
    const double u = (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
    years.push_back(Temperature::celsius(39.0 - scale * std::log(-std::log(u))));
  }
  const double exact = 39.0 - scale * std::log(-std::log(1.0 - 1.0 / 20.0));
  EXPECT_NEAR(n_year_extreme(years, 20.0).in_celsius(), exact, 0.1);
}

TEST(DesignDay, ReachesItsExtremeAndFallsByTheRange) {
  const DesignDay day{Temperature::celsius(43.6), Temperature::celsius(23.4), TemperatureDelta(10.6), Pressure(99543)};
  const auto hours = day.hours();
  ASSERT_EQ(hours.size(), 24u);
  EXPECT_NEAR(hours[14].dry_bulb.in_celsius(), 43.6, 1e-9);
  EXPECT_NEAR(hours[14].wet_bulb.in_celsius(), 23.4, 1e-6);
  EXPECT_NEAR(hours[5].dry_bulb.in_celsius(), 33.0, 1e-9);
  EXPECT_NEAR(hours[10].dry_bulb.in_celsius(), 43.6 - 0.38 * 10.6, 1e-9);  // table 6: 0.38 of the range at ten o'clock
  for (const OutdoorAir& air : hours) {
    EXPECT_NEAR(air.humidity_ratio, hours[14].humidity_ratio, 1e-12);  // dry enough to hold it all day
    EXPECT_LE(air.wet_bulb, air.dry_bulb);
  }
}

TEST(DesignDay, AHumidNightIsSaturated) {
  const DesignDay day{Temperature::celsius(30.0), Temperature::celsius(28.5), TemperatureDelta(8.0), kSeaLevelPressure};
  const auto hours = day.hours();
  EXPECT_LT(hours[5].humidity_ratio, hours[14].humidity_ratio);
  EXPECT_NEAR(hours[5].wet_bulb.in_celsius(), hours[5].dry_bulb.in_celsius(), 1e-6);
}

TEST(DesignDay, RecirculationRaisesBothBulbs) {
  const OutdoorAir air = OutdoorAir::from_wet_bulb(Temperature::celsius(35.0), Temperature::celsius(24.0));
  const OutdoorAir intake = recirculated(air, 2.0 * K);
  EXPECT_NEAR(intake.dry_bulb.in_celsius(), 37.0, 1e-12);
  EXPECT_NEAR(intake.wet_bulb.in_celsius(), 26.0, 1e-12);
  EXPECT_NEAR(psychro::wet_bulb(intake.dry_bulb, intake.humidity_ratio, intake.pressure).in_celsius(), 26.0, 1e-6);
  EXPECT_EQ(recirculated(air, 0.0 * K).humidity_ratio, air.humidity_ratio);
}

}  // namespace
}  // namespace aifactory
