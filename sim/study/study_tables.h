#pragma once
/// @file The tables of a study, made from its records: points.csv, statistics.csv, failed.csv, study.sqlite.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "sim/report/compare.h"
#include "sim/report/study_page.h"
#include "sim/study/study_store.h"

namespace aifactory {

struct StudyRow {
  std::int64_t point = 0, variant = 0;
  std::uint64_t seed = 0;
  std::string trouble, log;  ///< empty: complete
  std::vector<std::string> broken;
  std::vector<std::string> axes;
  std::vector<double> metrics;
};

/// All numbers of all runs that a study has.
struct StudyData {
  StudyHead head;
  std::vector<std::string> metrics;  ///< those that the study derives, then those of summary.json, in the order of their first use
  std::vector<StudyRow> rows;        ///< by point
  std::set<Machine> machines;        ///< that the runs were made on
};

/// Numbers are those of the whole run (blocks of sites and clusters aside: a derived metric takes one out, `pue_a: sites.a.kpi.pue`).
[[nodiscard]] StudyData read_study_data(const StudyStore& store);

/// Writes the four tables and study.json.  @throws OutputError
void write_study_tables(const StudyStore& store, const StudyData& data);

/// What the page of a study shows.
[[nodiscard]] StudyTable study_table(const StudyData& data);
/// Variants as groups of runs that differ by seed, for `compare`.  A name is "plant=dry, supply=30 degC".
[[nodiscard]] std::vector<ComparedGroup> study_groups(const StudyStore& store);

}  // namespace aifactory
