#include "models/cooling/dry_cooler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/accuracy.h"
#include "tests/models/cooling/reference_data.h"

namespace aifactory {
namespace {

Temperature celsius(double t) {
  return Temperature::celsius(t);
}
OutdoorAir outdoor(double dry_bulb_c, Pressure pressure = kSeaLevelPressure) {
  return OutdoorAir::from_relative_humidity(celsius(dry_bulb_c), 0.4, pressure);
}

/// BAC Trillium TDFS1238N-C60ET40B: 2931 kW at 35 degC air, water 46.11 -> 40.55 degC, fans 117.68 kW.
DryCooler::Params bac() {
  DryCooler::Params p;
  p.design_heat = 2931.0 * kW;
  p.design_air = celsius(35.0);
  p.design_inlet = celsius(46.11);
  p.design_leaving = celsius(40.55);
  p.design_fan_power = 117.68 * kW;
  return p;
}

TEST(DryCooler, IsSizedByItsDesignPoint) {
  // By hand: C = 2931 / 5.56 = 527.158 kW/K = 125.994 kg/s; eps = 5.56 / 11.11 = 0.50045; N and UA from an independent
  // inversion of the cross-flow formula.
  const DryCooler cooler(bac());
  EXPECT_NEAR(cooler.design_water().si(), 125.994, 6e-4);
  EXPECT_NEAR(cooler.design_ntu(), 1.15236, 6e-6);
  EXPECT_NEAR(cooler.ua().si(), 607477.0, 1.0);
}

TEST(DryCooler, MatchesTheAnchoredFormula) {
  // The design record of Modelica Buildings pushed through the same formulas by an independent program.
  const struct {
    double inlet_c, air_c, water_ratio, fan_ratio, leaving_c, heat_kw, fan_kw;
  } rows[] = {{46.11, 35, 1, 1, 40.55, 2931.0, 117.68},
              {46.11, 25, 1, 1, 35.5455, 5569.2, 117.68},
              {46.11, 25, 1, .5, 39.0376, 3728.3, 14.71},
              {55, 35, .6, 1, 41.7727, 4183.7, 117.68},
              {46.11, 40, 1, 1, 43.0523, 1611.9, 117.68}};
  const DryCooler cooler(bac());
  for (const auto& row : rows) {
    const auto out = cooler.at_fan_ratio(row.water_ratio * cooler.design_water(), celsius(row.inlet_c),
                                         outdoor(row.air_c), row.fan_ratio);
    EXPECT_NEAR(out.leaving_water.in_celsius(), row.leaving_c, 6e-5) << row.air_c << " " << row.fan_ratio;
    EXPECT_NEAR(out.heat.in(kW), row.heat_kw, 0.06) << row.air_c << " " << row.fan_ratio;
    EXPECT_NEAR(out.fan_power.in(kW), row.fan_kw, 6e-3) << row.air_c << " " << row.fan_ratio;
    EXPECT_EQ(out.makeup().si(), 0.0);
  }
}

TEST(DryCooler, HoldsTheHeatExactly) {
  const DryCooler cooler(bac());
  for (double air_c = -30; air_c <= 45; air_c += 5) {
    for (double share = 0.02; share <= 1.6; share += 0.06) {
      const Power heat = share * 2931.0 * kW;
      const auto air = outdoor(air_c);
      const auto out = cooler.holding(cooler.design_water(), celsius(44), heat, air);
      SCOPED_TRACE(testing::Message() << air_c << " " << share);
      EXPECT_TRUE(out.converged);
      EXPECT_LE(out.heat, heat);
      EXPECT_EQ(out.leaving_water, celsius(44.0 - out.heat.si() / (cooler.design_water().si() * 4184.0)));
      if (air_c >= 44) {
        EXPECT_EQ(out.fan_power.si(), 0.0);
        continue;
      }
      EXPECT_GT(out.leaving_water.in_celsius(), air_c);
      const auto same = cooler.at_fan_ratio(cooler.design_water(), celsius(44), air, out.fan_ratio);
      EXPECT_NEAR(same.heat.si() * out.duty, out.heat.si(), 1e-8 * heat.si());
      EXPECT_TRUE(out.heat == heat || out.fan_ratio == 1.0);
      EXPECT_TRUE(out.duty == 1.0 || out.fan_ratio == 0.1);
    }
  }
}

TEST(DryCooler, MoreFanRejectsMore) {
  const DryCooler cooler(bac());
  for (double water : {0.3, 0.7, 1.0, 1.2}) {
    double last = 0;
    for (double ratio = 0.02; ratio <= 1.0; ratio += 0.01) {
      const auto out = cooler.at_fan_ratio(water * cooler.design_water(), celsius(45), outdoor(20), ratio);
      EXPECT_GT(out.heat.si(), last) << water << " " << ratio;
      last = out.heat.si();
    }
  }
}

TEST(DryCooler, RequiredInletIsTheInverseOfItsHeat) {
  const DryCooler cooler(bac());
  const auto inlet = cooler.required_inlet(cooler.design_water(), 2000.0 * kW, outdoor(30), 0.7);
  EXPECT_NEAR(cooler.at_fan_ratio(cooler.design_water(), inlet, outdoor(30), 0.7).heat.in(kW), 2000.0, 1e-8);
}

TEST(AdiabaticCooler, PadsBringTheAirTowardsTheWetBulb) {
  auto wet = bac();
  wet.pad_effectiveness = 0.8;
  const auto air = OutdoorAir::from_relative_humidity(celsius(40), 0.2);  // wet bulb 22.0320 degC
  // By hand: 40 - 0.8 * (40 - 22.0320) = 25.6256 degC.
  const double cooled_c = 25.6256;
  const DryCooler pads(wet), dry(bac());
  const auto out = pads.at_fan_ratio(pads.design_water(), celsius(46.11), air, 1.0);
  const auto same = dry.at_fan_ratio(dry.design_water(), celsius(46.11), outdoor(cooled_c), 1.0);
  EXPECT_NEAR(out.leaving_water.in_celsius(), same.leaving_water.in_celsius(), 1e-4);
  // The air's enthalpy hardly moves: latent gain = sensible loss within the heat the water brings along.  Air flow
  // 527158 / 1006 = 524.0 kg/s, loss 14.374 K * 1023 J/kg/K (moist) / 2.49 MJ/kg = 5.906e-3 kg/kg: 3.09 kg/s.
  EXPECT_NEAR(out.evaporation.si(), 3.09, 0.06);
  EXPECT_NEAR(out.blowdown.si(), out.evaporation.si() / 3.0, 1e-12);
  const auto cool_day = pads.at_fan_ratio(pads.design_water(), celsius(46.11), outdoor(20), 1.0);
  EXPECT_EQ(cool_day.evaporation.si(), 0.0);  // below pads_above
}

TEST(DryCooler, NamesTheParameterItRefuses) {
  auto forgotten = bac(), crossed = bac();
  forgotten.design_fan_power = {};
  crossed.design_air = celsius(42);
  EXPECT_THAT([&] { DryCooler{forgotten}; },
              testing::ThrowsMessage<InputError>("dry cooler: design_fan_power is not set"));
  EXPECT_THAT([&] { DryCooler{crossed}; }, testing::ThrowsMessage<InputError>(
                                               "dry cooler: design_inlet = 46.11 degC, design_leaving = 40.55 degC and "
                                               "design_air = 42 degC must fall in this order"));
}

// Forty of these coolers take 100 MW over a typical year, computed hour by hour by an independent program: leaving
// water held at 41 degC, range 10 K, full speed and a rising inlet when that cannot be held.  Accepted: fan energy 1 %.
struct YearRow {
  const char *name, *file;
  double elevation_m;  // < 0: sea-level density
  bool light_air;
  double fan_mwh, max_leaving_c;
  int hours_over;  // < 0: not known
};
class DryYear : public testing::TestWithParam<YearRow> {};

TEST_P(DryYear, MatchesTheReferencePlant) {
  const YearRow& row = GetParam();
  AIF_NEEDS_DATA(row.file);
  auto params = bac();
  params.site_density = row.elevation_m >= 0;
  params.fan_power_follows_density = row.light_air;
  const DryCooler cooler(params);
  const Power heat = 2.5 * MW;  // 100 MW over forty
  const MassFlow water(2.5e6 / (4184.0 * 10.0));
  double fan_wh = 0, max_leaving_c = -100;
  int over = 0;
  for (auto air : testing_data::epw_year(row.file)) {
    if (row.elevation_m >= 0) air.pressure = psychro::standard_pressure(row.elevation_m * m);
    auto out = cooler.holding(water, celsius(51.0), heat, air);
    if (out.heat < heat) {
      ++over;
      out = cooler.at_fan_ratio(water, cooler.required_inlet(water, heat, air), air, 1.0);
    }
    fan_wh += 40 * out.fan_power.si();
    max_leaving_c = std::max(max_leaving_c, out.leaving_water.in_celsius());
  }
  accuracy_relative("dry_year_fans", fan_wh / 1e6, row.fan_mwh, 0.01);
  if (row.hours_over >= 0) {
    EXPECT_NEAR(max_leaving_c, row.max_leaving_c, 2e-3);
    EXPECT_EQ(over, row.hours_over);
  }
}
constexpr const char* kDenver = "weather/USA_CO_Denver.Intl.AP.725650_TMY3.epw";
INSTANTIATE_TEST_SUITE_P(, DryYear,
                         testing::Values(YearRow{"Dallas", "weather/USA_TX_Dallas-Fort.Worth.epw", -1, false, 1993.21,
                                                 43.717, 65},
                                         YearRow{"Denver", kDenver, -1, false, 503.73, 43.717, 5},
                                         YearRow{"Chicago", "weather/USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw", -1,
                                                 false, 337.00, 41.0, 0},
                                         YearRow{"DenverThinAir", kDenver, 1650, false, 889.3, 0, -1},
                                         YearRow{"DenverThinAirLightFans", kDenver, 1650, true, 728.6, 0, -1}),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace aifactory
