/// @file What became of jobs.
#include <algorithm>

#include "sim/run/summarize_totals.h"

namespace aifactory {

std::vector<JobRecord> job_records(World& world, Tick now) {
  std::vector<const SiteWorld*> site_of(world.pools.size());
  for (std::size_t p = 0; p < site_of.size(); ++p) {
    for (const SiteWorld& site : world.sites) {
      for (const ClusterWorld& cluster : site.clusters) {
        if (&cluster == world.pools[p]) site_of[p] = &site;
      }
    }
  }
  // Grown step by step the records would at times be held twice.
  std::vector<JobRecord> records;
  records.reserve(static_cast<std::size_t>(
      std::count_if(world.table.fates.begin(), world.table.fates.end(), [](const JobTable::Fate& fate) { return fate.submitted; })));
  for (std::size_t i = 0; i < world.table.jobs.size(); ++i) {
    const auto id = static_cast<JobId>(i);
    const Job& job = world.table.jobs[i];
    JobTable::Fate& fate = world.table.fates[i];
    if (!fate.submitted) continue;
    JobRecord& record = records.emplace_back();
    record.job_id = job.name;
    record.workload_name = world.run.config.name;
    record.profile = job.profile;
    record.submission = job.submit;
    record.requested_nodes = job.nodes;
    record.requested_time = job.estimate;
    record.state = fate.state;
    record.start = fate.first_start;
    record.finish = fate.finish;
    record.held = fate.held;
    record.tenant = job.tenant;
    record.kind = job.kind;
    record.work = job.work;
    record.deadline = job.deadline;
    record.accelerators_asked = job.accelerators;
    record.restarts = fate.restarts;
    const JobStanding now_at = standing(world, id);
    record.held = now_at.held;
    double energy_j = fate.energy_j;
    if (fate.state == FinalState::running) {
      energy_j += world.pools[static_cast<std::size_t>(fate.pool)]->field->job_energy(id, now).si();
    }
    record.energy = Energy(energy_j);
    double per_node = 0.0;
    if (fate.pool >= 0) {
      const ClusterWorld& cluster = *world.pools[static_cast<std::size_t>(fate.pool)];
      record.cluster = cluster.plan->name;
      if (const SiteWorld* site = site_of[static_cast<std::size_t>(fate.pool)]) {
        record.site = site->site->plan.name;
        if (site->site->price) record.cost = Money(fate.cost_usd);
        if (site->site->carbon) record.carbon = Mass(fate.carbon_kg);
      }
      // Of a running job the book still needs them.
      record.allocated = fate.state == FinalState::running ? fate.nodes : std::move(fate.nodes);
      for (NodeRange& range : record.allocated) {
        range.first += cluster.first_node;
        range.last += cluster.first_node;
      }
      per_node = static_cast<double>(cluster.rack->accelerators_per_node());
    }
    record.accelerators = per_node > 0.0 ? per_node * static_cast<double>(job.nodes) : kUnset;
    if (job.tokens_per_accelerator_s > 0.0) {
      record.tokens = now_at.done / 1e6 * job.tokens_per_accelerator_s * per_node * static_cast<double>(job.nodes);
    }
    for (std::size_t c = 0; c < now_at.lost.size(); ++c) record.lost[c] = Duration(now_at.lost[c] / 1e6);
    const Tick until = fate.finish != kNever ? fate.finish : now;
    const Tick waited = until - job.submit - record.held;
    // Until its first start a job waits in the queue; what it waits after that it owes to an interruption.
    const Tick queued = std::min(waited, (fate.first_start != kNever ? fate.first_start : until) - job.submit);
    record.lost_to(LossCause::queue) = to_duration(queued);
    record.lost_to(LossCause::restart) += to_duration(waited - queued);  // beside prologs and restarts on its nodes
  }
  return records;
}

WorkDone work_of(const World& world, const std::vector<JobRecord>& records, const std::function<bool(const JobRecord&)>& keep) {
  WorkDone work;
  std::size_t r = 0;
  for (std::size_t i = 0; i < world.table.jobs.size(); ++i) {
    if (!world.table.fates[i].submitted) continue;
    const JobRecord& record = records[r++];
    if (!keep(record)) continue;
    const double accelerators = std::isnan(record.accelerators) ? static_cast<double>(record.requested_nodes) : record.accelerators;
    const JobStanding now_at = standing(world, static_cast<JobId>(i));
    const double done = now_at.done, prologs = now_at.lost[static_cast<std::size_t>(LossCause::restart)];
    work.useful_acc_s += accelerators * done / 1e6;
    double held_s = to_seconds(record.held);
    if (world.table.jobs[i].elastic()) {
      // It held now more, now fewer nodes than it asked for: time at the size asked for is what it did and what it lost.
      held_s = done / 1e6;
      for (const LossCause cause : {LossCause::thermal, LossCause::cap, LossCause::curtailment, LossCause::fault, LossCause::rollback, LossCause::spread}) {
        held_s += record.lost[static_cast<std::size_t>(cause)].si();
      }
    }
    work.held_acc_s += accelerators * held_s;
    work.productive_s += done / 1e6;
    work.present_s += held_s + record.lost[static_cast<std::size_t>(LossCause::restart)].si() - prologs / 1e6;
    work.restarts += record.restarts - world.table.fates[i].preemptions;  // by policy: nothing has failed
    for (std::size_t c = 0; c < record.lost.size(); ++c) work.lost_acc_s[c] += accelerators * record.lost[c].si();
    if (!std::isnan(record.tokens)) {
      work.tokens += record.tokens;
      work.has_tokens = true;
    }
  }
  return work;
}

}  // namespace aifactory
