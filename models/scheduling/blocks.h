#pragma once
/// @file Blocks of the scale-out fabric: what a gang loses that lies in more than one of them.
#include <cstdint>
#include <span>

#include "models/scheduling/policy.h"
#include "models/workload/job.h"

namespace aifactory::scheduling {

/// Blocks that some of the nodes lie in.  @param nodes ascending, disjoint.
[[nodiscard]] std::int64_t blocks_spanned(std::int64_t nodes_per_block, std::span<const NodeRange> nodes);

/// Pace of a job whose nodes lie in several blocks, over that within one:
///
///     pace = 1 / (1 + c (o - 1))
///
/// c share of its time that it communicates over the scale-out fabric within one block (Job::communication_frac), o
/// oversubscription.  Within a block every node has its full bandwidth to every other; on the way out it can count on the
/// share 1/o of it, and a synchronous gang communicates at the pace of its slowest link: its communication takes o times as
/// long, its computation as long as before.
///
/// Validity: collectives in which every node sends out of its block, or a fabric that others load as much.  *Not modelled*:
/// idle uplinks, of which a gang could take more than its share; collectives that cross blocks once per block.
/// Source: Amdahl's argument on the two parts; oversubscription as in Al-Fares, Loukissas, Vahdat, "A scalable, commodity data
/// center network architecture", SIGCOMM 2008, section 2.1.
/// @pre communication_frac in 0..1, oversubscription >= 1
[[nodiscard]] inline double spread_pace(double communication_frac, double oversubscription) {
  return 1.0 / (1.0 + communication_frac * (oversubscription - 1.0));
}

/// The same for a job on these nodes of a pool; 1 within a block.
[[nodiscard]] double pace_on(const Job& job, const PoolSpec& pool, std::span<const NodeRange> nodes);

}  // namespace aifactory::scheduling
