/// @file Jobs that are more than a duration: what their checkpoints take, nodes that interrupt them, pauses and repairs.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/reliability/ettr.h"
#include "models/scheduling/view.h"
#include "sim/actors/cluster.h"

namespace aifactory {
namespace {

/// Size of a checkpoint that is given by its time only: any, since nothing else depends on it.
constexpr DataSize kAnySize{1e12};
/// A course counts in seconds, the calendar in ticks: work that is so near an edge has reached it.
constexpr Duration kHalfTick{0.5e-6};

}  // namespace

/// What a job's checkpoints and restarts take on this cluster, at the share of the store that the others leave it now.
/// @pre the job is not counted among the store's writers
void Cluster::begin_course(JobId id) {
  JobCourse* mine = jobs_.course(id);
  if (!mine) return;
  const Job& job = jobs_.job(id);
  mine->site = params_.site;
  mine->detection = mine->restart = Duration(0.0);
  if (params_.interruptions) {
    mine->detection = params_.interruptions->detection;
    mine->restart = params_.interruptions->restart;
  }
  mine->spans_blocks = pace(id) < 1.0;
  CheckpointCourse::Params course{.interval = job.checkpoint_interval == kNever ? Duration(kInf) : to_duration(job.checkpoint_interval)};
  if (mine->plan && mine->plan->checkpoint) {
    const CheckpointConfig& config = *mine->plan->checkpoint;
    CheckpointPath path;
    path.size = config.size ? *config.size : mine->plan->training ? mine->plan->training->checkpoint : kAnySize;
    path.nodes = static_cast<double>(job.nodes);
    path.accelerators = path.nodes * static_cast<double>(std::max<std::int64_t>(1, field_.model().accelerators_per_node()));
    if (config.write) {
      path.store = path.node_to_store = path.size / *config.write;
    } else {
      path.store = params_.storage->bandwidth;
      path.node_to_store = params_.storage->node_bandwidth;
      path.writers += jobs_.writers.share(mine->site);
    }
    const CheckpointCost cost = checkpoint_cost(path, config.mode);
    mine->write = checkpoint_cost(path, CheckpointMode::blocking).stall;
    mine->restart += cost.read;
    course.stall = cost.stall;
    course.commit = cost.commit;
    course.store_every = config.store_every;
    course.store_commit = mine->write;
    if (config.interval) {
      course.interval = *config.interval;
    } else {
      const Duration mtti = 1.0 / (path.nodes / static_cast<double>(params_.fabric.shares_per_node) * mean_interruption_rate(*params_.interruptions).si()) * s;
      // The next copy would have to wait for the one before.
      course.interval = std::max(best_interval(course.stall, mtti), course.commit);
    }
  }
  if (mine->course.work().si() > 0.0 || mine->course.pausing().si() > 0.0) {
    mine->course.change(course);
  } else {
    mine->course = CheckpointCourse(course);
  }
  set_levels(id, mine->course);
}

void Cluster::set_levels(JobId id, const CheckpointCourse& now) {
  JobCourse& mine = *jobs_.course(id);
  const PlannedPower* power = mine.power();
  mine.full_utilization = mine.working_utilization = power ? power->held.at(now.work() + kHalfTick) : jobs_.job(id).utilization;
  mine.paused_utilization = std::min(mine.full_utilization, ActivityLevels{}.stalled);
  if (!mine.plan || !mine.plan->checkpoint) return;
  // The field holds the mean over a turn of work and standstill; `record.waveform` shows both.
  const CheckpointCourse::Params& course = now.params();
  mine.working_utilization = (course.interval * mine.full_utilization + course.stall * mine.paused_utilization) / (course.interval + course.stall);
}

/// The work has come to another level of its power profile.
void Cluster::pass_edge(JobId id) {
  JobCourse& mine = *jobs_.course(id);
  if (jobs_.fate(id).state != FinalState::running || jobs_.fate(id).pool != params_.pool) return;
  const CheckpointCourse now = course_now(id);
  set_levels(id, now);
  if (now.pausing().si() <= 0.0) field_.set_job_utilization(id, mine.working_utilization);
  arm_edge(id);
  if (ports_.follow) ports_.follow(id, true);
}

/// Tells when the work will come to the next edge of its power profile at the present pace.
void Cluster::arm_edge(JobId id) {
  JobCourse* mine = jobs_.course(id);
  const PlannedPower* power = mine ? mine->power() : nullptr;
  if (!power) return;
  ++mine->edge_version;  // whatever is on its way came from another pace
  if (running_.rate(id) <= 0.0) return;
  const CheckpointCourse now = course_now(id);
  const Duration edge = power->held.next_edge(now.work() + kHalfTick);
  if (!(edge.si() * 1e6 < static_cast<double>(jobs_.job(id).work))) return;
  const double left_us = now.effort_for(edge).si() * 1e6 / (running_.rate(id) * jobs_.size_factor(id));
  if (!(left_us < 4e18)) return;
  // A course counts in seconds: its last rounding must not cost a tick.
  const Tick left = std::max<Tick>(1, static_cast<Tick>(std::ceil(left_us - 0.01)));
  kernel_.calendar().add(kernel_.now() + left, engine::Phase::integrate, rank_, edge_due_, id, mine->edge_version);
}

double Cluster::utilization(JobId id) const {
  const JobCourse* course = jobs_.course(id);
  if (!course) return jobs_.job(id).utilization;
  return course->course.pausing().si() > 0.0 ? course->paused_utilization : course->working_utilization;
}

/// Work that an interruption of the job leaves.  @pre it has been taken off.
Duration Cluster::kept_work(JobId id) {
  JobCourse& mine = *jobs_.course(id);
  bool memory = true;
  if (mine.course.params().store_every > 1) {
    const double survival = mine.plan->checkpoint->memory_survival;
    memory = Rng(params_.seed, fmt::format("checkpoints/{}/{}", jobs_.job(id).name, mine.stops)).uniform() < survival;
  }
  Duration kept = mine.course.safe(memory);
  if (mine.corruption_noticed && mine.tainted) {
    kept = std::min(kept, *mine.tainted);
    mine.tainted.reset();
  }
  mine.corruption_noticed = false;
  return kept;
}

/// What the job does before it works again.  @param first what comes before the restart; none: it was asked to stop.
void Cluster::set_pauses(JobId id, std::optional<CoursePause> first) {
  JobCourse& mine = *jobs_.course(id);
  if (first == CoursePause::detection) mine.course.pause(CoursePause::detection, mine.detection);
  if (first == CoursePause::maintenance) mine.course.pause(CoursePause::maintenance, params_.interruptions->planned_stop);
  mine.course.pause(CoursePause::restart, mine.restart);
}

/// Passes the course's sums on to the job's fate.
void Cluster::book_course(JobId id) {
  const CheckpointCourse& course = jobs_.course(id)->course;
  LostTicks& lost = jobs_.fate(id).lost;
  lost.set(LossCause::rollback, course.rollback().si() * 1e6);
  lost.set(LossCause::checkpoint, course.stalls().si() * 1e6);
  Duration paused(jobs_.course(id)->prologs * 1e-6);
  for (std::size_t i = 0; i < kCoursePauses; ++i) paused += course.spent(static_cast<CoursePause>(i));
  lost.set(LossCause::restart, paused.si() * 1e6);
}

JobId Cluster::job_on(std::int64_t node) const {
  for (const JobId job : field_.jobs_on(node / field_.model().params().nodes)) {
    for (const NodeRange& range : jobs_.fate(job).nodes) {
      if (range.first <= node && node < range.last) return job;
    }
  }
  return kNoJob;
}

NodeRange Cluster::node_of(std::int64_t share) const {
  const std::int64_t per_node = params_.fabric.shares_per_node, first = share / per_node * per_node;
  return {first, first + per_node};
}

std::string Cluster::node_name(std::int64_t share) const {
  return fmt::format("{}.node_{}", params_.name, share / params_.fabric.shares_per_node);
}

/// Any job on the node, that on the given share first.
JobId Cluster::job_near(std::int64_t share) const {
  JobId found = job_on(share);
  const NodeRange node = node_of(share);
  for (std::int64_t other = node.first; other < node.last && found == kNoJob; ++other) found = job_on(other);
  return found;
}

bool Cluster::strike(const Interruptions::Strike& strike) {
  const std::int64_t share = strike.node * params_.fabric.shares_per_node + strike.share;
  if ((strike.cause->needs_node ? job_near(share) : job_on(share)) == kNoJob) return false;
  inbox_.post({.kind = Kind::strike, .rack = share, .why = strike.cause, .notice = strike.notice});
  return true;
}

void Cluster::struck(const Message& message) {
  const JobId id = message.why->needs_node ? job_near(message.rack) : job_on(message.rack);
  if (id == kNoJob) return;  // it has ended, or was interrupted, in this same instant
  JobCourse* mine = jobs_.course(id);
  if (!mine) {
    // An elastic job has no course: its work is kept as its checkpoint_interval says.
    if (!message.why->planned) lose_node(id, message.rack, message.why->needs_node, message.why->name);
    return;
  }
  if (message.why->planned) {
    ++mine->planned_stops;
    log_.add(kernel_.now(), "planned_stop", jobs_.job(id).name, "length_s", params_.interruptions->planned_stop.si(), node_name(message.rack) + ": planned_stop");
    return restart_in_place(id, CoursePause::maintenance);
  }
  if (message.why->silent) {
    const Duration safe = course_now(id).safe(true);
    mine->tainted = mine->tainted ? std::min(*mine->tainted, safe) : safe;
    log_.add(kernel_.now(), "corruption", jobs_.job(id).name, "noticed_in_s", to_seconds(message.notice), fmt::format("{}: {}", node_name(message.rack), message.why->name));
    inbox_.post_at(kernel_.now() + message.notice, engine::Phase::fault, {.kind = Kind::notice, .job = id, .rack = message.rack, .why = message.why});
    return;
  }
  lose_node(id, message.rack, message.why->needs_node, message.why->name);
}

/// Corruption that struck a while ago is noticed: all work since is worthless.
void Cluster::noticed(const Message& message) {
  JobCourse& mine = *jobs_.course(message.job);
  JobTable::Fate& fate = jobs_.fate(message.job);
  if (!mine.tainted) return;  // an earlier notice has led to the restart
  if (fate.state == FinalState::running && fate.pool == params_.pool) {
    mine.corruption_noticed = true;
    return lose_node(message.job, message.rack, job_on(message.rack) == message.job, message.why->name);
  }
  if (fate.state != FinalState::queued) return;  // too late: it has ended
  if (mine.course.work() > *mine.tainted) {
    // It waits to be started again, and will start from further back.
    const Duration lost = mine.course.work() - *mine.tainted;
    mine.course.restore(*mine.tainted);
    set_pauses(message.job, CoursePause::detection);
    book_course(message.job);
    fate.done = mine.course.work().si() * 1e6;
    log_.add(kernel_.now(), "rollback", jobs_.job(message.job).name, "lost_s", lost.si(), message.why->name);
  }
  mine.tainted.reset();
}

/// A node that goes to repair is lost to every job that shares it.
void Cluster::lose_node(JobId id, std::int64_t share, bool needs_node, const std::string& why) {
  if (needs_node) {
    const NodeRange node = node_of(share);
    in_repair_.insert_or_assign(node.first, false);
    repair_.change(kernel_.now(), node.count());
    ports_.nodes(node, scheduling::NodeState::repair);
    inbox_.post_at(kernel_.now() + to_ticks(params_.interruptions->repair), engine::Phase::fault, {.kind = Kind::node_back, .rack = node.first});
    lose_share(id, share, needs_node, why);
    for (JobId other = job_near(share); other != kNoJob; other = job_near(share)) lose_share(other, share, needs_node, why);
  } else {
    lose_share(id, share, needs_node, why);
  }
}

void Cluster::lose_share(JobId id, std::int64_t share, bool needs_node, const std::string& why) {
  const double before = jobs_.fate(id).lost.of(LossCause::rollback);
  if (needs_node) {
    interrupt(id);
  } else if (jobs_.course(id)) {
    restart_in_place(id, CoursePause::detection);
  } else {
    interrupt(id);
  }
  const double lost = jobs_.fate(id).lost.of(LossCause::rollback) - before;
  log_.add(kernel_.now(), "interruption", jobs_.job(id).name, "rolled_back_s", lost * 1e-6, fmt::format("{}: {}", node_name(share), why));
}

/// The job keeps its nodes.  @param pause why: a planned stop has saved its work.
void Cluster::restart_in_place(JobId id, CoursePause pause) {
  JobCourse& mine = *jobs_.course(id);
  JobTable::Fate& fate = jobs_.fate(id);
  const Tick held = fate.held;
  take_off(id);
  ++mine.stops;
  if (pause == CoursePause::maintenance) {
    mine.course.save();
  } else {
    ++fate.restarts;
    mine.course.restore(kept_work(id));
  }
  set_pauses(id, pause);
  book_course(id);
  fate.done = mine.course.work().si() * 1e6;
  fate.limit_used += static_cast<double>(fate.held - held);
  if (mine.power()) set_levels(id, mine.course);
  field_.assign(id, {.pool = params_.pool, .nodes = fate.nodes}, utilization(id), kernel_.now());
  run(id);
}

CheckpointCourse Cluster::course_now(JobId id) const {
  return jobs_.course(id)->after(running_.progress(id).done * jobs_.size_factor(id));
}

/// Tells when the pauses before work are over at the present pace.
void Cluster::arm_resume(JobId id) {
  JobCourse* mine = jobs_.course(id);
  if (!mine || mine->course.pausing().si() <= 0.0 || running_.rate(id) <= 0.0) return;
  const double left_us = course_now(id).pausing().si() * 1e6 / (running_.rate(id) * jobs_.size_factor(id));
  if (left_us < 4e18) {
    inbox_.post_at(kernel_.now() + std::max<Tick>(1, static_cast<Tick>(std::ceil(left_us))), engine::Phase::fault, {.kind = Kind::resume, .job = id, .version = mine->version});
  }
}

/// The pauses before work are over.
void Cluster::resume_work(const Message& message) {
  JobCourse& mine = *jobs_.course(message.job);
  if (mine.version != message.version || jobs_.fate(message.job).state != FinalState::running) return;
  if (course_now(message.job).pausing().si() > 1e-6) return;  // its pace has changed since; another message is on its way
  field_.set_job_utilization(message.job, mine.working_utilization);
  if (ports_.follow) ports_.follow(message.job, true);
}

void Cluster::node_back(std::int64_t first) {
  const auto found = in_repair_.find(first);
  const NodeRange node = node_of(first);
  const Tick now = kernel_.now(), burn_in = to_ticks(params_.burn_in);
  (found->second ? burn_in_ : repair_).change(now, -node.count());
  if (!found->second && burn_in > 0) {
    found->second = true;
    burn_in_.change(now, node.count());
    ports_.nodes(node, scheduling::NodeState::burn_in);
    inbox_.post_at(scheduling::after(now, burn_in), engine::Phase::fault, {.kind = Kind::node_back, .rack = first});
    log_.add(now, "burn_in", node_name(first), "length_s", params_.burn_in.si(), "repaired after an interruption");
    return;
  }
  in_repair_.erase(found);
  ports_.nodes(node, health(first / field_.model().params().nodes).told);
  log_.add(now, "node_back", node_name(first), "in service", kUnset, "repaired after an interruption");
}

/// What the scheduler may do with a rack's nodes from now on; those in repair are out anyway.
void Cluster::tell_nodes(std::int64_t rack, scheduling::NodeState state) {
  const std::int64_t per = field_.model().params().nodes, end = std::min(field_.nodes(), (rack + 1) * per);
  std::int64_t first = rack * per;
  for (auto out = in_repair_.lower_bound(first); out != in_repair_.end() && out->first < end; ++out) {
    if (first < out->first) ports_.nodes({first, out->first}, state);
    first = node_of(out->first).last;
  }
  if (first < end) ports_.nodes({first, end}, state);
}

double Cluster::repair_accelerator_s(Tick now) const { return repair_.at(now) * static_cast<double>(field_.model().accelerators_per_node()); }

double Cluster::burn_in_accelerator_s(Tick now) const { return burn_in_.at(now) * static_cast<double>(field_.model().accelerators_per_node()); }

}  // namespace aifactory
