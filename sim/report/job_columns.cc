#include "sim/report/job_columns.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <unordered_map>
#include <vector>

#include "sim/report/csv_stream.h"

namespace aifactory {
namespace {
using Json = nlohmann::ordered_json;

constexpr int kMostRanges = 24;

/// A column of texts that repeat.
struct Words {
  std::vector<std::string> names;
  std::vector<std::int32_t> index;
  std::unordered_map<std::string, std::int32_t> known;  // only looked up, never walked

  void add(std::string_view text) {
    const auto [found, fresh] = known.try_emplace(std::string(text), static_cast<std::int32_t>(names.size()));
    if (fresh) names.emplace_back(text);
    index.push_back(found->second);
  }
};

/// "0-7 9" into pairs; stops at what it does not understand.
void add_ranges(std::string_view text, std::int32_t job, std::vector<std::int32_t>& jobs, std::vector<std::int32_t>& firsts,
                std::vector<std::int32_t>& lasts) {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int count = 0; at < end && count < kMostRanges; ++count) {
    std::int32_t first = 0;
    auto parsed = std::from_chars(at, end, first);
    if (parsed.ec != std::errc()) return;
    std::int32_t last = first;
    if (parsed.ptr < end && *parsed.ptr == '-') parsed = std::from_chars(parsed.ptr + 1, end, last);
    if (parsed.ec != std::errc()) return;
    jobs.push_back(job);
    firsts.push_back(first);
    lasts.push_back(last);
    at = parsed.ptr;
    while (at < end && *at == ' ') ++at;
  }
}

/// Which records stay; empty when all do, as when there are no more than `most`.
std::vector<bool> kept_records(const std::string& file, std::size_t most) {
  // Records are no more than lines: most files need not be read twice.
  if (count_lines(file) <= most) return {};
  CsvStream table(file);
  const auto nodes = table.find("requested_number_of_resources"), held = table.find("execution_time");
  std::vector<double> weight;
  while (table.next()) {
    const double product = table.number(nodes) * table.number(held);
    weight.push_back(std::isnan(product) ? 0.0 : product);
  }
  if (weight.size() <= most) return {};
  std::vector<bool> keep(weight.size(), false);
  std::vector<std::size_t> order(weight.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return weight[a] > weight[b]; });
  for (std::size_t i = 0; i < most; ++i) keep[order[i]] = true;
  return keep;
}

}  // namespace

nlohmann::ordered_json job_columns(const std::string& file, Payload& payload, std::size_t most) {
  const std::vector<bool> keep = kept_records(file, most);
  CsvStream table(file);
  const std::size_t id = table.column("job_id"), ranges = table.column("allocated_resources");
  constexpr const char* kTimes[] = {"submission_time", "starting_time", "finish_time", "execution_time", "waiting_time"};
  constexpr const char* kFigures[] = {"requested_number_of_resources", "accelerators", "energy_kwh", "restarts", "lost_s",
                                      "lost_thermal_s", "lost_cap_s", "lost_fault_s", "lost_rollback_s", "lost_restart_s",
                                      "lost_checkpoint_s", "lost_queue_s", "lost_curtailment_s", "lost_spread_s", "lost_staging_s"};
  constexpr const char* kWords[] = {"final_state", "profile", "tenant", "site", "cluster"};
  std::vector<std::vector<double>> times(std::size(kTimes));
  std::vector<std::vector<float>> figures(std::size(kFigures));
  std::vector<Words> words(std::size(kWords));
  std::vector<std::optional<std::size_t>> time_at, figure_at, word_at;
  for (const char* name : kTimes) time_at.push_back(table.find(name));
  for (const char* name : kFigures) figure_at.push_back(table.find(name));
  for (const char* name : kWords) word_at.push_back(table.find(name));

  Json ids = Json::array();
  std::vector<std::int32_t> range_job, range_first, range_last;
  std::size_t left_out = 0;
  for (std::size_t record = 0; table.next(); ++record) {
    if (!keep.empty() && !keep[record]) {
      ++left_out;
      continue;
    }
    const auto job = static_cast<std::int32_t>(ids.size());
    ids.push_back(std::string(table.cell(id)));
    for (std::size_t i = 0; i < times.size(); ++i) times[i].push_back(table.number(time_at[i]));
    for (std::size_t i = 0; i < figures.size(); ++i) figures[i].push_back(static_cast<float>(table.number(figure_at[i])));
    for (std::size_t i = 0; i < words.size(); ++i) words[i].add(table.cell(word_at[i]));
    add_ranges(table.cell(ranges), job, range_job, range_first, range_last);
  }
  Json json{{"n", ids.size()}, {"left_out", left_out}, {"id", std::move(ids)}};
  for (std::size_t i = 0; i < times.size(); ++i) json[kTimes[i]] = payload.doubles(times[i]);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const bool any = std::any_of(figures[i].begin(), figures[i].end(), [](float value) { return !std::isnan(value) && value != 0.0f; });
    if (any) json[kFigures[i]] = payload.floats(figures[i]);
  }
  for (std::size_t i = 0; i < words.size(); ++i) json[kWords[i]] = {{"names", words[i].names}, {"index", payload.integers(words[i].index)}};
  json["range_job"] = payload.integers(range_job);
  json["range_first"] = payload.integers(range_first);
  json["range_last"] = payload.integers(range_last);
  return json;
}

}  // namespace aifactory
