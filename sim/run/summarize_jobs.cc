/// @file What became of jobs.
#include <algorithm>

#include "sim/run/summarize_totals.h"

namespace aifactory {

namespace {

/// A running job as it is now.
void settle(World& world, JobId id, Tick now) {
  JobTable::Fate& fate = world.table.fate(id);
  const auto progress = world.running->progress(id);
  const double size = world.table.size_factor(id);
  fate.held += progress.ran;
  for (const LossCause cause : kLossCauses) fate.lost.add(cause, progress.lost[static_cast<std::size_t>(cause)] * size);
  fate.energy_j += world.pools[static_cast<std::size_t>(fate.pool)]->field->job_energy(id, now).si();
  JobCourse* course = world.table.course(id);
  if (!course) {
    fate.done += progress.done * size;
    return;
  }
  const CheckpointCourse before = course->course;
  course->course = course->after(progress.done * size);
  fate.done = course->course.work().si() * 1e6;
  fate.lost.set(LossCause::checkpoint, course->course.stalls().si() * 1e6);
  for (std::size_t i = 0; i < kCoursePauses; ++i) {
    const auto kind = static_cast<CoursePause>(i);
    fate.lost.add(LossCause::restart, (course->course.spent(kind) - before.spent(kind)).si() * 1e6);
  }
}

}  // namespace

void settle_jobs(World& world, Tick now) {
  for (std::size_t i = 0; i < world.run.services.size(); ++i) world.service_tallies.push_back(world.services->tally(i));
  for (std::size_t i = 0; i < world.table.fates.size(); ++i) {
    JobTable::Fate& fate = world.table.fates[i];
    if (fate.state == FinalState::running) settle(world, static_cast<JobId>(i), now);
    if (fate.pool < 0) continue;
    const std::int64_t first = world.pools[static_cast<std::size_t>(fate.pool)]->first_node;
    for (NodeRange& range : fate.nodes) {
      range.first += first;
      range.last += first;
    }
  }
  world.running.reset();
}

WorkDone work_of(const World& world, const JobRecords& records, const std::function<bool(const JobRecord&)>& keep) {
  WorkDone work;
  JobId next = 0;
  for (const JobRecord& record : records) {
    const JobId id = next++;
    if (!keep(record)) continue;
    const double accelerators = std::isnan(record.accelerators) ? static_cast<double>(record.requested_nodes) : record.accelerators;
    const JobTable::Fate& fate = world.table.fate(id);
    const double done = fate.done, prologs = fate.lost.of(LossCause::restart);
    work.useful_acc_s += accelerators * done / 1e6;
    double held_s = to_seconds(record.held);
    if (world.table.job(id).elastic()) {
      // It held now more, now fewer nodes than it asked for: time at the size asked for is what it did and what it lost.
      held_s = done / 1e6;
      for (const LossCause cause : {LossCause::thermal, LossCause::cap, LossCause::curtailment, LossCause::fault, LossCause::rollback, LossCause::spread}) {
        held_s += record.lost[static_cast<std::size_t>(cause)].si();
      }
    }
    work.held_acc_s += accelerators * held_s;
    work.productive_s += done / 1e6;
    work.present_s += held_s + record.lost[static_cast<std::size_t>(LossCause::restart)].si() - prologs / 1e6;
    work.restarts += record.restarts - fate.preemptions;  // by policy: nothing has failed
    for (std::size_t c = 0; c < record.lost.size(); ++c) work.lost_acc_s[c] += accelerators * record.lost[c].si();
    if (!std::isnan(record.tokens)) {
      work.tokens += record.tokens;
      work.has_tokens = true;
    }
  }
  return work;
}

}  // namespace aifactory
