#pragma once
/// @file Several runs of one scenario that differ by chance: means and how far they can be trusted.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/units.h"
#include "sim/results/result_directory.h"

namespace aifactory {

/// One number over the replicas that define it.
///
///     mean = sum x / n,  sd = sqrt(sum (x - mean)^2 / (n - 1)),  half = t_{0.975, n-1} sd / sqrt(n)
///
/// mean -+ half is the 95 % interval of the mean if replicas are independent and their mean near normal.  sd and half are
/// unset with fewer than two.
/// Source: Student (W. S. Gosset), "The probable error of a mean", Biometrika 6(1), 1908.
struct ReplicaStatistic {
  std::string key;
  std::int64_t count = 0;
  double mean = kUnset, sd = kUnset, half = kUnset, min = kUnset, max = kUnset;
};
/// t_{0.975, degrees}: 12.706 for 1, 2.262 for 9, 1.960 for infinitely many.  @pre degrees >= 1
[[nodiscard]] double student_t_975(std::int64_t degrees);
[[nodiscard]] ReplicaStatistic replica_statistic(std::string key, const std::vector<double>& values);

/// Summaries of replicas, as they come in.
class ReplicaTable {
 public:
  struct Replica {
    std::int64_t number = 0;  ///< from 1
    std::uint64_t seed = 0;
    std::string status;       ///< complete, incomplete, or what went wrong
    nlohmann::ordered_json summary;  ///< null unless complete
  };
  void add(Replica replica);
  /// By number, in whatever order they came in.
  [[nodiscard]] const std::vector<Replica>& replicas() const { return replicas_; }
  [[nodiscard]] std::int64_t complete() const;

  /// Dotted paths of all numbers of the whole run (blocks of sites and clusters, and times of this machine, aside), in the
  /// order of the summary, that a complete replica defines.
  [[nodiscard]] std::vector<std::string> keys() const;
  /// Over the complete replicas.
  [[nodiscard]] ReplicaStatistic statistic(const std::string& key) const;

  /// replica, seed, status and one column for each key: a line for each replica.
  void write_csv(OutputFile& file) const;
  /// {"replicas", "complete", "statistics": {KEY: {n, mean, sd, half_95, min, max}}}
  [[nodiscard]] nlohmann::ordered_json json() const;

 private:
  std::vector<Replica> replicas_;
};

}  // namespace aifactory
