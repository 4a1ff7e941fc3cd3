#pragma once
/// @file Meters of every unit of a site, and the events of limits that are crossed and left.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/engine/kernel.h"
#include "sim/facility/job_table.h"
#include "sim/facility/unit_meter.h"

namespace aifactory {

/// Each unit has a meter; set() tells it the unit's power once an instant has come to rest, so that what does not last is no
/// crossing.  A limit is crossed when the power exceeds it and left when the power has fallen below it by the hysteresis;
/// the continuous limit counts as crossed when the power has stayed above it for `continuous_after`.
///
///     limit crossed, UNIT, output_mw, value, "rating 3 MW"        limit left, UNIT, output_mw, value, "rating 3 MW"
///     limit crossed, UNIT, output_mw, value, "continuous limit 2.4 MW for 3 h"
///
/// A unit lists its first `events_per_unit` crossings and leavings and counts the rest.  A change of a unit costs O(1).
class LimitWatch final : private engine::EventTarget {
 public:
  struct Params {
    double hysteresis = 0.02;
    Duration continuous_after = 3.0 * h;
    std::int64_t events_per_unit = 20;
  };
  struct Unit {
    std::string name;       ///< as events name it: dallas.power.ups_01a
    std::string what;       ///< output_mw, heat_mw
    Power scale;            ///< of the meter's bins: the rating, or what the unit draws at full load
    Power rating, continuous;  ///< limits at the site; infinite: none
  };
  LimitWatch(engine::Kernel& kernel, std::uint32_t rank, Params params, std::vector<Unit> units, EventLog& log);

  /// The power of a unit at this instant, at rest.
  void set(std::size_t unit, Power value) {
    State& state = states_[unit];
    if (value == state.meter.value()) return;
    state.meter.set(kernel_.now(), value);
    if (state.over || state.above_since != kNever || value.si() > state.lowest_limit_w) crossings(unit);
  }
  /// A unit comes in now.  @return its number.
  std::size_t add(Unit unit);
  /// Limits of a unit are others from now on; a unit that had gone is back.
  void relimit(std::size_t unit, const Unit& limits);
  /// A unit goes: its meter ends now.
  void retire(std::size_t unit);
  /// Books up to `now`; for the end of the run.
  void book(Tick now);

  [[nodiscard]] std::size_t size() const { return units_.size(); }
  [[nodiscard]] const Unit& unit(std::size_t i) const { return units_[i]; }
  [[nodiscard]] const UnitMeter& meter(std::size_t i) const { return states_[i].meter; }
  /// Times the rating, or the continuous limit for long, was crossed.
  [[nodiscard]] std::int64_t crossings_of(std::size_t i) const { return states_[i].crossings; }

 private:
  struct State {
    UnitMeter meter;
    double lowest_limit_w;
    bool over = false, continuous_told = false, armed = false;
    bool gone = false;
    Tick above_since = kNever;  ///< above the continuous limit
    std::int64_t crossings = 0, listed = 0;
  };
  void on_event(Tick now, std::int64_t id, std::uint64_t version) override;
  void crossings(std::size_t unit);
  void tell(std::size_t unit, const char* kind, const std::string& limit);
  void arm(std::size_t unit, Tick at);

  engine::Kernel& kernel_;
  std::uint32_t rank_;
  Params params_;
  std::vector<Unit> units_;
  std::vector<State> states_;
  EventLog& log_;
};

}  // namespace aifactory
