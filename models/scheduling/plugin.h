#pragma once
/// @file A policy in a shared library of its own, built outside this source tree and loaded by path.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "models/scheduling/policy.h"
#include "models/scheduling/select.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {

/// Number of the interface between program and library.  It is raised when a header that is installed changes in a way
/// that plugin_layout() does not see: an added, removed or moved virtual function, or another meaning of a value.
inline constexpr std::uint32_t kPluginAbi = 1;

/// A hash of how this compiler lays out what passes between program and library: sizes, places of members, the standard
/// library's ABI.  Both sides compute it from their own headers; where the two differ, neither may call the other.
[[nodiscard]] constexpr std::uint64_t plugin_layout() {
#if defined(_LIBCPP_VERSION)
  constexpr std::size_t library = 2;
#elif defined(_GLIBCXX_USE_CXX11_ABI)
  constexpr std::size_t library = 10 + _GLIBCXX_USE_CXX11_ABI;
#else
  constexpr std::size_t library = 0;
#endif
  constexpr std::size_t facts[] = {
      library, sizeof(void*), sizeof(std::string), sizeof(std::vector<Tick>), sizeof(std::string_view),
      sizeof(Label), sizeof(Job), offsetof(Job, submit), offsetof(Job, nodes), offsetof(Job, work), offsetof(Job, estimate),
      offsetof(Job, priority), offsetof(Job, utilization), offsetof(Job, checkpoint_interval), offsetof(Job, pool),
      offsetof(Job, tenant), offsetof(Job, tier), offsetof(Job, preemptible), offsetof(Job, min_nodes),
      offsetof(Job, max_nodes), offsetof(Job, earliest_start), offsetof(Job, deadline), offsetof(Job, domain_nodes),
      offsetof(Job, slice), offsetof(Job, communication_frac), offsetof(Job, staging_on), offsetof(Job, after), sizeof(NodeRange), sizeof(Allocation), offsetof(Allocation, nodes),
      sizeof(PoolSpec), offsetof(PoolSpec, nodes), offsetof(PoolSpec, nodes_per_rack), offsetof(PoolSpec, shares_per_node),
      offsetof(PoolSpec, accelerators_per_node), offsetof(PoolSpec, nodes_per_domain), offsetof(PoolSpec, torus),
      offsetof(PoolSpec, nodes_per_block), offsetof(PoolSpec, oversubscription), offsetof(PoolSpec, node_power),
      offsetof(PoolSpec, site), sizeof(PoolState), offsetof(PoolState, free),
      offsetof(PoolState, busy), offsetof(PoolState, down), offsetof(PoolState, running), offsetof(PoolState, reason),
      offsetof(PoolState, outages), offsetof(PoolState, headroom_k), sizeof(RunningJob), offsetof(RunningJob, job),
      offsetof(RunningJob, slot), offsetof(RunningJob, returning), sizeof(Outage), sizeof(SiteSignals),
      offsetof(SiteSignals, booked_mw), offsetof(SiteSignals, price), offsetof(SiteSignals, carbon), sizeof(Forecast), sizeof(AvailabilityProfile),
      sizeof(TenantUsage), sizeof(NodeSet), sizeof(WaitingQueue), sizeof(WaitingQueue::Entry),
      offsetof(WaitingQueue::Entry, arrival), offsetof(WaitingQueue::Entry, job), offsetof(WaitingQueue::Entry, pool),
      offsetof(WaitingQueue::Entry, nodes), offsetof(WaitingQueue::Entry, duration), sizeof(View), sizeof(Policy),
      sizeof(PolicyParts), offsetof(PolicyParts, backfill_order), offsetof(PolicyParts, place),
      offsetof(PolicyParts, same_instant), offsetof(PolicyParts, power), offsetof(PolicyParts, heat),
      offsetof(PolicyParts, forecasts), offsetof(PolicyParts, half_life), offsetof(PolicyParts, weights),
      sizeof(OptionInfo), offsetof(OptionInfo, low), offsetof(OptionInfo, doc), sizeof(OptionValues)};
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (const std::size_t fact : facts) {
    for (int byte = 0; byte < 8; ++byte) {
      hash ^= (std::uint64_t{fact} >> (8 * byte)) & 0xffu;
      hash *= 0x100000001b3u;
    }
  }
  return hash;
}

/// A policy as its library offers it: a row of the table of policies and its own rule of selection.  The program checks
/// the options, adds `place` and `same_instant` to them, and calls `make` with what the user has chosen.
struct PluginPolicy {
  std::string_view name, summary;
  std::unique_ptr<Policy> (*make)(const PolicyParts& parts, const OptionValues& options) = nullptr;
  std::span<const OptionInfo> options = {};
  std::string_view order = "fcfs", backfill_order = "";  ///< names in known_orders(); backfill_order "": the same
  std::string_view place = "first_fit";                  ///< default of the option `place`
  bool power = true, heat = true, forecasts = true;      ///< what it looks at: passes without them are cheaper
};

/// What a library exports as `aifactory_policy_plugin`.  The first three members are read before anything else is
/// trusted: they never change.
struct PluginDescriptor {
  std::uint32_t abi = 0;
  std::uint64_t layout = 0;
  const char* compiler = "";
  PluginPolicy policy;
};

}  // namespace aifactory::scheduling

/// Ends the source of a library: `AIFACTORY_POLICY_PLUGIN(.name = "mine", .summary = "...", .make = make_mine)`.
#define AIFACTORY_POLICY_PLUGIN(...)                                                                               \
  extern "C" __attribute__((visibility("default"))) const ::aifactory::scheduling::PluginDescriptor               \
      aifactory_policy_plugin;                                                                                     \
  const ::aifactory::scheduling::PluginDescriptor aifactory_policy_plugin {                                        \
    ::aifactory::scheduling::kPluginAbi, ::aifactory::scheduling::plugin_layout(), __VERSION__, { __VA_ARGS__ }    \
  }
