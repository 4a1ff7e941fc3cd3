#pragma once
/// @file The disturbances of one unit that have begun and not ended.
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/facility/disturbance.h"

namespace aifactory {

/// Any number at once, each of one part or of the whole unit (part -1).  What they leave of a property is the smallest of
/// their factors: two reports of one clogged strainer are no second strainer.  The unit is well again when the last one
/// has ended.
class OpenDisturbances {
 public:
  void begin(std::int32_t part, Disturbance disturbance) { open_.emplace_back(part, std::move(disturbance)); }
  void end(std::int32_t part, const Disturbance& disturbance) {
    for (auto it = open_.begin(); it != open_.end(); ++it) {
      const Disturbance& open = it->second;
      if (it->first != part || open.kind != disturbance.kind || open.factor != disturbance.factor || open.what != disturbance.what) continue;
      open_.erase(it);
      return;
    }
  }
  void change(std::int32_t part, const Disturbance& disturbance, bool begins) {
    if (begins) {
      begin(part, disturbance);
    } else {
      end(part, disturbance);
    }
  }
  [[nodiscard]] bool out(std::int32_t part) const {
    for (const auto& [of, open] : open_) {
      if (of == part && open.out()) return true;
    }
    return false;
  }
  /// What is left of a property of a part: 1 when nothing degrades it.  The whole unit's are its own to ask for.
  /// @param main disturbances that name no property mean this one.
  [[nodiscard]] double left(std::int32_t part, const char* what, bool main) const {
    return least(part, [&](const Disturbance& open) { return open.what == what || (main && open.what.empty()); });
  }
  /// What is left of a part that has one property only, whatever the disturbances call it.
  [[nodiscard]] double left(std::int32_t part) const {
    return least(part, [](const Disturbance&) { return true; });
  }
  [[nodiscard]] bool none() const { return open_.empty(); }

 private:
  /// Smallest factor of the degradations of a part that `means` accepts.
  template <class Means>
  [[nodiscard]] double least(std::int32_t part, Means&& means) const {
    double factor = 1.0;
    for (const auto& [of, open] : open_) {
      if (of == part && !open.out() && means(open)) factor = std::min(factor, open.factor);
    }
    return factor;
  }
  std::vector<std::pair<std::int32_t, Disturbance>> open_;
};

}  // namespace aifactory
