#pragma once
#include <vector>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// What a job draws as its work goes on: levels of utilization, one after the other.
///
///     u(w) = u_i   for edge_i <= w < edge_(i+1),   edge_0 = 0,   edge_(i+1) = edge_i + length_i
///
/// w is the work done: time at full speed, so that a job that is throttled passes its levels more slowly, and one that starts
/// again from a checkpoint is where it was then.  A profile that repeats goes on with u(w mod T), T the sum of the lengths; in
/// one that does not the last level holds for ever.
/// *Not modelled*: ramps between levels; levels that depend on the size of the job.
class PowerProfile {
 public:
  struct Level {
    Duration length;
    double utilization = 0.0;  ///< dynamic power share of models/compute/rack.h, 0..1
  };
  /// @throws InputError when there is no level, a length is not above zero or infinite, or a utilization is not in 0..1.
  PowerProfile(std::vector<Level> levels, bool repeats);
  /// One level, for ever.
  [[nodiscard]] static PowerProfile constant(double utilization) { return {{{Duration(1.0), utilization}}, true}; }

  [[nodiscard]] const std::vector<Level>& levels() const { return levels_; }
  [[nodiscard]] bool repeats() const { return repeats_; }
  /// Sum of the lengths.
  [[nodiscard]] Duration period() const { return Duration(edges_.back()); }

  // Work counts from the beginning of the job.  @pre finite, >= 0
  [[nodiscard]] double at(Duration work) const;
  /// The next edge beyond `work`; infinite when nothing changes any more.
  [[nodiscard]] Duration next_edge(Duration work) const;
  /// Over the first `work` of the job.  @pre work > 0
  [[nodiscard]] double mean(Duration work) const;
  [[nodiscard]] double highest() const;

  /// The same with fewer edges.  Levels that are shorter than `resolution` give way to their mean over so many neighbours that
  /// it is as long, or over those that there are between longer levels; a profile that repeats within `resolution` is one level.
  /// Within `resolution` there are then at most two edges, whatever the profile, and what is drawn over whole levels is
  /// that of the profile.
  [[nodiscard]] PowerProfile coarse(Duration resolution) const;
  /// The same with all lengths times `factor`.
  [[nodiscard]] PowerProfile stretched(double factor) const;

 private:
  [[nodiscard]] double into(Duration work) const;       ///< the period, s
  [[nodiscard]] std::size_t level_at(double into_s) const;
  [[nodiscard]] double sum_to(double into_s) const;     ///< utilization x s

  std::vector<Level> levels_;
  std::vector<double> edges_;  ///< s; edges_[0] is 0, the last one the period
  bool repeats_;
};

}  // namespace aifactory
