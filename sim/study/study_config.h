#pragma once
/// @file A study as its file states it.
///
///     format: 1
///     name: warm_water
///     scenario: ../quickstart/scenario.yaml      # relative to this file
///     set: {duration: 2 d, checks: ~}            # for all runs
///     axes:
///       scheduling.policy: [fcfs, easy_backfill]                                      # the key is the path
///       supply: {path: sites.dallas.cooling.supply, from: 20 degC, to: 40 degC, steps: 5}   # a range; scale: log
///       load: {path: workload.synthetic.mean_interarrival, low: 10 min, high: 60 min}       # sampled; whole: true, scale: log
///       plant: {cases: {tower: {sites.dallas.cooling.plant: tower}, dry: {sites.dallas.cooling: {...}}}}
///     sampling: {method: sobol, points: 64}      # or latin_hypercube, seed: 1
///     constraints: ['supply >= 25 or plant != "dry"']
///     seeds: 10                                  # or a list; the same for all variants
///     metrics: {usd_per_job: grid.energy_cost_usd / jobs.completed}
///     keep: summary                              # or series, all
///     budget: {runs: 5000}
///
/// Variants are all combinations of the levels of the axes with levels, each with every sample of the axes that are sampled; a run is a
/// variant with a seed.  In a constraint the value of an axis is its number, in the unit in which it is written, or its text.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/document.h"
#include "sim/study/expression.h"
#include "sim/study/study_axes.h"

namespace aifactory {

enum class SamplingMethod : std::uint8_t { latin_hypercube, sobol };
enum class Keep : std::uint8_t { summary, series, all };
[[nodiscard]] const char* name_of(Keep keep);

struct StudyConfig {
  std::string name;
  std::string file;                ///< of the study
  std::vector<std::string> files;  ///< it and what it includes
  std::string scenario;            ///< file of the scenario
  Settings set;                    ///< laid upon the scenario in every run
  std::vector<StudyAxis> axes;
  SamplingMethod method = SamplingMethod::latin_hypercube;
  std::int64_t samples = 0;        ///< of the axes that are sampled
  std::uint64_t sampling_seed = 1;
  std::vector<Expression> constraints;
  std::vector<Place> constraint_places;  ///< of each
  Place axes_place, budget_place;
  std::vector<std::uint64_t> seeds;  ///< given one by one; empty: seed_count from the scenario's on
  std::int64_t seed_count = 1;
  bool common_random_numbers = true;  ///< the same seeds in every variant; false: seeds of its own for every run
  std::vector<std::pair<std::string, Expression>> metrics;
  Keep keep = Keep::summary;
  std::int64_t most_runs = 0;  ///< 0: no budget
};

/// @param path the file, or a folder that holds study.yaml.  @throws InputError with all errors, one a line.
[[nodiscard]] StudyConfig read_study(const std::string& path);

}  // namespace aifactory
