#include "models/scheduling/running_jobs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "models/random.h"

namespace aifactory::scheduling {
namespace {

std::vector<JobId> ids(const RunningJobs& running) {
  std::vector<JobId> found;
  for (const RunningJob& one : running) found.push_back(one.job);
  return found;
}

TEST(RunningJobs, WhoEndsNextIsAtTheBack) {
  RunningJobs running;
  EXPECT_TRUE(running.empty());
  EXPECT_EQ(running.begin(), running.end());
  running.insert({50, 1, 0, 4});
  running.insert({70, 2, 1, 4});
  running.insert({50, 0, 2, 4});  // of two that end together, the lower id
  EXPECT_EQ(ids(running), (std::vector<JobId>{2, 1, 0}));
  EXPECT_EQ(running.front().job, 2);
  EXPECT_EQ(running.back().job, 0);
  EXPECT_EQ(running.find(50, 1)->slot, 0);
  EXPECT_EQ(running.find(50, 2), nullptr);
  EXPECT_EQ(running.find(10, 1), nullptr);
  running.erase(50, 0);
  running.erase(50, 1);
  running.erase(70, 2);
  EXPECT_TRUE(running.empty());
  EXPECT_EQ(running.find(50, 1), nullptr);
}

// Thousands at a time, so that blocks are divided and given up.
TEST(RunningJobs, AgreesWithASortedList) {
  Rng rng(1, "tests/running");
  RunningJobs running;
  std::vector<RunningJob> list;
  JobId next = 0;
  for (int step = 0; step < 20'000; ++step) {
    const bool growing = step % 10'000 < 6'000;
    if (list.empty() || rng.uniform() < (growing ? 0.8 : 0.1)) {
      const RunningJob one{rng.uniform_int(0, 500), next++, step, 1};
      running.insert(one);
      list.insert(std::lower_bound(list.begin(), list.end(), one, ends_later), one);
    } else {
      const auto gone = list.begin() + (rng.uniform() < 0.5 ? static_cast<std::ptrdiff_t>(list.size()) - 1 : rng.uniform_int(0, static_cast<std::int64_t>(list.size()) - 1));
      ASSERT_EQ(running.find(gone->end, gone->job)->slot, gone->slot);
      running.erase(gone->end, gone->job);
      list.erase(gone);
    }
    ASSERT_EQ(running.size(), list.size());
    if (!list.empty()) {
      ASSERT_EQ(running.back().job, list.back().job);
    }
    if (step % 500 != 0) continue;
    const auto same = [](const RunningJob& a, const RunningJob& b) { return a.end == b.end && a.job == b.job && a.slot == b.slot; };
    ASSERT_TRUE(std::equal(running.begin(), running.end(), list.begin(), list.end(), same)) << "step " << step;
    ASSERT_TRUE(std::equal(running.rbegin(), running.rend(), list.rbegin(), list.rend(), same)) << "step " << step;
  }
}

}  // namespace
}  // namespace aifactory::scheduling
