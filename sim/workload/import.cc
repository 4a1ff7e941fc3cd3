#include "sim/workload/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "models/error.h"
#include "models/random.h"
#include "models/suggest.h"
#include "sim/workload/swf.h"

namespace aifactory {
namespace {

constexpr std::array kImporters{
    Importer{"swf", "log in the Standard Workload Format, .swf or .swf.gz", false, read_swf_rows},
    Importer{"batsim", "Batsim workload in JSON with delay and parallel_homogeneous profiles", false,
             read_batsim_rows},
    Importer{"alibaba-gpu", "Alibaba GPU cluster traces: pai_task_table (v2020) or openb_pod_list (v2023) CSV", false,
             read_alibaba_gpu_rows},
    Importer{"philly", "Microsoft Philly: cluster_job_log JSON, or a CSV of timestamp, duration, num_gpus", true,
             read_philly_rows},
    Importer{"helios", "SenseTime Helios cluster_log.csv", true, read_helios_rows},
    Importer{"acme", "Shanghai AI Laboratory Acme trace_seren.csv or trace_kalos.csv", true, read_acme_rows},
    Importer{"azure-llm", "Azure LLM inference trace CSV: each request a job on a replica of its own", true, read_azure_llm_rows},
    Importer{"tiresias", "Tiresias job trace CSV (job_id, num_gpu, submit_time, duration)", false,
             read_tiresias_rows},
    Importer{"jobs", "our own job list, checked and written anew", false, read_job_list_rows},
};

}  // namespace

void RowCollector::note(std::vector<SourceReport::Drop>& list, const JobRow& row, const std::string& reason) {
  for (SourceReport::Drop& known : list) {
    if (known.reason != reason) continue;
    ++known.count;
    return;
  }
  list.push_back({reason, 1, where(row)});
}

std::string RowCollector::where(const JobRow& row) const {
  return fmt::format("{}:{}{}{}", path_, entries_ ? " entry " : "", row.place, row.id.empty() ? "" : ": job " + row.id);
}

void RowCollector::emit(JobRow& row) {
  const double size = row.nodes.value_or(row.accelerators.value_or(row.racks.value_or(0.0)));
  // Written so that a number that is missing fails.
  if (!(row.submit.si() >= 0.0)) return drop(row, "no submit time, or a negative one");
  if (!(row.duration.si() > 0.0)) return drop(row, "run time not above 0");
  if (row.submit.si() > kLongestTime_s || row.duration.si() > kLongestTime_s || row.walltime.si() > kLongestTime_s) {
    return drop(row, "a time beyond 3e10 s");
  }
  if (!(size > 0.0)) return drop(row, "size not above 0");
  if (size > kLargestSize) return drop(row, "a size beyond 1e9");
  if (!(row.walltime.si() > 0.0)) row.walltime = Duration(kUnset);
  sink_(row);
}

void RowCollector::refuse_if_mostly(std::int64_t unreadable, const std::string& format) const {
  if (report_.rows == 0) throw InputError(fmt::format("{}: not {}: it holds no job", path_, format));
  if (2 * unreadable <= report_.rows) return;
  const SourceReport::Drop& drop = report_.drops.front();
  throw InputError(fmt::format("{}: not {}: {}", drop.first, format, drop.reason));
}

std::span<const Importer> importers() { return kImporters; }

const Importer& find_importer(std::string_view name) {
  std::vector<std::string> names;
  for (const Importer& importer : kImporters) {
    if (importer.name == name) return importer;
    names.emplace_back(importer.name);
  }
  throw InputError(fmt::format("import: no format is named {}{}; there are {}", name, did_you_mean(name, names),
                               join_or(names)));
}

SourceReport import_log(const Importer& importer, const std::string& path, const ImportOptions& options,
                        const std::function<void(const JobRow&)>& emit) {
  double first_s = std::numeric_limits<double>::infinity();
  std::vector<std::uint64_t> seen;  // hashes of ids
  {
    SourceReport ignored;
    RowCollector rows(path, ignored, [&](JobRow& row) {
      first_s = std::min(first_s, row.submit.si());
      seen.push_back(Rng::hash(0, row.id));
    });
    importer.read(path, options, rows);
  }
  std::sort(seen.begin(), seen.end());
  std::vector<std::uint64_t> twice;
  for (std::size_t i = 1; i < seen.size(); ++i) {
    if (seen[i] == seen[i - 1] && (twice.empty() || twice.back() != seen[i])) twice.push_back(seen[i]);
  }
  seen = {};
  std::vector<bool> met(twice.size(), false);

  SourceReport report;
  double previous_s = -std::numeric_limits<double>::infinity();
  RowCollector* collector = nullptr;
  RowCollector rows(path, report, [&](JobRow& row) {
    const std::uint64_t hash = Rng::hash(0, row.id);
    if (const auto at = std::lower_bound(twice.begin(), twice.end(), hash); at != twice.end() && *at == hash) {
      const auto index = static_cast<std::size_t>(at - twice.begin());
      if (met[index]) collector->change(row, "job id used before: kept");
      met[index] = true;
    }
    if (row.submit.si() < previous_s) collector->change(row, "not in the order of submission");
    previous_s = std::max(previous_s, row.submit.si());
    if (importer.dated) row.submit = Duration(row.submit.si() - first_s);
    ++report.used;
    emit(row);
  });
  collector = &rows;
  importer.read(path, options, rows);
  return report;
}

}  // namespace aifactory
