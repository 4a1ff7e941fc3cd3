#include "sim/actors/cluster.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "models/power/network.h"
#include "models/scheduling/availability_profile.h"

namespace aifactory {

Cluster::Cluster(engine::Kernel& kernel, std::uint32_t rank, Params params, RackField& field, std::vector<Bank> banks,
                 RunningJobs& running, JobTable& jobs, EventLog& log, Ports ports, LoadReplay* load)
    : kernel_(kernel), rank_(rank), params_(std::move(params)), field_(field), banks_(std::move(banks)), running_(running),
      jobs_(jobs), log_(log), ports_(std::move(ports)), load_(load), inbox_(kernel, rank), watch_due_([this](std::int64_t bank, std::uint64_t version) {
        if (watch_version_[static_cast<std::size_t>(bank)] == version) inbox_.post({.kind = Kind::crossing, .bank = static_cast<std::size_t>(bank)});
      }),
      edge_due_([this](std::int64_t job, std::uint64_t version) {
        if (jobs_.course(static_cast<JobId>(job))->edge_version == version) inbox_.post({.kind = Kind::edge, .job = static_cast<JobId>(job)});
      }),
      health_(static_cast<std::size_t>(std::max(field.racks(), params_.most_racks))), rack_bank_(health_.size()), rack_input_w_(health_.size(), 0.0),
      bank_input_w_(banks_.size(), 0.0), bank_chip_w_(banks_.size(), 0.0), rack_chip_w_(health_.size(), 0.0),
      watch_version_(banks_.size(), 0), bank_slow_(banks_.size(), false), prolog_(to_ticks(params_.prolog)), bank_cords_(banks_.size(), 1.0),
      bank_supplied_(banks_.size(), true), installed_(field.racks()) {
  for (std::size_t r = static_cast<std::size_t>(installed_); r < health_.size(); ++r) health_[r].there = false;
  for (std::size_t b = 0; b < banks_.size(); ++b) {
    for (std::int64_t r = 0; r < banks_[b].racks; ++r) rack_bank_[static_cast<std::size_t>(banks_[b].first_rack + r)] = b;
  }
  if (load_) replay();
  for (std::int64_t r = 0; leaks() && r < field_.racks(); ++r) set_leakage(r);
  publish();
}

void Cluster::operator()() {
  while (true) {
    for (const Message& message : inbox_.take()) handle(message);
    if (!leaving_.empty()) let_go();
    flush_notes();
    rate_jobs();
    publish();
  }
}

void Cluster::handle(const Message& message) {
  switch (message.kind) {
    case Kind::start: return start_job(message);
    case Kind::preempt: return put_back(message.job, message.on);
    case Kind::resize: return resize(message);
    case Kind::ended: return end_job(message.job, message.end);
    case Kind::crossing: return crossing(message.bank);
    case Kind::recover: return recover(message.rack);
    case Kind::load: return replay();
    case Kind::begin:
      if (jobs_.fate(message.job).pool == params_.pool) to_rate_.push_back(message.job);
      return;
    case Kind::tested: return tested(message.rack);
    case Kind::working: return work_at(message.job, message.speed);
    case Kind::fault: return fault(message.rack, message.on, message.cause, message.out);
    case Kind::drain: return drained(message);
    case Kind::power:
      bank_supplied_[message.bank] = message.on;
      for (std::int64_t r = 0; r < banks_[message.bank].racks; ++r) {
        fault(banks_[message.bank].first_rack + r, message.on, message.cause);
      }
      return;
    case Kind::cords: return cords_changed(message);
    case Kind::shelf: return shelf_changed(message);
    case Kind::strike: return struck(message);
    case Kind::notice: return noticed(message);
    case Kind::node_back: return node_back(message.rack);
    case Kind::resume: return resume_work(message);
    case Kind::edge: return pass_edge(message.job);
    case Kind::cap:
      if (message.speed == cap_) return;
      cap_ = message.speed;
      curtailed_ = message.on;
      for (std::int64_t r = 0; r < field_.racks(); ++r) apply_speed(r);
      return;
  }
}

void Cluster::note(std::int64_t rack, const char* kind, const char* what, double value, const std::string& cause) {
  const bool same_value = note_ && (note_->value == value || (std::isnan(note_->value) && std::isnan(value)));
  if (same_value && note_->last + 1 == rack && note_->kind == kind && note_->what == what && note_->cause == cause) {
    note_->last = rack;
    return;
  }
  flush_notes();
  note_ = Note{.first = rack, .last = rack, .kind = kind, .what = what, .cause = cause, .value = value};
}

void Cluster::flush_notes() {
  if (!note_) return;
  const std::string racks = note_->first == note_->last ? fmt::format("{}.rack_{}", params_.name, note_->first)
                                                        : fmt::format("{}.rack_{}-{}", params_.name, note_->first, note_->last);
  log_.add(kernel_.now(), note_->kind, racks, note_->what, note_->value, note_->cause);
  note_.reset();
}

void Cluster::replay() {
  load_->apply(kernel_.now(), field_);
  // Where jobs would arrive: before the plant looks and the scheduler decides.
  if (const Tick next = load_->next(); next != kNever) inbox_.post_at(next, engine::Phase::submit, {.kind = Kind::load});
}

void Cluster::start_job(const Message& message) {
  const JobId id = message.job;
  JobTable::Fate& fate = jobs_.fate(id);
  const Tick now = kernel_.now();
  fate.state = FinalState::running;
  if (fate.first_start == kNever) fate.first_start = now;
  fate.last_start = now;
  fate.pool = params_.pool;
  fate.nodes = message.allocation.nodes;
  fate.limit_used = 0;
  begin_staging(id);
  begin_course(id);
  field_.assign(id, message.allocation, utilization(id), now);
  run(id);
  if (prolog_ > 0) inbox_.post_at(scheduling::after(now, prolog_), engine::Phase::integrate, {.kind = Kind::begin, .job = id});
  if (fate.staging > 0) inbox_.post_at(work_begins(id), engine::Phase::integrate, {.kind = Kind::begin, .job = id});
}

/// Puts the rest of a job's work on the calendar, for the nodes that it holds now.
void Cluster::run(JobId id) {
  const Job& job = jobs_.job(id);
  const JobTable::Fate& fate = jobs_.fate(id);
  double work = static_cast<double>(job.work) - fate.done;
  Tick limit = params_.kill_at_walltime ? job.estimate : kNever;
  if (const double size = jobs_.size_factor(id); size != 1.0 || fate.limit_used > 0) {
    work /= size;
    if (limit != kNever) limit = std::max<Tick>(1, static_cast<Tick>(std::ceil((static_cast<double>(limit) - fate.limit_used) / size)));
  }
  const Tick idle = std::max<Tick>(0, work_begins(id) - kernel_.now());
  if (idle > 0 && limit != kNever) limit = scheduling::after(limit, idle);
  JobCourse* course = jobs_.course(id);
  if (course) work = course->course.effort_for(Duration(static_cast<double>(job.work) * 1e-6)).si() * 1e6 / jobs_.size_factor(id);
  running_.start(id, work, limit, pace(id));
  if (course) {
    ++course->version;
    course->counted = jobs_.writers.enter(course->site, course->write_share());
  }
  arm_resume(id);
  arm_edge(id);
  if (ports_.follow) ports_.follow(id, true);
  if (cap_ < 1.0 || throttled_count_ > 0 || braked_count_ > 0 || idle > 0) to_rate_.push_back(id);
}

void Cluster::resize(const Message& message) {
  const JobId id = message.job;
  JobTable::Fate& fate = jobs_.fate(id);
  if (fate.state != FinalState::running) return;  // interrupted in this same instant
  const double size = jobs_.size_factor(id);
  const Tick held = fate.held;
  fate.done = take_off(id);
  fate.limit_used += static_cast<double>(fate.held - held) * size;
  fate.nodes = message.allocation.nodes;
  field_.assign(id, message.allocation, jobs_.job(id).utilization, kernel_.now());
  run(id);
}

double Cluster::take_off(JobId id) {
  JobTable::Fate& fate = jobs_.fate(id);
  const double size = jobs_.size_factor(id);
  if (ports_.follow) ports_.follow(id, false);
  const auto progress = running_.stop(id);
  if (fate.staging > 0 && kernel_.now() >= work_begins(id)) fate.staged_at = params_.site;
  for (const LossCause cause : kLossCauses) fate.lost.add(cause, progress.lost[static_cast<std::size_t>(cause)] * size);
  fate.held += progress.ran;
  fate.energy_j += field_.release(id, kernel_.now()).si();
  if (JobCourse* course = jobs_.course(id)) {
    ++course->edge_version;
    jobs_.writers.leave(course->site, std::exchange(course->counted, 0));
    course->course.advance(Duration(progress.done * size * 1e-6));
    course->prologs += progress.lost[static_cast<std::size_t>(LossCause::restart)] * size;
    book_course(id);
    return course->course.work().si() * 1e6;
  }
  return fate.done + progress.done * size;
}

void Cluster::end_job(JobId id, RunningJobs::End end) {
  const Job& job = jobs_.job(id);
  JobTable::Fate& fate = jobs_.fate(id);
  if (fate.state != FinalState::running) return;  // interrupted in this same instant
  fate.done = take_off(id);
  // A course counts in seconds: its last rounding is not the job's.
  if (jobs_.course(id) && end == RunningJobs::End::work_done) fate.done = static_cast<double>(job.work);
  fate.finish = kernel_.now();
  fate.state = end == RunningJobs::End::walltime || job.killed_at_estimate ? FinalState::completed_walltime_reached
                                                                            : FinalState::completed_successfully;
  ports_.ended(id);
}

/// What a job's work draws from now on; while it starts again it draws what that does.
void Cluster::work_at(JobId id, double utilization) {
  if (jobs_.fate(id).state != FinalState::running) return;
  JobCourse* course = jobs_.course(id);
  if (course) course->working_utilization = utilization;
  if (!course || course_now(id).pausing().si() <= 0.0) field_.set_job_utilization(id, utilization);
}

void Cluster::apply_speed(std::int64_t rack, bool by_supply) {
  const double thermal = health(rack).thermal == Thermal::throttled ? field_.model().params().throttle_speed : 1.0;
  const double speed = braked_speed(rack, std::min(cap_, thermal), by_supply);
  if (field_.speed(rack) == speed) return;
  field_.set_rack_speed(rack, speed);
  for (const JobId job : field_.jobs_on(rack)) to_rate_.push_back(job);
}

/// A job that says what it loses under a cap does so; others work at the clock of their racks.
double Cluster::work_rate(JobId job, double clock) const {
  const double slowdown = jobs_.job(job).slowdown_per_cap;
  if (slowdown < 0.0 || clock == 1.0) return clock;
  return std::max(0.0, 1.0 - slowdown * (1.0 - std::pow(clock, field_.model().params().power_exponent)));
}

void Cluster::rate_jobs() {
  std::sort(to_rate_.begin(), to_rate_.end());
  to_rate_.erase(std::unique(to_rate_.begin(), to_rate_.end()), to_rate_.end());
  for (const JobId job : to_rate_) {
    if (jobs_.fate(job).state != FinalState::running) continue;
    if (kernel_.now() < work_begins(job)) {
      running_.set_rate(job, 0.0, in_prolog(job) ? LossCause::restart : LossCause::staging);
      field_.set_job_rate(job, 0.0);
      continue;
    }
    const double rate = field_.slowest_rack(job);
    running_.set_rate(job, work_rate(job, rate), rate >= cap_ ? (curtailed_ ? LossCause::curtailment : LossCause::cap) : throttled_count_ > 0 ? LossCause::thermal : LossCause::fault);
    field_.set_job_rate(job, rate);
    arm_resume(job);
    arm_edge(job);
    if (ports_.follow) ports_.follow(job, true);
  }
  to_rate_.clear();
}

void Cluster::publish() {
  const Tick now = kernel_.now();
  changed_.clear();
  field_.flush(now, [&](std::int64_t rack) { changed_.push_back(rack); });
  touched_.clear();
  for (auto first = changed_.begin(); first != changed_.end();) {
    const std::size_t b = bank_of(*first);
    const auto last = std::find_if(first, changed_.end(), [&](std::int64_t rack) { return bank_of(rack) != b; });
    touched_.push_back(b);
    take_powers(b, std::span<const std::int64_t>(first, last));
    first = last;
  }
  for (const std::size_t b : touched_) tell_heat(b);
  // Neighbouring banks on one CDU share its coolant: what changes one moves the thresholds of all.
  const LiquidBank* watched = nullptr;
  for (const std::size_t b : touched_) {
    const LiquidBank* liquid = banks_[b].liquid;
    if (!liquid || liquid == watched) continue;
    watched = liquid;
    std::size_t first = b;
    while (first > 0 && banks_[first - 1].liquid == liquid) --first;
    for (std::size_t i = first; i < banks_.size() && banks_[i].liquid == liquid; ++i) watch(i);
  }
  if (short_.empty()) return;
  // What racks with fewer shelves draw has changed, and with it whether they must be braked.
  std::erase_if(changed_, [&](std::int64_t rack) { return !short_.contains(rack); });
  if (changed_.empty()) return;
  for (const std::int64_t rack : changed_) apply_speed(rack);
  flush_notes();
  rate_jobs();
  publish();
}

void Cluster::tell_heat(std::size_t b) {
  const double input_w = bank_input_w_[b];
  double other_w = 0.0, air_w = input_w;
  if (banks_[b].liquid) {
    // Chips first: what the coolant takes beyond them comes from CPUs, switches and regulators.
    const double taken = banks_[b].by_air ? 1.0 : field_.model().params().liquid_frac;
    other_w = on_load_grid(Power(std::max(0.0, taken * input_w - bank_chip_w_[b]))).si();
    air_w = input_w - bank_chip_w_[b] - other_w;
  }
  ports_.heat(b, Power(input_w), Power(other_w), Power(air_w));
}

/// Passes on to a bank what its racks draw from now on.
void Cluster::take_powers(std::size_t b, std::span<const std::int64_t> racks) {
  const Tick now = kernel_.now();
  const Bank& bank = banks_[b];
  ports_.heat_changes(b);
  powers_.clear();
  falling_.clear();
  for (const std::int64_t rack : racks) {
    const auto r = static_cast<std::size_t>(rack);
    const double input_w = field_.input(rack).si(), chip_w = field_.accelerators(rack).si();
    if (bank.liquid) {
      powers_.push_back({.rack = bank.in_liquid(rack), .chips = field_.accelerators(rack), .hottest = field_.hottest_accelerator(rack)});
      if (chip_w < rack_chip_w_[r]) falling_.push_back(bank.in_liquid(rack));
    }
    bank_input_w_[b] += input_w - rack_input_w_[r];
    bank_chip_w_[b] += chip_w - rack_chip_w_[r];
    rack_input_w_[r] = input_w;
    rack_chip_w_[r] = chip_w;
  }
  // A chip is hottest just before its power falls; control instants would miss what is shorter than their period.
  if (!falling_.empty() && bank.liquid->chip_bound(now, max_chip_) > max_chip_) max_chip_ = std::max(max_chip_, bank.liquid->hottest_chip(now, falling_));
  if (bank.liquid) bank.liquid->set_racks(now, powers_);
}

}  // namespace aifactory
