#include "models/grid/ramp.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <algorithm>
#include <numbers>
#include <sstream>
#include <vector>

namespace aifactory {
namespace {

std::vector<Power> sine(double amplitude_mw, double frequency_hz, double spacing_s, std::size_t count) {
  std::vector<Power> samples;
  for (std::size_t i = 0; i < count; ++i) {
    samples.push_back((20.0 + amplitude_mw * std::sin(2.0 * std::numbers::pi * frequency_hz * spacing_s * static_cast<double>(i))) * MW);
  }
  return samples;
}

TEST(RampBand, ComparesMeansOfWindowsEndToEnd) {
  std::vector<Power> samples;
  for (const double mw : {10.0, 10.0, 13.0, 17.0, 4.0, 6.0}) samples.push_back(mw * MW);
  const RampBand second = ramp_band(samples, 1.0 * s, 1.0 * s);
  EXPECT_DOUBLE_EQ(second.up.si(), 4e6);
  EXPECT_DOUBLE_EQ(second.down.si(), 13e6);
  const RampBand two = ramp_band(samples, 1.0 * s, 2.0 * s);  // means 10, 15, 5
  EXPECT_DOUBLE_EQ(two.step_up.in(MW), 5.0);
  EXPECT_DOUBLE_EQ(two.up.si(), 2.5e6);
  EXPECT_DOUBLE_EQ(two.step_down.in(MW), 10.0);
  const RampBand flat = ramp_band(std::vector<Power>(8, 3.0 * MW), 1.0 * s, 2.0 * s);
  EXPECT_EQ(flat.up.si(), 0.0);
  EXPECT_EQ(flat.down.si(), 0.0);
}

TEST(BandSwing, FindsASineInItsBandAndNowhereElse) {
  const auto samples = sine(3.0, 1.0, 0.02, 500);  // ten whole periods
  EXPECT_NEAR(band_swing(samples, 0.02 * s, Frequency(0.5), Frequency(2.0)).in(MW), 3.0 / std::numbers::sqrt2, 1e-9);
  EXPECT_NEAR(band_swing(samples, 0.02 * s, Frequency(2.0), Frequency(20.0)).in(MW), 0.0, 1e-9);
  EXPECT_NEAR(band_swing(samples, 0.02 * s, Frequency(1.05), Frequency(2.0)).in(MW), 0.0, 1e-9);  // bins inside the band alone
}

TEST(BandSwing, AllBandsTogetherAreTheVariance) {
  std::vector<Power> samples;
  for (int i = 0; i < 64; ++i) samples.push_back((i * i % 17) * MW);
  double mean = 0.0, square = 0.0;
  for (const Power p : samples) mean += p.in(MW) / 64.0;
  for (const Power p : samples) square += (p.in(MW) - mean) * (p.in(MW) - mean) / 64.0;
  EXPECT_NEAR(std::pow(band_swing(samples, 0.01 * s, Frequency(1e-3), Frequency(50.0)).in(MW), 2), square, 1e-9 * square);
}

TEST(RampBand, FrontiersMeasuredDay) {
  const char* folder = std::getenv("AIFACTORY_DATA");
  std::ifstream in(std::string(folder != nullptr ? folder : "") + "/frontier/input_04-07-24.csv");
  if (!in) GTEST_SKIP() << "needs frontier/input_04-07-24.csv under the folder that AIFACTORY_DATA names";
  std::vector<Power> samples;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream row(line);
    double sum_w = 0.0;
    std::string cell;
    for (int c = 0; std::getline(row, cell, ','); ++c) {
      if (c >= 1 && c <= 25) sum_w += std::stod(cell);
    }
    samples.emplace_back(sum_w);
  }
  ASSERT_EQ(samples.size(), 5761u);
  EXPECT_NEAR(ramp_band(samples, 15.0 * s, 15.0 * s).step_up.in(MW), 3.0883, 5e-5);  // up to 3.09 MW in 15 s
  EXPECT_NEAR(std::max_element(samples.begin(), samples.end())->in(MW), 26.606, 5e-4);
}

}  // namespace
}  // namespace aifactory
