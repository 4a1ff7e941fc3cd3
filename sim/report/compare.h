#pragma once
/// @file Runs side by side: values, differences and how far they can be trusted, the best of several aims, what was changed.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/units.h"
#include "sim/machine/machine.h"
#include "sim/results/replica_statistics.h"

namespace aifactory {

/// One run of a group.
struct ComparedRun {
  std::string path;
  std::uint64_t seed = 0;
  nlohmann::ordered_json summary;
  Machine machine = {};  ///< that it was made on
};

/// Runs of one variant that differ by seed.
struct ComparedGroup {
  std::string name;
  std::vector<ComparedRun> runs;
  std::vector<std::pair<std::string, std::string>> inputs;  ///< path and value of everything in the effective scenario, but the seed
  std::vector<std::string> notes;
};

/// A run's directory, or a folder whose subfolders are runs of one variant, in the order of their names.
/// @throws InputError when it is neither.
[[nodiscard]] ComparedGroup read_group(const std::string& path);

/// One metric of one group against the first group.
///
///     mean -+ half: 95 % interval over seeds; unset half with one run
///     difference:   of the means.  With two or more seeds in common it is the mean over these of x_seed - base_seed, and its half width is
///                   t_{0.975, n-1} sd(x_seed - base_seed) / sqrt(n): what is common to both by the same random numbers cancels.
///                   Without common seeds and with two or more runs each, Welch's interval for means of independent samples:
///                   s^2 = s1^2/n1 + s2^2/n2,  df = s^4 / ((s1^2/n1)^2/(n1-1) + (s2^2/n2)^2/(n2-1)).
/// Source: B. L. Welch, Biometrika 34, 1947.
struct ComparedCell {
  std::int64_t count = 0;
  double mean = kUnset, half = kUnset;
  double difference = kUnset, difference_half = kUnset;
  std::int64_t pairs = 0;  ///< seeds in common that the interval is over; 0: independent samples, or none
};
[[nodiscard]] ComparedCell compare_values(const std::vector<std::pair<std::uint64_t, double>>& base, const std::vector<std::pair<std::uint64_t, double>>& values);

struct ComparedMetric {
  std::string key;
  std::vector<ComparedCell> cells;  ///< one for each group
};

/// A metric that is to be small or large.
struct Aim {
  std::string key;
  bool large = false;
};

struct Comparison {
  std::vector<ComparedGroup> groups;
  std::vector<ComparedMetric> metrics;
  std::vector<Aim> aims;
  std::vector<std::size_t> front;  ///< groups that no other beats in one aim without losing in another, by means
  struct Change {
    std::string path;
    std::vector<std::optional<std::string>> values;  ///< one for each group; unset: not in that scenario
  };
  std::vector<Change> changes;
  std::string warning;  ///< machine_warning of all runs
};

/// @param keys metrics in their order; empty: the usual ones that some run defines.  @param all every number that some run defines.
/// @throws InputError for a key that no run has, with the nearest one.
[[nodiscard]] Comparison compare(std::vector<ComparedGroup> groups, std::vector<std::string> keys, bool all, std::vector<Aim> aims);

/// Groups that no other dominates: as good in every aim and better in one.  A group without a value for an aim is on no front.
[[nodiscard]] std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& values, const std::vector<Aim>& aims);

[[nodiscard]] nlohmann::ordered_json to_json(const Comparison& comparison);
/// key, group, runs, mean, half_95, difference, difference_half_95, difference_frac, pairs
[[nodiscard]] std::string to_csv(const Comparison& comparison);

}  // namespace aifactory
