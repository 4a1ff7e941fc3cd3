#include "sim/results/writers.h"

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "sim/results/job_statistics.h"
#include "sim/results/text.h"

namespace aifactory {
namespace {

constexpr const char* kBatsimColumns =
    "job_id,workload_name,profile,submission_time,requested_number_of_resources,requested_time,success,final_state,"
    "starting_time,execution_time,finish_time,waiting_time,turnaround_time,stretch,allocated_resources,"
    "consumed_energy,metadata";

void append_job(std::string& line, const JobRecord& job) {
  const bool ended = job.ended_after_running();
  append_cell(line, job.job_id);
  line += ',';
  append_cell(line, job.workload_name);
  line += ',';
  append_cell(line, job.profile);
  line += ',';
  append_seconds(line, job.submission);
  fmt::format_to(std::back_inserter(line), ",{},", job.requested_nodes);
  append_seconds(line, job.requested_time);
  line += job.state == FinalState::completed_successfully ? ",1," : ",0,";
  line += name_of(job.state);
  line += ',';
  append_seconds(line, job.start);
  line += ',';
  if (job.start != kNever) append_seconds(line, job.held);
  line += ',';
  append_seconds(line, job.finish);
  line += ',';
  if (ended) append_seconds(line, job.waiting());
  line += ',';
  if (ended) append_seconds(line, job.turnaround());
  line += ',';
  if (ended && job.held > 0) append_number(line, to_duration(job.turnaround()) / to_duration(job.held));
  line += ',';
  append_node_list(line, job.allocated);  // as Batsim and Evalys write interval sets
  line += ',';
  append_number(line, job.energy.si());
  line += ',';
  append_cell(line, job.metadata);

  for (const Label* label : {&job.tenant, &job.site, &job.cluster}) {
    line += ',';
    append_cell(line, *label);
  }
  for (const double value : {job.accelerators, job.energy.in(kWh), job.tokens}) {
    line += ',';
    append_number(line, value);
  }
  fmt::format_to(std::back_inserter(line), ",{}", job.restarts);
  double total_s = 0.0;
  for (const Duration lost : job.lost) total_s += lost.si();
  line += ',';
  append_number(line, total_s);
  for (const Duration lost : job.lost) {
    line += ',';
    append_number(line, lost.si());
  }
  line += ',';
  append_cell(line, job.kind);
  line += ',';
  append_seconds(line, job.deadline);
  for (const double value : {job.cost.si(), job.carbon.si(), job.accelerators_asked}) {
    line += ',';
    append_number(line, value);
  }
  line += '\n';
}

}  // namespace

void write_jobs_csv(const JobRecords& jobs, OutputFile& file) {
  std::string line = kBatsimColumns;
  line += ",tenant,site,cluster,accelerators,energy_kwh,tokens,restarts,lost_s";
  for (const LossCause cause : kLossCauses) line += fmt::format(",lost_{}_s", name_of(cause));
  line += ",kind,deadline_s,cost_usd,carbon_kg,accelerators_asked\n";
  file.write(line);
  for (const JobRecord& job : jobs) {
    line.clear();
    append_job(line, job);
    file.write(line);
  }
}

void write_events_csv(const std::vector<EventRecord>& events, OutputFile& file) {
  file.write("time_s,kind,unit,what,value,cause\n");
  std::string line;
  for (const EventRecord& event : events) {
    line.clear();
    append_seconds(line, event.at);
    for (const std::string* text : {&event.kind, &event.unit, &event.what}) {
      line += ',';
      append_cell(line, *text);
    }
    line += ',';
    append_number(line, event.value);
    line += ',';
    append_cell(line, event.cause);
    line += '\n';
    file.write(line);
  }
}

void write_series_csv(const Series& series, OutputFile& file) {
  std::string line = "time_s";
  for (const std::string& column : series.columns()) {
    line += ',';
    append_cell(line, column);
  }
  line += '\n';
  file.write(line);
  for (std::size_t row = 0; row < series.times().size(); ++row) {
    line.clear();
    append_seconds(line, series.times()[row]);
    for (std::size_t column = 0; column < series.columns().size(); ++column) {
      line += ',';
      append_number(line, series.at(row, column));
    }
    line += '\n';
    file.write(line);
  }
}

void write_ledger_csv(const Ledger& ledger, OutputFile& file) {
  file.write("account,side,leaf,value,unit\n");
  std::string line;
  for (const Account account : kAccounts) {
    for (const Ledger::Row& row : ledger.rows()) {
      if (row.account != account) continue;
      line = fmt::format("{},{},", name_of(account), name_of(row.side));
      append_cell(line, row.name);
      line += ',';
      append_number(line, row.sum.value());
      line += fmt::format(",{}\n", unit_of(account));
      file.write(line);
    }
  }
}

void write_results(const RunResult& result, const RunInfo& info, ResultDirectory& directory) {
  directory.write("scenario.resolved.yaml", result.resolved_scenario);
  directory.write("summary.json", result.summary.text());
  directory.write("series.csv", [&](OutputFile& file) { write_series_csv(result.series, file); });
  directory.write("jobs.csv", [&](OutputFile& file) { write_jobs_csv(result.jobs, file); });
  directory.write("machine_states.csv", [&](OutputFile& file) { result.machine_states.write(file); });
  directory.write("job_statistics.csv",
                  [&](OutputFile& file) { write_job_statistics_csv(result.job_statistics, file); });
  directory.write("events.csv", [&](OutputFile& file) { write_events_csv(result.events, file); });
  directory.write("decisions.csv", [&](OutputFile& file) { write_decisions_csv(result.decisions, file); });
  directory.write("units.csv", [&](OutputFile& file) { write_units_csv(result.units, file); });
  directory.write("goodput.csv", [&](OutputFile& file) { write_goodput_csv(result.goodput, file); });
  if (!result.waveform.columns().empty()) {
    directory.write("waveform.csv", [&](OutputFile& file) { write_series_csv(result.waveform, file); });
  }
  directory.write("ledger.csv", [&](OutputFile& file) { write_ledger_csv(result.ledger, file); });
  directory.write("limits.csv", [&](OutputFile& file) { write_limits_csv(result.limits, file); });
  if (!result.services.empty()) directory.write("services.csv", [&](OutputFile& file) { write_services_csv(result.services, file); });
  directory.write("sources.csv", [&](OutputFile& file) { write_sources_csv(info.sources, file); });
  directory.write("manifest.json", manifest_text(result.status, info, directory.hashes()));
}

}  // namespace aifactory
