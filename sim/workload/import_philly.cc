// Rows of our job list from the job log of Microsoft's Philly clusters.
//
// cluster_job_log (M. Jeon et al., ATC 2019): a JSON list of jobs with attempts.  The run time is that of all its
// attempts that have a start and an end, the size the most GPUs that one of them held.  The times are of one time zone
// throughout and are taken as they stand.
// The CSV form: timestamp (submission), duration in s, num_gpus, cluster.
#include <cmath>

#include "sim/workload/import_csv.h"
#include "sim/workload/json_list.h"

namespace aifactory {
namespace {

const char* kFormat = "a Philly job log";

void read_csv(const std::string& path, RowCollector& rows) {
  CsvReader table(path, kFormat);
  const std::size_t submit = table.require("timestamp"), duration = table.require("duration");
  const std::size_t gpus = table.require("num_gpus");
  const auto cluster = table.find("cluster");
  std::int64_t number = 0;
  read_table(table, rows, [&](JobRow& row) -> std::string {
    row.id = std::to_string(++number);
    row.tenant = table.cell(cluster);  // a virtual cluster belongs to a group of users
    row.submit = Duration(civil_seconds_in(table.cell(submit)));
    row.duration = Duration(number_in(table.cell(duration)));
    row.accelerators = number_in(table.cell(gpus));
    if (std::isnan(row.submit.si()) || std::isnan(row.duration.si()) || std::isnan(*row.accelerators)) {
      return kUnreadable;
    }
    return "";
  });
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The problem, or "".
std::string fill(const Json& job, JobRow& row) {
  row.id = text_of(job, "jobid");
  row.tenant = text_of(job, "vc");
  row.profile = text_of(job, "user");
  row.status = status_of(text_of(job, "status"));
  row.submit = Duration(civil_seconds_in(text_of(job, "submitted_time")));
  if (std::isnan(row.submit.si())) return "no submitted_time";
  const auto attempts = job.find("attempts");
  if (attempts == job.end() || !attempts->is_array() || attempts->empty()) return "no attempt to run it";
  double held_s = 0.0, most = 0.0;
  for (const Json& attempt : *attempts) {
    if (!attempt.is_object()) continue;
    const double start_s = civil_seconds_in(text_of(attempt, "start_time"));
    const double end_s = civil_seconds_in(text_of(attempt, "end_time"));
    if (std::isnan(start_s) || std::isnan(end_s)) continue;
    held_s += std::max(0.0, end_s - start_s);
    double gpus = 0.0;
    if (const auto detail = attempt.find("detail"); detail != attempt.end() && detail->is_array()) {
      for (const Json& server : *detail) {
        if (!server.is_object()) continue;
        const auto list = server.find("gpus");
        if (list != server.end() && list->is_array()) gpus += static_cast<double>(list->size());
      }
    }
    most = std::max(most, gpus);
  }
  if (held_s == 0.0) return "no attempt with a start and an end";
  row.duration = held_s * s;
  row.accelerators = most;
  return "";
}

}  // namespace

void read_philly_rows(const std::string& path, const ImportOptions& /*options*/, RowCollector& rows) {
  if (!begins_like_json(path)) return read_csv(path, rows);
  rows.places_are_entries();
  std::int64_t unreadable = 0, place = 0;
  for_each_json_entry(path, kFormat, "", [&](const Json& job) {
    rows.count();
    JobRow row;
    row.place = ++place;
    const std::string problem = job.is_object() ? fill(job, row) : std::string("not an object");
    if (problem.empty()) return rows.emit(row);
    if (!job.is_object() || problem == "no submitted_time") ++unreadable;
    rows.drop(row, problem);
  });
  rows.refuse_if_mostly(unreadable, kFormat);
}

}  // namespace aifactory
