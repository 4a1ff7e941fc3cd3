#pragma once
/// @file series.csv, small enough for a page and true to its peaks.
#include <cstdint>
#include <string>
#include <vector>

namespace aifactory {

/// One column at the digest's points.  `low` and `high` are empty where each point is one row.
struct DigestColumn {
  std::string name;
  std::vector<float> mean, low, high;  ///< NaN: not set in any row of the point
};

/// A column's values from the greatest to the least over the share of time for which they were reached or exceeded.
struct DurationCurve {
  std::string name;
  std::vector<float> share, value;
};

/// Rows in their order, each point the mean, least and greatest value of `rows_per_point` rows; nothing else is left out.
struct SeriesDigest {
  std::int64_t rows = 0, rows_per_point = 1;
  std::vector<double> time_s;  ///< of the first row of each point
  std::vector<DigestColumn> columns;
  std::vector<DurationCurve> durations;  ///< of facility power by site, from all rows
};

/// @param most_cells about so many numbers are kept at most.
/// @throws InputError when the file is damaged.
[[nodiscard]] SeriesDigest digest_series(const std::string& file, std::size_t most_cells = 1'500'000);

/// At 201 shares from 0 to 1.  A value holds until the next time; the last one holds no time, unless it is the only one.
[[nodiscard]] DurationCurve duration_curve(std::string name, const std::vector<double>& time_s, const std::vector<float>& values);

}  // namespace aifactory
