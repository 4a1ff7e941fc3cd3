#pragma once
/// @file A signal of a site (price, carbon intensity) as a policy sees it: exact now, uncertain ahead.
#include <cstdint>
#include <vector>

#include "models/time.h"

namespace aifactory::scheduling {

/// Steps that hold from their tick to the next (the first also before, the last for ever), and a forecast of them.
///
/// What is seen at `now` of a step i that begins at t_i > now:
///
///     seen_i = value_i + |value_i| error z_i sqrt(min(1, (t_i - now) / 24 h))
///
/// with z_i a standard normal fixed by (seed, i): the error is a day ahead of `error` relative to the value and
/// melts away as the step comes near; the step that holds now is seen as it is.  An error of 0 is a perfect forecast.
/// *Not modelled*: errors that are correlated between steps, bias.
class Forecast {
 public:
  /// @pre ticks strictly ascending, one value each, at least one; error >= 0.
  Forecast(std::vector<Tick> ticks, std::vector<double> values, double error = 0, std::uint64_t seed = 0);

  [[nodiscard]] double value_at(Tick t) const;         ///< the truth
  [[nodiscard]] double seen(Tick now, Tick t) const;   ///< what is expected at `now` for `t` >= now
  [[nodiscard]] Tick next_change_after(Tick t) const;  ///< kNever: none

  struct Window {
    Tick start;
    double mean;  ///< expected over [start, start + duration)
  };
  /// The start in [now, latest] with the smallest expected mean over the duration; the earliest on ties.
  [[nodiscard]] Window cheapest(Tick now, Tick latest, Tick duration) const;

 private:
  [[nodiscard]] std::size_t index_at(Tick t) const;
  [[nodiscard]] double seen_step(Tick now, std::size_t i) const;

  std::vector<Tick> ticks_;
  std::vector<double> values_, noise_;
  double error_;
};

}  // namespace aifactory::scheduling
