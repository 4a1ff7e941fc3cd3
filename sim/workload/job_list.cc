#include "sim/workload/job_list.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "models/error.h"
#include "models/suggest.h"
#include "sim/results/text.h"
#include "sim/workload/csv.h"
#include "sim/workload/import_csv.h"

namespace aifactory {
namespace {

using Set = std::string (*)(JobRow&, std::string_view);

/// Cells that are not empty: a number within a range.
template <auto Member>
std::string number(JobRow& row, std::string_view cell) {
  const double value = number_in(cell);
  if (std::isnan(value)) return kUnreadable;
  using Type = std::remove_reference_t<decltype(row.*Member)>;
  if constexpr (std::is_integral_v<Type>) {
    if (value != std::floor(value) || std::fabs(value) > 1e9) return "tier or status is not a whole number up to 1e9";
    row.*Member = static_cast<Type>(value);
  } else {
    row.*Member = Type(value);
  }
  return "";
}
template <auto Member>
std::string text(JobRow& row, std::string_view cell) {
  row.*Member = std::string(cell);
  return "";
}
std::string flag(JobRow& row, std::string_view cell) {
  if (cell != "0" && cell != "1") return "preemptible is neither 0 nor 1";
  row.preemptible = cell == "1";
  return "";
}
std::string names(JobRow& row, std::string_view cell) {
  while (!(cell = trimmed(cell)).empty()) {
    const std::size_t end = std::min(cell.find(' '), cell.size());
    row.after.emplace_back(cell.substr(0, end));
    cell.remove_prefix(end);
  }
  return "";
}

struct Known {
  const char* name;
  Set set;
};
constexpr std::array kColumns{
    Known{"job_id", text<&JobRow::id>},
    Known{"submit_s", number<&JobRow::submit>},
    Known{"nodes", number<&JobRow::nodes>},
    Known{"racks", number<&JobRow::racks>},
    Known{"accelerators", number<&JobRow::accelerators>},
    Known{"duration_s", number<&JobRow::duration>},
    Known{"walltime_s", number<&JobRow::walltime>},
    Known{"tenant", text<&JobRow::tenant>},
    Known{"kind", text<&JobRow::kind>},
    Known{"profile", text<&JobRow::profile>},
    Known{"cluster", text<&JobRow::cluster>},
    Known{"priority", number<&JobRow::priority>},
    Known{"tier", number<&JobRow::tier>},
    Known{"preemptible", flag},
    Known{"utilization", number<&JobRow::utilization>},
    Known{"tokens_per_accelerator_s", number<&JobRow::tokens_per_accelerator_s>},
    Known{"power_profile", text<&JobRow::power_profile>},
    Known{"communication_frac", number<&JobRow::communication_frac>},
    Known{"data", text<&JobRow::data>},
    Known{"data_size_bytes", number<&JobRow::data_size>},
    Known{"staging_s", number<&JobRow::staging>},
    Known{"checkpoint_interval_s", number<&JobRow::checkpoint_interval>},
    Known{"earliest_start_s", number<&JobRow::earliest_start>},
    Known{"deadline_s", number<&JobRow::deadline>},
    Known{"after", names},
    Known{"status", number<&JobRow::status>},
};

void append(std::string& line, double value, double fallback = kUnset) {
  line += ',';
  if (value != fallback) append_number(line, value);
}

}  // namespace

JobListReader::JobListReader(CsvReader& table) : table_(table) {
  std::vector<std::string> all;
  for (const Known& known : kColumns) all.emplace_back(known.name);
  for (std::size_t i = 0; i < table.headings().size(); ++i) {
    const std::string& heading = table.headings()[i];
    bool found = false;
    for (const Known& known : kColumns) {
      if (heading != known.name) continue;
      columns_.push_back({i, known.set});
      found = true;
    }
    if (!found) {
      throw InputError(fmt::format("{}: unknown column {}{}; a job list has {}", table.path(), heading,
                                   did_you_mean(heading, all), join_or(all)));
    }
  }
  for (const char* needed : {"job_id", "submit_s", "duration_s"}) (void)table.require(needed);
  if (!table.find("nodes") && !table.find("racks") && !table.find("accelerators")) {
    throw InputError(fmt::format("{}: none of the columns nodes, racks, accelerators is there", table.path()));
  }
}

std::string JobListReader::read(JobRow& row) const {
  for (const Column& column : columns_) {
    const std::string_view cell = table_.cell(column.index);
    if (cell.empty()) continue;
    if (std::string problem = column.set(row, cell); !problem.empty()) return problem;
  }
  if (row.nodes.has_value() + row.racks.has_value() + row.accelerators.has_value() != 1) {
    return "not exactly one of nodes, racks, accelerators";
  }
  if (row.utilization < 0.0 || row.utilization > 1.0) return "utilization is not in 0..1";
  if (std::isfinite(row.utilization) && !row.power_profile.empty()) return "both utilization and power_profile";
  if (row.communication_frac < 0.0 || row.communication_frac > 1.0) return "communication_frac is not in 0..1";
  if (row.data.empty() && (std::isfinite(row.data_size.si()) || std::isfinite(row.staging.si()))) return "data_size_bytes or staging_s without data";
  if (std::isfinite(row.data_size.si()) && std::isfinite(row.staging.si())) return "both data_size_bytes and staging_s";
  if (row.data_size.si() <= 0.0 || row.staging.si() <= 0.0) return "data_size_bytes or staging_s is not above 0";
  if (row.tokens_per_accelerator_s < 0.0) return "tokens_per_accelerator_s is negative";
  if (row.checkpoint_interval.si() <= 0.0) return "checkpoint_interval_s is not above 0";
  if (row.staging.si() > kLongestTime_s || row.earliest_start.si() > kLongestTime_s || row.deadline.si() > kLongestTime_s ||
      row.checkpoint_interval.si() > kLongestTime_s) {
    return "a time beyond 3e10 s";
  }
  return "";
}

std::string job_list_heading() {
  std::string line;
  for (const Known& known : kColumns) line += fmt::format("{}{}", line.empty() ? "" : ",", known.name);
  return line + "\n";
}

void append_job_row(std::string& line, const JobRow& row) {
  append_cell(line, row.id);
  append(line, row.submit.si());
  append(line, row.nodes.value_or(kUnset));
  append(line, row.racks.value_or(kUnset));
  append(line, row.accelerators.value_or(kUnset));
  append(line, row.duration.si());
  append(line, row.walltime.si());
  for (const std::string* label : {&row.tenant, &row.kind, &row.profile, &row.cluster}) {
    line += ',';
    append_cell(line, *label);
  }
  append(line, row.priority, 0.0);
  append(line, static_cast<double>(row.tier), 0.0);
  line += row.preemptible ? "," : ",0";
  append(line, row.utilization);
  append(line, row.tokens_per_accelerator_s, 0.0);
  line += ',';
  append_cell(line, row.power_profile);
  append(line, row.communication_frac);
  line += ',';
  append_cell(line, row.data);
  append(line, row.data_size.si());
  append(line, row.staging.si());
  append(line, row.checkpoint_interval.si());
  append(line, row.earliest_start.si());
  append(line, row.deadline.si());
  line += ',';
  std::string list;
  for (const std::string& id : row.after) list += (list.empty() ? "" : " ") + id;
  append_cell(line, list);
  append(line, static_cast<double>(row.status), -1.0);
  line += '\n';
}

void read_job_list_rows(const std::string& path, const ImportOptions& /*options*/, RowCollector& rows) {
  CsvReader table(path, "a job list");
  const JobListReader reader(table);
  read_table(table, rows, [&](JobRow& row) { return reader.read(row); });
}

}  // namespace aifactory
