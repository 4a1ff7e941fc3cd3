#include "models/grid/onsite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "models/grid/kpi.h"
#include "tests/accuracy.h"

namespace aifactory {
namespace {

TEST(Kpi, FiguresOfOnePeriod) {
  // E_DC 1.25, E_IT 1.0, 350 g/kWh: PUE 1.25, CUE .4375 kg/kWh; .2 reused: ERF .16, ERE 1.05.
  KpiTotals t{.facility = 1.25 * MWh, .it = 1.0 * MWh, .reused = 0.2 * MWh, .water = 1.8 * m3};
  t.carbon = 350.0 * g_per_kWh * t.facility;
  accuracy_relative("key_figures", t.pue(), 1.25, 1e-15);
  accuracy_relative("key_figures", t.cue().in(g_per_kWh), 437.5, 1e-15);
  accuracy_relative("key_figures", t.cue() / (350.0 * g_per_kWh), t.pue(), 1e-15);
  accuracy_relative("key_figures", t.erf(), 0.16, 1e-15);
  accuracy_relative("key_figures", t.ere(), 1.05, 1e-15);
  accuracy_relative("key_figures", t.wue_l_per_kwh(), 1.8, 1e-15);
}

TEST(Kpi, LitresPerKilowattHourFromMegagallonsPerMegawattYear) {
  // 2.6 million US gallons of 3.785411784 L for a megawatt through 8,760 h.
  const KpiTotals t{.facility = 8760.0 * MWh, .it = 8760.0 * MWh, .water = 2.6e6 * 3.785411784 * liter};
  EXPECT_NEAR(t.wue_l_per_kwh(), 1.1235, 5e-5);
}

PvField field(Power inverter) {
  PvField::Params p;
  p.rating = 10.0 * MW;
  p.inverter = inverter;
  return PvField(p);
}

TEST(PvField, FollowsSunAndCellAndClips) {
  const Temperature warm = Temperature::celsius(45.0), standard = Temperature::celsius(25.0);
  EXPECT_DOUBLE_EQ(field(20.0 * MW).power(1000.0, standard).in(MW), 10.0);
  EXPECT_DOUBLE_EQ(field(20.0 * MW).power(800.0, warm).in(MW), 7.44);  // 8 MW x (1 - .0035 x 20)
  EXPECT_DOUBLE_EQ(field(7.0 * MW).power(800.0, warm).in(MW), 7.0);
  EXPECT_DOUBLE_EQ(field(7.0 * MW).dc(800.0, warm).in(MW), 7.44);
  EXPECT_EQ(field(7.0 * MW).power(0.0, warm).si(), 0.0);
  EXPECT_GT(field(20.0 * MW).power(1000.0, Temperature::celsius(0.0)).in(MW), 10.0);
  EXPECT_DOUBLE_EQ(field(7.0 * MW).cell(800.0, Temperature::celsius(20.0)).in_celsius(), 45.0);  // NOCT by definition
}

TEST(WindFarm, CubicBetweenCutInAndRated) {
  const WindFarm farm({.rating = 100.0 * MW});
  EXPECT_EQ(farm.power(2.9).si(), 0.0);
  EXPECT_EQ(farm.power(3.0).si(), 0.0);
  EXPECT_NEAR(farm.power(7.5).in(MW), 100.0 * (421.875 - 27.0) / (1728.0 - 27.0), 1e-9);  // 23.2143
  EXPECT_EQ(farm.power(12.0), 100.0 * MW);
  EXPECT_EQ(farm.power(24.9), 100.0 * MW);
  EXPECT_EQ(farm.power(25.0).si(), 0.0);
  EXPECT_THAT([] { WindFarm({.rating = 1.0 * MW, .cut_in_m_s = 13.0}); }, testing::ThrowsMessage<InputError>(testing::HasSubstr("must ascend")));
}

TEST(GasTurbine, HeatRateDerateMinimumLoadAndRamp) {
  GasTurbine::Params p;
  p.rating = 100.0 * MW;
  p.heat_rate = 2.5;
  p.ramp = PowerRamp(5e6 / 60.0);
  const GasTurbine machine(p);
  const Temperature iso = Temperature::celsius(15.0), hot = Temperature::celsius(35.0);
  EXPECT_EQ(machine.capacity(iso), 100.0 * MW);
  EXPECT_EQ(machine.capacity(Temperature::celsius(-10.0)), 100.0 * MW);
  EXPECT_DOUBLE_EQ(machine.capacity(hot).in(MW), 86.0);  // .7 % for each of 20 K
  const auto full = machine.at(100.0 * MW, iso);
  EXPECT_DOUBLE_EQ(full.fuel.in(MW), 250.0);
  EXPECT_DOUBLE_EQ(full.heat().in(MW), 150.0);
  EXPECT_NEAR(full.carbon.in(g_per_kWh), 56.1 * 3.6 * 2.5, 1e-9);  // 504.9
  const auto half = machine.at(50.0 * MW, iso);
  EXPECT_DOUBLE_EQ(half.heat_rate, 2.5 * (0.8 + 0.2 / 0.5));  // 3.0
  EXPECT_DOUBLE_EQ(machine.at(100.0 * MW, hot).power.in(MW), 86.0);
  EXPECT_EQ(machine.at(39.9 * MW, iso).power.si(), 0.0);
  EXPECT_EQ(machine.at(39.9 * MW, iso).fuel.si(), 0.0);
  EXPECT_EQ(machine.at(35.0 * MW, hot).power, 35.0 * MW);  // the least load is one of what it can give now: 34.4 MW
  EXPECT_EQ(machine.time_to(0.0 * MW, 0.0 * MW).si(), 0.0);
  EXPECT_DOUBLE_EQ(machine.time_to(50.0 * MW, 100.0 * MW).in(minute), 10.0);
  EXPECT_DOUBLE_EQ(machine.time_to(0.0 * MW, 100.0 * MW).in(minute), 30.0);  // and ten to start
}

TEST(MatchedShare, CountsEachHourForItself) {
  const Power load[] = {10.0 * MW, 10.0 * MW, 10.0 * MW, 10.0 * MW};
  const Power clean[] = {0.0 * MW, 25.0 * MW, 10.0 * MW, 5.0 * MW};
  EXPECT_DOUBLE_EQ(matched_share(load, clean), 25.0 / 40.0);  // by yearly totals it would be 1
}

TEST(MixIntensity, WeighsByGeneration) {
  const GenerationShare mix[] = {{3.0 * MWh, 490.0 * g_per_kWh}, {1.0 * MWh, 11.0 * g_per_kWh}};
  EXPECT_DOUBLE_EQ(mix_intensity(mix).in(g_per_kWh), (3 * 490.0 + 11.0) / 4);
}

TEST(MixIntensity, ErcotThrough2022) {
  const char* folder = std::getenv("AIFACTORY_DATA");
  std::ifstream in(std::string(folder != nullptr ? folder : "") + "/grid_carbon/ERCO_NG_avgCI_2022.csv");
  if (!in) GTEST_SKIP() << "needs grid_carbon/ERCO_NG_avgCI_2022.csv under the folder that AIFACTORY_DATA names";
  // Factors of the file's own average intensity, g/kWh.
  const std::map<std::string, double> factors{{"WND", 11}, {"SUN", 41}, {"WAT", 24}, {"OIL", 650}, {"NG", 490}, {"COL", 820}, {"NUC", 12}, {"OTH", 230}};
  std::vector<GenerationShare> mix;
  std::vector<std::string> header;
  double sum = 0.0, hours = 0.0;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    if (header.empty()) {
      header = cells;
      continue;
    }
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (header[c] == "avg_CI" && !cells[c].empty()) sum += std::stod(cells[c]), hours += 1.0;
      for (const auto& [source, factor] : factors) {
        if (header[c] == source && !cells[c].empty()) mix.push_back({std::stod(cells[c]) * MWh, factor * g_per_kWh});
      }
    }
  }
  accuracy_near("ercot_carbon", mix_intensity(mix).in(g_per_kWh), 353.05, 0.005);
  EXPECT_NEAR(sum / hours, 347.2019, 5e-5);  // the unweighted mean of the hours, which a flat load sees
}

}  // namespace
}  // namespace aifactory
