#include "models/scheduling/waiting_queue.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/random.h"

namespace aifactory::scheduling {
namespace {

TEST(WaitingQueue, AgreesWithASortedList) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Rng rng(seed, "test/waiting_queue");
    WaitingQueue queue;
    std::vector<WaitingQueue::Entry> reference;  // sorted
    const std::int64_t keys = seed % 2 == 0 ? 0 : 5;
    for (int step = 0; step < 2000; ++step) {
      const bool remove = !reference.empty() && rng.uniform() < 0.48;
      if (remove) {
        const auto index = static_cast<std::ptrdiff_t>(
            rng.uniform() < 0.7 ? 0 : rng.uniform_int(0, static_cast<std::int64_t>(reference.size()) - 1));
        const auto entry = reference[static_cast<std::size_t>(index)];
        queue.remove(entry.key, entry.arrival);
        reference.erase(reference.begin() + index);
        if (rng.uniform() < 0.1) {  // comes back with its old rank
          queue.insert(entry);
          reference.insert(reference.begin() + index, entry);
        }
      } else {
        const WaitingQueue::Entry entry{static_cast<double>(rng.uniform_int(0, keys)),
                                        step,
                                        step,
                                        -1,
                                        rng.uniform_int(1, 100),
                                        rng.uniform_int(0, 100)};
        queue.insert(entry);
        reference.insert(std::upper_bound(reference.begin(), reference.end(), entry,
                                          [](const auto& a, const auto& b) {
                                            return a.key != b.key ? a.key < b.key : a.arrival < b.arrival;
                                          }),
                         entry);
      }
      ASSERT_EQ(queue.count(), reference.size());
      std::size_t n = 0;
      for (auto i = queue.begin(); i != queue.end(); i = queue.next(i)) ASSERT_EQ(queue[i].job, reference[n++].job);
      ASSERT_EQ(n, reference.size());
      const std::int64_t free = rng.uniform_int(0, 40), extra = rng.uniform_int(0, 20), slack = rng.uniform_int(0, 50);
      std::vector<JobId> found, expected;
      for (auto i = queue.next_backfill(queue.begin(), free, slack, extra); i != queue.end();
           i = queue.next_backfill(i + 1, free, slack, extra)) {
        found.push_back(queue[i].job);
      }
      for (const auto& entry : reference) {
        if (entry.nodes <= free && (entry.duration <= slack || entry.nodes <= extra)) expected.push_back(entry.job);
      }
      ASSERT_EQ(found, expected);
    }
  }
}

}  // namespace
}  // namespace aifactory::scheduling
