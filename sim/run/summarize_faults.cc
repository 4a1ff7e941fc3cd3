#include <fmt/format.h>

#include "sim/run/plan_faults.h"
#include "sim/run/summarize_parts.h"

namespace aifactory {
namespace {

/// Sums over units; groups and supplies are made of them and count apart.
struct Sums {
  std::int64_t failures = 0, trips = 0;
  double down_h = 0, maintain_h = 0, degraded_h = 0, group_down_h = 0, supply_down_h = 0;
  bool grouped = false;

  void add(const UnitRecord& unit) {
    const double down = to_seconds(unit.down) / 3600.0;
    if (unit.kind == "group") {
      group_down_h += down;
      grouped = true;
    } else if (unit.kind == "supply") {
      supply_down_h += down;
    } else {
      failures += unit.failures;
      trips += unit.trips;
      down_h += down;
      maintain_h += to_seconds(unit.maintained) / 3600.0;
      degraded_h += to_seconds(unit.degraded) / 3600.0;
    }
  }
  void write(Summary::Block block) const {
    block.set("reliability.unit_failures", failures);
    block.set("reliability.unit_trips", trips);
    block.set("reliability.unit_down_h", down_h);
    block.set("reliability.unit_maintain_h", maintain_h);
    block.set("reliability.unit_degraded_h", degraded_h);
    block.set("reliability.supply_down_h", supply_down_h);
    if (grouped) block.set("reliability.group_down_h", group_down_h);
  }
};

}  // namespace

void summarize_faults(World& world, RunResult& result, Tick now) {
  for (const std::string& late : events_after(world.run.config, now)) result.summary.note(late);
  result.units = world.book.records(now);
  Sums whole;
  for (const UnitRecord& unit : result.units) whole.add(unit);
  whole.write(result.summary.whole());
  result.summary.whole().set("reliability.repair_wait_h", world.faults->shop().waited(now).si() / 3600.0);
  for (const SiteWorld& site : world.sites) {
    const std::string& name = site.site->plan.name;
    Sums sums;
    for (const UnitRecord& unit : result.units) {
      if (unit.unit.starts_with(name + ".")) sums.add(unit);
    }
    sums.write(result.summary.site(name));
  }
}

}  // namespace aifactory
