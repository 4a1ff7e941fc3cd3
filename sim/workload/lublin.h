#pragma once
/// @file Generated jobs after Lublin and Feitelson.
#include <cstdint>
#include <functional>

#include "sim/workload/config.h"
#include "sim/workload/job_row.h"
#include "sim/workload/load_workload.h"

namespace aifactory {

/// The workload model of rigid jobs on a supercomputer by U. Lublin and D. Feitelson.
///
///     size      1 with probability p_serial; else 2^x, x two-stage uniform: in [low, med] with probability u, else in
///               [med, high]; x is rounded with probability p_pow2 (of all jobs); high = log2(nodes)
///     run time  exp(g) s, g from Gamma(a1, b1) with probability p, else from Gamma(a2, b2), p = pa size + pb in 0..1;
///               g above 12 is drawn again
///     arrivals  exp(g) s of a clock that runs w_k times as fast as time in half-hour k of the day, g from
///               Gamma(r a, b), above 13 drawn again; w_k = F(k + 1/2) - F(k - 1/2) over its mean, F the distribution
///               function of Gamma(an, bn), k = 11 .. 58 half-hours after midnight less one, cyclic
///
/// Coefficients (low is log2 of the least parallel size; med lies below high by the last row's distance):
///
///     |            | all            | batch          | interactive    |
///     | p_serial   | 0.244          | 0.2927         | 0.1541         |
///     | p_pow2     | 0.576          | 0.6686         | 0.625          |
///     | low, u     | 0.8, 0.86      | 1.2, 0.875     | 1, 0.705       |
///     | a1, b1     | 4.2, 0.94      | 6.57, 0.823    | 3.8351, 0.6605 |
///     | a2, b2     | 312, 0.03      | 639.1, 0.0156  | 7.073, 0.6856  |
///     | pa, pb     | -0.0054, 0.78  | -0.003, 0.6986 | -0.0118, 0.9156 |
///     | a, b       | 10.2303, 0.4871 | 6.0415, 0.8531 | 6.551, 0.6621 |
///     | an, bn     | 8.1737, 3.9631 | 6.1271, 5.274  | 8.9186, 3.668  |
///     | r          | 1.0225         | 1.0519         | 0.9797         |
///     | high - med | 2.5            | 2              | 2.5            |
///
/// Interactive jobs reach 2^-1.5 of the machine, as in the published program, whose machine has 128 nodes.  For other
/// sizes high and med move together (the model asks for med in high - 3.5 .. high - 1.5).
/// *Not modelled*: users, wall-clock limits (see `estimates`), weekends, correlation between successive jobs.
/// Source: U. Lublin, D. G. Feitelson, "The workload on parallel supercomputers: modeling the characteristics of rigid
/// jobs", J. Parallel and Distributed Computing 63(11), 2003; coefficients as in its program m_lublin99.c.  The draws
/// are ours: the same distributions, not the same numbers.
///
/// Hands on rows in the order of submission, with times after the start of the run.  The clock of the day starts at the
/// run's local time.  Ends at `horizon` (stretched by `load_scale`, by which the caller will divide) or at max_jobs.
/// @throws InputError when nothing ends the generation.
void generate_lublin(const LublinConfig& config, std::int64_t nodes, const LocalStart& start, Tick horizon,
                     double load_scale, std::uint64_t seed, const std::function<void(const JobRow&)>& emit);

}  // namespace aifactory
