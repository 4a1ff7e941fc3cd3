#pragma once
/// @file One row of our job list: a job before it meets a cluster.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/units.h"

namespace aifactory {

/// A job as a log or a list tells of it.  Unset numbers and empty texts: it does not say.
struct JobRow {
  std::string id;
  Duration submit, duration;                          ///< after time 0 of the list; run time at full speed
  std::optional<double> nodes, racks, accelerators;   ///< exactly one
  Duration walltime;                                  ///< the user's wall-clock limit
  std::string tenant, kind, profile, cluster;
  double priority = 0.0;
  std::int64_t tier = 0;
  bool preemptible = true;
  double utilization = kUnset;
  double tokens_per_accelerator_s = 0.0;
  std::string power_profile;                          ///< by name, instead of utilization
  double communication_frac = kUnset;
  std::string data;                                   ///< site where its data lie
  DataSize data_size;                                 ///< to be brought to another site ...
  Duration staging;                                   ///< ... or the time that this takes
  Duration checkpoint_interval;                       ///< work between checkpoints; unset: none
  Duration earliest_start, deadline;                  ///< after time 0 of the list
  std::vector<std::string> after;                     ///< ids of the jobs that must have left before
  std::int64_t status = -1;                           ///< as in SWF: 1 completed, 0 failed, 5 cancelled; not replayed
  bool processors = false;                            ///< `nodes` are the processors of a log: shares, where nodes are shared
  std::int64_t place = 0;                             ///< line (or entry) of the source that it stands on
};

/// Longest time that a source may name, s: far beyond any run, far below the end of the tick counter.
inline constexpr double kLongestTime_s = 3e10;  // about 950 years
/// Largest size that a source may name, in nodes or accelerators.
inline constexpr double kLargestSize = 1e9;

}  // namespace aifactory
