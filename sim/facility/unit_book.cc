#include "sim/facility/unit_book.h"

#include <algorithm>

#include <fmt/format.h>

#include "models/error.h"

namespace aifactory {

std::size_t UnitBook::track(const std::string& name, const std::string& kind) {
  const auto [place, added] = by_name_.emplace(name, units_.size());
  if (added) {
    units_.emplace_back();
    units_.back().record.unit = name;
    units_.back().record.kind = kind;
  }
  return place->second;
}

void UnitBook::track_group(const std::string& name, const std::vector<std::size_t>& members, std::int64_t need) {
  for (const std::size_t unit : members) units_[unit].groups.push_back(groups_.size());
  Group group{.need = need, .in_service = static_cast<std::int64_t>(members.size())};
  group.record.unit = name;
  group.record.kind = "group";
  groups_.push_back(std::move(group));
}

void UnitBook::Unit::advance(Tick now) {
  const Tick span = now - since;
  since = now;
  if (count(Mark::away) > 0) {
    record.away += span;
  } else if (down()) {
    record.down += span;
  } else if (count(Mark::maintain) > 0) {
    record.maintained += span;
  } else if (count(Mark::degrade) > 0) {
    record.degraded += span;
  }
}

void UnitBook::Group::advance(Tick now) {
  if (in_service < need) record.down += now - since;
  since = now;
}

void UnitBook::change(std::size_t index, Tick now, Mark mark, bool begins) {
  Unit& unit = units_[index];
  unit.advance(now);
  const bool before = unit.in_service();
  std::int32_t& open = unit.open[static_cast<std::size_t>(mark)];
  open += begins ? 1 : -1;
  AIF_CHECK(open >= 0, fmt::format("{} returned more often than it left", unit.record.unit));
  if (begins) {
    if (mark == Mark::fail) ++unit.record.failures;
    if (mark == Mark::trip) ++unit.record.trips;
    if (mark == Mark::maintain) ++unit.record.maintenances;
    if (mark == Mark::fail || mark == Mark::trip) unit.record.first_failure = std::min(unit.record.first_failure, now);
  }
  if (unit.in_service() == before) return;
  for (const std::size_t g : unit.groups) {
    Group& group = groups_[g];
    group.advance(now);
    group.in_service += before ? -1 : 1;
    if (before && mark != Mark::away && group.in_service == group.need - 1) {
      ++group.record.failures;
      group.record.first_failure = std::min(group.record.first_failure, now);
    }
  }
}

bool UnitBook::spared(std::size_t index) const {
  const Unit& unit = units_[index];
  return std::all_of(unit.groups.begin(), unit.groups.end(), [&](std::size_t g) {
    return groups_[g].in_service - (unit.in_service() ? 1 : 0) >= groups_[g].need;
  });
}

std::vector<UnitRecord> UnitBook::records(Tick now) const {
  std::vector<UnitRecord> out;
  for (Unit unit : units_) {
    unit.advance(now);
    unit.record.observed = now - unit.record.away;
    out.push_back(std::move(unit.record));
  }
  for (Group group : groups_) {
    group.advance(now);
    group.record.observed = now;
    out.push_back(std::move(group.record));
  }
  return out;
}

}  // namespace aifactory
