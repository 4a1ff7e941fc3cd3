#include "models/reliability/checkpoint_course.h"

#include <gtest/gtest.h>

#include "models/random.h"
#include "models/reliability/ettr.h"

namespace aifactory {
namespace {

constexpr double kTolerance = 1e-9;

CheckpointCourse::Params every(double interval_s, double stall_s, double commit_s = 0.0) {
  return {.interval = Duration(interval_s), .stall = Duration(stall_s), .commit = Duration(commit_s), .store_commit = Duration(0.0)};
}

// 100 s of work, a checkpoint of 2 s after each 30 s but the last: 3 stalls; 90 s need 2.
TEST(CheckpointCourse, TimeForWorkCountsTheStallsBeforeItsEnd) {
  const CheckpointCourse course(every(30, 2));
  EXPECT_DOUBLE_EQ(course.effort_for(Duration(100)).si(), 106.0);
  EXPECT_DOUBLE_EQ(course.effort_for(Duration(90)).si(), 94.0);
  EXPECT_DOUBLE_EQ(course.effort_for(Duration(30)).si(), 30.0);
  EXPECT_DOUBLE_EQ(CheckpointCourse().effort_for(Duration(100)).si(), 100.0);
}

TEST(CheckpointCourse, KeepsTheLastCheckpointThatIsComplete) {
  CheckpointCourse course(every(30, 2));
  course.advance(Duration(31));
  EXPECT_EQ(course.safe().si(), 0.0) << "its checkpoint is still being written";
  course.advance(Duration(1));
  EXPECT_DOUBLE_EQ(course.safe().si(), 30.0);
  course.advance(Duration(70));  // 102 s: 96 s of work
  EXPECT_DOUBLE_EQ(course.work().si(), 96.0);
  EXPECT_DOUBLE_EQ(course.safe().si(), 90.0);
  course.restore(course.safe());
  EXPECT_DOUBLE_EQ(course.rollback().si(), 6.0);
  course.pause(CoursePause::restart, Duration(10));
  course.advance(Duration(15));
  EXPECT_DOUBLE_EQ(course.work().si(), 95.0);
  EXPECT_DOUBLE_EQ(course.spent(CoursePause::restart).si(), 10.0);
}

TEST(CheckpointCourse, AnAsynchronousOneIsThereAfterItsCommit) {
  CheckpointCourse course(every(30, 1, 40));  // captured at 31, 62, 93, 124; there at 71, 102, 133
  course.advance(Duration(70));
  EXPECT_EQ(course.safe().si(), 0.0);
  course.advance(Duration(2));
  EXPECT_DOUBLE_EQ(course.safe().si(), 30.0);
  course.advance(Duration(58));  // 130
  EXPECT_DOUBLE_EQ(course.safe().si(), 60.0);
}

TEST(CheckpointCourse, WithoutItsMemoryGoesBackToTheStore) {
  CheckpointCourse course({.interval = Duration(10), .stall = Duration(1), .commit = Duration(0.5), .store_every = 4, .store_commit = Duration(5)});
  course.advance(Duration(7 * 11 + 1));  // seven captures, the fourth is in the store
  EXPECT_DOUBLE_EQ(course.safe(true).si(), 70.0);
  EXPECT_DOUBLE_EQ(course.safe(false).si(), 40.0);
  course.advance(Duration(11));  // the eighth was captured a second ago
  EXPECT_DOUBLE_EQ(course.safe(false).si(), 40.0);
  course.advance(Duration(5));
  EXPECT_DOUBLE_EQ(course.safe(false).si(), 80.0);
}

TEST(CheckpointCourse, OneLongStepIsAsManyShortOnes) {
  Rng rng(7, "checkpoint_course");
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE(round);
    const CheckpointCourse::Params params{.interval = Duration(rng.uniform(5, 50)), .stall = Duration(rng.uniform(0, 3)), .commit = Duration(rng.uniform(0, 60)),
                                          .store_every = rng.uniform_int(1, 4), .store_commit = Duration(rng.uniform(0, 100))};
    CheckpointCourse once(params), often(params);
    for (CheckpointCourse* course : {&once, &often}) course->pause(CoursePause::restart, Duration(7));
    const double span = rng.uniform(0, 2000);
    once.advance(Duration(span));
    for (int i = 0; i < 1000; ++i) often.advance(Duration(span / 1000));
    EXPECT_NEAR(once.work().si(), often.work().si(), 1e-7);
    EXPECT_NEAR(once.stalls().si(), often.stalls().si(), 1e-7);
    EXPECT_NEAR(once.work().si() + once.stalls().si() + once.spent(CoursePause::restart).si(), span, 1e-7);
    // And the time for its work is the time it took, unless it stands in a stall.
    if (!once.stalled()) {
      CheckpointCourse fresh(params);
      fresh.pause(CoursePause::restart, Duration(7));
      EXPECT_NEAR(fresh.effort_for(once.work()).si(), std::max(7.0, span), params.stall.si() + 1e-7);
    }
  }
}

// Interrupted at random, in its restarts too, it gives the exact expectation of Daly: tau 1800 s, w 60 s, u0 300 s, M 3 h.
TEST(CheckpointCourse, ReproducesTheExactTimeRatio) {
  const CheckpointPlan plan{.interval = 1800.0 * s, .write = 60.0 * s, .restart = 300.0 * s, .mtti = 10800.0 * s};
  CheckpointCourse course(every(1800, 60));
  Rng rng(1, "checkpoint_course/failures");
  double t = 0.0;
  for (int i = 0; i < 200'000; ++i) {
    const double next = rng.exponential(10800.0);
    course.advance(Duration(next));
    t += next;
    course.restore(course.safe());
    course.pause(CoursePause::restart, Duration(300));
  }
  EXPECT_NEAR(course.work().si() / t, ettr(plan), 0.002);
  EXPECT_NEAR((course.work() + course.rollback() + course.stalls() + course.spent(CoursePause::restart)).si() / t, 1.0, kTolerance);
}

TEST(CheckpointCourse, SavedWorkIsNeverLost) {
  CheckpointCourse course(every(30, 2));
  course.advance(Duration(50));
  course.save();
  EXPECT_DOUBLE_EQ(course.safe(false).si(), 48.0);
  course.change(every(30, 4));
  EXPECT_DOUBLE_EQ(course.safe().si(), 48.0);
  EXPECT_DOUBLE_EQ(course.effort_for(Duration(100)).si(), 52.0 + 4.0);
}

}  // namespace
}  // namespace aifactory
