#include "sim/study/design.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "models/error.h"

namespace aifactory {
namespace {

/// A study file with an empty scenario beside it, read.
StudyConfig study(const std::string& text) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("design_test_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "s.yaml") << "format: 1\n";
  std::ofstream(folder / "study.yaml") << "format: 1\nname: t\nscenario: s.yaml\n" << text;
  struct Remove {
    std::filesystem::path folder;
    ~Remove() { std::filesystem::remove_all(folder); }
  } remove{folder};
  return read_study(folder.string());
}

std::vector<std::string> labels(const Design& design) {
  std::vector<std::string> all;
  for (const Variant& variant : design.variants) {
    std::string text;
    for (const std::string& label : variant.labels) text += (text.empty() ? "" : " ") + label;
    all.push_back(text);
  }
  return all;
}

TEST(Design, CombinesAllLevelsInTheOrderOfTheFile) {
  const Design design = make_design(study("axes:\n  a.b: [x, y]\n  t: {path: c, from: 20 degC, to: 30 degC, steps: 3}\nseeds: 2\n"), 7);
  EXPECT_EQ(labels(design), (std::vector<std::string>{"x 20 degC", "x 25 degC", "x 30 degC", "y 20 degC", "y 25 degC", "y 30 degC"}));
  ASSERT_EQ(design.points.size(), 12u);
  EXPECT_EQ(design.points[0].seed, 7u);
  EXPECT_EQ(design.points[1].seed, 8u);
  EXPECT_EQ(design.points[11].variant, 5u);
  EXPECT_EQ(design.variants[1].settings[1].first, "c");
  EXPECT_EQ(design.variants[1].settings[1].second.scalar, "25 degC");
}

TEST(Design, AStudyWithoutAxesRepeatsTheScenario) {
  const Design design = make_design(study("seeds: [5, 3]\n"), 1);
  ASSERT_EQ(design.points.size(), 2u);
  EXPECT_EQ(design.points[0].seed, 5u);
}

TEST(Design, LogRangesHaveEqualRatios) {
  EXPECT_EQ(labels(make_design(study("axes: {x: {from: 1 MW, to: 100 MW, steps: 3, scale: log}}\n"), 1)), (std::vector<std::string>{"1 MW", "10 MW", "100 MW"}));
}

TEST(Design, ConstraintsSeeNumbersAndTexts) {
  const Design design = make_design(study("axes:\n  p: [2N, 3N/2]\n  t: {from: 20 degC, to: 30 degC, steps: 3}\nconstraints: ['t >= 25 or p == \"2N\"', t < 30]\n"), 1);
  EXPECT_EQ(labels(design), (std::vector<std::string>{"2N 20 degC", "2N 25 degC", "3N/2 25 degC"}));
  EXPECT_EQ(design.excluded, 3);
  EXPECT_THROW((void)make_design(study("axes: {t: [1, 2]}\nconstraints: [t > 5]\n"), 1), InputError);
}

TEST(Design, ABudgetKeepsWholeVariants) {
  const Design design = make_design(study("axes: {t: {from: 1, to: 10, steps: 10}}\nseeds: 3\nbudget: {runs: 14}\n"), 1);
  EXPECT_EQ(design.variants.size(), 4u);
  EXPECT_EQ(design.points.size(), 12u);
  EXPECT_EQ(design.over_budget, 6);
  EXPECT_EQ(labels(design), labels(make_design(study("axes: {t: {from: 1, to: 10, steps: 10}}\nseeds: 3\nbudget: {runs: 14}\n"), 1)));
  EXPECT_THROW((void)make_design(study("axes: {t: [1, 2]}\nseeds: 3\nbudget: {runs: 2}\n"), 1), InputError);
}

TEST(Design, SeedsAreCommonUnlessToldOtherwise) {
  const Design common = make_design(study("axes: {t: [1, 2]}\nseeds: 2\n"), 1);
  EXPECT_EQ(common.points[0].seed, common.points[2].seed);
  std::set<std::uint64_t> seeds;
  for (const StudyPoint& point : make_design(study("axes: {t: [1, 2]}\nseeds: 2\nrandom_numbers: independent\n"), 1).points) seeds.insert(point.seed);
  EXPECT_EQ(seeds.size(), 4u);
}

TEST(Design, CasesSetSeveralPaths) {
  const StudyConfig config = study("axes: {plant: {cases: {dry: {a.plant: dry, a.count: 3}, wet: {a.plant: tower}}}}\n");
  ASSERT_EQ(config.axes.size(), 1u);
  EXPECT_EQ(config.axes[0].levels[0].label, "dry");
  EXPECT_EQ(config.axes[0].levels[0].settings.size(), 2u);
}

TEST(Design, ShardsAreDisjointAndWhole) {
  const Design design = make_design(study("axes: {t: {from: 1, to: 23, steps: 23}}\n"), 1);
  std::vector<std::int64_t> all;
  for (std::int64_t k = 1; k <= 7; ++k) {
    for (const StudyPoint& point : points_of(design, {.k = k, .n = 7})) all.push_back(point.number);
  }
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), 23u);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], static_cast<std::int64_t>(i) + 1);
}

