#include "sim/facility/running_jobs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

namespace aifactory {
namespace {

/// Carries actions out at given ticks and notes how jobs end.
struct Stage : engine::EventTarget {
  struct Ended {
    JobId job;
    Tick at;
    RunningJobs::End end;
    RunningJobs::Progress progress;
  };
  Stage()
      : kernel("test"), running(kernel, 8, [this](JobId job, RunningJobs::End end) {
          ended.push_back({job, kernel.now(), end, running.stop(job)});
        }) {
    kernel.add_site("site", {});
    kernel.seal();
  }
  void at(Tick tick, std::function<void()> action) {
    kernel.calendar().add(tick, engine::Phase::signal, 1, *this, static_cast<std::int64_t>(actions.size()));
    actions.push_back(std::move(action));
  }
  void run(Tick end) {
    kernel.calendar().add(end, engine::Phase::record, 1, *this, -1);
    kernel.run();
  }
  void on_event(Tick, std::int64_t id, std::uint64_t) override {
    if (id < 0) {
      kernel.stop();
    } else {
      actions[static_cast<std::size_t>(id)]();
    }
  }
  engine::Kernel kernel;
  std::vector<Ended> ended;
  std::vector<std::function<void()>> actions;
  RunningJobs running;
};
double lost_s(const Stage::Ended& e, LossCause cause) {
  return e.progress.lost[static_cast<std::size_t>(cause)] / 1e6;
}

TEST(RunningJobs, EndsAtTheExactTickAtFullSpeed) {
  Stage stage;
  stage.at(7, [&] { stage.running.start(0, 1'234'567'890'123, kNever); });
  stage.at(7, [&] { stage.running.start(1, 1, kNever); });
  stage.run(2'000'000'000'000);
  ASSERT_EQ(stage.ended.size(), 2u);
  EXPECT_EQ(stage.ended[0].at, 8);
  EXPECT_EQ(stage.ended[1].at, 1'234'567'890'130);
  EXPECT_EQ(stage.ended[1].end, RunningJobs::End::work_done);
  EXPECT_EQ(stage.ended[1].progress.done, 1'234'567'890'123.0);
  EXPECT_EQ(stage.ended[1].progress.remaining, 0.0);
}

TEST(RunningJobs, AJobOfNoDurationEndsInTheInstantItStarts) {
  Stage stage;
  stage.at(500, [&] { stage.running.start(0, 0, kNever); });
  stage.run(1000);
  ASSERT_EQ(stage.ended.size(), 1u);
  EXPECT_EQ(stage.ended[0].at, 500);
}

TEST(RunningJobs, AThrottledAndRestoredJobEndsWhenTheSumSays) {
  Stage stage;
  // 100 s of work: 10 s at full, 30 s at 0.3, the rest (81 s) at full: 10 + 30 + 81 = 121 s; 21 s lost to heat.
  stage.at(0, [&] { stage.running.start(0, 100e6, kNever); });
  stage.at(10'000'000, [&] { stage.running.set_rate(0, 0.3, LossCause::thermal); });
  stage.at(40'000'000, [&] { stage.running.set_rate(0, 1.0, LossCause::cap); });
  // At 1/3 for good: 3e6 + 1 ticks of work take 9'000'003 ticks; 2/3 of them are lost to the cap.
  stage.at(0, [&] {
    stage.running.start(1, 3'000'001, kNever);
    stage.running.set_rate(1, 1.0 / 3.0, LossCause::cap);
  });
  // 10 ticks at 0.7 take 14.29, rounded up to 15.
  stage.at(0, [&] {
    stage.running.start(2, 10, kNever);
    stage.running.set_rate(2, 0.7, LossCause::thermal);
  });
  stage.run(200'000'000);
  ASSERT_EQ(stage.ended.size(), 3u);
  EXPECT_EQ(stage.ended[0].at, 15);
  EXPECT_EQ(stage.ended[1].at, 9'000'003);
  EXPECT_NEAR(lost_s(stage.ended[1], LossCause::cap), 6.000002, 1e-9);
  EXPECT_EQ(stage.ended[2].at, 121'000'000);
  EXPECT_NEAR(lost_s(stage.ended[2], LossCause::thermal), 21.0, 1e-9);
  EXPECT_EQ(lost_s(stage.ended[2], LossCause::cap), 0.0);
  EXPECT_NEAR(stage.ended[2].progress.done, 100e6, 1e-6);
}

TEST(RunningJobs, AStoppedClockMakesNoProgress) {
  Stage stage;
  stage.at(0, [&] { stage.running.start(0, 50, kNever); });
  stage.at(20, [&] { stage.running.set_rate(0, 0.0, LossCause::cap); });
  stage.at(1'000'000, [&] {
    EXPECT_EQ(stage.running.progress(0).done, 20.0);
    stage.running.set_rate(0, 1.0, LossCause::cap);
  });
  stage.run(2'000'000);
  ASSERT_EQ(stage.ended.size(), 1u);
  EXPECT_EQ(stage.ended[0].at, 1'000'030);
}

TEST(RunningJobs, DiesAtItsWalltimeOnlyWhenItIsLate) {
  Stage stage;
  stage.at(100, [&] { stage.running.start(0, 1000, 1000); });  // just in time
  stage.at(100, [&] {
    stage.running.start(1, 1000, 1200);
    stage.running.set_rate(1, 0.5, LossCause::thermal);
  });
  stage.run(10'000);
  ASSERT_EQ(stage.ended.size(), 2u);
  EXPECT_EQ(stage.ended[0].at, 1100);
  EXPECT_EQ(stage.ended[0].end, RunningJobs::End::work_done);
  EXPECT_EQ(stage.ended[1].at, 1300);
  EXPECT_EQ(stage.ended[1].end, RunningJobs::End::walltime);
  EXPECT_EQ(stage.ended[1].progress.done, 600.0);
  EXPECT_EQ(stage.ended[1].progress.ran, 1200);
}

// Slots are shared out again: an entry of the calendar must not end whoever holds its job's slot by then.
TEST(RunningJobs, AnotherJobInTheSameRoomKeepsItsOwnEnd) {
  Stage stage;
  stage.at(0, [&] { stage.running.start(0, 100, kNever); });
  stage.at(50, [&] {
    (void)stage.running.stop(0);
    stage.running.start(1, 200, kNever);
    stage.running.start(0, 90, kNever);
  });
  stage.at(60, [&] { EXPECT_EQ(stage.running.progress(1).done, 10.0); });
  stage.run(1000);
  ASSERT_EQ(stage.ended.size(), 2u);
  EXPECT_EQ(stage.ended[0].job, 0);
  EXPECT_EQ(stage.ended[0].at, 140);
  EXPECT_EQ(stage.ended[1].job, 1);
  EXPECT_EQ(stage.ended[1].at, 250);
}

TEST(RunningJobs, AStoppedJobDoesNotEndLater) {
  Stage stage;
  stage.at(0, [&] { stage.running.start(0, 100, 200); });
  stage.at(50, [&] {
    EXPECT_EQ(stage.running.stop(0).done, 50.0);
    stage.running.start(0, 70, kNever);  // the same job again, as after an interruption
  });
  stage.run(1000);
  ASSERT_EQ(stage.ended.size(), 1u);
  EXPECT_EQ(stage.ended[0].at, 120);
}

}  // namespace
}  // namespace aifactory
