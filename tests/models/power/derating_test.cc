#include "models/power/derating.h"

#include <gtest/gtest.h>

namespace aifactory {
namespace {

SiteConditions site(double elevation_m, double hottest_c = 25.0) {
  return {.elevation = Length(elevation_m), .hottest = Temperature::celsius(hottest_c)};
}

TEST(Derating, NothingIsTakenAtSeaLevelInMildAir) {
  for (const double z : {-300.0, 0.0, 500.0, 1000.0}) {
    EXPECT_EQ(transformer_derating(site(z), true), 1.0);
    EXPECT_EQ(transformer_derating(site(z), false), 1.0);
    EXPECT_EQ(ups_derating(site(z)), 1.0);
    EXPECT_EQ(switchgear_derating(site(z)), 1.0);
    EXPECT_EQ(generator_derating(site(z)), 1.0);
  }
}

TEST(Derating, WithoutATemperatureOnlyTheAltitudeCounts) {
  const SiteConditions unknown{.elevation = 0.0 * m, .hottest = {}};
  EXPECT_EQ(transformer_derating(unknown, true), 1.0);
  EXPECT_EQ(generator_derating(unknown), 1.0);
  EXPECT_EQ(gas_turbine_derating(unknown), 1.0);
}

TEST(Derating, DryTransformersLoseThreePermilleForEachHundredMetres) {
  // Eaton: 0.3 % for each 100 m in excess of 1,000 m.
  EXPECT_NEAR(transformer_derating(site(1650.0), false), 1.0 - 0.003 * 6.5, 1e-12);
  EXPECT_NEAR(transformer_derating(site(3000.0, 45.0), false), 0.94, 1e-12);  // indoors the room is cooled
  EXPECT_NEAR(transformer_derating(site(3000.0, 45.0), true), 1.0 - 0.08 - 0.075, 1e-12);
}

TEST(Derating, UpsFollowTheTableOfIec62040) {
  // Altitude in m and factor, IEC 62040-3, table of factors above 1,000 m.
  constexpr std::pair<double, double> kTable[] = {{1000, 1.0}, {1500, 0.95}, {2000, 0.91}, {2500, 0.86}, {3000, 0.82}, {3500, 0.78}, {4000, 0.74}};
  for (const auto& [z, factor] : kTable) EXPECT_NEAR(ups_derating(site(z)), factor, 0.006) << z;
}

TEST(Derating, SwitchgearKeepsItsCurrentToTwoThousandMetres) {
  EXPECT_EQ(switchgear_derating(site(2000.0)), 1.0);
  EXPECT_NEAR(switchgear_derating(site(2600.0)), 0.99, 1e-12);
  EXPECT_NEAR(switchgear_derating(site(3900.0)), 0.96, 1e-12);
  EXPECT_NEAR(switchgear_derating(site(3250.0)), 0.975, 1e-12);
  EXPECT_NEAR(switchgear_derating(site(2300.0)), 0.995, 1e-12);
}

TEST(Derating, GeneratingSetsTakeTheLowerOfAlternatorAndEngine) {
  // Stamford: 3 % for each 500 m above 1,000 m and each 5 K above 40 degC: the table of a set's manual prints 0.97, 0.94, 0.91.
  EXPECT_NEAR(generator_derating(site(1500.0)), 0.97, 1e-12);
  EXPECT_NEAR(generator_derating(site(0.0, 45.0)), 0.97, 1e-12);
  EXPECT_NEAR(generator_derating(site(0.0, 50.0)), 0.94, 1e-12);
  // Above: the engine's 3.5 % for each 300 m from 1,500 m; 3,000 m: 1 - 5 x 0.035 against 0.88.
  EXPECT_NEAR(generator_derating(site(3000.0)), 0.825, 1e-12);
}

TEST(Derating, GasTurbinesFollowPressureAndHeat) {
  EXPECT_NEAR(gas_turbine_derating(site(0.0, 15.0)), 1.0, 1e-12);
  EXPECT_NEAR(gas_turbine_derating(site(0.0, 35.0)), 0.86, 1e-12);
  EXPECT_NEAR(gas_turbine_derating(site(-300.0, 35.0)), 0.86, 1e-12);  // dense air is no gift
  // (1 - 2.25577e-5 x 1650)^5.2559 = exp(-0.19936)
  EXPECT_NEAR(gas_turbine_derating(site(1650.0, 15.0)), 0.8193, 5e-5);
}

TEST(Derating, NeverRisesWithAltitudeOrHeatAndStaysInRange) {
  for (double z = 0.0; z < 5000.0; z += 100.0) {
    for (double t = 20.0; t < 60.0; t += 5.0) {
      for (const auto rule : {+[](const SiteConditions& c) { return transformer_derating(c, true); }, &ups_derating, &switchgear_derating,
                              &generator_derating, &gas_turbine_derating}) {
        const double here = rule(site(z, t));
        EXPECT_GE(here, 0.1);
        EXPECT_LE(here, 1.0);
        EXPECT_LE(rule(site(z + 100.0, t)), here + 1e-12);
        EXPECT_LE(rule(site(z, t + 5.0)), here + 1e-12);
      }
    }
  }
}

TEST(Derating, DensityIsThatOfTheStandardAtmosphere) {
  EXPECT_NEAR(air_density_ratio(0.0 * m), 1.0, 1e-12);
  EXPECT_NEAR(air_density_ratio(1000.0 * m), 1.1117 / 1.2250, 2e-4);  // ISO 2533
  EXPECT_NEAR(air_density_ratio(3000.0 * m), 0.9093 / 1.2250, 2e-4);
}

}  // namespace
}  // namespace aifactory
