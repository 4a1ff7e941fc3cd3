#include "models/scheduling/running_jobs.h"

#include <fmt/format.h>

#include "models/error.h"

namespace aifactory::scheduling {

void RunningJobs::insert(const RunningJob& running) {
  ++size_;
  if (blocks_.empty()) {
    blocks_.push_back({running});
    return;
  }
  // Whoever ends before all others goes into the last block.
  auto block = blocks_.begin() + (block_of(running) - blocks_.cbegin());
  if (block == blocks_.end()) --block;
  if (block->size() == kMost) {
    const auto middle = block->begin() + kMost / 2;
    std::vector<RunningJob> behind(middle, block->end());
    behind.reserve(kMost);
    block->erase(middle, block->end());
    block = blocks_.insert(block + 1, std::move(behind));
    if (ends_later(running, block->front())) --block;
  }
  block->insert(std::lower_bound(block->begin(), block->end(), running, ends_later), running);
}

void RunningJobs::erase(Tick end, JobId job) {
  const RunningJob wanted{end, job, -1, 0};
  const auto block = blocks_.begin() + (block_of(wanted) - blocks_.cbegin());
  AIF_CHECK(block != blocks_.end(), fmt::format("job {} is not in its pool's list", job));
  const auto place = std::lower_bound(block->begin(), block->end(), wanted, ends_later);
  AIF_CHECK(place != block->end() && place->job == job, fmt::format("job {} is not in its pool's list", job));
  block->erase(place);
  if (block->empty()) blocks_.erase(block);
  --size_;
}

}  // namespace aifactory::scheduling
