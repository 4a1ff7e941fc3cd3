#include "models/scheduling/waiting_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "models/error.h"

namespace aifactory::scheduling {
namespace {

bool earlier(const WaitingQueue::Entry& a, const WaitingQueue::Entry& b) {
  return a.key != b.key ? a.key < b.key : a.arrival < b.arrival;
}

}  // namespace

void WaitingQueue::summarize(std::size_t block) {
  Block least{std::numeric_limits<std::int64_t>::max(), kNever};
  const std::size_t last = std::min((block + 1) * kBlock, entries_.size());
  for (std::size_t i = block * kBlock; i < last; ++i) {
    if (entries_[i].job == kNoJob) continue;
    least.nodes = std::min(least.nodes, entries_[i].nodes);
    least.duration = std::min(least.duration, entries_[i].duration);
  }
  blocks_[block] = least;
}

void WaitingQueue::squeeze() {
  std::erase_if(entries_, [](const Entry& entry) { return entry.job == kNoJob; });
  head_ = 0;
  blocks_.resize((entries_.size() + kBlock - 1) / kBlock);
  for (std::size_t block = 0; block < blocks_.size(); ++block) summarize(block);
}

void WaitingQueue::insert(const Entry& entry) {
  if (entries_.size() > 2 * kBlock && entries_.size() > 2 * count_) squeeze();
  const bool at_end = entries_.empty() || earlier(entries_.back(), entry);
  const auto place = at_end ? entries_.end() : std::lower_bound(entries_.begin(), entries_.end(), entry, earlier);
  const auto index = static_cast<std::size_t>(place - entries_.begin());
  ++count_;
  if (!at_end && place->job == kNoJob && place->key == entry.key && place->arrival == entry.arrival) {
    *place = entry;  // a requeued job whose gap is still here
    summarize(index / kBlock);
  } else {
    entries_.insert(place, entry);
    blocks_.resize((entries_.size() + kBlock - 1) / kBlock, {std::numeric_limits<std::int64_t>::max(), kNever});
    if (at_end) {
      Block& block = blocks_.back();
      block = {std::min(block.nodes, entry.nodes), std::min(block.duration, entry.duration)};
    } else {
      for (std::size_t block = index / kBlock; block < blocks_.size(); ++block) summarize(block);
    }
  }
  if (index < head_ || count_ == 1) head_ = index;
}

void WaitingQueue::remove(double key, std::int64_t arrival) {
  const Entry wanted{key, arrival, kNoJob, -1, 0, 0};
  const auto place =
      std::lower_bound(entries_.begin() + static_cast<std::ptrdiff_t>(head_), entries_.end(), wanted, earlier);
  AIF_CHECK(place != entries_.end() && place->job != kNoJob && place->key == key && place->arrival == arrival,
            fmt::format("no waiting job with key {} and arrival {}", key, arrival));
  const Entry removed = *place;
  const auto index = static_cast<std::size_t>(place - entries_.begin());
  place->job = kNoJob;
  --count_;
  while (head_ < entries_.size() && entries_[head_].job == kNoJob) ++head_;
  const Block& block = blocks_[index / kBlock];
  if (head_ <= index && (removed.nodes == block.nodes || removed.duration == block.duration)) summarize(index / kBlock);
}

std::size_t WaitingQueue::next(std::size_t i) const {
  ++i;
  while (i < entries_.size() && entries_[i].job == kNoJob) ++i;
  return i;
}

std::size_t WaitingQueue::next_backfill(std::size_t i, std::int64_t free, Tick slack, std::int64_t extra) const {
  while (i < entries_.size()) {
    const Block& least = blocks_[i / kBlock];
    const std::size_t block_end = std::min((i / kBlock + 1) * kBlock, entries_.size());
    if (least.nodes <= free && (least.duration <= slack || least.nodes <= extra)) {
      for (; i < block_end; ++i) {
        const Entry& entry = entries_[i];
        if (entry.job != kNoJob && entry.nodes <= free && (entry.duration <= slack || entry.nodes <= extra)) return i;
      }
    }
    i = block_end;
  }
  return entries_.size();
}

}  // namespace aifactory::scheduling
