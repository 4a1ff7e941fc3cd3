#include "models/scheduling/availability_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/error.h"

namespace aifactory::scheduling {

void AvailabilityProfile::Block::measure() {
  least = most = steps.front().free;
  for (const Step& step : steps) {
    least = std::min(least, step.free);
    most = std::max(most, step.free);
  }
}

AvailabilityProfile::Block& AvailabilityProfile::insert_block(std::size_t at) {
  Block& block = *blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(at), Block{});
  if (!spare_.empty()) {
    block.steps = std::move(spare_.back());
    spare_.pop_back();
  } else {
    block.steps.reserve(kMost);
  }
  return block;
}

void AvailabilityProfile::reset(Tick now, std::int64_t free_now) {
  for (Block& block : blocks_) {
    block.steps.clear();
    spare_.push_back(std::move(block.steps));
  }
  blocks_.clear();
  Block& first = insert_block(0);
  first.steps.push_back({now, free_now});
  first.measure();
}

AvailabilityProfile::Place AvailabilityProfile::find(Tick at) const {
  const auto later = std::upper_bound(blocks_.begin(), blocks_.end(), at,
                                      [](Tick t, const Block& block) { return t < block.steps.front().at; });
  AIF_CHECK(later != blocks_.begin(), fmt::format("tick {} is before the profile", at));
  const auto& steps = std::prev(later)->steps;
  const auto step = std::upper_bound(steps.begin(), steps.end(), at, [](Tick t, const Step& one) { return t < one.at; });
  return {static_cast<std::size_t>(later - blocks_.begin()) - 1, static_cast<std::size_t>(step - steps.begin()) - 1};
}

AvailabilityProfile::Place AvailabilityProfile::split(Tick at) {
  Place place = find(at);
  if (blocks_[place.block].steps[place.step].at == at) return place;
  if (blocks_[place.block].steps.size() == kMost) {
    // At the very end, as when releases come in the order of time, the block stays full.
    const bool at_end = place.block + 1 == blocks_.size() && place.step + 1 == kMost;
    const std::size_t kept = at_end ? kMost : kMost / 2;
    Block& behind = insert_block(place.block + 1);
    Block& full = blocks_[place.block];
    behind.added = full.added;
    if (at_end) {
      behind.steps.push_back({at, full.steps.back().free});
      behind.measure();
      return {place.block + 1, 0};
    }
    const auto middle = full.steps.begin() + static_cast<std::ptrdiff_t>(kept);
    behind.steps.assign(middle, full.steps.end());
    full.steps.erase(middle, full.steps.end());
    behind.measure();
    full.measure();
    if (place.step >= kept) place = {place.block + 1, place.step - kept};
  }
  auto& steps = blocks_[place.block].steps;
  const Step step{at, steps[place.step].free};
  ++place.step;
  steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(place.step), step);
  return place;
}

void AvailabilityProfile::add(std::int64_t nodes, Place first, Place last) {
  for (std::size_t b = first.block; b <= last.block && b < blocks_.size(); ++b) {
    Block& block = blocks_[b];
    const std::size_t begin = b == first.block ? first.step : 0, end = b == last.block ? last.step : block.steps.size();
    if (begin == 0 && end == block.steps.size()) {
      block.added += nodes;
    } else if (begin < end) {
      for (std::size_t i = begin; i < end; ++i) block.steps[i].free += nodes;
      block.measure();
    }
  }
}

void AvailabilityProfile::add_release(Tick at, std::int64_t nodes) {
  // Thousands of releases in the order of time make a profile: no block need be gone through for each.
  if (const Block& last = blocks_.back(); at > last.steps.back().at) {
    const Step step{at, last.steps.back().free + nodes};
    if (last.steps.size() == kMost) {
      const std::int64_t added = last.added;
      Block& behind = insert_block(blocks_.size());
      behind.added = added;
      behind.least = behind.most = step.free;
    }
    Block& block = blocks_.back();
    block.steps.push_back(step);
    block.least = std::min(block.least, step.free);
    block.most = std::max(block.most, step.free);
    return;
  }
  const Place first = split(at);
  add(nodes, first, {blocks_.size(), 0});
}

bool AvailabilityProfile::seek(std::int64_t nodes, Place& from) const {
  for (; from.block < blocks_.size(); ++from.block, from.step = 0) {
    const Block& block = blocks_[from.block];
    if (block.most + block.added < nodes) continue;
    for (; from.step < block.steps.size(); ++from.step) {
      if (block.free(from.step) >= nodes) return true;
    }
  }
  return false;
}

bool AvailabilityProfile::lasts(std::int64_t nodes, Place& from, Tick end) const {
  for (; from.block < blocks_.size(); ++from.block, from.step = 0) {
    const Block& block = blocks_[from.block];
    if (block.steps[from.step].at >= end) return true;
    if (block.least + block.added >= nodes) continue;
    for (; from.step < block.steps.size(); ++from.step) {
      if (block.steps[from.step].at >= end) return true;
      if (block.free(from.step) < nodes) return false;
    }
  }
  return true;
}

Tick AvailabilityProfile::earliest_start(std::int64_t nodes, Tick duration, Tick from) const {
  Tick start = std::max(from, blocks_.front().steps.front().at);
  Place place = find(start);
  // `start` is a candidate as long as every step from it on has enough; a step that has not moves it behind.
  while (!lasts(nodes, place, after(start, std::max<Tick>(duration, 1)))) {
    if (!seek(nodes, place)) return kNever;
    start = blocks_[place.block].steps[place.step].at;
  }
  return start;
}

std::int64_t AvailabilityProfile::min_free(Tick start, Tick duration) const {
  const Tick end = after(start, std::max<Tick>(duration, 1));
  const Place first = find(start);
  std::int64_t least = blocks_[first.block].free(first.step);
  for (std::size_t b = first.block; b < blocks_.size() && blocks_[b].steps.front().at < end; ++b) {
    const Block& block = blocks_[b];
    if (b > first.block && block.steps.back().at < end) {
      least = std::min(least, block.least + block.added);
      continue;
    }
    for (std::size_t i = b == first.block ? first.step : 0; i < block.steps.size() && block.steps[i].at < end; ++i) {
      least = std::min(least, block.free(i));
    }
  }
  return least;
}

std::int64_t AvailabilityProfile::free_at(Tick at) const {
  const Place place = find(at);
  return blocks_[place.block].free(place.step);
}

void AvailabilityProfile::change(std::int64_t nodes, Tick start, Tick duration) {
  const Tick end = after(start, std::max<Tick>(duration, 1));
  (void)split(start);
  // A second split may move what the first has found.
  const Place last = end == kNever ? Place{blocks_.size(), 0} : split(end);
  add(nodes, find(start), last);
}

}  // namespace aifactory::scheduling
