#pragma once
/// @file Units times the time that they were in a state.
#include <cstdint>

#include "models/time.h"

namespace aifactory {

/// Integral over time of a count that changes now and then.
class TimeMeter {
 public:
  /// @pre times do not fall.
  void change(Tick now, std::int64_t by) {
    sum_s_ = at(now);
    since_ = now;
    count_ += by;
  }
  /// Unit-seconds up to now.
  [[nodiscard]] double at(Tick now) const { return sum_s_ + static_cast<double>(count_) * to_seconds(now - since_); }
  [[nodiscard]] std::int64_t count() const { return count_; }

 private:
  std::int64_t count_ = 0;
  double sum_s_ = 0.0;
  Tick since_ = 0;
};

}  // namespace aifactory
