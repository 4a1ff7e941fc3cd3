#include "sim/actors/service_host.h"

#include <algorithm>

namespace aifactory {

ServiceHost::ServiceHost(engine::Kernel& kernel, std::uint32_t rank, const std::vector<Service>& services, const JobTable& jobs,
                         const RunningJobs& running, EventLog& log, Ports ports)
    : kernel_(kernel), jobs_(jobs), running_(running), log_(log), ports_(std::move(ports)), inbox_(kernel, rank) {
  for (const Service& service : services) {
    states_.push_back({.service = service});
    // The job starts with the load of the first step.
    inbox_.post_at(due(states_.back(), 1), engine::Phase::submit, {states_.size() - 1});
  }
}

Tick ServiceHost::due(const State& state, std::size_t step) const {
  return to_ticks(static_cast<double>(step) * state.service.course->step);
}

void ServiceHost::operator()() {
  while (true) {
    for (const Wake& wake : inbox_.take()) begin(states_[wake.service], wake.service);
  }
}

std::pair<Tick, double> ServiceHost::progress(JobId job) const {
  const JobTable::Fate& fate = jobs_.fate(job);
  if (fate.state != FinalState::running) return {fate.held, fate.done};
  const RunningJobs::Progress running = running_.progress(job);
  return {fate.held + running.ran, fate.done + running.done};
}

double ServiceHost::book(const State& state, Tally& tally) const {
  const ServiceCourse& course = *state.service.course;
  const Tick span = kernel_.now() - state.begun;
  if (span <= 0 || state.step >= course.steps.size()) return 1.0;
  const auto [held, done] = progress(state.service.job);
  const double span_s = to_seconds(span), part = span_s / course.step.si();
  const double held_frac = static_cast<double>(held - state.held) / static_cast<double>(span);
  const ServiceStep& step = course.steps[state.step];
  double share = held_frac, stretch = 1.0;
  if (held > state.held) {
    const double speed = std::clamp((done - state.done) / static_cast<double>(held - state.held), 0.0, 1.0);
    // Work counts in ticks: full speed is full speed.
    if (speed < 1.0 - 1e-6 && step.busy > 0.0) {
      share *= std::min(1.0, speed / step.busy);
      stretch = speed > 0.0 ? std::min(1.0 / step.busy, 1.0 / speed) : 1.0 / step.busy;
    }
  }
  tally.arrived += step.arrived * part;
  tally.answered += step.answered * part * share;
  tally.within += step.within * part * share;
  tally.input_tokens += step.input_tokens * part * share;
  tally.output_tokens += step.output_tokens * part * share;
  tally.busy_s += step.busy * stretch * held_frac * span_s;
  tally.replica_s += step.replicas * held_frac * span_s;
  tally.held_s += held_frac * span_s;
  return share;
}

void ServiceHost::begin(State& state, std::size_t index) {
  const double share = book(state, state.tally);
  const bool short_of = share < 1.0 - 1e-9;
  if (short_of != state.short_of) {
    const bool stands = jobs_.fate(state.service.job).state == FinalState::running;
    log_.add(kernel_.now(), "service", *state.service.name, "answered_frac", share,
             !short_of ? "its nodes run at full speed" : stands ? "its racks are slow, or have been away" : "its job holds no nodes");
    state.short_of = short_of;
  }
  std::tie(state.held, state.done) = progress(state.service.job);
  state.begun = kernel_.now();
  ++state.step;
  if (state.step >= state.service.course->steps.size()) return;
  carry(state);
  inbox_.post_at(due(state, state.step + 1), engine::Phase::submit, {index});
}

void ServiceHost::carry(State& state) {
  const JobTable::Fate& fate = jobs_.fate(state.service.job);
  if (fate.state != FinalState::running) return;
  const ServiceStep& step = state.service.course->steps[state.step];
  double utilization = step.utilization;
  if (const double speed = ports_.speed(state.service.job); speed < 1.0 && step.busy > 0.0) {
    utilization = std::min(1.0, utilization * std::min(1.0 / step.busy, speed > 0.0 ? 1.0 / speed : kInf));
  }
  utilization *= state.service.used_frac;
  if (utilization == state.shown && fate.last_start == state.shown_to) return;
  state.shown = utilization;
  state.shown_to = fate.last_start;
  ports_.working(state.service.job, utilization);
}

ServiceHost::Tally ServiceHost::tally(std::size_t service) const {
  Tally tally = states_[service].tally;
  book(states_[service], tally);
  return tally;
}

ServiceStep ServiceHost::now(std::size_t service) const {
  const State& state = states_[service];
  const bool runs = jobs_.fate(state.service.job).state == FinalState::running;
  if (!runs || state.step >= state.service.course->steps.size()) return {};
  return state.service.course->steps[state.step];
}

}  // namespace aifactory
