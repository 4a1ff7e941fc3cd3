#include "models/compute/power_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/error.h"

namespace aifactory {

PowerProfile::PowerProfile(std::vector<Level> levels, bool repeats) : levels_(std::move(levels)), edges_{0.0}, repeats_(repeats) {
  if (levels_.empty()) throw InputError("power profile: there is no level");
  edges_.reserve(levels_.size() + 1);
  for (const Level& level : levels_) {
    if (!(level.length.si() > 0.0) || std::isinf(level.length.si())) {
      throw InputError(fmt::format("power profile: a length of {:g} s must be > 0 s", level.length.si()));
    }
    if (!(level.utilization >= 0.0 && level.utilization <= 1.0)) {
      throw InputError(fmt::format("power profile: a utilization of {:g} must be in 0..1", level.utilization));
    }
    edges_.push_back(edges_.back() + level.length.si());
  }
}

double PowerProfile::into(Duration work) const { return repeats_ ? std::fmod(work.si(), edges_.back()) : work.si(); }

std::size_t PowerProfile::level_at(double into_s) const {
  const auto next = std::upper_bound(edges_.begin(), edges_.end(), into_s);
  return std::min(static_cast<std::size_t>(next - edges_.begin()) - 1, levels_.size() - 1);
}

double PowerProfile::at(Duration work) const { return levels_[level_at(into(work))].utilization; }

Duration PowerProfile::next_edge(Duration work) const {
  if (levels_.size() == 1) return Duration(kInf);
  const double into_s = into(work);
  const std::size_t level = level_at(into_s);
  if (!repeats_ && level + 1 == levels_.size()) return Duration(kInf);
  return Duration(work.si() - into_s + edges_[level + 1]);
}

double PowerProfile::sum_to(double into_s) const {
  const std::size_t last = level_at(into_s);
  double sum = 0.0;
  for (std::size_t i = 0; i < last; ++i) sum += levels_[i].utilization * levels_[i].length.si();
  return sum + levels_[last].utilization * (into_s - edges_[last]);
}

double PowerProfile::mean(Duration work) const {
  const double into_s = into(work), whole = repeats_ ? std::round((work.si() - into_s) / edges_.back()) : 0.0;
  return ((whole > 0.0 ? whole * sum_to(edges_.back()) : 0.0) + sum_to(into_s)) / work.si();
}

double PowerProfile::highest() const {
  double highest = 0.0;
  for (const Level& level : levels_) highest = std::max(highest, level.utilization);
  return highest;
}

PowerProfile PowerProfile::coarse(Duration resolution) const {
  std::vector<Level> out;
  // Lengths and sums of the short levels that are being put together.
  double length_s = 0.0, sum = 0.0;
  const auto close = [&] {
    if (length_s > 0.0) out.push_back({Duration(length_s), std::min(1.0, sum / length_s)});
    length_s = sum = 0.0;
  };
  const bool whole = repeats_ && period() <= resolution;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const Level& level = levels_[i];
    // The last level of one that does not repeat has no end.
    const bool holds = !whole && (level.length >= resolution || (!repeats_ && i + 1 == levels_.size()));
    if (holds) {
      close();
      out.push_back(level);
      continue;
    }
    length_s += level.length.si();
    sum += level.utilization * level.length.si();
    if (!whole && length_s >= resolution.si()) close();
  }
  close();
  return {std::move(out), repeats_};
}

PowerProfile PowerProfile::stretched(double factor) const {
  std::vector<Level> levels = levels_;
  for (Level& level : levels) level.length = level.length * factor;
  return {std::move(levels), repeats_};
}

}  // namespace aifactory
