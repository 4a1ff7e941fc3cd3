#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "models/units.h"

namespace aifactory {

/// Failures of one node per time, as operators publish them.  They count different things and come from different
/// fleets: a rate from one row must not be fitted together with a table from another.
struct PublishedFailureRate {
  std::string_view name;
  Frequency per_node;  ///< failures that interrupt a job
  std::int64_t accelerators_per_node;
  std::string_view source;
};
[[nodiscard]] std::span<const PublishedFailureRate> published_failure_rates();

/// Why jobs were interrupted: 419 unexpected interruptions of Llama 3's pre-training on 16,384 H100 in 54 days.
///
/// Source: Llama Team, "The Llama 3 Herd of Models", 2024, table 5.  The printed 30.1 % of GPU failures is 148 of 419,
/// i.e. 35.3 %; the counts are taken.
struct InterruptionCause {
  std::string_view name;
  int count;
  bool hardware;  ///< needs a part or a node exchanged, as against a restart
};
[[nodiscard]] std::span<const InterruptionCause> llama3_interruption_causes();
inline constexpr int kLlama3PlannedInterruptions = 47;
inline constexpr std::int64_t kLlama3Accelerators = 16384;
inline constexpr Duration kLlama3Window{54.0 * 86400.0};

/// Mean time to interruption of a job on `nodes` nodes that fail independently: 1 / (nodes x rate).
///
/// Validity: jobs above about 32 accelerators (Meta's research clusters follow 1/N from there).  *Not modelled*:
/// failures that strike many nodes at once, the falling hazard of new and repaired nodes. Source: Kokolis et al.,
/// "Revisiting Reliability in Large-Scale Machine Learning Research Clusters", 2024.
/// @pre nodes > 0, per_node > 0.
[[nodiscard]] Duration mean_time_to_interruption(double nodes, Frequency per_node);

}  // namespace aifactory
