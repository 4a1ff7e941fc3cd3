#include "sim/actors/service_host.h"

#include <algorithm>

namespace aifactory {
namespace {
/// Fewer requests are nobody's.
constexpr double kNone = 1e-9;
}  // namespace

ServiceHost::ServiceHost(engine::Kernel& kernel, std::uint32_t rank, const std::vector<Service>& services, const JobTable& jobs,
                         const RunningJobs& running, EventLog& log, Ports ports)
    : kernel_(kernel), jobs_(jobs), running_(running), log_(log), ports_(std::move(ports)), inbox_(kernel, rank) {
  for (const Service& service : services) {
    State& state = states_.emplace_back(State{.service = service, .parts = std::vector<PartState>(service.parts.size())});
    state.tally.tokens_of_part.resize(service.parts.size());
    state.load = service.course->load(service.course->steps.front().answered);
    late_.resize(std::max(late_.size(), service.group + 1));
  }
  // The jobs start with the load of the first step.
  wait();
}

/// Until the first end of a step.
void ServiceHost::wait() {
  Tick next = kNever;
  for (const State& state : states_) {
    if (state.step < state.service.course->steps.size()) next = std::min(next, due(state, state.step + 1));
  }
  if (next < kNever) inbox_.post_at(next, engine::Phase::submit, {});
}

Tick ServiceHost::due(const State& state, std::size_t step) const {
  return to_ticks(static_cast<double>(step) * state.service.course->step);
}

void ServiceHost::operator()() {
  while (true) {
    inbox_.take();
    std::vector<std::size_t> ended;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i].step < states_[i].service.course->steps.size() && due(states_[i], states_[i].step + 1) == kernel_.now()) ended.push_back(i);
    }
    // What one could not answer is known before another has time for it.
    for (const std::size_t i : ended) end(i);
    for (const std::size_t i : ended) begin(i);
    wait();
  }
}

/// Time on nodes, and work done in ticks of full speed.
std::pair<Tick, double> ServiceHost::progress(JobId job) const {
  const JobTable::Fate& fate = jobs_.fate(job);
  if (fate.state != FinalState::running) return {fate.held, fate.done};
  const RunningJobs::Progress running = running_.progress(job);
  // On nodes that interrupt it, it does not work while it starts again.
  if (const JobCourse* course = jobs_.course(job)) return {fate.held + running.ran, course->after(running.done).work().si() * 1e6};
  return {fate.held + running.ran, fate.done + running.done};
}

/// Time that its replicas work in a step at their present speed, over that of all at full speed.
double ServiceHost::capacity(const State& state) const {
  double capacity = 0.0;
  for (const ServicePart& part : state.service.parts) {
    if (jobs_.fate(part.job).state == FinalState::running) capacity += part.share * std::min(1.0, ports_.speed(part.job));
  }
  return capacity;
}

double ServiceHost::on_curve(const State& state, double of_course, double (ServingCurve::*curve)(double) const, double capacity) const {
  const ServiceCourse& course = *state.service.course;
  const double own = course.load(course.steps[state.step].answered);
  if (capacity >= 1.0 && state.load == own) return of_course;
  const double now = (course.curve.*curve)(capacity > 0.0 ? state.load / capacity : 1.0), undisturbed = (course.curve.*curve)(own);
  return std::min(1.0, undisturbed > 0.0 ? of_course * now / undisturbed : now);
}

double ServiceHost::book(const State& state, Tally& tally) const {
  const ServiceCourse& course = *state.service.course;
  const Tick span = kernel_.now() - state.begun;
  if (span <= 0 || state.step >= course.steps.size()) return 1.0;
  const double span_s = to_seconds(span), part_of_step = span_s / course.step.si();
  double most = 0.0, held = 0.0, capacity = 0.0;
  std::vector<double> of_part(state.parts.size());
  for (std::size_t p = 0; p < state.parts.size(); ++p) {
    const auto [held_now, done] = progress(state.service.parts[p].job);
    const Tick mine = held_now - state.parts[p].held;
    if (mine <= 0) continue;
    const double held_frac = static_cast<double>(mine) / static_cast<double>(span), share = state.service.parts[p].share;
    // Work counts in ticks: full speed is full speed.
    const double speed = std::clamp((done - state.parts[p].done) / static_cast<double>(mine), 0.0, 1.0);
    of_part[p] = share * held_frac * (speed < 1.0 - 1e-6 ? speed : 1.0);
    most = std::max(most, held_frac);
    held += share * held_frac;
    capacity += of_part[p];
  }
  if (capacity > 1.0 - 1e-12) capacity = 1.0;
  const double share = state.load > 0.0 ? std::min(most, capacity / state.load) : most;
  const ServiceStep& step = course.steps[state.step];
  double tokens = step.output_tokens;
  tally.arrived += step.arrived * part_of_step;
  tally.answered += step.answered * part_of_step * share;
  tally.within += step.within * part_of_step * share;
  tally.input_tokens += step.input_tokens * part_of_step * share;
  for (const Late& late : state.taken) {
    tally.answered += late.requests * part_of_step * share;
    tally.late += late.requests * part_of_step * share;
    tally.input_tokens += late.input_tokens * part_of_step * share;
    tokens += late.output_tokens;
  }
  tally.output_tokens += tokens * part_of_step * share;
  if (capacity > 0.0) {
    for (std::size_t p = 0; p < of_part.size(); ++p) tally.tokens_of_part[p] += tokens * part_of_step * share * of_part[p] / capacity;
    tally.busy_s += held * on_curve(state, step.busy, &ServingCurve::busy, capacity / most) * span_s;
  }
  tally.replica_s += step.replicas * held * span_s;
  tally.held_s += held * span_s;
  return share;
}

