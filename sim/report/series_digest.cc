#include "sim/report/series_digest.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/report/csv_stream.h"

namespace aifactory {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

/// The rows of one point so far.
struct Bucket {
  double sum = 0.0;
  std::int64_t count = 0;
  float low = kNone, high = kNone;

  void add(double value) {
    if (std::isnan(value)) return;
    sum += value;
    ++count;
    low = std::fmin(low, static_cast<float>(value));
    high = std::fmax(high, static_cast<float>(value));
  }
};

}  // namespace

DurationCurve duration_curve(std::string name, const std::vector<double>& time_s, const std::vector<float>& values) {
  DurationCurve curve{.name = std::move(name), .share = {}, .value = {}};
  std::vector<std::size_t> order;
  double total = 0.0;
  const auto span = [&](std::size_t i) { return i + 1 < time_s.size() ? time_s[i + 1] - time_s[i] : (time_s.size() == 1 ? 1.0 : 0.0); };
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i]) || span(i) <= 0.0) continue;
    order.push_back(i);
    total += span(i);
  }
  if (order.empty()) return curve;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  constexpr int kPoints = 201;
  std::size_t at = 0;
  double until = span(order[0]);
  for (int p = 0; p < kPoints; ++p) {
    const double share = static_cast<double>(p) / (kPoints - 1);
    while (until < share * total * (1.0 - 1e-12) && at + 1 < order.size()) until += span(order[++at]);
    curve.share.push_back(static_cast<float>(share));
    curve.value.push_back(p + 1 == kPoints ? values[order.back()] : values[order[at]]);
  }
  return curve;
}

SeriesDigest digest_series(const std::string& file, std::size_t most_cells) {
  CsvStream table(file);
  SeriesDigest digest;
  const std::size_t time = table.column("time_s"), columns = table.header().size();
  std::vector<std::size_t> from;  // column of the file
  std::vector<std::pair<std::size_t, std::vector<float>>> loads;
  for (std::size_t c = 0; c < columns; ++c) {
    if (c == time) continue;
    from.push_back(c);
    digest.columns.push_back({.name = table.header()[c], .mean = {}, .low = {}, .high = {}});
    if (table.header()[c].ends_with(".facility_mw")) loads.emplace_back(c, std::vector<float>{});
  }
  const std::size_t lines = count_lines(file), rows = lines > 0 ? lines - 1 : 0;
  const std::size_t most = std::clamp<std::size_t>(most_cells / 3 / std::max<std::size_t>(1, from.size()), 200, 3000);
  // Three numbers a point against one: only much longer files are worth it.
  const std::size_t per_point = rows <= 3 * most ? 1 : (rows + most - 1) / most;
  digest.rows_per_point = static_cast<std::int64_t>(per_point);

  std::vector<Bucket> buckets(from.size());
  std::vector<double> times;
  std::size_t in_point = 0;
  const auto close = [&] {
    for (std::size_t i = 0; i < from.size(); ++i) {
      Bucket& bucket = buckets[i];
      DigestColumn& column = digest.columns[i];
      column.mean.push_back(bucket.count > 0 ? static_cast<float>(bucket.sum / static_cast<double>(bucket.count)) : kNone);
      if (per_point > 1) {
        column.low.push_back(bucket.low);
        column.high.push_back(bucket.high);
      }
      bucket = {};
    }
    in_point = 0;
  };
  while (table.next()) {
    ++digest.rows;
    if (in_point == 0) digest.time_s.push_back(table.number(time));
    for (std::size_t i = 0; i < from.size(); ++i) buckets[i].add(table.number(from[i]));
    times.push_back(table.number(time));
    for (auto& [column, values] : loads) values.push_back(static_cast<float>(table.number(column)));
    if (++in_point == per_point) close();
  }
  if (in_point > 0) close();
  for (auto& [column, values] : loads) digest.durations.push_back(duration_curve(table.header()[column], times, values));
  if (loads.size() > 1) {
    std::vector<float> all(times.size(), 0.0f);
    for (const auto& [column, values] : loads) {
      for (std::size_t i = 0; i < all.size(); ++i) all[i] += std::isnan(values[i]) ? 0.0f : values[i];
    }
    digest.durations.push_back(duration_curve("facility_mw", times, all));
  }
  return digest;
}

}  // namespace aifactory
