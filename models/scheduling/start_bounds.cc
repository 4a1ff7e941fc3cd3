#include "models/scheduling/start_bounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "models/error.h"

namespace aifactory::scheduling {
namespace {

constexpr int kDigits = 4;  ///< binary digits of a size that its class keeps

constexpr std::size_t lowest_bit(std::size_t i) { return i & (~i + 1); }

}  // namespace

std::size_t StartBounds::class_up_to(std::int64_t nodes) {
  const auto size = static_cast<std::uint64_t>(nodes);
  const int dropped = std::max(0, static_cast<int>(std::bit_width(size)) - kDigits);
  return (static_cast<std::size_t>(dropped) << (kDigits - 1)) + (size >> dropped);
}

std::size_t StartBounds::class_from(std::int64_t nodes) {
  const auto size = static_cast<std::uint64_t>(nodes);
  const int dropped = std::max(0, static_cast<int>(std::bit_width(size)) - kDigits);
  const bool exact = (size & ((std::uint64_t{1} << dropped) - 1)) == 0;
  return class_up_to(nodes) + (exact ? 0 : 1);
}

void StartBounds::reset(Tick now, std::int64_t most_nodes) {
  AIF_CHECK(most_nodes >= 1, fmt::format("{} nodes", most_nodes));
  now_ = now;
  for (const std::size_t list : touched_) known_[list].clear();
  touched_.clear();
  classes_ = class_from(most_nodes);
  if (known_.size() <= classes_) known_.resize(classes_ + 1);
}

Tick StartBounds::bound(std::int64_t nodes, Tick duration) const {
  Tick latest = now_;
  for (std::size_t list = std::min(class_up_to(nodes), classes_); list > 0; list -= lowest_bit(list)) {
    const auto& known = known_[list];
    const auto longer = std::upper_bound(known.begin(), known.end(), duration, [](Tick d, const Known& one) { return d < one.duration; });
    if (longer != known.begin()) latest = std::max(latest, std::prev(longer)->start);
  }
  return latest;
}

void StartBounds::learn(std::int64_t nodes, Tick duration, Tick start) {
  for (std::size_t list = class_from(nodes); list <= classes_; list += lowest_bit(list)) {
    auto& known = known_[list];
    const auto longer = std::upper_bound(known.begin(), known.end(), duration, [](Tick d, const Known& one) { return d < one.duration; });
    // Lists further on hold all that this one holds.
    if (longer != known.begin() && std::prev(longer)->start >= start) return;
    if (known.empty()) touched_.push_back(list);
    // Those of no shorter duration that start no later say less than this one.
    auto first = longer;
    if (first != known.begin() && std::prev(first)->duration == duration) --first;
    auto last = longer;
    while (last != known.end() && last->start <= start) ++last;
    if (first == last) {
      known.insert(first, {duration, start});
    } else {
      *first = {duration, start};
      known.erase(first + 1, last);
    }
  }
}

}  // namespace aifactory::scheduling
