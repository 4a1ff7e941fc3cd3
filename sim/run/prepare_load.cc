#include "sim/run/prepare_load.h"

#include <fmt/format.h>

namespace aifactory {

std::vector<LoadGroup> load_groups(const ClusterPlan& cluster) {
  std::vector<LoadGroup> groups;
  switch (cluster.config->load->per) {
    case LoadPer::cluster: groups.push_back({.first_rack = 0, .racks = cluster.racks}); break;
    case LoadPer::hall: groups.push_back({.first_rack = 0, .racks = cluster.racks, .share = cluster.hall_share}); break;
    case LoadPer::rack:
      // The value is each rack's own: a constant is one value for all of them.
      for (std::int64_t r = 0; r < cluster.racks; ++r) groups.push_back({.first_rack = r, .racks = 1});
      break;
    case LoadPer::cdu:
      for (const BankPlan& bank : cluster.banks) {
        if (bank.cdu >= 0 && bank.first_rack == bank.cdu_first_rack) groups.push_back({.first_rack = bank.cdu_first_rack, .racks = bank.cdu_racks});
      }
      break;
  }
  return groups;
}

std::unique_ptr<const LoadTrace> prepare_load(const ClusterPlan& cluster, const std::string& path, const SiteClock& clock, Duration horizon) {
  const auto groups = load_groups(cluster);
  const LoadPer per = cluster.config->load->per;
  if (groups.empty()) throw InputError(fmt::format("{}.load.per: no CDU cools these racks; give the load per rack, hall or cluster", path));
  const char* noun = per == LoadPer::rack ? "rack" : per == LoadPer::cdu ? "CDU" : per == LoadPer::hall ? "hall" : "cluster";
  const std::string what = fmt::format("{} {}{}", groups.size(), noun, groups.size() == 1 ? "" : "s");
  try {
    return std::make_unique<const LoadTrace>(make_load_trace(*cluster.config->load, groups.size(), what, clock, horizon));
  } catch (const InputError& e) {
    throw InputError(fmt::format("{}.load: {}", path, e.what()));
  }
}

}  // namespace aifactory
