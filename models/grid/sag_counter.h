#pragma once
/// @file The counter by which a UPS leaves a disturbed grid for good.
#include <cstdint>
#include <vector>

#include "models/fields.h"
#include "models/time.h"
#include "models/units.h"

namespace aifactory {

/// Counts sags; with the `count`-th inside `window` the UPS stays on battery until somebody sets it back, and the grid
/// loses the load for good.  A sag counts from its beginning; sags at both ends of a window count together only when
/// they lie less than a window apart.
///
/// Six sags 16 s apart with 3 in 60 s latch at the third, 32 s after the first.
/// Validity: a count of at least 1.  *Not modelled*: ramped walk-in after a reset.
/// Source: NERC, Incident Review: Considering Simultaneous Voltage-Sensitive Load Reductions (10 July 2024: six faults
/// in 82 s, 1,500 MW lost); three in a minute as reported for data center UPS, assumed as default.
class SagCounter {
 public:
  struct Params {
    std::int64_t count = 3;
    Duration window{60.0};

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("count", p.count, between(1, 1000), "sags that latch the UPS to battery (assumed 3)");
      visit("window", p.window, kPositive, "within which they fall (assumed 60 s)");
    }
  };
  struct State {
    std::vector<Tick> recent = {};  ///< beginnings of sags that still count, ascending
    bool latched = false;
  };
  /// @throws InputError naming the first parameter outside its range.
  explicit SagCounter(const Params& params) : params_(checked("sag counter", params)) {}

  /// A sag begins.  @pre not before an earlier one.  @return whether the UPS is latched now.
  bool sag(State& state, Tick now) const {
    const Tick window = to_ticks(params_.window);
    AIF_CHECK(state.recent.empty() || state.recent.back() <= now, "sags in disorder");
    std::erase_if(state.recent, [&](Tick at) { return now - at >= window; });
    state.recent.push_back(now);
    if (static_cast<std::int64_t>(state.recent.size()) >= params_.count) state.latched = true;
    return state.latched;
  }
  /// Somebody sets it back.
  static void reset(State& state) { state = {}; }

 private:
  Params params_;
};

}  // namespace aifactory
