#pragma once
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Where checkpoints of a job go.
enum class CheckpointMode {
  blocking,  ///< work stands still until the store has it
  async,     ///< work stands still for the copy to host memory; the store has it later
  memory     ///< a copy in the host memory of another node; the store has none
};

struct CheckpointPath {
  DataSize size;                  ///< of the whole checkpoint
  double nodes = kUnset;          ///< of the job
  double accelerators = kUnset;   ///< of the job
  DataRate node_to_store;         ///< of one node
  DataRate store;                 ///< of the store, all writers together
  double writers = 1.0;           ///< jobs that write at the same time and share the store evenly
  DataRate device_to_host{50e9};  ///< of one accelerator; assumed: PCIe 5 x16 at four fifths
  DataRate node_to_node{50e9};    ///< of one node, to its peer; assumed: one 400 Gb/s port

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("size", p.size, kPositive, "of the whole checkpoint");
    visit("nodes", p.nodes, kPositive, "nodes of the job");
    visit("accelerators", p.accelerators, kPositive, "accelerators of the job");
    visit("node_to_store", p.node_to_store, kPositive, "bandwidth of one node to the store");
    visit("store", p.store, kPositive, "bandwidth of the store, all writers together");
    visit("writers", p.writers, at_least(1.0), "jobs that write at the same time");
    visit("device_to_host", p.device_to_host, kPositive, "bandwidth of one accelerator to its host (assumed)");
    visit("node_to_node", p.node_to_node, kPositive, "bandwidth of one node to its peer (assumed)");
  }
};

/// What one checkpoint costs:
///
///     write = size / min(nodes x node_to_store, store / writers)
///     copy  = size / (accelerators x device_to_host),  peer = size / (nodes x node_to_node)
///
///                blocking   async   memory
///     stall      write      copy    copy
///     commit     0          write   peer      after the stall, until it can be restored from
///
/// An interval shorter than the commit makes no sense: the next copy would wait for the one before.
/// Validity: ranks write equal shares at once.  *Not modelled*: metadata and many small files, contention of the copy
/// with the step's own traffic. Published: BLOOM 2.3 TB in 40 s at 57.5 GB/s; 512 H100 less than 0.5 s asynchronously
/// against 50 s.
struct CheckpointCost {
  Duration stall, commit;
  Duration read;  ///< back from the store (from the peer for memory)
};

/// @throws InputError naming the first problem.
[[nodiscard]] CheckpointCost checkpoint_cost(const CheckpointPath& path, CheckpointMode mode);

}  // namespace aifactory
