/// @file Served models: wiring, columns of series.csv, what they add to the results.
#include <fmt/format.h>

#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {

void World::build_services() {
  if (run.services.empty()) return;
  std::vector<ServiceHost::Service> all;
  for (const ServicePlan& plan : run.services) {
    all.push_back({.name = &plan.config->name, .course = &plan.course, .parts = plan.parts, .group = plan.group, .patience = plan.config->patience});
  }
  const auto pool_of = [this](JobId job) -> ClusterWorld& { return *pools[static_cast<std::size_t>(table.fate(job).pool)]; };
  services = std::make_unique<ServiceHost>(
      kernel, kServiceRank, all, table, *running, log,
      ServiceHost::Ports{.speed = [pool_of](JobId job) { return pool_of(job).field->slowest_rack(job); },
                         .working = [pool_of](JobId job, double utilization) { pool_of(job).actor->working(job, utilization); }});
}

void service_columns(const World& world, std::vector<std::string>& columns) {
  for (const ServicePlan& plan : world.run.services) {
    for (const char* column : {"busy_frac", "utilization_frac", "replicas", "tokens_per_s"}) columns.push_back(fmt::format("services.{}.{}", plan.config->name, column));
  }
}

void service_row(const World& world, std::vector<double>& row) {
  for (std::size_t i = 0; i < world.run.services.size(); ++i) {
    const ServiceStep now = world.services->now(i);
    row.insert(row.end(), {now.busy, now.utilization, now.replicas, now.output_tokens / world.run.services[i].course.step.si()});
  }
}

void summarize_services(const World& world, RunResult& result) {
  Summary& summary = result.summary;
  double served = 0.0;
  for (std::size_t i = 0; i < world.run.services.size(); ++i) {
    const ServicePlan& plan = world.run.services[i];
    const ServiceHost::Tally t = world.services->tally(i);
    // Jobs of services stand first and are submitted with the run: their records are in the same places.
    JobRecord* first = nullptr;
    double energy_j = 0.0;
    for (std::size_t p = 0; p < plan.parts.size(); ++p) {
      const JobId job = plan.parts[p].job;
      if (!world.table.fate(job).submitted) continue;
      JobRecord& record = result.jobs[static_cast<std::size_t>(job)];
      record.tokens = t.tokens_of_part[p];
      energy_j += record.energy.si();
      if (!first || first->site.empty()) first = &record;
    }
    if (!first) energy_j = kUnset;
    const double span_s = to_seconds(world.kernel.now());
    const LatencyStatistics &ttft = plan.course.ttft, &tpot = plan.course.tpot;
    const auto over = [](double value, double by) { return by > 0.0 ? value / by : kUnset; };
    ServiceRecord row{.name = plan.config->name,
                      .site = first ? first->site : "",
                      .cluster = first ? first->cluster : "",
                      .mode = plan.config->mode == ServingMode::exact ? "exact" : "fluid",
                      .values = {plan.accelerators, t.arrived, t.answered, t.arrived - t.answered, over(t.within, t.arrived), t.input_tokens,
                                 t.output_tokens, ttft.mean_s, ttft.p50_s, ttft.p90_s, ttft.p99_s, tpot.mean_s, tpot.p50_s, tpot.p90_s, tpot.p99_s,
                                 over(t.busy_s, t.held_s), over(t.replica_s, t.held_s), t.held_s / 3600.0, energy_j / 3.6e9, over(energy_j, t.output_tokens), t.late,
                                 plan.course.spilled_in + t.taken_over, plan.course.spilled_out + t.given_away}};
    Summary::Block block = summary.service(row.name);
    for (std::size_t k = 0; k < row.values.size(); ++k) block.set(kServiceKeys[k], row.values[k]);
    if (!row.site.empty()) {
      const auto add = [&](Summary::Block to, const std::string& path) {
        to.set("kpi.tokens_served", summary.number(path + ".kpi.tokens_served").value_or(0.0) + t.output_tokens);
      };
      add(summary.site(row.site), "sites." + row.site);
      add(summary.cluster(row.cluster), "clusters." + row.cluster);
    }
    served += t.output_tokens;
    if (t.held_s < span_s - 1e-6) summary.note(fmt::format("service {}: its jobs held their nodes for {:.2f} of {:.2f} h", row.name, t.held_s / 3600.0, span_s / 3600.0));
    if (plan.config->mode == ServingMode::exact) summary.note(fmt::format("service {}: TTFT and TPOT are those of an undisturbed run", row.name));
    result.services.push_back(std::move(row));
  }
  if (!world.run.services.empty()) summary.whole().set("kpi.tokens_served", served);
}

}  // namespace aifactory
