#pragma once
#include "models/fields.h"

namespace aifactory {

/// The store that checkpoints of a site's jobs go to.  Jobs that write at the same time share `bandwidth` evenly.
struct StorageConfig {
  DataRate bandwidth;
  DataRate node_bandwidth{25e9};  ///< assumed: half of a 400 Gb/s port

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("bandwidth", p.bandwidth, kPositive, "of all writers together, e.g. 2 TB/s");
    visit("node_bandwidth", p.node_bandwidth, kPositive, "of one node to the store (assumed 25 GB/s)");
  }
};

}  // namespace aifactory
