#pragma once
/// @file Generated jobs of AI laboratories.
#include <cstdint>
#include <vector>

#include "models/workload/job.h"
#include "sim/workload/config.h"
#include "sim/workload/load_workload.h"

namespace aifactory {

/// Four kinds of work, each a Poisson process of gangs whose sizes are powers of two and whose run times are lognormal:
///
///     |              | accelerators     | median run | sigma | over the day | tier | limit / run time | utilization |
///     | pretraining  | low .. high      | 4 d        | 0.8   | flat         | 1    | 1.1 .. 2         | 1           |
///     | tuning       | 8 .. 512         | 4 h        | 1.2   | day, week    | 0    | 1.2 .. 4         | 0.9         |
///     | debug        | 1 .. 8           | 122 s      | 1.5   | day, week    | 0    | 2 .. 20          | 0.4         |
///     | inference    | 8 .. 64          | 7 d        | 0.7   | flat         | 2    | none             | 0.6         |
///
/// A size is drawn with a weight of 1/size: each power of two gets the same accelerator time.  No job is larger than the
/// `largest` part of its cluster.  Rates follow from the load:
///
///     rate_c = load x accelerators x part_c / sum(part) / (mean size_c x mean run time_c),
///     mean run time = median exp(sigma^2 / 2)
///
/// Inference runs from the beginning: rate x mean run time deployments stand at time 0 with what is left of theirs
/// (length-biased run time, uniform share).  They are not preemptible.  Pre-training writes checkpoints every 30 min,
/// tuning every hour.  Tenants are drawn for each job by their shares, from a stream of each kind.
///
/// The median run time of debug jobs is that of all GPU jobs of the Acme clusters (Q. Hu et al., "Characterization of
/// large language model development in the datacenter", NSDI 2024: 122 s and 124 s), where most of the jobs are small
/// and short and pre-training takes most of the accelerator time.  All other numbers of the table, and the default parts,
/// are assumed.
/// *Not modelled*: chains of jobs, failures that jobs bring themselves, elastic sizes, requests of inference.
/// @throws InputError when nothing ends the generation, or for clusters without accelerators or not alike.
void generate_ai_mix(const AiMixConfig& config, const std::vector<ClusterShape>& clusters, const LocalStart& start,
                     Tick horizon, std::uint64_t seed, SourceReport& report, std::vector<Job>& jobs);

}  // namespace aifactory
