#include "models/scheduling/availability_profile.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/error.h"

namespace aifactory::scheduling {

void AvailabilityProfile::reset(Tick now, std::int64_t free_now) {
  steps_.clear();
  steps_.push_back({now, free_now});
}

std::size_t AvailabilityProfile::index_at(Tick at) const {
  const auto later =
      std::upper_bound(steps_.begin(), steps_.end(), at, [](Tick t, const Step& step) { return t < step.at; });
  AIF_CHECK(later != steps_.begin(), fmt::format("tick {} is before the profile", at));
  return static_cast<std::size_t>(later - steps_.begin()) - 1;
}

std::size_t AvailabilityProfile::split(Tick at) {
  const std::size_t i = index_at(at);
  if (steps_[i].at == at) return i;
  steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(i) + 1, {at, steps_[i].free});
  return i + 1;
}

void AvailabilityProfile::add_release(Tick at, std::int64_t nodes) {
  for (std::size_t i = split(at); i < steps_.size(); ++i) steps_[i].free += nodes;
}

Tick AvailabilityProfile::earliest_start(std::int64_t nodes, Tick duration, Tick from) const {
  Tick start = std::max(from, steps_.front().at);
  std::size_t i = index_at(start);
  // `start` is a candidate as long as every step from it on has enough; a step that has not moves it behind.
  for (;;) {
    if (steps_[i].free < nodes) {
      if (++i == steps_.size()) return kNever;
      start = steps_[i].at;
    } else if (++i == steps_.size() || steps_[i].at >= after(start, std::max<Tick>(duration, 1))) {
      return start;
    }
  }
}

std::int64_t AvailabilityProfile::min_free(Tick start, Tick duration) const {
  const Tick end = after(start, std::max<Tick>(duration, 1));
  std::size_t i = index_at(start);
  std::int64_t least = steps_[i].free;
  while (++i < steps_.size() && steps_[i].at < end) least = std::min(least, steps_[i].free);
  return least;
}

std::int64_t AvailabilityProfile::free_at(Tick at) const {
  return steps_[index_at(at)].free;
}

void AvailabilityProfile::change(std::int64_t nodes, Tick start, Tick duration) {
  const Tick end = after(start, std::max<Tick>(duration, 1));
  const std::size_t first = split(start);
  const std::size_t last = end == kNever ? steps_.size() : split(end);
  for (std::size_t i = first; i < last; ++i) steps_[i].free += nodes;
}

}  // namespace aifactory::scheduling
