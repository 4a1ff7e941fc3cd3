// Rows of our job list from the Slurm accounting of two GPU datacenters, which tell of the same columns.
//
// Helios (Q. Hu et al., SC 2021): cluster_log.csv; the virtual cluster is the tenant.
// Acme (Q. Hu et al., NSDI 2024): trace_seren.csv and trace_kalos.csv; the user is the tenant, the type of work the
// kind.  Neither gives the user's wall-clock limit.
#include <cmath>

#include "sim/workload/import_csv.h"

namespace aifactory {
namespace {

void read_jobs(CsvReader& table, const char* tenant_column, RowCollector& rows) {
  const std::size_t id = table.require("job_id"), tenant = table.require(tenant_column);
  const std::size_t gpus = table.require("gpu_num"), state = table.require("state");
  const std::size_t submit = table.require("submit_time"), start = table.require("start_time");
  const std::size_t end = table.require("end_time");
  const auto type = table.find("type"), user = table.find("user");
  read_table(table, rows, [&](JobRow& row) -> std::string {
    row.id = table.cell(id);
    row.tenant = table.cell(tenant);
    row.kind = table.cell(type);
    row.profile = table.cell(user);
    row.status = status_of(table.cell(state));
    const double count = number_in(table.cell(gpus)), submit_s = civil_seconds_in(table.cell(submit));
    if (std::isnan(count) || std::isnan(submit_s)) return kUnreadable;
    if (count == 0.0) return "asks for no GPU";
    if (table.cell(start).empty()) return "not started in the log";
    if (table.cell(end).empty()) return "not ended in the log";
    const double start_s = civil_seconds_in(table.cell(start)), end_s = civil_seconds_in(table.cell(end));
    if (std::isnan(start_s) || std::isnan(end_s)) return kUnreadable;
    row.submit = submit_s * s;
    row.duration = (end_s - start_s) * s;
    row.accelerators = count;
    return "";
  });
}

}  // namespace

void read_helios_rows(const std::string& path, const ImportOptions& /*options*/, RowCollector& rows) {
  CsvReader table(path, "a Helios job log");
  read_jobs(table, "vc", rows);
}

void read_acme_rows(const std::string& path, const ImportOptions& /*options*/, RowCollector& rows) {
  CsvReader table(path, "an Acme job trace");
  read_jobs(table, "user", rows);
}

}  // namespace aifactory
