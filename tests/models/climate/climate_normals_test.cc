#include "models/climate/climate_normals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "models/calendar.h"
#include "models/error.h"
#include "models/eval/eval.h"

namespace aifactory {
namespace {

Temperature c(double t) {
  return Temperature::celsius(t);
}

/// A warm continental place, round numbers.
ClimateNormals::Params continental() {
  ClimateNormals::Params p;
  p.latitude = 40.0;
  p.longitude = -90.0;
  p.elevation = 0.0 * m;
  p.utc_offset = -6.0 * h;
  p.pressure = 101325.0 * Pa;
  for (const double t : {-4.0, -2.0, 4.0, 10.0, 16.0, 21.0, 24.0, 23.0, 19.0, 12.0, 5.0, -1.0}) {
    p.mean_dry_bulb.push_back(c(t));
    p.mean_daily_range.push_back(10.0 * K);
    p.mean_dew_point.push_back(c(t - 6.0));
  }
  p.hot_dry_bulb = c(34.0);
  p.hot_wet_bulb = c(24.0);
  p.humid_wet_bulb = c(26.0);
  p.humid_dry_bulb = c(31.0);
  p.cold_dry_bulb = c(-20.0);
  return p;
}

std::vector<double> sorted(const std::vector<OutdoorAir>& year, Temperature OutdoorAir::*which) {
  std::vector<double> values;
  for (const OutdoorAir& air : year) values.push_back((air.*which).in_celsius());
  std::sort(values.begin(), values.end());
  return values;
}

TEST(ClimateNormals, MonthlyMeansOfTheYearAreThoseOfTheTable) {
  const auto p = continental();
  const ClimateNormals climate(p);
  ASSERT_EQ(climate.year().size(), 8760u);
  std::size_t hour = 0;
  for (int month = 1; month <= 12; ++month) {
    double sum = 0.0;
    for (int i = 0; i < days_in_month(month) * 24; ++i) sum += climate.year()[hour++].dry_bulb.in_celsius();
    EXPECT_NEAR(sum / (days_in_month(month) * 24), p.mean_dry_bulb[static_cast<std::size_t>(month - 1)].in_celsius(),
                1e-9)
        << "month " << month;
  }
}

// 0.4 % of 8,760 h are 35.04 h: the 36th greatest and least values are the design conditions.
TEST(ClimateNormals, DesignConditionsAreExceededThirtyFiveHours) {
  const ClimateNormals climate(continental());
  const auto dry = sorted(climate.year(), &OutdoorAir::dry_bulb);
  const auto wet = sorted(climate.year(), &OutdoorAir::wet_bulb);
  EXPECT_NEAR(dry[8724], 34.0, 1e-9);
  EXPECT_LT(dry[8723], 33.9);
  EXPECT_NEAR(dry[35], -20.0, 1e-9);
  EXPECT_GT(dry[36], -19.9);
  EXPECT_NEAR(wet[8724], 26.0, 1e-4);
  EXPECT_LT(wet[8723], 25.99);
}

TEST(ClimateNormals, CoincidentWetBulbComesWithTheHottestHours) {
  const ClimateNormals climate(continental());
  int hours = 0;
  for (const OutdoorAir& air : climate.year()) {
    if (air.dry_bulb.in_celsius() < 34.0 - 1e-9) continue;
    ++hours;
    EXPECT_NEAR(air.wet_bulb.in_celsius(), 24.0, 0.4);
  }
  EXPECT_EQ(hours, 36);
}

TEST(ClimateNormals, OrdinaryDayIsACosineAroundThreeInTheAfternoon) {
  const ClimateNormals climate(continental());
  EXPECT_NEAR(climate.ordinary(7, 15.0).dry_bulb.in_celsius(), 29.0, 1e-12);  // 24 + 10/2
  EXPECT_NEAR(climate.ordinary(7, 3.0).dry_bulb.in_celsius(), 19.0, 1e-12);
  EXPECT_NEAR(climate.ordinary(7, 9.0).dry_bulb.in_celsius(), 24.0, 1e-12);
  EXPECT_NEAR(climate.ordinary(7, 17.0).dry_bulb.in_celsius(), 24.0 + 5.0 * 0.8660254, 1e-6);  // cos 30 degrees
  // Dew point 18 degC all day: w = 0.622 x 2064 / (101325 - 2064) = 0.01293.
  EXPECT_NEAR(climate.ordinary(7, 15.0).humidity_ratio, 0.01293, 2e-5);
  EXPECT_DOUBLE_EQ(climate.ordinary(7, 15.0).humidity_ratio, climate.ordinary(7, 3.0).humidity_ratio);
}

TEST(ClimateNormals, WetBulbNeverExceedsDryBulb) {
  auto p = continental();
  for (std::size_t i = 0; i < 12; ++i) p.mean_dew_point[i] = p.mean_dry_bulb[i];  // fog every night
  const ClimateNormals climate(p);
  for (const OutdoorAir& air : climate.year()) ASSERT_LE(air.wet_bulb, air.dry_bulb);
}

TEST(ClimateNormals, EqualTablesGiveEqualYears) {
  const ClimateNormals a(continental()), b(continental());
  for (std::size_t i = 0; i < 8760; ++i) {
    ASSERT_EQ(a.year()[i].dry_bulb, b.year()[i].dry_bulb);
    ASSERT_EQ(a.year()[i].wet_bulb, b.year()[i].wet_bulb);
  }
}

TEST(ClimateNormals, OrdinaryDaysStepSmoothlyFromMonthToMonth) {
  const ClimateNormals climate(continental());
  const auto noon = [&](int date) {
    return climate.year()[static_cast<std::size_t>(date * 24 + 12)].dry_bulb.in_celsius();
  };
  for (int date = kDaysBeforeMonth[2]; date + 1 < kDaysBeforeMonth[6]; ++date) {  // March to June: no spell
    EXPECT_NEAR(noon(date + 1), noon(date), 0.35) << "day " << date;              // 7 K in a month at most
  }
}

TEST(ClimateNormals, NamesWhatContradicts) {
  const auto build = [](auto change) {
    auto p = continental();
    change(p);
    return [p] { ClimateNormals{p}; };
  };
  const auto says = [](const char* message) { return testing::ThrowsMessage<InputError>(message); };
  EXPECT_THAT(build([](auto& p) { p.cold_dry_bulb = {}; }), says("climate: cold_dry_bulb is not set"));
  EXPECT_THAT(build([](auto& p) { p.mean_dew_point.pop_back(); }),
              says("climate: mean_dew_point has 11 values; one for each month is needed"));
  EXPECT_THAT(build([](auto& p) { p.mean_daily_range[3] = -1.0 * K; }),
              says("climate: mean_daily_range: month 4: -1 K must be in 0..30 K"));
  EXPECT_THAT(build([](auto& p) { p.mean_dew_point[0] = c(-3.0); }),
              says("climate: mean_dew_point: month 1: -3 degC must not be above the mean dry bulb -4 degC"));
  EXPECT_THAT(build([](auto& p) { p.hot_wet_bulb = c(35.0); }),
              says("climate: hot_wet_bulb = 35 degC must not be above hot_dry_bulb = 34 degC"));
  EXPECT_THAT(
      build([](auto& p) {
        p.hot_dry_bulb = c(27.0);
        p.humid_dry_bulb = c(27.0);
      }),
      testing::Throws<InputError>(testing::Property(
          &InputError::what,
          testing::StartsWith("climate: hot_dry_bulb = 27 degC lies below ordinary afternoons, which reach "))));
  EXPECT_THAT(build([](auto& p) { p.cold_dry_bulb = c(-5.0); }),
              testing::Throws<InputError>(testing::Property(
                  &InputError::what,
                  testing::StartsWith("climate: cold_dry_bulb = -5 degC lies above ordinary nights, which reach "))));
}

TEST(ClimateEval, HourAgreesWithTheModel) {
  const auto models = climate_eval_models();
  ASSERT_EQ(models[0].name, "climate_hour");
  const EvalArgs args{.numbers = {{"mean_dry_bulb", 24.0},
                                  {"mean_daily_range", 10.0},
                                  {"mean_dew_point", 18.0},
                                  {"pressure", 101325.0},
                                  {"hour", 17.0}},
                      .texts = {}};
  const auto out = models[0].evaluate(args);
  const OutdoorAir air = ClimateNormals(continental()).ordinary(7, 17.0);
  EXPECT_DOUBLE_EQ(std::get<double>(out[0].value), air.dry_bulb.in_celsius());
  EXPECT_DOUBLE_EQ(std::get<double>(out[1].value), air.wet_bulb.in_celsius());
  EXPECT_DOUBLE_EQ(std::get<double>(out[2].value), air.humidity_ratio);
}

}  // namespace
}  // namespace aifactory
