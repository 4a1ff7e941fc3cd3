// Chillers and the YorkCalc tower correlation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/cooling/chiller_carnot.h"
#include "models/cooling/chiller_eir.h"
#include "models/cooling/york_calc.h"
#include "tests/accuracy.h"
#include "tests/models/cooling/reference_data.h"

namespace aifactory {
namespace {

Temperature celsius(double t) {
  return Temperature::celsius(t);
}

// Evaluated by an independent program that reproduces the Modelica Buildings trajectories; seven printed figures.
TEST(YorkCalc, MatchesTheCorrelation) {
  const struct {
    double wet_bulb_c, range_k, water, air, approach_k;
  } rows[] = {{25.55, 5.56, 1, 1, 3.844515}, {25.55, 5.56, 1, .5, 8.682718}, {25.55, 5.56, .5, 1, 1.422190},
              {20, 6, 1, 1, 5.375761},       {10, 6, 1, .4, 19.931034},      {26.7, 11.1, 1.25, 1, 8.005970}};
  for (const auto& row : rows) {
    const auto out = YorkCalc::approach(celsius(row.wet_bulb_c), row.range_k * K, row.water, row.air);
    EXPECT_NEAR(out.approach.si(), row.approach_k, 6e-7) << row.wet_bulb_c << " " << row.air;
    EXPECT_EQ(out.inside, row.water >= 0.75);
  }
}

// Modelica Buildings, YorkCalc example as simulated by Dymola: one flow ratio sweeps 0.25..1.25, the other is 1,
// at 25.55 degC and 5.56 K (Dymola stores single precision).
TEST(YorkCalc, MatchesTheModelicaTrajectories) {
  const char* file = "modelica_ref/Buildings_Fluid_HeatExchangers_CoolingTowers_Correlations_Examples_YorkCalc.txt";
  AIF_NEEDS_DATA(file);
  const auto water = testing_data::trajectory(file, "TApp_Wat"), air = testing_data::trajectory(file, "TApp_Air");
  ASSERT_EQ(water.size(), 101u);
  ASSERT_EQ(air.size(), 101u);
  for (int i = 0; i <= 100; ++i) {
    const double ratio = 0.25 + i / 100.0;
    const auto at = static_cast<std::size_t>(i);
    EXPECT_NEAR(YorkCalc::approach(celsius(25.55), 5.56 * K, ratio, 1.0).approach.si(), water[at], 2e-6) << ratio;
    EXPECT_NEAR(YorkCalc::approach(celsius(25.55), 5.56 * K, 1.0, ratio).approach.si(), air[at], 2e-6) << ratio;
  }
}

struct Curves {
  double capacity_kw, cop, te_c, tc_c, te_min_c, te_max_c, tc_min_c, tc_max_c, plr_min, plr_max;
  double f1[6], f2[6], f3[3];
};
ChillerEir::Params params_of(const Curves& c) {
  ChillerEir::Params p;
  p.design_capacity = c.capacity_kw * kW;
  p.cop = c.cop;
  p.design_evaporator_leaving = celsius(c.te_c), p.design_condenser_entering = celsius(c.tc_c);
  p.min_evaporator_leaving = celsius(c.te_min_c), p.max_evaporator_leaving = celsius(c.te_max_c);
  p.min_condenser_entering = celsius(c.tc_min_c), p.max_condenser_entering = celsius(c.tc_max_c);
  p.min_part_load = p.min_unloading = c.plr_min;
  p.max_part_load = c.plr_max;
  p.f1_a1 = c.f1[0], p.f1_a2 = c.f1[1], p.f1_a3 = c.f1[2], p.f1_a4 = c.f1[3], p.f1_a5 = c.f1[4], p.f1_a6 = c.f1[5];
  p.f2_a1 = c.f2[0], p.f2_a2 = c.f2[1], p.f2_a3 = c.f2[2], p.f2_a4 = c.f2[3], p.f2_a5 = c.f2[4], p.f2_a6 = c.f2[5];
  p.f3_c1 = c.f3[0], p.f3_c2 = c.f3[1], p.f3_c3 = c.f3[2];
  return p;
}

// EnergyPlus data sets: Carrier 19XR 1407kW/6.04COP/VSD, York YK 2771kW/6.84COP/VSD, Carrier 30XA500 (air cooled).
const Curves kCarrier{1406.6,
                      6.04,
                      6.67,
                      29.44,
                      4.44,
                      10,
                      12.78,
                      32.22,
                      .20,
                      1.04,
                      {1.042261, .002644821, -.001468026, .01366256, -.0008302334, .001573579},
                      {1.02634, -.01612819, -.001092591, -.01784393, .0007961842, -9.586049e-5},
                      {.118888, .6723542, .2068754}};
const Curves kYork{2771.1,
                   6.84,
                   5.56,
                   23.89,
                   4.44,
                   8.89,
                   12.78,
                   29.44,
                   .20,
                   1.02,
                   {.7734286, .04848829, -.001859209, .02611971, -.001243562, .0007210181},
                   {.7203736, .0103046, -.0007854237, -.001206349, .000821006, -.001455414},
                   {.08653354, .1737382, .7403679}};
const Curves kAirCooled{1609.4,
                        2.90,
                        6.67,
                        35,
                        4.44,
                        10,
                        29.44,
                        46.11,
                        .10,
                        1.15,
                        {-.3479426478, .0637388098, -.0007955045, .0712741456, -.0010660025, -.0009234587},
                        {.089134815, .0280734482, .0016909915, .0230561531, .0001663802, -.0015023227},
                        {0, 1, 0}};

// Curves evaluated by an independent program; the air-cooled machine extrapolates a little below 6.67 / 35 as
// published.
TEST(ChillerEir, MatchesThePublishedCurves) {
  const struct {
    const Curves& curves;
    double te_c, tc_c, plr, f1, f2, f3, power_w, cop;
  } rows[] = {{kCarrier, 6.67, 26.67, 1, 1.048358, .943524, .998118, 229920.6, 6.4136},
              {kCarrier, 8, 20, .5, 1.162396, .773646, .506784, 106133.6, 7.7027},
              {kCarrier, 10, 32.22, .8, 1.007233, .976523, .789172, 180766.2, 6.2701},
              {kYork, 7, 22, .5, 1.105532, .900714, .358495, 144622.8, 10.5915},
              {kAirCooled, 6.67, 35, 1, 1.014965, 1.011679, 1, 569848.8, 2.8665},
              {kAirCooled, 8, 45, .8, .827292, 1.255556, .8, 461159.3, 2.3097}};
  for (const auto& row : rows) {
    const ChillerEir chiller(params_of(row.curves));
    const Power heat = row.plr * row.f1 * row.curves.capacity_kw * kW;
    const auto out = chiller.evaluate(heat, celsius(row.te_c), celsius(row.tc_c));
    EXPECT_NEAR(out.f1, row.f1, 6e-7) << row.te_c;
    EXPECT_NEAR(out.f2, row.f2, 6e-7) << row.te_c;
    EXPECT_NEAR(out.f3, row.f3, 2e-6) << row.te_c;
    accuracy_relative("chiller_power", out.power.si(), row.power_w, 2e-6);
    EXPECT_NEAR(out.cop(), row.cop, 6e-5) << row.te_c;
    EXPECT_TRUE(out.inside);
    EXPECT_NEAR(out.rejected.si(), (out.heat + out.power).si(), 1e-6);
  }
}

TEST(ChillerEir, StopsAtItsMostAndCyclesBelowItsLeast) {
  const ChillerEir chiller(params_of(kCarrier));
  const auto most = chiller.evaluate(9.0 * MW, celsius(6.67), celsius(26.67));
  EXPECT_NEAR(most.heat / most.capacity, 1.04, 1e-12);
  const auto least = chiller.evaluate(0.2 * most.capacity, celsius(6.67), celsius(26.67));
  const auto cycling = chiller.evaluate(0.1 * most.capacity, celsius(6.67), celsius(26.67));
  EXPECT_NEAR(cycling.power / least.power, 0.5, 1e-9);  // same efficiency, half the time
  EXPECT_EQ(chiller.evaluate(0.0 * W, celsius(6.67), celsius(26.67)).power.si(), 0.0);
}

TEST(ChillerEir, HoldsItsCurvesAtTheBorder) {
  const ChillerEir chiller(params_of(kCarrier));
  const auto warm = chiller.evaluate(500.0 * kW, celsius(25), celsius(30));
  const auto border = chiller.evaluate(500.0 * kW, celsius(10), celsius(30));
  EXPECT_FALSE(warm.inside);
  EXPECT_EQ(warm.power.si(), border.power.si());
}

TEST(ChillerEir, RefusesOrRenormalisesCurvesThatMissTheirReferencePoint) {
  auto off = params_of(kCarrier);
  off.f1_a1 += 0.06;
  EXPECT_THAT([&] { ChillerEir{off}; }, testing::ThrowsMessage<InputError>(testing::HasSubstr("renormalise: true")));
  off.renormalise = true;
  const ChillerEir chiller(off);
  EXPECT_NEAR(chiller.evaluate(1.0 * MW, celsius(6.67), celsius(29.44)).f1, 1.0, 1e-12);
}

// The 160 sets of EnergyPlus: 36 miss their reference point by more than 3 %, 12 by more than 5 %, the worst by 26 %;
// no set is valid above 12.78 degC leaving water.
TEST(ChillerEir, AccountsForEveryPublishedSet) {
  const char* file = "chillers/chillers_eir.csv";
  AIF_NEEDS_DATA(file);
  std::ifstream in(testing_data::folder() + "/" + file);
  std::string line;
  std::getline(in, line);
  int sets = 0, over3 = 0, over5 = 0;
  double worst = 0, warmest_c = 0;
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    std::vector<std::string> cell;
    for (std::string text; std::getline(cells, text, ',');) cell.push_back(text);
    ASSERT_EQ(cell.size(), 31u);
    const auto number = [&](int column) {
      return std::strtod(cell[static_cast<std::size_t>(column)].c_str(), nullptr);
    };
    Curves c{number(2) / 1e3, number(3), number(4),  number(5), number(12), number(13), number(14),
             number(15),      number(8), number(10), {},        {},         {}};
    for (int i = 0; i < 6; ++i) c.f1[i] = number(16 + i), c.f2[i] = number(22 + i);
    for (int i = 0; i < 3; ++i) c.f3[i] = number(28 + i);
    auto params = params_of(c);
    params.renormalise = true;
    params.min_unloading = number(9);
    const ChillerEir chiller(params);
    const double miss = std::max(std::fabs(chiller.reference_f1() - 1.0), std::fabs(chiller.reference_f2() - 1.0));
    ++sets, over3 += miss > 0.03, over5 += miss > 0.05;
    worst = std::max(worst, miss);
    warmest_c = std::max(warmest_c, number(13));
  }
  EXPECT_EQ(sets, 160);
  EXPECT_EQ(over3, 36);
  EXPECT_EQ(over5, 12);
  EXPECT_NEAR(worst, 0.26, 0.005);
  EXPECT_NEAR(warmest_c, 12.78, 1e-9);
}

CarnotChiller::Params warm_water() {
  CarnotChiller::Params p;
  p.design_capacity = 3.0 * MW;
  p.cop = 6.84;
  p.rated_evaporator_leaving = celsius(6.67);
  p.rated_condenser_leaving = celsius(31.67);
  return p;
}

// By hand: eta = 6.84 * 29 / (279.82 - 2) = 0.7140; at 18 / 35 degC: 0.7140 * 289.15 / 21 = 9.831.
TEST(CarnotChiller, MatchesHandCalculation) {
  const CarnotChiller chiller(warm_water());
  EXPECT_NEAR(chiller.effectiveness(), .7140, 6e-5);
  const struct {
    double te_c, tc_c, cop;
  } rows[] = {{6.67, 31.67, 6.84}, {18, 35, 9.831}, {25, 35, 15.103}, {30, 45, 11.317}, {40, 50, 15.868}};
  for (const auto& row : rows) {
    const auto out = chiller.evaluate(1.0 * MW, celsius(row.te_c), celsius(row.tc_c));
    EXPECT_NEAR(out.cop, row.cop, 6e-4) << row.te_c;
    EXPECT_NEAR(out.power.si(), 1e6 / row.cop, 100.0) << row.te_c;
    EXPECT_NEAR(out.rejected.si(), 1e6 + out.power.si(), 1e-6) << row.te_c;
  }
}

TEST(CarnotChiller, StopsImprovingAtItsLeastLift) {
  const CarnotChiller chiller(warm_water());
  const double at_lift = chiller.evaluate(1.0 * MW, celsius(30), celsius(34)).cop;  // 4 + 2 + 2 = 8 K
  EXPECT_NEAR(chiller.evaluate(1.0 * MW, celsius(30), celsius(20)).cop, at_lift, 1e-9);
  EXPECT_EQ(chiller.evaluate(9.0 * MW, celsius(18), celsius(35)).heat.in(MW), 3.0);
}

TEST(CarnotChiller, RefusesARatingBetterThanCarnot) {
  auto p = warm_water();
  p.cop = 12.0;
  EXPECT_THAT([&] { CarnotChiller{p}; }, testing::ThrowsMessage<InputError>(
                                             "Carnot chiller: cop = 12 is 1.25 of Carnot at the rated temperatures; it "
                                             "must be between 0 and 1"));
}

}  // namespace
}  // namespace aifactory
