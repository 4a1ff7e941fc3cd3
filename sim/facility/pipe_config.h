#pragma once
/// @file What a scenario says about a pipe that water takes time to pass.
#include <numbers>
#include <optional>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// A pipe by its volume, by length and inner diameter, or by the time that its water takes at design flow.
struct PipeConfig {
  static constexpr const char* kShorthand = "volume";
  std::optional<Volume> volume = {};
  std::optional<Length> length = {}, diameter = {};
  std::optional<Duration> delay = {};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("volume", p.volume, kPositive, "water in it");
    visit("length", p.length, kPositive, "with diameter, in place of volume: length of all of it, one way");
    visit("diameter", p.diameter, kPositive, "inner diameter");
    visit("delay", p.delay, kPositive, "in place of volume: time that water takes to pass it at design flow");
  }
  template <class Report>
  void validate(Report& report) const {
    if (length.has_value() != diameter.has_value()) report.error(length ? "diameter" : "length", "is missing: a pipe by its size needs length and diameter");
    if (volume.has_value() + length.has_value() + delay.has_value() != 1) report.error("volume", "give exactly one of volume, length and diameter, delay");
  }
  [[nodiscard]] Volume content(VolumeFlow design_flow) const {
    if (volume) return *volume;
    if (delay) return design_flow * *delay;
    return *length * *diameter * *diameter * (std::numbers::pi / 4.0);
  }
};

}  // namespace aifactory
