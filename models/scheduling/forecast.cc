#include "models/scheduling/forecast.h"

#include <algorithm>
#include <cmath>

#include "models/error.h"
#include "models/random.h"
#include "models/scheduling/availability_profile.h"

namespace aifactory::scheduling {
namespace {
constexpr double kDay = 86400e6;  // ticks
/// Means that differ by less are equal: a sum over other steps is rounded otherwise.
constexpr double kTie = 1e-9;
}  // namespace

Forecast::Forecast(std::vector<Tick> ticks, std::vector<double> values, double error, std::uint64_t seed)
    : ticks_(std::move(ticks)), values_(std::move(values)), error_(error) {
  AIF_CHECK(!ticks_.empty() && ticks_.size() == values_.size() && error >= 0, "a forecast needs one value per tick");
  AIF_CHECK(std::adjacent_find(ticks_.begin(), ticks_.end(), std::greater_equal<>()) == ticks_.end(), "ticks ascend");
  if (error_ == 0) return;
  Rng rng(seed, "scheduling/forecast");
  for (std::size_t i = 0; i < values_.size(); ++i) noise_.push_back(rng.normal(0.0, 1.0));
}

std::size_t Forecast::index_at(Tick t) const {
  const auto next = std::upper_bound(ticks_.begin(), ticks_.end(), t);
  return next == ticks_.begin() ? 0 : static_cast<std::size_t>(next - ticks_.begin()) - 1;
}

double Forecast::value_at(Tick t) const {
  return values_[index_at(t)];
}

Tick Forecast::next_change_after(Tick t) const {
  const std::size_t next = index_at(t) + 1;
  return next < ticks_.size() ? std::max(ticks_[next], t + 1) : kNever;
}

double Forecast::seen_step(Tick now, std::size_t i) const {
  const double value = values_[i];
  if (error_ == 0 || i == 0 || ticks_[i] <= now) return value;
  const double lead = std::min(1.0, static_cast<double>(ticks_[i] - now) / kDay);
  return value + std::abs(value) * error_ * noise_[i] * std::sqrt(lead);
}

double Forecast::seen(Tick now, Tick t) const {
  return seen_step(now, index_at(t));
}

Forecast::Window Forecast::cheapest(Tick now, Tick latest, Tick duration) const {
  duration = std::max<Tick>(duration, 1);
  latest = std::max(latest, now);
  const Tick end = after(latest, duration);
  // Sum of value x time from `now` to the beginning of each step seen.
  std::vector<Tick> at{now};
  std::vector<double> level, sum{0.0};
  for (std::size_t i = index_at(now);; ++i) {
    level.push_back(seen_step(now, i));
    if (i + 1 == ticks_.size() || ticks_[i + 1] >= end) break;
    sum.push_back(sum.back() + level.back() * static_cast<double>(ticks_[i + 1] - at.back()));
    at.push_back(ticks_[i + 1]);
  }
  const auto sum_to = [&](Tick t) {
    const auto i = static_cast<std::size_t>(std::upper_bound(at.begin(), at.end(), t) - at.begin()) - 1;
    return sum[i] + level[i] * static_cast<double>(t - at[i]);
  };
  // The mean is linear between instants at which a step begins or ends within the window: one of these is the best.
  std::vector<Tick> candidates{now, latest};
  for (const Tick t : at) {
    if (t > now && t <= latest) candidates.push_back(t);
    if (t - duration > now && t - duration <= latest) candidates.push_back(t - duration);
  }
  std::sort(candidates.begin(), candidates.end());
  Window best{now, 0.0};
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    const Tick start = candidates[c];
    const double mean = (sum_to(after(start, duration)) - sum_to(start)) / static_cast<double>(duration);
    if (c == 0 || mean < best.mean - kTie * std::abs(best.mean)) best = {start, mean};
  }
  return best;
}

}  // namespace aifactory::scheduling
