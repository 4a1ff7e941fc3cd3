#pragma once
/// @file What a scenario says about how nodes interrupt the jobs that they run.
#include <optional>
#include <utility>

#include "sim/scenario/types.h"

namespace aifactory {

/// Where rate and causes of interruptions come from.
enum class InterruptionTable { llama3, rsc_1, rsc_2 };
template <>
struct EnumNames<InterruptionTable> {
  static constexpr std::pair<const char*, InterruptionTable> values[] = {
      {"llama3", InterruptionTable::llama3}, {"rsc_1", InterruptionTable::rsc_1}, {"rsc_2", InterruptionTable::rsc_2}};
};

/// Interruptions of jobs by their nodes, and what it takes to go on.  `interruptions: llama3` takes every default.
struct InterruptionsConfig {
  static constexpr const char* kShorthand = "table";
  InterruptionTable table = InterruptionTable::llama3;
  double scale = 1.0;
  std::optional<Frequency> rate = {}, planned_rate = {};
  Duration detection{300.0}, restart{300.0}, repair{86400.0}, planned_stop{900.0}, silent_detection{3600.0};
  double lemon_share = 0.0, lemon_factor = 1.0;
  std::int64_t lemon_eviction = 0;
  double infant_factor = 0.0;
  Duration infant_time{30.0 * 86400.0};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("table", p.table, kAny, "rate and causes: llama3 (419 in 54 days on 16,384 H100, 18 causes, 47 planned stops), rsc_1 or rsc_2 (a rate, one cause)");
    visit("scale", p.scale, kNonNegative, "multiplies the rates: 0 is none, 10 ten times as many");
    visit("rate", p.rate, kNonNegative, "interruptions of one busy node instead of the table's, e.g. 0.0065 1/d");
    visit("planned_rate", p.planned_rate, kNonNegative, "planned stops for each busy node; default: the table's, scaled; rsc: none");
    visit("detection", p.detection, kNonNegative, "from an interruption until it is noticed (assumed 5 min)");
    visit("restart", p.restart, kNonNegative, "from then until work goes on, reading the checkpoint left out where the site has storage (assumed 5 min)");
    visit("repair", p.repair, kPositive, "until a node that has failed may be used again (assumed 1 d)");
    visit("planned_stop", p.planned_stop, kNonNegative, "length of a planned stop, before the restart (assumed 15 min)");
    visit("silent_detection", p.silent_detection, kPositive, "mean time until silent data corruption is noticed (assumed 1 h)");
    visit("lemon_share", p.lemon_share, kFraction, "part of the nodes that fails more often");
    visit("lemon_factor", p.lemon_factor, at_least(1.0), "their rate over an ordinary node's");
    visit("lemon_eviction", p.lemon_eviction, kNonNegative, "failures after which such a node is exchanged for an ordinary one; 0: never");
    visit("infant_factor", p.infant_factor, kNonNegative, "excess of the rate at the start of the run, when nodes are new");
    visit("infant_time", p.infant_time, kPositive, "e-folding time of that excess (assumed 30 d)");
  }
};

}  // namespace aifactory
