#include "models/scheduling/blocks.h"

namespace aifactory::scheduling {

std::int64_t blocks_spanned(std::int64_t nodes_per_block, std::span<const NodeRange> nodes) {
  if (nodes.empty()) return 0;
  if (nodes_per_block <= 0) return 1;
  std::int64_t blocks = 0, last = -1;
  for (const NodeRange& range : nodes) {
    const std::int64_t from = range.first / nodes_per_block, to = (range.last - 1) / nodes_per_block;
    blocks += to - from + (from == last ? 0 : 1);
    last = to;
  }
  return blocks;
}

double pace_on(const Job& job, const PoolSpec& pool, std::span<const NodeRange> nodes) {
  if (job.communication_frac <= 0.0 || pool.oversubscription <= 1.0 || !pool.has_blocks()) return 1.0;
  if (blocks_spanned(pool.nodes_per_block, nodes) <= 1) return 1.0;
  return spread_pace(job.communication_frac, pool.oversubscription);
}

}  // namespace aifactory::scheduling
