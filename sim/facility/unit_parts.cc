#include "sim/facility/unit_parts.h"

#include <algorithm>

#include <fmt/format.h>

namespace aifactory {

std::vector<std::string> parts_of(const PowerUnitConfig& unit) {
  switch (unit.kind) {
    default: return {};
  }
}

std::vector<std::string> parts_of(const CoolingUnitConfig& unit) {
  std::vector<std::string> parts;
  switch (unit.kind) {
    case CoolingKind::cdu:
      for (std::int64_t p = 0; unit.cdu && p < unit.cdu->value.pump_count; ++p) parts.push_back(lettered("pump", p));
      return parts;
    default: return parts;
  }
}

std::vector<std::string> units_of(const HallConfig& /*hall*/) { return {}; }

std::string_view stem_of(std::string_view part) {
  const std::size_t cut = part.rfind('_');
  if (cut == std::string_view::npos || cut == 0) return part;
  const std::string_view tail = part.substr(cut + 1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool number = !tail.empty() && std::all_of(tail.begin(), tail.end(), digit);
  const bool letter = tail.size() == 1 && tail[0] >= 'a' && tail[0] <= 'z';
  return number || letter ? part.substr(0, cut) : part;
}

std::string lettered(std::string_view stem, std::int64_t index) {
  std::string letters;
  for (++index; index > 0; index = (index - 1) / 26) letters.insert(letters.begin(), static_cast<char>('a' + (index - 1) % 26));
  return fmt::format("{}_{}", stem, letters);
}

}  // namespace aifactory
