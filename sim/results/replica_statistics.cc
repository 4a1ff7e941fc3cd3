#include "sim/results/replica_statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "models/error.h"
#include "sim/results/accumulator.h"
#include "sim/results/summary_numbers.h"
#include "sim/results/text.h"

namespace aifactory {
namespace {
using Json = nlohmann::ordered_json;

Json or_null(double value) { return std::isfinite(value) ? Json(value) : Json(); }

}  // namespace

double student_t_975(std::int64_t degrees) {
  AIF_CHECK(degrees >= 1, fmt::format("{} degrees of freedom", degrees));
  const boost::math::students_t distribution(static_cast<double>(degrees));
  return boost::math::quantile(distribution, 0.975);
}

ReplicaStatistic replica_statistic(std::string key, const std::vector<double>& values) {
  ReplicaStatistic out{.key = std::move(key), .count = static_cast<std::int64_t>(values.size())};
  if (values.empty()) return out;
  const auto n = static_cast<double>(values.size());
  Accumulator sum, squares;
  for (const double value : values) sum.add(value);
  out.mean = sum.value() / n;
  out.min = *std::min_element(values.begin(), values.end());
  out.max = *std::max_element(values.begin(), values.end());
  if (values.size() < 2) return out;
  for (const double value : values) squares.add((value - out.mean) * (value - out.mean));
  out.sd = std::sqrt(squares.value() / (n - 1.0));
  out.half = student_t_975(out.count - 1) * out.sd / std::sqrt(n);
  return out;
}

void ReplicaTable::add(Replica replica) {
  const auto place = std::lower_bound(replicas_.begin(), replicas_.end(), replica.number,
                                      [](const Replica& other, std::int64_t number) { return other.number < number; });
  replicas_.insert(place, std::move(replica));
}

std::int64_t ReplicaTable::complete() const {
  return std::count_if(replicas_.begin(), replicas_.end(), [](const Replica& r) { return r.summary.is_object(); });
}

std::vector<std::string> ReplicaTable::keys() const {
  std::vector<std::string> keys;
  for (const Replica& replica : replicas_) {
    if (replica.summary.is_object()) add_number_paths(replica.summary, keys);
  }
  return keys;
}

ReplicaStatistic ReplicaTable::statistic(const std::string& key) const {
  std::vector<double> values;
  for (const Replica& replica : replicas_) {
    if (const auto value = number_at(replica.summary, key)) values.push_back(*value);
  }
  return replica_statistic(key, values);
}

void ReplicaTable::write_csv(OutputFile& file) const {
  const std::vector<std::string> all = keys();
  std::string line = "replica,seed,status";
  for (const std::string& key : all) line += "," + key;
  file.write(line + "\n");
  for (const Replica& replica : replicas_) {
    line = fmt::format("{},{},", replica.number, replica.seed);
    append_cell(line, replica.status);
    for (const std::string& key : all) {
      line += ',';
      append_number(line, number_at(replica.summary, key).value_or(kUnset));
    }
    file.write(line + "\n");
  }
}

Json ReplicaTable::json() const {
  Json statistics = Json::object();
  for (const std::string& key : keys()) {
    const ReplicaStatistic x = statistic(key);
    statistics[key] = {{"n", x.count},       {"mean", or_null(x.mean)}, {"sd", or_null(x.sd)},
                       {"half_95", or_null(x.half)}, {"min", or_null(x.min)},   {"max", or_null(x.max)}};
  }
  return {{"replicas", replicas_.size()}, {"complete", complete()}, {"statistics", std::move(statistics)}};
}

}  // namespace aifactory
