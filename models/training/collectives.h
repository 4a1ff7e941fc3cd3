#pragma once
#include <cstdint>

#include "models/units.h"

namespace aifactory {

/// One direction of one accelerator's connection, as collectives achieve it.
struct Link {
  DataRate bandwidth;
  Duration latency{0.0};  ///< of one message
};

/// Scale-up domains joined by a scale-out fabric.
struct Fabric {
  Link scale_up, scale_out;
  std::int64_t domain = 1;  ///< accelerators of a scale-up domain
};

/// Time of a collective among n members by the alpha-beta model.  S bytes held by each member (all-reduce,
/// reduce-scatter: the vector; all-gather: the gathered vector; all-to-all: what one member sends to all, its own part
/// included), a latency, B bandwidth:
///
///     ring all-reduce                2 (n - 1) a + 2 (n - 1)/n S/B
///     reduce-scatter or all-gather   (n - 1) a + (n - 1)/n S/B
///     double tree all-reduce         2 log2(n) a + 2 S/B
///     in-network all-reduce          log2(n) a + S/B
///     all-to-all                     (n - 1) a + (n - 1)/n S/B
///
/// One member: no time.  Validity: large messages, a fabric without contention.  *Not modelled*: protocol steps by
/// message size, cost of the reduction itself, congestion, link failures.
/// Source: Thakur, Rabenseifner, Gropp, "Optimization of Collective Communication Operations in MPICH", 2005; Sanders,
/// Speck, Traeff, "Two-tree algorithms for full bandwidth broadcast, reduction and scan", 2009.
/// @pre members >= 1.
[[nodiscard]] Duration ring_all_reduce(std::int64_t members, DataSize size, const Link& link);
[[nodiscard]] Duration ring_reduce_scatter(std::int64_t members, DataSize size, const Link& link);
[[nodiscard]] Duration double_tree_all_reduce(std::int64_t members, DataSize size, const Link& link);
[[nodiscard]] Duration in_network_all_reduce(std::int64_t members, DataSize size, const Link& link);
[[nodiscard]] Duration all_to_all(std::int64_t members, DataSize size, const Link& link);

/// A group spread evenly over domains: `per_domain` of its members share each.
struct GroupLayout {
  std::int64_t members = 1;
  std::int64_t per_domain = 1;
};

/// Members that are `stride` ranks apart: every domain holds domain / stride of them, at least one.
[[nodiscard]] GroupLayout group_layout(std::int64_t members, std::int64_t stride, std::int64_t domain);

/// Hierarchical collectives, g members in each of k = members / g domains:
///
///     all-reduce      reduce-scatter of S in the domain, ring all-reduce of S/g across, all-gather in the domain
///     reduce-scatter  the same without the way back: half of it (all-gather likewise)
///     all-to-all      the parts for the own domain and for the others travel at the same time; the slower one counts
[[nodiscard]] Duration hierarchical_all_reduce(const Fabric& fabric, const GroupLayout& group, DataSize size);
[[nodiscard]] Duration hierarchical_reduce_scatter(const Fabric& fabric, const GroupLayout& group, DataSize size);
[[nodiscard]] Duration hierarchical_all_to_all(const Fabric& fabric, const GroupLayout& group, DataSize size);

}  // namespace aifactory
