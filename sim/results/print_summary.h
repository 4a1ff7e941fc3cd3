#pragma once
/// @file A summary for people: one screen.
#include <string>

#include "sim/results/summary.h"

namespace aifactory {

/// Aligned lines with units, sections that say nothing left out, at most 40 lines of 80 columns for the whole run; the
/// sites of a scenario with several follow, one line each.
[[nodiscard]] std::string screen_text(const Summary& summary);

}  // namespace aifactory
