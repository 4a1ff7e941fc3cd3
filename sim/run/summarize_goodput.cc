/// @file Where the accelerator time of jobs went: ideal minus causes = actual.
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sim/results/accumulator.h"
#include "sim/run/job_rows.h"

namespace aifactory {
namespace {

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

Sums& sums_of(std::map<std::string, Sums, std::less<>>& all, const std::string& name) {
  const auto found = all.find(name);
  return found != all.end() ? found->second : all[name];
}

}  // namespace

void summarize_goodput(World& world, const JobRows& rows, RunResult& result) {
  Sums whole;
  std::map<std::string, Sums, std::less<>> sites, clusters;
  std::vector<JobId> ids;
  GoodputRecord row;
  JobId next = 0;
  for (const JobRecord& job : result.jobs) {
    const JobId id = next++;
    // An elastic job, or one on another kind of node than it was stated for, has no ideal in time held.
    if (job.start == kNever || !(job.accelerators > 0.0) || world.table.job(id).elastic() || world.table.size_factor(id) != 1.0) continue;
    ids.push_back(id);
    rows.fill(id, job, row);
    const JobCourse* course = world.table.course(id);
    whole.add(row, course);
    sums_of(sites, job.site).add(row, course);
    sums_of(clusters, job.cluster).add(row, course);
  }
  result.goodput = rows.goodput(std::move(ids));
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
