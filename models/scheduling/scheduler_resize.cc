/// @file A pool gets more nodes, or loses its last ones, while jobs wait and run.
#include <fmt/format.h>

#include <cmath>

#include "models/error.h"
#include "models/scheduling/scheduler_state.h"

namespace aifactory::scheduling {
namespace {

/// The same members in a set of more nodes.
NodeSet in_larger(const NodeSet& set, std::int64_t size) {
  std::vector<NodeRange> members;
  (void)set.append_lowest(set.count(), members);
  NodeSet out(size);
  for (const NodeRange& range : members) out.insert(range);
  return out;
}

}  // namespace

void SchedulerCore::State::resize_pool(std::int32_t p, std::int64_t nodes) {
  PoolState& pool = pools_.at(static_cast<std::size_t>(p));
  AIF_CHECK(nodes >= 1 && nodes <= kMaxNodes && pool.spec.torus[0] == 0, fmt::format("pool {} of {} nodes", pool.spec.name, nodes));
  const std::int64_t before = pool.spec.nodes;
  if (nodes > before) {
    pool.free = in_larger(pool.free, nodes);
    pool.busy = in_larger(pool.busy, nodes);
    pool.down = in_larger(pool.down, nodes);
    pool.free.insert({before, nodes});
    if (!pool.reason.empty()) pool.reason.resize(static_cast<std::size_t>(nodes), NodeState::down);
    pool.spec.nodes = nodes;
    pool.domains = DomainCounts(pool.free, pool.spec.domain_size());
    pool.shares = ShareCounts(pool.free, pool.spec.shares_per_node);
    pool.headroom_k.clear();  // told again before the next pass
  }
  pool.installed = nodes;
  lies.clear();
  usage_.set_capacity(capacity());
}

TenantUsage::Amounts SchedulerCore::State::capacity() const {
  TenantUsage::Amounts sum{};
  for (std::size_t p = 0; p < pools_.size(); ++p) {
    const PoolState& pool = pools_[p];
    sum[TenantUsage::nodes] += pool.installed;
    sum[TenantUsage::accelerators] += milli_per_node[p] * pool.installed;
    sum[TenantUsage::power] += std::llround(1e3 * pool.spec.node_power.si() * static_cast<double>(pool.installed));
  }
  return sum;
}

}  // namespace aifactory::scheduling