TEST(Sampling, ALatinHypercubeHasOneInEachPart) {
  const auto rows = sample_unit_cube(SamplingMethod::latin_hypercube, 50, 3, 9);
  for (std::size_t d = 0; d < 3; ++d) {
    std::set<int> parts;
    for (const auto& row : rows) parts.insert(static_cast<int>(row[d] * 50.0));
    EXPECT_EQ(parts.size(), 50u);
    EXPECT_EQ(*parts.rbegin(), 49);
  }
  EXPECT_NE(rows, sample_unit_cube(SamplingMethod::latin_hypercube, 50, 3, 10));
}

// The first points in two dimensions after the corner: S. Joe and F. Y. Kuo's sobol.cc prints them (in the order of the Gray code).
TEST(Sampling, SobolIsThePublishedSequence) {
  const auto rows = sample_unit_cube(SamplingMethod::sobol, 7, 2, 1);
  const std::vector<std::vector<double>> known{{0.5, 0.5}, {0.75, 0.25}, {0.25, 0.75}, {0.375, 0.375}, {0.875, 0.875}, {0.625, 0.125}, {0.125, 0.625}};
  EXPECT_EQ(rows, known);
}

TEST(Sampling, SampledAxesTakeTheirUnitAndScale) {
  const Design design = make_design(study("axes:\n  x: {low: 1 kW, high: 100 kW, scale: log}\n  n: {low: 1, high: 3, whole: true}\nsampling: {method: sobol, points: 3}\n"), 1);
  EXPECT_EQ(labels(design), (std::vector<std::string>{"10 kW 2", "31.6228 kW 1", "3.16228 kW 3"}));
}

TEST(Numbers, NamesAreNoNumbersWithAUnit) {
  EXPECT_EQ(split_number("25 degC")->unit, "degC");
  EXPECT_EQ(split_number("80%")->number, 80.0);
  EXPECT_FALSE(split_number("3N/2"));
  EXPECT_FALSE(split_number("2026-07-01"));
  EXPECT_FALSE(split_number("fcfs"));
}

std::string refusal(const std::string& text) {
  try {
    (void)study(text);
    return "none";
  } catch (const InputError& error) {
    const std::string what = error.what();
    return what.substr(what.find("study.yaml"));
  }
}

TEST(StudyFile, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(refusal("axis: {}\n"), "study.yaml:4:1: axis: unknown key (did you mean \"axes\"?); allowed are format, name, scenario, set, axes, sampling, constraints, seeds, random_numbers, metrics, keep, budget");
  EXPECT_EQ(refusal("axes: {t: 3}\n"), "study.yaml:4:11: axes.t: \"3\" must be a list of values, or a mapping with values, from and to, low and high, or cases");
  EXPECT_EQ(refusal("axes: {t: {from: 1, to: 2}}\n"), "study.yaml:4:11: axes.t.steps: is missing; it must be a whole number in 2..100000");
  EXPECT_EQ(refusal("axes: {t: {from: 1 kW, to: 2 MW, steps: 3}}\n"), "study.yaml:4:28: axes.t.to: 2 MW must be in the unit of from, kW");
  EXPECT_EQ(refusal("axes: {t: {low: 1, high: 2}}\n"), "study.yaml:1:1: sampling: is missing; axes with low and high need it, e.g. {method: sobol, points: 64}");
  EXPECT_EQ(refusal("keep: everything\n"), "study.yaml:4:7: keep: \"everything\" must be summary, series or all");
  EXPECT_EQ(refusal("constraints: [x > 1]\n"), "study.yaml:4:15: constraints: x is no axis of this study");
  EXPECT_EQ(refusal("seeds: [1, 1]\n"), "study.yaml:4:12: seeds: 1 is given twice");
  EXPECT_EQ(refusal("metrics: {a: 1 +}\n"), "study.yaml:4:14: metrics.a: \"1 +\": at column 4: something is missing at the end");
}

}  // namespace
}  // namespace aifactory
