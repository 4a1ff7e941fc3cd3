// aifactory show SCENARIO jobs: what is submitted.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/weather/text.h"
#include "tools/aifactory/show.h"

namespace aifactory::tools {

void show_jobs(const PreparedRun& run) {
  constexpr std::size_t kFirst = 20;
  const std::vector<Job>& jobs = run.jobs;
  const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
  const auto pool_name = [&](const Job& job) {
    return job.pool < 0 ? std::string("any") : run.pools[static_cast<std::size_t>(job.pool)].name;
  };
  Table first({"job", ">submitted", ">nodes", ">accelerators", ">run time", ">limit", "cluster", "kind", "tenant"});
  for (std::size_t j = 0; j < std::min(jobs.size(), kFirst); ++j) {
    const Job& job = jobs[j];
    first.add({job.name, fmt::format("{} s", to_seconds(job.submit)), std::to_string(job.nodes),
               short_number(job.accelerators), fmt::format("{} s", to_seconds(job.work)),
               job.estimate == kNever ? "-" : fmt::format("{} s", to_seconds(job.estimate)), pool_name(job),
               or_dash(job.kind), or_dash(job.tenant)});
  }
  fmt::print("{}", first.text());
  if (jobs.size() > kFirst) fmt::print("... and {} more\n", jobs.size() - kFirst);

  struct Total {
    std::int64_t jobs = 0;
    double node_h = 0.0;
  };
  std::map<std::pair<std::string, std::string>, Total> totals;
  Total all;
  for (const Job& job : jobs) {
    const double node_h = static_cast<double>(job.nodes) * to_duration(job.work).in(h);
    for (Total* total : {&totals[{or_dash(job.kind), or_dash(job.tenant)}], &all}) {
      ++total->jobs;
      total->node_h += node_h;
    }
  }
  Table table({"kind", "tenant", ">jobs", ">node hours"});
  for (const auto& [key, total] : totals) {
    table.add({key.first, key.second, std::to_string(total.jobs), short_number(total.node_h)});
  }
  table.add({"all", "", std::to_string(all.jobs), short_number(all.node_h)});
  fmt::print("\n{}", table.text());
}

void show_jobs_of_run(const std::string& folder) {
  const std::string file = folder + "/jobs.csv";
  const CsvTable table(file, read_text_file(file));
  const auto column = [&](const char* name) { return table.column(name); };
  const std::size_t state = column("final_state"), tenant = column("tenant"), nodes = column("requested_number_of_resources"),
                    held = column("execution_time"), waited = column("waiting_time"), energy = column("energy_kwh");
  struct Total {
    std::int64_t jobs = 0, waits = 0;
    double node_h = 0.0, wait_h = 0.0, mwh = 0.0;
  };
  std::map<std::pair<std::string, std::string>, Total> totals;
  Total all;
  for (const CsvTable::Row& row : table.rows()) {
    const auto value = [&](std::size_t at) { return number_of(row.cells[at]).value_or(0.0); };
    const std::string who(row.cells[tenant].empty() ? "-" : row.cells[tenant]);
    for (Total* total : {&totals[{std::string(row.cells[state]), who}], &all}) {
      ++total->jobs;
      total->node_h += value(nodes) * value(held) / 3600.0;
      total->mwh += value(energy) / 1e3;
      if (row.cells[waited].empty()) continue;
      ++total->waits;
      total->wait_h += value(waited) / 3600.0;
    }
  }
  Table text({"how they ended", "tenant", ">jobs", ">node hours", ">mean wait h", ">MWh"});
  const auto add = [&](const std::string& how, const std::string& who, const Total& total) {
    text.add({how, who, std::to_string(total.jobs), short_number(total.node_h),
              total.waits > 0 ? short_number(total.wait_h / static_cast<double>(total.waits)) : "-", short_number(total.mwh)});
  };
  for (const auto& [key, total] : totals) add(key.first, key.second, total);
  add("all", "", all);
  fmt::print("{}", text.text());
}

}  // namespace aifactory::tools
