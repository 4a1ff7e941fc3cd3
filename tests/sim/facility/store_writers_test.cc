#include "sim/facility/store_writers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace aifactory {
namespace {

TEST(StoreWriters, NothingIsLeftOfThoseThatHaveGone) {
  StoreWriters writers;
  std::mt19937_64 bits(1);
  std::vector<StoreWriters::Parts> parts;
  double sum = 0.0;
  for (int i = 0; i < 10'000; ++i) {
    const double share = static_cast<double>(bits() >> 11) * 0x1p-53;
    parts.push_back(writers.enter(0, share));
    sum += share;
  }
  writers.enter(1, 0.25);
  EXPECT_NEAR(writers.share(0), sum, 1e-9);
  std::shuffle(parts.begin(), parts.end(), bits);
  for (const StoreWriters::Parts part : parts) writers.leave(0, part);
  EXPECT_EQ(writers.share(0), 0.0);
  EXPECT_EQ(writers.share(1), 0.25);
  EXPECT_EQ(writers.share(2), 0.0);
}

TEST(StoreWriters, TheOrderOfComingDoesNotMatter) {
  StoreWriters one, other;
  for (const double share : {0.1, 0.7, 1e-7, 1.0}) one.enter(0, share);
  for (const double share : {1.0, 1e-7, 0.1, 0.7}) other.enter(0, share);
  EXPECT_EQ(one.share(0), other.share(0));
}

}  // namespace
}  // namespace aifactory
