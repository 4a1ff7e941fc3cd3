#include "sim/run/job_rows.h"

#include <algorithm>
#include <cmath>

namespace aifactory {

JobRows::JobRows(const World& world, Tick now) : table_(world.shared_table), pools_(world.pools.size()), workload_(world.run.config.name), now_(now) {
  for (const SiteWorld& site : world.sites) {
    const Label name(site.site->plan.name);
    for (const ClusterWorld& cluster : site.clusters) {
      if (cluster.pool < 0) continue;
      pools_[static_cast<std::size_t>(cluster.pool)] = {
          .site = name, .cluster = cluster.plan->name, .accelerators_per_node = static_cast<double>(cluster.rack->accelerators_per_node()),
          .priced = site.site->price.has_value(), .carbon_known = site.site->carbon.has_value()};
    }
  }
}

JobRecords JobRows::records() const {
  const auto& fates = table_->fates;
  const auto end = std::find_if(fates.begin(), fates.end(), [](const JobTable::Fate& fate) { return !fate.submitted; });
  return {static_cast<std::size_t>(end - fates.begin()),
          [rows = *this](std::size_t i, JobRecord& record) { rows.fill(static_cast<JobId>(i), record); }};
}

Rows<GoodputRecord> JobRows::goodput(std::vector<JobId> ids) const {
  const std::size_t count = ids.size();
  return {count, [rows = *this, ids = std::move(ids)](std::size_t i, GoodputRecord& row) {
            JobRecord job;
            rows.fill(ids[i], job);
            rows.fill(ids[i], job, row);
          }};
}

void JobRows::fill(JobId id, JobRecord& record) const {
  const Job& job = table_->job(id);
  const JobTable::Fate& fate = table_->fate(id);
  record.job_id = job.name;
  record.workload_name = workload_;
  record.profile = job.profile;
  record.submission = job.submit;
  record.requested_nodes = job.nodes;
  record.requested_time = job.estimate;
  record.state = fate.state;
  record.start = fate.first_start;
  record.finish = fate.finish;
  record.held = fate.held;
  record.allocated = fate.nodes;
  record.energy = Energy(fate.energy_j);
  record.metadata = {};
  record.tenant = job.tenant;
  record.kind = job.kind;
  record.work = job.work;
  record.deadline = job.deadline;
  record.accelerators_asked = job.accelerators;
  record.restarts = fate.restarts;
  static const Pool kNone;
  const Pool& pool = fate.pool >= 0 ? pools_[static_cast<std::size_t>(fate.pool)] : kNone;
  record.site = pool.site;
  record.cluster = pool.cluster;
  record.cost = Money(pool.priced ? fate.cost_usd : kUnset);
  record.carbon = Mass(pool.carbon_known ? fate.carbon_kg : kUnset);
  const double accelerators = pool.accelerators_per_node * static_cast<double>(job.nodes);
  record.accelerators = accelerators > 0.0 ? accelerators : kUnset;
  record.tokens = job.tokens_per_accelerator_s > 0.0 ? fate.done / 1e6 * job.tokens_per_accelerator_s * pool.accelerators_per_node * static_cast<double>(job.nodes) : kUnset;
  if (const auto served = table_->tokens_served.find(id); served != table_->tokens_served.end()) record.tokens = served->second;
  const LostTicks::Array lost = fate.lost.all();
  for (std::size_t c = 0; c < lost.size(); ++c) record.lost[c] = Duration(lost[c] / 1e6);
  const Tick until = fate.finish != kNever ? fate.finish : now_;
  const Tick waited = until - job.submit - fate.held;
  // Until its first start a job waits in the queue; what it waits after that it owes to an interruption.
  const Tick queued = std::min(waited, (fate.first_start != kNever ? fate.first_start : until) - job.submit);
  record.lost_to(LossCause::queue) = to_duration(queued);
  record.lost_to(LossCause::restart) += to_duration(waited - queued);  // beside prologs and restarts on its nodes
}

void JobRows::fill(JobId id, const JobRecord& job, GoodputRecord& row) const {
  const JobTable::Fate& fate = table_->fate(id);
  row.job = job.job_id;
  row.site = job.site;
  row.cluster = job.cluster;
  row.accelerators = job.accelerators;
  row.waterfall = {};
  row.mfu = kUnset;
  const double n = job.accelerators;
  const auto lost = [&job](LossCause cause) { return job.lost[static_cast<std::size_t>(cause)]; };
  const Duration queued = lost(LossCause::queue), restarted(fate.lost.of(LossCause::restart) * 1e-6),
                 waited = lost(LossCause::restart) - restarted;
  GoodputWaterfall& waterfall = row.waterfall;
  waterfall.hold(n, to_duration(fate.held));
  waterfall.hold(n, queued);
  waterfall.hold(n, waited);
  waterfall.lose(GoodputLoss::queue, n, queued);
  waterfall.lose(GoodputLoss::node_wait, n, waited);
  WorkShares shares;
  Duration noticed_and_planned(0.0);
  if (const JobCourse* mine = table_->course(id)) {
    if (mine->plan && mine->plan->training) {
      shares = mine->plan->training->shares;
      row.mfu = mine->plan->training->step.mfu();
    }
    const CheckpointCourse& course = mine->course;
    waterfall.lose(GoodputLoss::detection, n, course.spent(CoursePause::detection));
    waterfall.lose(GoodputLoss::maintenance, n, course.spent(CoursePause::maintenance));
    noticed_and_planned = course.spent(CoursePause::detection) + course.spent(CoursePause::maintenance);
  }
  waterfall.lose(GoodputLoss::restart, n, restarted - noticed_and_planned);
  waterfall.lose(GoodputLoss::staging, n, lost(LossCause::staging));
  waterfall.lose(GoodputLoss::spread, n, lost(LossCause::spread));
  waterfall.lose(GoodputLoss::rollback, n, lost(LossCause::rollback));
  waterfall.lose(GoodputLoss::checkpoint, n, lost(LossCause::checkpoint));
  waterfall.lose(GoodputLoss::thermal, n, lost(LossCause::thermal));
  waterfall.lose(GoodputLoss::curtailment, n, lost(LossCause::curtailment));
  // A power brake is a cap of the rack's own.
  waterfall.lose(GoodputLoss::cap, n, lost(LossCause::cap) + lost(LossCause::fault));
  waterfall.work(n, Duration(fate.done * 1e-6), shares);
}

}  // namespace aifactory
