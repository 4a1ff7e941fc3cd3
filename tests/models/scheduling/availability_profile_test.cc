#include "models/scheduling/availability_profile.h"

#include <gtest/gtest.h>

namespace aifactory::scheduling {
namespace {

// 10 nodes: 3 free now, 4 more at 100, 3 more at 200.
AvailabilityProfile busy() {
  AvailabilityProfile profile(0, 3);
  profile.add_release(100, 4);
  profile.add_release(200, 3);
  return profile;
}

TEST(AvailabilityProfile, FindsTheEarliestStart) {
  const AvailabilityProfile profile = busy();
  EXPECT_EQ(profile.earliest_start(3, 1000, 0), 0);
  EXPECT_EQ(profile.earliest_start(4, 1000, 0), 100);
  EXPECT_EQ(profile.earliest_start(7, 1, 0), 100);
  EXPECT_EQ(profile.earliest_start(8, 1, 0), 200);
  EXPECT_EQ(profile.earliest_start(10, kNever, 150), 200);
  EXPECT_EQ(profile.earliest_start(11, 1, 0), kNever);
  EXPECT_EQ(profile.earliest_start(2, 10, 33), 33);
}

TEST(AvailabilityProfile, PlansAroundAReservation) {
  AvailabilityProfile profile = busy();
  profile.reserve(7, 100, 100);  // over [100, 200) nothing is free
  EXPECT_EQ(profile.free_at(99), 3);
  EXPECT_EQ(profile.free_at(100), 0);
  EXPECT_EQ(profile.free_at(200), 10);
  EXPECT_EQ(profile.earliest_start(3, 100, 0), 0);  // ends exactly where it begins
  EXPECT_EQ(profile.earliest_start(3, 101, 0), 200);
  EXPECT_EQ(profile.min_free(0, 100), 3);
  EXPECT_EQ(profile.min_free(0, 101), 0);
  profile.cancel(7, 100, 100);
  EXPECT_EQ(profile.earliest_start(3, 101, 0), 0);
}

TEST(AvailabilityProfile, AJobOfNoLengthOccupiesItsTick) {
  AvailabilityProfile profile(5, 2);
  profile.reserve(2, 5, 0);
  EXPECT_EQ(profile.earliest_start(1, 0, 5), 6);
}

TEST(AvailabilityProfile, SumsNeverPassTheEndOfTime) {
  EXPECT_EQ(after(5, kNever), kNever);
  EXPECT_EQ(after(kNever - 1, 2), kNever);
  EXPECT_EQ(after(-5, 7), 2);
  AvailabilityProfile profile(0, 4);
  profile.reserve(4, 10, kNever);
  EXPECT_EQ(profile.earliest_start(1, 11, 0), kNever);
  EXPECT_EQ(profile.earliest_start(4, 10, 0), 0);
}

}  // namespace
}  // namespace aifactory::scheduling
