/// @file Racks of a cluster that go off and come back.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/scheduling/availability_profile.h"
#include "models/scheduling/view.h"
#include "sim/actors/cluster.h"

namespace aifactory {

void Cluster::fault(std::int64_t rack, bool on, const std::string& cause, Out why) {
  RackHealth& state = health(rack);
  state.faults = static_cast<std::int16_t>(state.faults + (on ? -1 : 1));
  if (why == Out::maintained) state.maintained = static_cast<std::int16_t>(state.maintained + (on ? -1 : 1));
  if (why == Out::failed) state.repaired = on;
  if (!state.there) return;  // it comes in as it is then
  if (!on && state.faults == 1) {
    note(rack, "rack_off", "off", kUnset, cause);
    for (const JobId job : field_.jobs_on(rack)) interrupt(job);
    if (state.thermal == Thermal::throttled) {
      count_throttled(-1);
      state.thermal = Thermal::normal;
    }
    end_burn_in(rack);
    field_.set_rack_on(rack, false);
  } else if (on && state.faults == 0) {
    schedule_recovery(rack);
  }
  update_usable(rack);
}

void Cluster::schedule_recovery(std::int64_t rack) {
  // Counted from the end of the last cause: an appointment made before it is stale when it comes up.
  health(rack).recover_at = kernel_.now() + to_ticks(params_.recovery);
  inbox_.post_at(health(rack).recover_at, engine::Phase::fault, {.kind = Kind::recover, .rack = rack});
}

void Cluster::recover(std::int64_t rack) {
  const Tick now = kernel_.now();
  RackHealth& state = health(rack);
  if (state.faults > 0 || now != state.recover_at || !state.there) return;  // asked again when the last failure ends
  state.recover_at = kNever;
  const Bank& bank = banks_[bank_of(rack)];
  if (state.thermal == Thermal::tripped && bank.liquid &&
      (bank.liquid->flow().secondary.si() <= 0.0 ||
       bank.liquid->chip(now, bank.in_liquid(rack)) > field_.model().params().resume_temp)) {
    schedule_recovery(rack);
    return;
  }
  const char* cause = state.thermal == Thermal::tripped ? "restarted after its trip" : "restarted after its outage";
  state.thermal = Thermal::normal;
  field_.set_rack_on(rack, true);
  note(rack, "recover", "on", kUnset, cause);
  set_leakage(rack);
  apply_speed(rack);
  if (state.repaired && params_.burn_in.si() > 0.0) {
    state.tested_at = scheduling::after(now, to_ticks(params_.burn_in));
    burn_in_.change(now, field_.model().params().nodes);
    inbox_.post_at(state.tested_at, engine::Phase::fault, {.kind = Kind::tested, .rack = rack});
    note(rack, "burn_in", "length_s", params_.burn_in.si(), "repaired after its failure");
  }
  state.repaired = false;
  update_usable(rack);
}

void Cluster::end_burn_in(std::int64_t rack) {
  if (health(rack).tested_at == kNever) return;
  burn_in_.change(kernel_.now(), -field_.model().params().nodes);
  health(rack).tested_at = kNever;
}

/// The rack has passed its burn-in.
void Cluster::tested(std::int64_t rack) {
  if (health(rack).tested_at != kernel_.now()) return;  // it has failed in it
  end_burn_in(rack);
  note(rack, "in_service", "on", kUnset, "burn-in passed");
  update_usable(rack);
}

/// The rack stays on, idle once its jobs are gone; what its nodes could have done is not counted as lost to a fault.
void Cluster::drained(const Message& message) {
  RackHealth& state = health(message.rack);
  state.drains = static_cast<std::int16_t>(state.drains + (message.on ? -1 : 1));
  if (!state.there) return;
  if (!message.on && message.interrupts) {
    for (const JobId job : field_.jobs_on(message.rack)) interrupt(job);
  }
  update_usable(message.rack);
}

scheduling::NodeState Cluster::state_of(std::int64_t rack) const {
  using scheduling::NodeState;
  const RackHealth& state = health(rack);
  if (!field_.on(rack)) {
    if (state.faults == 0 && state.told == NodeState::maintenance) return state.told;  // and it recovers
    return state.faults > 0 && state.maintained == state.faults ? NodeState::maintenance : NodeState::down;
  }
  if (state.drains > 0 || state.leaving) return NodeState::draining;
  return state.tested_at == kNever ? NodeState::idle : NodeState::burn_in;
}

void Cluster::update_usable(std::int64_t rack) {
  RackHealth& state = health(rack);
  const bool up = field_.on(rack);
  if (up != state.up) count_down(up ? -1 : +1);
  state.up = up;
  const scheduling::NodeState now = state_of(rack);
  if (now == state.told) return;
  state.told = now;
  tell_nodes(rack, now);
}

void Cluster::count_down(std::int64_t change) {
  down_s_ += static_cast<double>(down_count_) * to_seconds(kernel_.now() - down_since_);
  down_since_ = kernel_.now();
  down_count_ += change;
}

double Cluster::down_accelerator_s(Tick now) const {
  return (down_s_ + static_cast<double>(down_count_) * to_seconds(now - down_since_)) *
         static_cast<double>(field_.model().params().accelerators);
}

void Cluster::interrupt(JobId id) {
  stop(id, false);
  ports_.interrupted(id);
}

/// For a job that the scheduler has put back into its queue already.
void Cluster::put_back(JobId id, bool checkpoint) {
  if (jobs_.fate(id).state != FinalState::running) return;
  JobTable::Fate& fate = jobs_.fate(id);
  const JobCourse* course = jobs_.course(id);
  const bool writes = course ? std::isfinite(course->course.params().interval.si()) : jobs_.job(id).checkpoint_interval != kNever;
  stop(id, checkpoint && writes, false);
  if (fate.killed) {
    fate.state = FinalState::completed_killed;
    fate.finish = kernel_.now();
    --fate.restarts;
    return;
  }
  ++fate.preemptions;
  log_.add(kernel_.now(), "preempt", jobs_.job(id).name, "kept_s", jobs_.fate(id).done * 1e-6, "scheduling policy");
  if (ports_.put_back) ports_.put_back(id);
}

/// @param written its work has been saved to the last tick.  @param unexpected somebody has to notice it first.
void Cluster::stop(JobId id, bool written, bool unexpected) {
  const Job& job = jobs_.job(id);
  JobTable::Fate& fate = jobs_.fate(id);
  const double reached = take_off(id);
  if (JobCourse* course = jobs_.course(id)) {
    ++course->stops;
    if (written) {
      course->course.save();
    } else {
      course->course.restore(kept_work(id));
    }
    set_pauses(id, unexpected ? CoursePause::detection : std::optional<CoursePause>());
    book_course(id);
    fate.done = course->course.work().si() * 1e6;
    fate.state = FinalState::queued;
    ++fate.restarts;
    return;
  }
  // Work is kept up to the last checkpoint, counted from the job's beginning.
  double kept = written ? reached : 0.0;
  if (!written && job.checkpoint_interval != kNever) {
    const auto interval = static_cast<double>(job.checkpoint_interval);
    kept = std::max(fate.done, std::floor(reached / interval) * interval);
  }
  fate.lost.add(LossCause::rollback, reached - kept);
  fate.done = kept;
  fate.state = FinalState::queued;
  ++fate.restarts;
}

}  // namespace aifactory
