#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/random.h"
#include "sim/engine/kernel.h"
#include "sim/facility/interruptions_config.h"

namespace aifactory {

/// One kind of interruption.
struct StrikeCause {
  std::string name;
  Frequency rate;           ///< of one ordinary node
  bool needs_node = false;  ///< the node goes to repair; else a restart is enough
  bool silent = false;      ///< results are corrupt, which is noticed later
  bool planned = false;     ///< work is saved first
};
/// Those of a table, with its rates scaled.
[[nodiscard]] std::vector<StrikeCause> strike_causes(const InterruptionsConfig& config);
/// Unplanned interruptions of one node, lemons averaged in, nodes no longer new.
[[nodiscard]] Frequency mean_interruption_rate(const InterruptionsConfig& config);

/// When nodes of one cluster interrupt what they run, and why.
///
/// A Poisson process of all nodes together, at most of this rate:
///
///     R = (nodes + lemons (factor - 1)) (1 + infant_factor) sum of the causes' rates
///
/// Each point picks a node by its own rate and a cause by its own, and stands with the probability
/// (1 + infant_factor e^(-t / infant_time)) / (1 + infant_factor): thinning, exact for a rate that falls.  A point on a node
/// that runs no job strikes nothing: nodes at rest are no reason to interrupt anybody.  Lemons are drawn once.
/// The stream is one of the cluster's own, and takes the same numbers whatever jobs do.
/// *Not modelled*: failures that strike several nodes at once (`faults` has them for racks and what stands above).
/// Source: Lewis and Shedler, "Simulation of nonhomogeneous Poisson processes by thinning", 1979.
class Interruptions final : private engine::EventTarget {
 public:
  struct Strike {
    std::int64_t node = 0;
    std::int64_t share = 0;  ///< of the node: any of them with equal chance
    const StrikeCause* cause = nullptr;
    Tick notice = 0;  ///< silent: time until it is noticed
  };
  /// @param name of the cluster, for the stream.  @param id orders clusters.
  /// @param shares_per_node of which jobs hold some; a cause that needs the node strikes all of them
  Interruptions(engine::Kernel& kernel, std::uint32_t rank, std::int64_t id, const InterruptionsConfig& config, const std::string& name,
                std::int64_t nodes, std::int64_t shares_per_node, std::uint64_t seed, std::function<bool(const Strike&)> strike);

 private:
  void on_event(Tick now, std::int64_t id, std::uint64_t version) override;
  void arm(Tick now);

  engine::Kernel& kernel_;
  std::uint32_t rank_;
  std::int64_t id_;
  InterruptionsConfig config_;
  std::vector<StrikeCause> causes_;
  std::vector<double> weights_;
  std::int64_t nodes_, shares_per_node_;
  std::vector<std::pair<std::int64_t, std::int64_t>> lemons_;  ///< node, failures so far; -1: exchanged
  double rate_hz_ = 0.0;
  Rng rng_;
  std::function<bool(const Strike&)> strike_;
};

}  // namespace aifactory
