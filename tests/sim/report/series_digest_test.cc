#include "sim/report/series_digest.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "tests/sim/results/temporary_directory.h"

namespace aifactory {
namespace {

TEST(SeriesDigest, ShortSeriesAreKeptRowByRow) {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "series.csv").string();
  std::ofstream(path) << "time_s,a.facility_mw,x\n0,1,\n60,3,5\n120,2,\n";
  const SeriesDigest digest = digest_series(path);
  EXPECT_EQ(digest.rows, 3);
  EXPECT_EQ(digest.rows_per_point, 1);
  EXPECT_EQ(digest.time_s, (std::vector<double>{0, 60, 120}));
  EXPECT_EQ(digest.columns[0].mean, (std::vector<float>{1, 3, 2}));
  EXPECT_TRUE(digest.columns[0].low.empty());
  EXPECT_TRUE(std::isnan(digest.columns[1].mean[0]));
  EXPECT_EQ(digest.columns[1].mean[1], 5.0f);
}

TEST(SeriesDigest, LongSeriesKeepTheirExtremes) {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "series.csv").string();
  constexpr int kRows = 20'000;
  {
    std::ofstream file(path);
    file << "time_s,v\n";
    for (int i = 0; i < kRows; ++i) file << fmt::format("{},{}\n", 60 * i, i == 12'345 ? 1e6 : i == 7'654 ? -5.0 : 100.0 + i % 7);
  }
  const SeriesDigest digest = digest_series(path, 9'000);
  ASSERT_GT(digest.rows_per_point, 1);
  const DigestColumn& column = digest.columns[0];
  EXPECT_LE(digest.time_s.size() * 3, 9'300u);
  EXPECT_EQ(digest.time_s.size(), static_cast<std::size_t>((kRows + digest.rows_per_point - 1) / digest.rows_per_point));
  EXPECT_EQ(*std::max_element(column.high.begin(), column.high.end()), 1e6f);
  EXPECT_EQ(*std::min_element(column.low.begin(), column.low.end()), -5.0f);
  // The mean of the first point, by hand: 100 + i % 7.
  double sum = 0.0;
  for (int i = 0; i < digest.rows_per_point; ++i) sum += 100.0 + i % 7;
  EXPECT_FLOAT_EQ(column.mean[0], static_cast<float>(sum / static_cast<double>(digest.rows_per_point)));
}

TEST(SeriesDigest, DurationCurveWeighsByTime) {
  // 10 for one hour, 2 for two, 6 for one; the last row holds no time.
  const DurationCurve curve = duration_curve("f", {0, 3600, 10800, 14400}, {10, 2, 6, 99});
  ASSERT_EQ(curve.share.size(), 201u);
  const auto at = [&](double share) { return curve.value[static_cast<std::size_t>(std::lround(share * 200))]; };
  EXPECT_EQ(at(0.0), 10.0f);
  EXPECT_EQ(at(0.25), 10.0f);
  EXPECT_EQ(at(0.26), 6.0f);
  EXPECT_EQ(at(0.5), 6.0f);
  EXPECT_EQ(at(0.51), 2.0f);
  EXPECT_EQ(at(1.0), 2.0f);
  EXPECT_TRUE(std::is_sorted(curve.value.rbegin(), curve.value.rend()));
}

TEST(SeriesDigest, TheTotalOfSitesIsTakenRowByRow) {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "series.csv").string();
  std::ofstream(path) << "time_s,a.facility_mw,b.facility_mw\n0,1,9\n60,9,1\n120,0,0\n";
  const SeriesDigest digest = digest_series(path);
  ASSERT_EQ(digest.durations.size(), 3u);
  EXPECT_EQ(digest.durations[2].name, "facility_mw");
  EXPECT_EQ(digest.durations[2].value.front(), 10.0f);
  EXPECT_EQ(digest.durations[2].value.back(), 10.0f);
  EXPECT_EQ(digest.durations[0].value.front(), 9.0f);
}

}  // namespace
}  // namespace aifactory
