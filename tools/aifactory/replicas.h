#pragma once
/// @file run --replicas N: the same scenario several times, moved by chance.
#include <cstdint>
#include <string>
#include <vector>

#include "tools/aifactory/program.h"

namespace aifactory::tools {

struct ReplicaOptions {
  std::int64_t count = 0;   ///< 0: no replicas asked for
  std::int64_t at_once = 0;  ///< 0: as many as there are processors
  std::string jitter;       ///< "5s"; empty: as the scenario says
  std::string out;
  bool force = false, quiet = false, json = false;
};

/// Runs the replicas, each in a process of its own, prints their statistics and writes them to a result directory:
/// replicas.csv, replicas.json, scenario.resolved.yaml, manifest.json.
///
/// With a jitter, the submission of each job moves later by a random time up to it, another for each replica, and all else
/// stays the same.  Without, replica k runs with the seed of the scenario + k - 1.
/// @returns the exit code.
int run_replicas(const ReadScenario& scenario, const ReplicaOptions& options, const std::vector<std::string>& command);

}  // namespace aifactory::tools
