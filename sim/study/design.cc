#include "sim/study/design.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <numeric>

#include "models/error.h"
#include "models/random.h"

namespace aifactory {
namespace {

constexpr std::size_t kMostVariants = 10'000'000;
constexpr int kSampleDigits = 6;  ///< of sampled values: what a table can show

/// Whether all levels of an axis are numbers of one unit: then constraints see numbers, else texts.
bool is_number(const StudyAxis& axis) {
  return std::all_of(axis.levels.begin(), axis.levels.end(), [&](const AxisLevel& level) {
    const auto number = split_number(level.label), first = split_number(axis.levels.front().label);
    return number && first && number->unit == first->unit;
  });
}

/// @param left_out of each constraint: variants that it was the first to leave out.
bool allowed(const StudyConfig& study, const std::vector<bool>& numbers, const Variant& variant, std::vector<std::size_t>& left_out) {
  const auto lookup = [&](const std::string& name) -> std::optional<Expression::Value> {
    for (std::size_t a = 0; a < study.axes.size(); ++a) {
      if (study.axes[a].name != name) continue;
      if (numbers[a]) return split_number(variant.labels[a])->number;
      return variant.labels[a];
    }
    return std::nullopt;
  };
  for (std::size_t c = 0; c < study.constraints.size(); ++c) {
    try {
      if (study.constraints[c].holds(lookup)) continue;
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}: constraints: {}", study.constraint_places[c].text(), error.what()));
    }
    ++left_out[c];
    return false;
  }
  return true;
}

/// All combinations; the axis named last runs fastest, samples run slowest of all.
std::vector<Variant> combinations(const StudyConfig& study) {
  std::size_t dimensions = 0, count = 1;
  for (const StudyAxis& axis : study.axes) dimensions += axis.sampled() ? 1 : 0;
  const std::size_t rows = dimensions > 0 ? static_cast<std::size_t>(study.samples) : 1;
  count = rows;
  for (const StudyAxis& axis : study.axes) {
    if (!axis.sampled()) count *= axis.levels.size();
    if (count > kMostVariants) throw InputError(fmt::format("{}: axes: more than {} variants; take fewer values, or sample", study.axes_place.text(), kMostVariants));
  }
  const auto samples = sample_unit_cube(study.method, static_cast<std::int64_t>(rows), dimensions, study.sampling_seed);
  std::vector<Variant> variants;
  variants.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Variant variant;
    variant.labels.resize(study.axes.size());
    std::vector<const AxisLevel*> chosen(study.axes.size(), nullptr);
    std::size_t rest = i;
    for (std::size_t a = study.axes.size(); a-- > 0;) {
      if (study.axes[a].sampled()) continue;
      chosen[a] = &study.axes[a].levels[rest % study.axes[a].levels.size()];
      rest /= study.axes[a].levels.size();
    }
    std::size_t column = 0;
    for (std::size_t a = 0; a < study.axes.size(); ++a) {
      const AxisLevel level = chosen[a] ? *chosen[a] : study.axes[a].at(samples[rest][column++], kSampleDigits);
      variant.labels[a] = level.label;
      variant.settings.insert(variant.settings.end(), level.settings.begin(), level.settings.end());
    }
    variants.push_back(std::move(variant));
  }
  return variants;
}

/// `keep` of `count` indices, in their order.
std::vector<std::size_t> draw(std::size_t count, std::size_t keep, std::uint64_t seed) {
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  Rng random(seed, "study/budget");
  for (std::size_t i = 0; i < keep; ++i) {
    std::swap(all[i], all[static_cast<std::size_t>(random.uniform_int(static_cast<std::int64_t>(i), static_cast<std::int64_t>(count) - 1))]);
  }
  all.resize(keep);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

std::vector<std::vector<double>> sample_unit_cube(SamplingMethod method, std::int64_t points, std::size_t dimensions, std::uint64_t seed) {
  std::vector<std::vector<double>> rows(static_cast<std::size_t>(points), std::vector<double>(dimensions));
  if (dimensions == 0) return rows;
  if (method == SamplingMethod::sobol) {
    boost::random::sobol sequence(dimensions);
    for (std::vector<double>& row : rows) {
      for (double& x : row) x = static_cast<double>(sequence()) * 0x1p-64;
    }
    return rows;
  }
  for (std::size_t d = 0; d < dimensions; ++d) {
    Rng random(seed, fmt::format("study/latin_hypercube/{}", d));
    std::vector<std::int64_t> part(rows.size());
    std::iota(part.begin(), part.end(), std::int64_t{0});
    for (std::size_t i = part.size(); i > 1; --i) std::swap(part[i - 1], part[static_cast<std::size_t>(random.uniform_int(0, static_cast<std::int64_t>(i) - 1))]);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i][d] = (static_cast<double>(part[i]) + random.uniform()) / static_cast<double>(points);
  }
  return rows;
}

Design make_design(const StudyConfig& study, std::uint64_t scenario_seed) {
  Design design;
  design.variants = combinations(study);
  const std::size_t all = design.variants.size();
  std::vector<bool> numbers;
  for (const StudyAxis& axis : study.axes) numbers.push_back(is_number(axis));
  std::vector<std::size_t> left_out(study.constraints.size(), 0);
  std::erase_if(design.variants, [&](const Variant& variant) { return !allowed(study, numbers, variant, left_out); });
  design.excluded = static_cast<std::int64_t>(all - design.variants.size());
  if (design.variants.empty()) {
    const auto most = static_cast<std::size_t>(std::max_element(left_out.begin(), left_out.end()) - left_out.begin());
    throw InputError(fmt::format("{}: constraints: none of the {} variants keeps them; this one leaves out {}: loosen it, or give its axes other values",
                                 study.constraint_places[most].text(), all, left_out[most] == all ? "all" : fmt::format("{}", left_out[most])));
  }
  const auto seeds = static_cast<std::size_t>(study.seed_count);
  if (study.most_runs > 0) {
    const std::size_t paid = static_cast<std::size_t>(study.most_runs) / seeds;
    if (paid == 0) throw InputError(fmt::format("{}: budget.runs: {} does not pay for the {} seeds of one variant", study.budget_place.text(), study.most_runs, seeds));
    if (paid < design.variants.size()) {
      design.over_budget = static_cast<std::int64_t>(design.variants.size() - paid);
      std::vector<Variant> kept;
      for (const std::size_t i : draw(design.variants.size(), paid, study.sampling_seed)) kept.push_back(std::move(design.variants[i]));
      design.variants = std::move(kept);
    }
  }
  for (std::size_t v = 0; v < design.variants.size(); ++v) {
    design.variants[v].number = static_cast<std::int64_t>(v) + 1;
    for (std::size_t s = 0; s < seeds; ++s) {
      StudyPoint point{.number = static_cast<std::int64_t>(design.points.size()) + 1, .variant = v, .seed = scenario_seed + s};
      if (!study.seeds.empty()) point.seed = study.seeds[s];
      // Far apart, so that seeds given for one variant do not meet those of the next.
      if (!study.common_random_numbers) point.seed += 1'000'003 * v;
      design.points.push_back(point);
    }
  }
  return design;
}

std::vector<StudyPoint> points_of(const Design& design, const Shard& shard) {
  std::vector<StudyPoint> mine;
  for (std::size_t i = static_cast<std::size_t>(shard.k - 1); i < design.points.size(); i += static_cast<std::size_t>(shard.n)) mine.push_back(design.points[i]);
  return mine;
}

}  // namespace aifactory
