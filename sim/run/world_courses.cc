/// @file Jobs that are more than a duration, and who looks at what they do.
#include <algorithm>
#include <cmath>

#include "sim/run/world.h"

namespace aifactory {

void World::build_courses() {
  const bool interrupted = std::any_of(run.sites.begin(), run.sites.end(), [](const PreparedSite& site) {
    return std::any_of(site.plan.clusters.begin(), site.plan.clusters.end(), [](const ClusterPlan& cluster) { return cluster.config->interruptions.has_value(); });
  });
  if (!interrupted && table.plans.empty()) return;
  table.courses.resize(table.jobs.size());
  for (std::size_t i = 0; i < table.jobs.size(); ++i) {
    const Job& job = table.jobs[i];
    // An elastic job keeps its work by the size that it has; what its restarts take is not modelled.
    if (job.elastic() || (job.plan < 0 && !interrupted)) continue;
    table.courses[i] = std::make_unique<JobCourse>();
    if (job.plan >= 0) table.courses[i]->plan = &table.plans[static_cast<std::size_t>(job.plan)];
  }
}

void World::build_waveform() {
  if (!run.config.record.waveform) return;
  const WaveformConfig& config = *run.config.record.waveform;
  waveform.emplace(config.from, config.to, config.rate);
  follow_job = [this](JobId id, bool runs) {
    const JobCourse* course = table.course(id);
    if (waveform->over(kernel.now()) || !course || !course->power()) return;
    const ClusterWorld& cluster = *pools[static_cast<std::size_t>(table.fate(id).pool)];
    const RackParams& rack = cluster.rack->params();
    WaveformRecorder::Piece piece{.at = kernel.now(), .runs = runs, .power = course->power(), .working = course->working_utilization, .paused = course->paused_utilization};
    if (runs) {
      piece.rate = running->rate(id) * table.size_factor(id);
      piece.course = course->after(running->progress(id).done * table.size_factor(id));
      const double accelerators = static_cast<double>(table.job(id).nodes * cluster.rack->accelerators_per_node());
      piece.swing = (accelerators * std::pow(running->rate(id) / running->pace(id), rack.power_exponent)) * (rack.accelerator_max - rack.accelerator_idle);
    }
    waveform->job(id, piece);
  };
}

}  // namespace aifactory
