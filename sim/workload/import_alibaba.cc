// Rows of our job list from the GPU cluster traces of Alibaba.
//
// v2020 (MLaaS in the Wild, NSDI 2022): pai_task_table.csv comes without a heading line.  A task of inst_num instances
// with plan_gpu hundredths of a GPU each is one gang.  The table has no submission: the start stands for it.
// v2023 (Beware of Fragmentation, ATC 2023): openb_pod_list_*.csv.  num_gpu of 1 is shared by gpu_milli thousandths.
#include <cmath>

#include "models/error.h"
#include "sim/workload/import_csv.h"

namespace aifactory {
namespace {

void read_tasks(CsvReader& table, RowCollector& rows) {
  const std::size_t job = table.require("job_name"), task = table.require("task_name");
  const std::size_t instances = table.require("inst_num"), status = table.require("status");
  const std::size_t start = table.require("start_time"), end = table.require("end_time");
  const std::size_t gpus = table.require("plan_gpu");
  const auto type = table.find("gpu_type");
  read_table(table, rows, [&](JobRow& row) -> std::string {
    row.id = std::string(table.cell(job)) + "/" + std::string(table.cell(task));
    row.profile = table.cell(task);
    row.kind = table.cell(type);
    row.status = status_of(table.cell(status));
    if (table.cell(start).empty()) return "not started in the log";
    if (table.cell(end).empty()) return "not ended in the log";
    if (table.cell(gpus).empty()) return "asks for no GPU";
    const double begin_s = number_in(table.cell(start)), end_s = number_in(table.cell(end));
    const double count = table.cell(instances).empty() ? 1.0 : number_in(table.cell(instances));
    const double hundredths = number_in(table.cell(gpus));
    if (std::isnan(begin_s) || std::isnan(end_s) || std::isnan(count) || std::isnan(hundredths)) return kUnreadable;
    if (hundredths == 0.0) return "asks for no GPU";
    row.submit = begin_s * s;
    row.duration = (end_s - begin_s) * s;
    row.accelerators = count * hundredths / 100.0;
    rows.change(row, "no submission in the table: the start taken");
    return "";
  });
}

void read_pods(CsvReader& table, RowCollector& rows) {
  const std::size_t name = table.require("name"), count = table.require("num_gpu"), milli = table.require("gpu_milli");
  const std::size_t created = table.require("creation_time"), deleted = table.require("deletion_time");
  const std::size_t scheduled = table.require("scheduled_time");
  const auto quality = table.find("qos"), phase = table.find("pod_phase"), model = table.find("gpu_spec");
  read_table(table, rows, [&](JobRow& row) -> std::string {
    row.id = table.cell(name);
    row.kind = table.cell(quality);
    row.profile = table.cell(model);
    row.status = status_of(table.cell(phase));
    const double gpus = number_in(table.cell(count)), thousandths = number_in(table.cell(milli));
    const double created_s = number_in(table.cell(created)), deleted_s = number_in(table.cell(deleted));
    if (table.cell(scheduled).empty()) return "not started in the log";
    const double scheduled_s = number_in(table.cell(scheduled));
    if (std::isnan(gpus) || std::isnan(thousandths) || std::isnan(created_s) || std::isnan(deleted_s) ||
        std::isnan(scheduled_s)) {
      return kUnreadable;
    }
    if (gpus == 0.0) return "asks for no GPU";
    row.submit = created_s * s;
    row.duration = (deleted_s - scheduled_s) * s;
    row.accelerators = gpus == 1.0 ? thousandths / 1000.0 : gpus;
    return "";
  });
}

}  // namespace

void read_alibaba_gpu_rows(const std::string& path, const ImportOptions& /*options*/, RowCollector& rows) {
  std::string first;
  {
    CsvReader head(path, "an Alibaba GPU trace");
    first = head.headings().front();
    // The list of pods tells itself by its heading; a task table has none.
    if (first == "name") {
      CsvReader pods(path, "an Alibaba GPU v2023 list of pods");
      return read_pods(pods, rows);
    }
  }
  CsvReader tasks(path, "an Alibaba GPU v2020 task table",
                  {"job_name", "task_name", "inst_num", "status", "start_time", "end_time", "plan_cpu", "plan_mem",
                   "plan_gpu", "gpu_type"});
  read_tasks(tasks, rows);
}

}  // namespace aifactory
