#pragma once
/// @file The runs of a study: variants, seeds, and which of them a shard has.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/study/study_config.h"

namespace aifactory {

/// One combination of values of all axes.
struct Variant {
  std::int64_t number = 0;  ///< from 1
  std::vector<std::string> labels;  ///< in the order of the axes
  Settings settings;
};

/// One run of a study.
struct StudyPoint {
  std::int64_t number = 0;  ///< from 1, through all variants, seeds of a variant side by side
  std::size_t variant = 0;  ///< index into Design::variants
  std::uint64_t seed = 0;
};

struct Design {
  std::vector<Variant> variants;
  std::vector<StudyPoint> points;
  std::int64_t excluded = 0;   ///< variants that a constraint leaves out
  std::int64_t over_budget = 0;  ///< variants that the budget leaves out
};

/// @param scenario_seed what `seeds: N` counts from
///
/// A budget keeps as many whole variants as it pays for, drawn without replacement from those that the constraints leave (stream
/// "study/budget"), in their order.
/// @throws InputError when nothing is left, or a design would have more than ten million variants.
[[nodiscard]] Design make_design(const StudyConfig& study, std::uint64_t scenario_seed);

/// Numbers in [0, 1), `points` rows of `dimensions` columns.
///
///   latin_hypercube  each column has one number in each of `points` equal parts, at a random place in it, in random order.
///                    M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21(2), 1979.
///   sobol            the low-discrepancy sequence with the direction numbers of S. Joe and F. Y. Kuo (SIAM J. Sci. Comput. 30, 2008) as in Boost,
///                    from its second point on (the first is the corner 0).
[[nodiscard]] std::vector<std::vector<double>> sample_unit_cube(SamplingMethod method, std::int64_t points, std::size_t dimensions, std::uint64_t seed);

/// k and n of `--shard k/n`.  Shard k has the points number k, k + n, k + 2n, ...
struct Shard {
  std::int64_t k = 1, n = 1;
};
[[nodiscard]] std::vector<StudyPoint> points_of(const Design& design, const Shard& shard);

}  // namespace aifactory
