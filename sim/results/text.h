#pragma once
/// @file Numbers and cells of CSV files: the same bytes for the same values, whatever the locale.
#include <cstdint>
#include <string>
#include <string_view>

#include "models/time.h"
#include "models/units.h"

namespace aifactory {

/// Shortest decimal that reads back as the same double; empty when unset or infinite; no "-0".
void append_number(std::string& line, double value);
/// Seconds with as many of the six decimals as the tick needs; empty for kNever.
void append_seconds(std::string& line, Tick t);
/// The text, quoted as RFC 4180 asks when it holds a comma, a quote or a line break.
void append_cell(std::string& line, std::string_view text);

}  // namespace aifactory
