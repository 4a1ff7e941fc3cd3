#include "sim/facility/unit_parts.h"

#include <algorithm>

#include <fmt/format.h>

namespace aifactory {
namespace {

/// cell_01, cell_02 ...
std::vector<std::string> numbered(std::string_view stem, std::int64_t count) {
  std::vector<std::string> parts;
  for (std::int64_t i = 0; i < count; ++i) parts.push_back(numbered_part(stem, i));
  return parts;
}

}  // namespace

std::vector<std::string> parts_of(const PowerUnitConfig& unit) {
  if (unit.battery) return {"battery"};
  return {};
}

std::vector<std::string> parts_of(const CoolingUnitConfig& unit) {
  std::vector<std::string> parts;
  switch (unit.kind) {
    case CoolingKind::cdu:
      for (std::int64_t p = 0; unit.cdu && p < unit.cdu->value.pump_count; ++p) parts.push_back(lettered("pump", p));
      parts.insert(parts.end(), {"valve", "exchanger", "controller"});
      return parts;
    case CoolingKind::tower: return numbered("cell", installed(unit.count, unit.redundancy));
    case CoolingKind::dry_cooler: return numbered("cooler", installed(unit.count, unit.redundancy));
    case CoolingKind::chiller: return numbered("chiller", installed(unit.count, unit.redundancy));
    case CoolingKind::economizer: return numbered("exchanger", installed(unit.count, unit.redundancy));
    case CoolingKind::crah: return installed(unit.count, unit.redundancy) > 1 ? numbered("crah", installed(unit.count, unit.redundancy)) : parts;
    case CoolingKind::loop:
    case CoolingKind::condenser_loop:
      for (std::int64_t p = 0; p < installed(unit.count, unit.redundancy); ++p) parts.push_back(lettered("pump", p));
      return parts;
    default: return parts;
  }
}

std::vector<std::string> units_of(const HallConfig& hall) {
  std::vector<std::string> units;
  if (!hall.room) return units;
  for (std::int64_t c = 0; c < hall.room->crahs.value_or(0); ++c) units.push_back(numbered_part("crah", c));
  if (hall.room->rear_door) units.emplace_back("rear_doors");
  return units;
}

std::string_view stem_of(std::string_view part) {
  const std::size_t cut = part.rfind('_');
  if (cut == std::string_view::npos || cut == 0) return part;
  const std::string_view tail = part.substr(cut + 1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool number = !tail.empty() && std::all_of(tail.begin(), tail.end(), digit);
  const bool letter = tail.size() == 1 && tail[0] >= 'a' && tail[0] <= 'z';
  return number || letter ? part.substr(0, cut) : part;
}

std::string numbered_part(std::string_view stem, std::int64_t index) { return fmt::format("{}_{:02d}", stem, index + 1); }

std::string lettered(std::string_view stem, std::int64_t index) {
  std::string letters;
  for (++index; index > 0; index = (index - 1) / 26) letters.insert(letters.begin(), static_cast<char>('a' + (index - 1) % 26));
  return fmt::format("{}_{}", stem, letters);
}

}  // namespace aifactory
