#pragma once
/// @file What can befall a named unit.
#include <cstdint>
#include <string>

namespace aifactory {

/// One disturbance of one unit.  It begins and, later, ends; several may be open on a unit at once, and the unit is well
/// again when the last one has ended.
struct Disturbance {
  enum class Kind : std::uint8_t {
    fail,      ///< does nothing any more
    degrade,   ///< works with `factor` of what it can
    maintain,  ///< taken out on purpose: as fail, told apart in events and availability
    drain,     ///< of racks: goes on working, but gets no new job; a health check has found something
  };
  Kind kind = Kind::fail;
  double factor = 0.0;    ///< degrade: what is left, over the whole, in (0, 1)
  std::string what = {};  ///< degrade: which property, where a unit has several (flow, fouling, cell ...); empty: its main one
  bool interrupts = false;  ///< drain: jobs on it do not go on
  std::string cause = {}; ///< for events.csv: events[3], mtbf, common_cause ...
  [[nodiscard]] bool out() const { return kind == Kind::fail || kind == Kind::maintain; }
};

/// The word of events.csv for a disturbance that begins or ends.
[[nodiscard]] inline const char* event_kind(Disturbance::Kind kind, bool begins) {
  switch (kind) {
    case Disturbance::Kind::fail: return begins ? "failure" : "repair";
    case Disturbance::Kind::degrade: return begins ? "degrade" : "restore";
    case Disturbance::Kind::maintain: return begins ? "maintenance" : "maintained";
    case Disturbance::Kind::drain: return begins ? "drain" : "undrain";
  }
  return "";
}

}  // namespace aifactory
