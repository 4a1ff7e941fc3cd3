#pragma once
/// @file A quantity that is constant between instants: a price, a carbon intensity, a limit.
///
///     q(t) = values[i]   for  ticks[i] <= t < ticks[i+1]
///
/// The first value also holds before ticks[0] and the last one beyond `end()`: a run that must not leave the
/// covered span compares with begin() and end() first.  Neighbours of equal value are joined, so that a change
/// is a change.  *Not modelled*: interpolation between the points.
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "models/error.h"
#include "models/time.h"
#include "models/units.h"

namespace aifactory {

template <class Q>
class StepSeries {
 public:
  /// @pre at least one point, ticks strictly ascending, `end` beyond the last of them.
  StepSeries(const std::vector<Tick>& ticks, const std::vector<Q>& values, Tick end = kNever) : end_(end) {
    AIF_CHECK(!ticks.empty() && ticks.size() == values.size(), "a step series needs one value per tick");
    AIF_CHECK(end > ticks.back(), "a step series ends after its last point");
    begin_ = ticks.front();
    for (std::size_t i = 0; i < ticks.size(); ++i) {
      AIF_CHECK(i == 0 || ticks[i] > ticks[i - 1], "ticks of a step series ascend");
      if (!values_.empty() && values_.back() == values[i]) continue;
      ticks_.push_back(ticks[i]);
      values_.push_back(values[i]);
    }
  }
  /// The same value always.
  static StepSeries constant(Q value) { return StepSeries({kAlways}, {value}); }

  /// The span for which values were given.
  [[nodiscard]] Tick begin() const { return begin_; }
  [[nodiscard]] Tick end() const { return end_; }
  /// Points after joining equal neighbours.
  [[nodiscard]] std::size_t size() const { return ticks_.size(); }

  /// O(log size); a Cursor is O(1) for times that ascend.
  [[nodiscard]] Q value_at(Tick t) const { return values_[index_at(t)]; }
  /// The first change strictly after `t`; kNever when there is none.
  [[nodiscard]] Tick next_change_after(Tick t) const {
    const auto next = std::upper_bound(ticks_.begin(), ticks_.end(), std::max(t, ticks_.front()));
    return next == ticks_.end() ? kNever : *next;
  }

  /// Reads the series at ascending times in amortised O(1); stepping back costs a search.  The series must
  /// outlive it.
  class Cursor {
   public:
    explicit Cursor(const StepSeries& series) : series_(&series) {}
    Q at(Tick t) {
      seek(t);
      return series_->values_[index_];
    }
    Tick next_change_after(Tick t) {
      seek(t);
      return index_ + 1 < series_->ticks_.size() ? series_->ticks_[index_ + 1] : kNever;
    }

   private:
    void seek(Tick t) {
      const auto& ticks = series_->ticks_;
      if (index_ > 0 && t < ticks[index_]) index_ = series_->index_at(t);
      while (index_ + 1 < ticks.size() && ticks[index_ + 1] <= t) ++index_;
    }
    const StepSeries* series_;
    std::size_t index_ = 0;
  };

 private:
  static constexpr Tick kAlways = INT64_MIN / 2;
  [[nodiscard]] std::size_t index_at(Tick t) const {
    const auto next = std::upper_bound(ticks_.begin(), ticks_.end(), t);
    return next == ticks_.begin() ? 0 : static_cast<std::size_t>(next - ticks_.begin()) - 1;
  }

  std::vector<Tick> ticks_;
  std::vector<Q> values_;
  Tick begin_ = 0;
  Tick end_ = kNever;
};

/// Sum of `power` x q x dt over [from, to) for a constant power: money from an energy price, mass of CO2e from
/// a carbon intensity.  Exact: it is cut at every change of the series.
template <class Q>
auto integrate(typename StepSeries<Q>::Cursor& cursor, Power power, Tick from, Tick to) {
  auto sum = power * to_duration(0) * cursor.at(from);
  for (Tick t = from; t < to;) {
    const Tick next = std::min(cursor.next_change_after(t), to);
    sum += power * to_duration(next - t) * cursor.at(t);
    t = next;
  }
  return sum;
}

/// Time-weighted mean over [from, to).  @pre from < to.
template <class Q>
Q mean(const StepSeries<Q>& series, Tick from, Tick to) {
  AIF_CHECK(from < to, "the mean of nothing");
  typename StepSeries<Q>::Cursor cursor(series);
  return integrate<Q>(cursor, Power(1.0), from, to) / (Power(1.0) * to_duration(to - from));
}

}  // namespace aifactory
