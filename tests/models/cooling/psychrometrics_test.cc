#include "models/cooling/psychrometrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/error.h"
#include "tests/accuracy.h"

namespace aifactory {
namespace {

Temperature celsius(double t) {
  return Temperature::celsius(t);
}

// Values of PsychroLib's own test suite (github.com/psychrometrics/psychrolib, tests/test_psychrolib_si.py), which
// takes them from the tables of ASHRAE Handbook Fundamentals 2017 chapter 1 table 3; relative tolerance 3e-4 as there.
TEST(SaturationPressure, MatchesTheHandbookTable) {
  const struct {
    double t_c, p_pa;
  } rows[] = {{-5, 401.74}, {5, 872.6}, {25, 3169.7}, {50, 12351.3}, {100, 101418.0}, {150, 476101.4}};
  for (const auto& row : rows) {
    accuracy_relative("moist_air", psychro::saturation_pressure(celsius(row.t_c)).si(), row.p_pa, 3e-4);
  }
}

TEST(SaturationPressure, IsInvertedFromIceToSteam) {
  for (double t_c = -100; t_c <= 200; t_c += 0.37) {
    EXPECT_NEAR(psychro::saturation_temperature(psychro::saturation_pressure(celsius(t_c))).in_celsius(), t_c, 1e-8);
  }
  EXPECT_DOUBLE_EQ(psychro::saturation_temperature(0.0 * Pa).in_celsius(), -100.0);
}

// PsychroLib's test suite again (values from the Handbook's worked examples).
TEST(Psychrometrics, MatchesThePublishedSuite) {
  const Pressure p(95461.0);
  accuracy_relative("moist_air", psychro::enthalpy(celsius(30), 0.02).si(), 81316.0, 3e-4);
  accuracy_relative("moist_air", psychro::specific_volume(celsius(30), 0.02, p).si(), 0.940855374, 3e-4);
  accuracy_relative("moist_air", psychro::density(celsius(30), 0.02, p).si(), 1.084119863, 3e-4);
  accuracy_relative("moist_air", psychro::humidity_ratio_from_wet_bulb(celsius(30), celsius(25), p), 0.01922813, 3e-4);
  accuracy_relative("moist_air", psychro::humidity_ratio_from_wet_bulb(celsius(-1), celsius(-5), p), 0.001203998, 3e-4);
  EXPECT_NEAR(OutdoorAir::from_relative_humidity(celsius(7), 0.61, 100.0 * kPa).wet_bulb.in_celsius(), 3.926674, 4e-3);
  const auto air = OutdoorAir::from_wet_bulb(celsius(40), celsius(20), kSeaLevelPressure);
  EXPECT_NEAR(air.humidity_ratio, 0.0065, 1e-4);
  EXPECT_NEAR(psychro::relative_humidity(air.dry_bulb, air.humidity_ratio, air.pressure), 0.14, 0.01);
  EXPECT_NEAR(psychro::enthalpy(air.dry_bulb, air.humidity_ratio).si(), 56700.0, 100.0);
}

// States computed from the Handbook's equations by an independent program and compared there with PsychroLib 2.5
// (wet bulb within 4.4e-4 K over 210 states, dew point within 4e-9 K).  The last printed digit is the tolerance.
TEST(OutdoorAir, FromRelativeHumidityMatchesTheEquations) {
  const struct {
    double t_c, rh, p_pa, w, h, wet_bulb_c, dew_point_c, rho;
  } rows[] = {{35, .40, 101325, .014132, 71473.2, 23.9345, 19.3846, 1.13592},
              {40, .20, 101325, .009198, 63929.0, 22.0320, 12.7831, 1.12104},
              {45, .15, 101325, .008960, 68428.6, 23.2690, 12.3890, 1.10357},
              {35, .40, 84000, .017127, 79158.5, 23.3848, 19.3846, 0.94005},
              {30, .90, 101325, .024376, 92503.8, 28.5865, 28.1771, 1.14783}};
  for (const auto& row : rows) {
    const auto air = OutdoorAir::from_relative_humidity(celsius(row.t_c), row.rh, Pressure(row.p_pa));
    EXPECT_NEAR(air.humidity_ratio, row.w, 6e-7) << row.t_c;
    EXPECT_NEAR(psychro::enthalpy(air.dry_bulb, air.humidity_ratio).si(), row.h, 0.06) << row.t_c;
    EXPECT_NEAR(air.wet_bulb.in_celsius(), row.wet_bulb_c, 6e-5) << row.t_c;
    EXPECT_NEAR(psychro::dew_point(air.humidity_ratio, air.pressure).in_celsius(), row.dew_point_c, 6e-5) << row.t_c;
    EXPECT_NEAR(psychro::density(air.dry_bulb, air.humidity_ratio, air.pressure).si(), row.rho, 6e-6) << row.t_c;
  }
}

// ASHRAE Handbook Fundamentals 2017 chapter 1 table 1: 0 m 101.325, 500 m 95.461, 1000 m 89.875, 3000 m 70.108 kPa.
TEST(StandardPressure, MatchesTheHandbookTable) {
  EXPECT_NEAR(psychro::standard_pressure(0.0 * m).in(kPa), 101.325, 1e-9);
  EXPECT_NEAR(psychro::standard_pressure(500.0 * m).in(kPa), 95.461, 1e-3);
  EXPECT_NEAR(psychro::standard_pressure(1000.0 * m).in(kPa), 89.875, 1e-3);
  EXPECT_NEAR(psychro::standard_pressure(3000.0 * m).in(kPa), 70.108, 2e-3);
}

TEST(OutdoorAir, TheThreeConstructorsAgree) {
  for (double t_c = -30; t_c <= 50; t_c += 4) {
    for (double rh = 0.05; rh <= 1.0; rh += 0.095) {
      const auto air = OutdoorAir::from_relative_humidity(celsius(t_c), rh, 84.0 * kPa);
      const auto dew = psychro::dew_point(air.humidity_ratio, air.pressure);
      EXPECT_NEAR(OutdoorAir::from_dew_point(air.dry_bulb, dew, air.pressure).humidity_ratio, air.humidity_ratio,
                  1e-11);
      const auto back = OutdoorAir::from_wet_bulb(air.dry_bulb, air.wet_bulb, air.pressure);
      EXPECT_NEAR(back.humidity_ratio, air.humidity_ratio, 1e-11) << t_c << " " << rh;
      EXPECT_LE(dew, air.wet_bulb + 1e-9 * K) << t_c << " " << rh;
      EXPECT_LE(air.wet_bulb, air.dry_bulb);
    }
  }
}

TEST(SaturatedAir, IsFoundFromItsEnthalpyWhereverTheSearchStarts) {
  for (double p_pa : {70e3, 101325.0}) {
    for (double t_c = -40; t_c <= 85; t_c += 1.3) {
      const auto h = psychro::saturation_enthalpy(celsius(t_c), Pressure(p_pa));
      for (double start_c : {-60.0, t_c, 30.0, 99.0}) {
        const auto air = psychro::saturated_at_enthalpy(h, Pressure(p_pa), celsius(start_c));
        EXPECT_NEAR(air.temperature.in_celsius(), t_c, 1e-9);
        EXPECT_NEAR(air.humidity_ratio, psychro::saturation_humidity_ratio(celsius(t_c), Pressure(p_pa)), 1e-9);
      }
      const double slope = (psychro::saturation_enthalpy(celsius(t_c + 1e-3), Pressure(p_pa)) -
                            psychro::saturation_enthalpy(celsius(t_c - 1e-3), Pressure(p_pa)))
                               .si() /
                           2e-3;
      EXPECT_NEAR(psychro::saturation_enthalpy_slope(celsius(t_c), Pressure(p_pa)).si(), slope, 1e-5 * slope);
    }
  }
}

TEST(WetBulb, RisesWithHumidityAcrossFreezing) {
  for (double t_c = -5; t_c <= 12; t_c += 0.5) {
    Temperature last = celsius(-100);
    for (double rh = 0.0; rh <= 1.0; rh += 0.005) {
      const auto wet_bulb = OutdoorAir::from_relative_humidity(celsius(t_c), rh).wet_bulb;
      EXPECT_GE(wet_bulb, last) << t_c << " " << rh;
      last = wet_bulb;
    }
  }
}

TEST(OutdoorAir, DryAirHasAWetBulb) {
  const auto air = OutdoorAir::from_relative_humidity(celsius(30), 0.0);
  EXPECT_EQ(air.humidity_ratio, 0.0);
  EXPECT_NEAR(psychro::humidity_ratio_from_wet_bulb(celsius(30), air.wet_bulb, kSeaLevelPressure), 0.0, 1e-10);
  // Colder than dry air can be: the wet bulb of dry air is kept instead.
  EXPECT_EQ(OutdoorAir::from_wet_bulb(celsius(30), celsius(-20)).wet_bulb, air.wet_bulb);
}

TEST(OutdoorAir, NamesTheValueItRefuses) {
  EXPECT_THAT([] { OutdoorAir::from_relative_humidity(celsius(20), 1.5); },
              testing::ThrowsMessage<InputError>("outdoor air: relative_humidity = 1.5 must be in 0..1"));
  EXPECT_THAT([] { OutdoorAir::from_relative_humidity({}, 0.5); },
              testing::ThrowsMessage<InputError>("outdoor air: dry_bulb = nan must be in -100..200 degC"));
  EXPECT_THAT([] { OutdoorAir::from_wet_bulb(celsius(20), celsius(21)); },
              testing::ThrowsMessage<InputError>("outdoor air: wet_bulb = 21 must be in -100..20 degC (the dry bulb)"));
  EXPECT_THAT(
      [] { OutdoorAir::from_dew_point(celsius(20), celsius(21)); },
      testing::ThrowsMessage<InputError>("outdoor air: dew_point = 21 must be in -100..20 degC (the dry bulb)"));
  EXPECT_THAT([] { OutdoorAir::from_relative_humidity(celsius(20), 0.5, 0.0 * Pa); },
              testing::ThrowsMessage<InputError>("outdoor air: pressure = 0 must be > 0 Pa"));
}

}  // namespace
}  // namespace aifactory
