#pragma once
/// @file Simulated time as a whole number of microseconds, so that equal instants are equal integers.
#include <cmath>
#include <cstdint>

#include "models/units.h"

namespace aifactory {

/// Microseconds since the start of the simulation (or a span of them).
using Tick = std::int64_t;
inline constexpr Tick kTicksPerSecond = 1'000'000;
inline constexpr Tick kNever = INT64_MAX;

/// Nearest tick to a duration.  @pre |d| < 292,000 years.
inline Tick to_ticks(Duration d) { return static_cast<Tick>(std::llround(d.si() * 1e6)); }
/// Exact: every tick below 2^53 us (285 years) is a double.
inline double to_seconds(Tick t) { return static_cast<double>(t) / 1e6; }
inline Duration to_duration(Tick t) { return Duration(to_seconds(t)); }

}  // namespace aifactory
