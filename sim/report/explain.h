#pragma once
/// @file What held a run back at a time, what led there, and what it cost between two times.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sim/report/history.h"

namespace aifactory {

/// One step of a chain of causes.
struct ExplainedLink {
  double time_s = 0.0;
  std::string kind, unit, what;
  double value = 0.0;  ///< NaN: none
  std::string cause;   ///< in the scenario's words where it names one of its events
};

/// A reason why accelerators did not run at full speed.
struct Constraint {
  std::string kind;               ///< out, throttle, cap, accelerators, placement or demand
  std::string text;               ///< one sentence
  double accelerators_held = 0.0; ///< held back; of accelerators and placement what waiting jobs ask for; of demand what is idle
  std::vector<ExplainedLink> chain;  ///< the nearest cause first; empty where the log has none
};

struct Explanation {
  double time_s = 0.0;
  std::vector<std::pair<std::string, double>> recorded;  ///< the row of series.csv in force
  double recorded_at_s = 0.0;
  std::vector<Constraint> constraints;  ///< the binding one first
  std::vector<ExplainedLink> open;      ///< what else was out, degraded, in maintenance or above its limit
  std::int64_t open_left_out = 0;
};

/// Of racks out of service or throttled and sites capped, the one that holds back most accelerators binds; without any, waiting jobs are
/// short of free accelerators, or free ones do not fit them; else there is no more to do.
[[nodiscard]] Explanation explain(const RunFolder& run, const History& history, double time_s);

/// One line of what was lost between two times.
struct Loss {
  std::string cause;
  double accelerator_h = 0.0;
  std::string how;  ///< where the number is from
};
[[nodiscard]] std::vector<Loss> losses(const RunFolder& run, const History& history, double from_s, double to_s);

[[nodiscard]] nlohmann::ordered_json to_json(const Explanation& explanation);

}  // namespace aifactory
