#pragma once
/// @file Parts of the summary that have files of their own.
#include "sim/run/world.h"

namespace aifactory {

/// Rows of units.csv and what they add up to.
void summarize_faults(World& world, RunResult& result, Tick now);
/// How the free nodes of the run, each site and each cluster lay.
void summarize_scheduling(World& world, Summary& summary, Tick now);
/// Blocks of the fabric that starts lay in; burn-in.
void summarize_placement(World& world, Summary& summary, Tick now);

}  // namespace aifactory
