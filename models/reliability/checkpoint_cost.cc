#include "models/reliability/checkpoint_cost.h"

#include <algorithm>

namespace aifactory {

CheckpointCost checkpoint_cost(const CheckpointPath& path, CheckpointMode mode) {
  checked("checkpoint", path);
  const Duration write = path.size / std::min(path.nodes * path.node_to_store, path.store / path.writers);
  const Duration copy = path.size / (path.accelerators * path.device_to_host);
  const Duration peer = path.size / (path.nodes * path.node_to_node);
  switch (mode) {
    case CheckpointMode::blocking:
      return {write, Duration(0.0), write};
    case CheckpointMode::async:
      return {copy, write, write};
    case CheckpointMode::memory:
      return {copy, peer, peer};
  }
  AIF_CHECK(false, "unknown mode");
}

}  // namespace aifactory