void ServiceHost::end(std::size_t index) {
  State& state = states_[index];
  const Service& service = state.service;
  const double share = book(state, state.tally);
  const bool short_of = share < 1.0 - 1e-9;
  if (short_of != state.short_of) {
    const auto runs = [&](const ServicePart& part) { return jobs_.fate(part.job).state == FinalState::running; };
    const auto standing = std::count_if(service.parts.begin(), service.parts.end(), runs);
    log_.add(kernel_.now(), "service", *service.name, "answered_frac", share,
             !short_of                                                      ? "its nodes do what is asked of them"
             : standing == 0                                                ? "its jobs hold no nodes"
             : standing < static_cast<std::ptrdiff_t>(service.parts.size()) ? "some of its jobs hold no nodes"
                                                                            : "its racks are slow, or have been away");
    state.short_of = short_of;
  }
  if (short_of && state.step < service.course->steps.size()) {
    const ServiceStep& step = service.course->steps[state.step];
    const double lost = 1.0 - share;
    std::deque<Late>& waiting = late_[service.group];
    const Tick now = kernel_.now();
    for (const Late& late : state.taken) {
      if (late.until >= now) waiting.push_back({index, late.requests * lost, late.input_tokens * lost, late.output_tokens * lost, late.since, late.until});
    }
    waiting.push_back({index, step.answered * lost, step.input_tokens * lost, step.output_tokens * lost, now, now + to_ticks(service.patience)});
  }
  state.taken.clear();
}

void ServiceHost::begin(std::size_t index) {
  State& state = states_[index];
  for (std::size_t p = 0; p < state.parts.size(); ++p) std::tie(state.parts[p].held, state.parts[p].done) = progress(state.service.parts[p].job);
  state.begun = kernel_.now();
  ++state.step;
  const ServiceCourse& course = *state.service.course;
  if (state.step >= course.steps.size()) return;
  state.load = course.load(course.steps[state.step].answered);
  take_late(index);
  carry(state);
}

/// Of the requests that wait in its group, those that it has time for in the step that begins.
void ServiceHost::take_late(std::size_t index) {
  State& state = states_[index];
  std::deque<Late>& waiting = late_[state.service.group];
  // Of those from before, what nobody had time for while there was patience; what has just been lost is offered once.
  std::erase_if(waiting, [&](const Late& late) { return late.requests < kNone || (late.until < kernel_.now() && late.since < kernel_.now()); });
  const ServiceCourse& course = *state.service.course;
  double room = (std::min(1.0, capacity(state)) - state.load) * course.curve.capacity().si() * course.step.si();
  for (Late& late : waiting) {
    if (room <= kNone) break;
    if (late.service == index && late.until <= late.since) continue;  // it does not wait for itself
    const double part = std::min(1.0, room / late.requests), requests = late.requests * part;
    Late mine{index, requests, late.input_tokens * part, late.output_tokens * part, late.since, late.until};
    if (late.service != index) {
      Tally &from = states_[late.service].tally, &to = state.tally;
      from.arrived -= requests;
      from.given_away += requests;
      to.arrived += requests;
      to.taken_over += requests;
    }
    late.requests -= requests;
    late.input_tokens -= mine.input_tokens;
    late.output_tokens -= mine.output_tokens;
    room -= requests;
    state.load += course.load(requests);
    state.taken.push_back(mine);
  }
}

void ServiceHost::carry(State& state) {
  const double utilization = on_curve(state, state.service.course->steps[state.step].utilization, &ServingCurve::utilization, std::min(1.0, capacity(state)));
  for (std::size_t p = 0; p < state.parts.size(); ++p) {
    const ServicePart& part = state.service.parts[p];
    const JobTable::Fate& fate = jobs_.fate(part.job);
    const double shown = utilization * part.used_frac;
    const bool known = shown == state.parts[p].shown && fate.last_start == state.parts[p].shown_to && !jobs_.course(part.job);
    if (fate.state != FinalState::running || known) continue;
    state.parts[p].shown = shown;
    state.parts[p].shown_to = fate.last_start;
    ports_.working(part.job, shown);
  }
}

ServiceHost::Tally ServiceHost::tally(std::size_t service) const {
  Tally tally = states_[service].tally;
  book(states_[service], tally);
  return tally;
}

ServiceStep ServiceHost::now(std::size_t service) const {
  const State& state = states_[service];
  const auto runs = [&](const ServicePart& part) { return jobs_.fate(part.job).state == FinalState::running; };
  if (state.step >= state.service.course->steps.size() || std::none_of(state.service.parts.begin(), state.service.parts.end(), runs)) return {};
  ServiceStep step = state.service.course->steps[state.step];
  step.busy = on_curve(state, step.busy, &ServingCurve::busy, 1.0);
  step.utilization = on_curve(state, step.utilization, &ServingCurve::utilization, 1.0);
  return step;
}

}  // namespace aifactory
