#include "sim/run/plan_layouts.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/run/prepared.h"
#include "sim/scenario/dump.h"

namespace aifactory {
namespace {

/// A rack that goes hangs on what the last rack that stays hangs on.
void keep_leaving_racks(SitePlan& plan, ClusterPlan& cluster, std::int64_t ever) {
  if (ever <= cluster.racks) return;
  BankPlan leaving = cluster.banks.back();
  leaving.first_rack = cluster.racks;
  leaving.racks = ever - cluster.racks;
  leaving.leaving = true;
  leaving.leaf = fmt::format("{}.racks_{}-{}_leaving", cluster.name, leaving.first_rack, ever - 1);
  if (leaving.cdu >= 0) {
    for (BankPlan& bank : cluster.banks) {
      if (bank.cdu == leaving.cdu) bank.cdu_racks += leaving.racks;
    }
    leaving.cdu_racks += leaving.racks;
  }
  cluster.banks.push_back(std::move(leaving));
  build_network(plan);  // the name of its load must be its own
}

/// Number of a name in a list, to which it is added when it is new.
std::size_t place_in(const std::vector<std::string>& planned, std::vector<std::string>& later, const std::string& name, bool& added) {
  const auto found = std::find(planned.begin(), planned.end(), name);
  added = false;
  if (found != planned.end()) return static_cast<std::size_t>(found - planned.begin());
  const auto known = std::find(later.begin(), later.end(), name);
  if (known != later.end()) return planned.size() + static_cast<std::size_t>(known - later.begin());
  added = true;
  later.push_back(name);
  return planned.size() + later.size() - 1;
}

}  // namespace

bool other_layout(const SitePlan& now, const SitePlan& then) {
  if (now.mechanical != then.mechanical || now.compressors != then.compressors) return true;
  if (now.cdus != then.cdus || now.clusters.size() != then.clusters.size()) return true;
  for (const std::string& cdu : now.cdus) {
    if (dump(*now.cooling_units.find(cdu)) != dump(*then.cooling_units.find(cdu))) return true;
  }
  if (!std::equal(now.clusters.begin(), now.clusters.end(), then.clusters.begin(), [](const ClusterPlan& a, const ClusterPlan& b) { return a.racks == b.racks; })) return true;
  const auto& units = now.power_units.items;
  return !std::equal(units.begin(), units.end(), then.power_units.items.begin(), then.power_units.items.end(),
                     [](const auto& a, const auto& b) { return a.first == b.first && dump(a.second) == dump(b.second); });
}

std::vector<std::string> layout_obstacles(const SitePlan& now, const SitePlan& then) {
  std::vector<std::string> out;
  for (std::size_t c = 0; c < now.clusters.size(); ++c) {
    const ClusterPlan &before = now.clusters[c], &after = then.clusters[c];
    const ClusterConfig& config = *before.config;
    if ((before.banks.front().cdu < 0) != (after.banks.front().cdu < 0)) out.push_back(fmt::format("racks of {} would be cooled by {}", before.name, after.banks.front().cdu < 0 ? "air, and have been by CDUs" : "CDUs, and have been by air"));
    if (before.racks == after.racks) continue;
    const auto refuse = [&](const char* why) { out.push_back(fmt::format("{} keeps its racks: {}", before.name, why)); };
    if (config.load) refuse("they draw a given `load`");
    if (!config.torus.empty()) refuse("they form a torus");
    if (config.interruptions) refuse("its nodes have `interruptions`, drawn for all of them together");
    if (before.room >= 0) refuse("the air of its hall is its own, and made for them");
    if (before.nodes != before.racks * before.rack->nodes) refuse("its last rack is partly filled");
  }
  return out;
}

void place_layout(PreparedRun& run, PlannedChange& change, std::size_t index) {
  PreparedSite& site = run.sites[index];
  SitePlan& then = change.to->sites[index].plan;
  bool added = false;
  for (const std::string& cdu : then.cdus) change.cdus[index].push_back(place_in(site.plan.cdus, site.later_cdus, cdu, added));
  std::vector<std::string> planned;
  for (const auto& [name, unit] : site.plan.power_units) planned.push_back(name);
  for (const auto& [name, unit] : then.power_units) {
    const std::size_t number = place_in(planned, site.later_power, name, added);
    if (added) run.units.add_power_unit(index, name, unit, number);
  }
  if (site.most_racks.empty()) {
    for (const ClusterPlan& cluster : site.plan.clusters) site.most_racks.push_back(cluster.racks);
  }
  for (std::size_t c = 0; c < then.clusters.size(); ++c) {
    std::int64_t& most = site.most_racks[c];
    keep_leaving_racks(then, then.clusters[c], most);
    most = std::max(most, then.clusters[c].racks);
    run.units.raise_racks(index, c, most);
  }
}

}  // namespace aifactory
