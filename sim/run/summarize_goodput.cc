/// @file Where the accelerator time of jobs went: ideal minus causes = actual.
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "sim/results/accumulator.h"
#include "sim/run/world.h"

namespace aifactory {
namespace {

GoodputRecord goodput_of(const World& world, JobId id, const JobRecord& job) {
  const JobTable::Fate& fate = world.table.fate(id);
  const JobStanding now = standing(world, id);
  GoodputRecord row{.job = job.job_id, .site = job.site, .cluster = job.cluster, .accelerators = job.accelerators, .waterfall = {}};
  const double n = job.accelerators;
  const auto lost = [&job](LossCause cause) { return job.lost[static_cast<std::size_t>(cause)]; };
  const Duration queued = lost(LossCause::queue),
                 restarted(now.lost[static_cast<std::size_t>(LossCause::restart)] * 1e-6), waited = lost(LossCause::restart) - restarted;
  GoodputWaterfall& waterfall = row.waterfall;
  waterfall.hold(n, to_duration(now.held));
  waterfall.hold(n, queued);
  waterfall.hold(n, waited);
  waterfall.lose(GoodputLoss::queue, n, queued);
  waterfall.lose(GoodputLoss::node_wait, n, waited);
  WorkShares shares;
  Duration noticed_and_planned(0.0);
  if (const JobCourse* mine = world.table.course(id)) {
    if (mine->plan && mine->plan->training) {
      shares = mine->plan->training->shares;
      row.mfu = mine->plan->training->step.mfu();
    }
    const CheckpointCourse course = fate.state == FinalState::running ? mine->after(world.running->progress(id).done) : mine->course;
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
  waterfall.work(n, Duration(now.done * 1e-6), shares);
  return row;
}

/// Sums of the waterfalls, for one block of the summary.
struct Sums {
  Accumulator ideal, actual, residual;
  std::array<Accumulator, kGoodputLosses> losses;
  Accumulator flops_at_peak, flops;  ///< accelerator seconds at work, and the same times MFU and pace
  std::int64_t planned = 0;
  bool any = false;

  void add(const GoodputRecord& row, const JobCourse* course) {
    any = true;
    ideal.add(row.waterfall.ideal().si());
    actual.add(row.waterfall.actual().si());
    residual.add(row.waterfall.residual() * row.waterfall.ideal().si());
    for (std::size_t i = 0; i < kGoodputLosses; ++i) losses[i].add(row.waterfall.lost(static_cast<GoodputLoss>(i)).si());
    if (course) planned += course->planned_stops;
    if (std::isnan(row.mfu)) return;
    const auto lost = [&row](GoodputLoss loss) { return row.waterfall.lost(loss).si(); };
    double steps = row.waterfall.actual().si() + lost(GoodputLoss::rollback);
    for (const GoodputLoss part : {GoodputLoss::bubble, GoodputLoss::exposed_communication, GoodputLoss::straggler, GoodputLoss::data_stall}) steps += lost(part);
    flops.add(row.mfu * steps);
    flops_at_peak.add(steps + lost(GoodputLoss::thermal) + lost(GoodputLoss::cap) + lost(GoodputLoss::curtailment) + lost(GoodputLoss::spread));
  }
  void write(Summary::Block block) const {
    if (!any) return;
    block.set("reliability.goodput_accelerator_h.ideal", ideal.value() / 3600.0);
    for (std::size_t i = 0; i < kGoodputLosses; ++i) {
      block.set(fmt::format("reliability.goodput_accelerator_h.{}", name(static_cast<GoodputLoss>(i))), losses[i].value() / 3600.0);
    }
    block.set("reliability.goodput_accelerator_h.actual", actual.value() / 3600.0);
    block.set("reliability.goodput_residual_frac", ideal.value() > 0.0 ? std::fabs(residual.value()) / ideal.value() : 0.0);
    block.set("reliability.planned_stops", planned);
    if (flops_at_peak.value() > 0.0) block.set("kpi.mfu_frac", flops.value() / flops_at_peak.value());
  }
};

}  // namespace

void summarize_goodput(World& world, RunResult& result) {
  Sums whole;
  std::map<std::string, Sums> sites, clusters;
  std::size_t r = 0;
  for (std::size_t i = 0; i < world.table.jobs.size(); ++i) {
    if (!world.table.fates[i].submitted) continue;
    const JobRecord& job = result.jobs[r++];
    const auto id = static_cast<JobId>(i);
    // An elastic job, or one on another kind of node than it was stated for, has no ideal in time held.
    if (job.start == kNever || !(job.accelerators > 0.0) || world.table.jobs[i].elastic() || world.table.size_factor(id) != 1.0) continue;
    result.goodput.push_back(goodput_of(world, id, job));
    const GoodputRecord& row = result.goodput.back();
    const JobCourse* course = world.table.course(id);
    whole.add(row, course);
    sites[job.site].add(row, course);
    clusters[job.cluster].add(row, course);
  }
  whole.write(result.summary.whole());
  for (const auto& [name, sums] : sites) sums.write(result.summary.site(name));
  for (const auto& [name, sums] : clusters) sums.write(result.summary.cluster(name));
  double repair_s = 0.0;
  const Tick now = world.kernel.now();
  for (const SiteWorld& site : world.sites) {
    double site_s = 0.0;
    for (const ClusterWorld& cluster : site.clusters) site_s += cluster.actor->repair_accelerator_s(now);
    result.summary.site(site.site->plan.name).set("reliability.node_repair_accelerator_h", site_s / 3600.0);
    repair_s += site_s;
  }
  result.summary.whole().set("reliability.node_repair_accelerator_h", repair_s / 3600.0);
}

}  // namespace aifactory
