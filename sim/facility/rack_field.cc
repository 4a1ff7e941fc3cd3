#include "sim/facility/rack_field.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "models/error.h"
#include "models/power/network.h"

namespace aifactory {
namespace {
double on_grid(Power p) { return on_load_grid(p).si(); }
constexpr double kGrid = 1024.0;  // steps of a watt
}  // namespace

RackField::RackField(const Rack& model, std::int64_t nodes)
    : model_(model), nodes_per_rack_(model.params().nodes),
      idle_node_w_(on_grid(model.idle_node_power())),
      idle_accelerator_w_(on_grid(model.params().accelerator_idle)),
      base_w_(on_grid(model.params().rack_base / static_cast<double>(model.params().nodes))),
      idle_dc_w_((idle_node_w_ + base_w_) * static_cast<double>(nodes_per_rack_)) {
  racks_.resize(idx((nodes + nodes_per_rack_ - 1) / nodes_per_rack_));
  changed_.resize((racks_.size() + 63) / 64);
  changed_first_ = changed_.size();
  node_job_.assign(idx(nodes), -1);
  node_w_.assign(idx(nodes), 0.0);
  for (std::int64_t rack = 0; rack < racks(); ++rack) mark(rack);
  settle(0);
  // The first power holds from the start on.
}

void RackField::grow(std::int64_t nodes, Tick now) {
  const std::int64_t before = racks();
  AIF_CHECK(this->nodes() == before * nodes_per_rack_ && nodes > this->nodes(), fmt::format("{} nodes become {}", this->nodes(), nodes));
  settle(now);
  racks_.resize(idx((nodes + nodes_per_rack_ - 1) / nodes_per_rack_));
  const bool nothing = changed_end_ == 0;
  changed_.resize((racks_.size() + 63) / 64);
  if (nothing) changed_first_ = changed_.size();
  node_job_.resize(idx(nodes), -1);
  node_w_.resize(idx(nodes), 0.0);
  for (std::int64_t rack = before; rack < racks(); ++rack) mark(rack);
}

RackField::Held& RackField::held(JobId job) {
  const auto slot = idx(job) < slot_of_.size() ? slot_of_[idx(job)] : -1;
  AIF_CHECK(slot >= 0, fmt::format("job {} holds no node", job));
  return held_[idx(slot)];
}
const RackField::Held& RackField::held(JobId job) const { return const_cast<RackField*>(this)->held(job); }

void RackField::mark(std::int64_t rack) {
  RackState& state = racks_[idx(rack)];
  if (state.dirty) return;
  state.dirty = true;
  dirty_.push_back(rack);
}

void RackField::mark(const Held& held) {
  for (const NodeRange& range : held.nodes) {
    for (std::int64_t r = range.first / nodes_per_rack_; r <= (range.last - 1) / nodes_per_rack_; ++r) mark(r);
  }
}

void RackField::integrate(Held& job, Tick now) {
  job.energy_j.add(job.power_w * to_seconds(now - job.last));
  job.last = now;
}

void RackField::assign(JobId job, const Allocation& allocation, double utilization, Tick now) {
  if (idx(job) >= slot_of_.size()) slot_of_.resize(std::max(idx(job) + 1, slot_of_.size() * 2), -1);
  AIF_CHECK(slot_of_[idx(job)] < 0, fmt::format("job {} runs already", job));
  std::int32_t slot;
  if (free_slots_.empty()) {
    slot = static_cast<std::int32_t>(held_.size());
    held_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  slot_of_[idx(job)] = slot;
  settle(now);
  Held& mine = held_[idx(slot)];
  mine = {};
  mine.job = job;
  mine.utilization = utilization;
  mine.last = now;
  mine.nodes = allocation.nodes;
  std::int64_t held_nodes = 0;
  double passed_w = 0.0;  // exact on the grid, whatever the order
  for (const NodeRange& range : mine.nodes) {
    held_nodes += range.count();
    AIF_CHECK(range.first >= 0 && range.first < range.last && range.last <= nodes(), "nodes outside the cluster");
    busy_nodes_ += range.count();
    for (std::int64_t n = range.first; n < range.last; ++n) {
      AIF_CHECK(node_job_[idx(n)] < 0, fmt::format("node {} is taken", n));
      node_job_[idx(n)] = slot;
      passed_w += node_w_[idx(n)];
    }
  }
  idle_w_ -= passed_w;
  mine.power_w = passed_w;
  jobs_w_ += mine.power_w;
  mine.full_w = (on_grid(model_.node_power(utilization, 1.0)) + base_w_) * static_cast<double>(held_nodes);
  full_w_ += mine.full_w;
  mark(mine);
}

Energy RackField::release(JobId job, Tick now) {
  settle(now);
  Held& mine = held(job);
  integrate(mine, now);
  double passed_w = 0.0;
  for (const NodeRange& range : mine.nodes) {
    busy_nodes_ -= range.count();
    for (std::int64_t n = range.first; n < range.last; ++n) {
      node_job_[idx(n)] = -1;
      passed_w += node_w_[idx(n)];
    }
  }
  idle_w_ += passed_w;
  jobs_w_ -= mine.power_w;
  full_w_ -= mine.full_w;
  mark(mine);
  const Energy energy(mine.energy_j.value());
  free_slots_.push_back(slot_of_[idx(job)]);
  slot_of_[idx(job)] = -1;
  mine = {};
  return energy;
}

void RackField::set_job_rate(JobId job, double rate) {
  Held& mine = held(job);
  if (mine.rate == rate) return;
  mine.rate = rate;
  mark(mine);
}

void RackField::set_job_utilization(JobId job, double utilization) {
  Held& mine = held(job);
  if (mine.utilization == utilization) return;
  std::int64_t held_nodes = 0;
  for (const NodeRange& range : mine.nodes) held_nodes += range.count();
  full_w_ -= mine.full_w;
  mine.utilization = utilization;
  mine.full_w = (on_grid(model_.node_power(utilization, 1.0)) + base_w_) * static_cast<double>(held_nodes);
  full_w_ += mine.full_w;
  mark(mine);
}

void RackField::set_rack_speed(std::int64_t rack, double speed) {
  if (racks_[idx(rack)].speed == speed) return;
  racks_[idx(rack)].speed = speed;
  mark(rack);
}

void RackField::set_rack_leakage(std::int64_t rack, Power change) {
  const double leakage_w = on_grid(change);
  if (racks_[idx(rack)].leakage_w == leakage_w) return;
  racks_[idx(rack)].leakage_w = leakage_w;
  mark(rack);
}

void RackField::set_rack_shelves(std::int64_t rack, double share) {
  AIF_CHECK(share > 0.0 && share <= 1.0, fmt::format("a share {} of shelves", share));
  if (racks_[idx(rack)].shelves == share) return;
  racks_[idx(rack)].shelves = share;
  mark(rack);
}

void RackField::set_rack_on(std::int64_t rack, bool on) {
  if (racks_[idx(rack)].on == on) return;
  racks_[idx(rack)].on = on;
  mark(rack);
}

void RackField::set_rack_load(std::int64_t rack, Power input) {
  RackState& state = racks_[idx(rack)];
  const double load_w = on_grid(input);
  if (state.load_w == load_w) return;
  AIF_CHECK(load_w >= 0.0, fmt::format("a load of {} W", load_w));
  if (state.load_w < 0.0) {
    // Its nodes draw nothing of their own any more; the rack as a whole does.
    const std::int64_t end = std::min(nodes(), (rack + 1) * nodes_per_rack_);
    double nodes_w = 0.0;
    for (std::int64_t n = rack * nodes_per_rack_; n < end; ++n) {
      AIF_CHECK(node_job_[idx(n)] < 0, fmt::format("node {} of a given load is taken", n));
      nodes_w += std::exchange(node_w_[idx(n)], 0.0);
    }
    state.given_w = nodes_w;  // becomes what is drawn now at the next flush
    given_w_ += nodes_w;
    given_floor_w_ += nodes_w;
    given_full_w_ += nodes_w;
    state.given_floor_w = state.given_full_w = nodes_w;
  }
  state.load_w = load_w;
  mark(rack);
}

std::vector<JobId> RackField::jobs_on(std::int64_t rack) const {
  std::vector<JobId> jobs;
  const std::int64_t end = std::min(nodes(), (rack + 1) * nodes_per_rack_);
  for (std::int64_t n = rack * nodes_per_rack_; n < end; ++n) {
    if (node_job_[idx(n)] >= 0) jobs.push_back(held_[idx(node_job_[idx(n)])].job);
  }
  std::sort(jobs.begin(), jobs.end());
  jobs.erase(std::unique(jobs.begin(), jobs.end()), jobs.end());
  return jobs;
}

std::vector<std::pair<std::int64_t, std::int64_t>> RackField::racks_of(JobId job) const {
  std::vector<std::pair<std::int64_t, std::int64_t>> out;
  for (const NodeRange& range : held(job).nodes) {
    const std::int64_t first = range.first / nodes_per_rack_, last = (range.last - 1) / nodes_per_rack_ + 1;
    if (!out.empty() && out.back().second >= first) {
      out.back().second = std::max(out.back().second, last);
    } else {
      out.emplace_back(first, last);
    }
  }
  return out;
}

double RackField::slowest_rack(JobId job) const {
  double slowest = 1.0;
  for (const auto& [first, last] : racks_of(job)) {
    for (std::int64_t r = first; r < last; ++r) slowest = std::min(slowest, racks_[idx(r)].speed);
  }
  return slowest;
}

void RackField::settle(Tick now) {
  // What has held since the last change is booked before anything changes.
  const double span_s = to_seconds(now - last_);
  jobs_j_.add(jobs_w_ * span_s);
  idle_j_.add(idle_w_ * span_s);
  shelf_j_.add((input_w_ - dc_w_) * span_s);
  input_j_.add(input_w_ * span_s);
  busy_node_s_ += static_cast<double>(busy_nodes_) * span_s;
  last_ = now;
  for (std::int64_t rack : dirty_) {
    const std::size_t word = idx(rack) / 64;
    changed_[word] |= std::uint64_t{1} << (idx(rack) % 64);
    changed_first_ = std::min(changed_first_, word);
    changed_end_ = std::max(changed_end_, word + 1);
    if (racks_[idx(rack)].load_w >= 0.0) {
      recompute_load(rack);
      racks_[idx(rack)].dirty = false;
      continue;
    }
    const std::int64_t end = std::min(nodes(), (rack + 1) * nodes_per_rack_);
    for (std::int64_t n = rack * nodes_per_rack_; n < end; ++n) {
      const std::int32_t slot = node_job_[idx(n)];
      if (slot >= 0 && held_[idx(slot)].last != now) integrate(held_[idx(slot)], now);
    }
    recompute(rack);
    racks_[idx(rack)].dirty = false;
  }
  dirty_.clear();
}

double RackField::input_w(double dc_w) {
  // A mix of its bits: loads that differ little must not meet in one place.
  Conversion& known = conversions_[(std::bit_cast<std::uint64_t>(dc_w) * 0x9e3779b97f4a7c15u) >> 60];
  if (known.dc_w != dc_w) known = {.dc_w = dc_w, .input_w = on_grid(model_.input_power(Power(dc_w)))};
  return known.input_w;
}

void RackField::recompute(std::int64_t rack) {
  RackState& state = racks_[idx(rack)];
  const std::int64_t first = rack * nodes_per_rack_, end = std::min(nodes(), first + nodes_per_rack_);
  double dc_w = 0, accelerators_w = 0, hottest_w = 0;
  std::int32_t previous = -2;
  double node_w = 0, accelerator_w = 0;
  double change_w = 0;  // of the nodes of one slot, which stand together: booked at once, exact on the grid
  const auto book = [&] {
    if (change_w == 0.0) return;
    if (previous < 0) {
      idle_w_ += change_w;
    } else {
      held_[idx(previous)].power_w += change_w;
      jobs_w_ += change_w;
    }
    change_w = 0.0;
  };
  for (std::int64_t n = first; n < end; ++n) {
    const std::int32_t slot = node_job_[idx(n)];
    if (slot != previous) {
      book();
      previous = slot;
      if (!state.on) {
        node_w = accelerator_w = 0.0;
      } else if (slot < 0) {
        node_w = idle_node_w_ + base_w_;
        accelerator_w = idle_accelerator_w_;
      } else {
        const Held& job = held_[idx(slot)];
        const double busy = job.utilization * std::min(1.0, job.rate / state.speed);
        if (last_node_.busy != busy || last_node_.speed != state.speed) {
          last_node_ = {.busy = busy, .speed = state.speed, .node_w = on_grid(model_.node_power(busy, state.speed)) + base_w_,
                        .accelerator_w = on_grid(model_.accelerator_power(busy, state.speed))};
        }
        node_w = last_node_.node_w;
        accelerator_w = last_node_.accelerator_w;
      }
      if (state.on) {
        accelerator_w += state.leakage_w;
        node_w += state.leakage_w * static_cast<double>(model_.accelerators_per_node());
      }
    }
    change_w += node_w - node_w_[idx(n)];
    node_w_[idx(n)] = node_w;
    dc_w += node_w;
    accelerators_w += accelerator_w;
    hottest_w = std::max(hottest_w, accelerator_w);
  }
  book();
  const double drawn_w = dc_w <= 0.0           ? 0.0
                         : state.shelves < 1.0 ? on_grid(model_.input_power(Power(dc_w), state.shelves))
                                               : input_w(dc_w);
  input_w_ += drawn_w - state.input_w;
  dc_w_ += dc_w - state.dc_w;
  state.input_w = drawn_w;
  state.dc_w = dc_w;
  state.accelerators_w = accelerators_w * static_cast<double>(model_.accelerators_per_node());
  state.hottest_accelerator_w = hottest_w;
}

Power RackField::dc_at(std::int64_t rack, double speed) const {
  const RackState& state = racks_[idx(rack)];
  if (!state.on) return 0.0 * W;
  if (state.load_w >= 0.0) {
    return Power(given(state.load_w, speed).dc_w);
  }
  Power sum = 0.0 * W;
  const std::int64_t first = rack * nodes_per_rack_, end = std::min(nodes(), first + nodes_per_rack_);
  for (std::int64_t n = first; n < end; ++n) {
    const std::int32_t slot = node_job_[idx(n)];
    sum += Power(base_w_) + (slot < 0 ? Power(idle_node_w_) : model_.node_power(held_[idx(slot)].utilization, speed)) +
           Power(state.leakage_w) * static_cast<double>(model_.accelerators_per_node());
  }
  return sum;
}

RackField::Given RackField::given(double load_w, double speed) const {
  Given out{.load_w = load_w, .speed = speed, .input_w = load_w};
  out.full_w = out.dc_w = std::min(on_grid(model_.shelf().output_for_input(Power(load_w))), load_w);
  out.floor_w = std::min(out.full_w, idle_dc_w_);
  const RackParams& p = model_.params();
  if (speed != 1.0) {
    out.dc_w = on_grid(Power(out.floor_w + (out.full_w - out.floor_w) * std::pow(speed, p.power_exponent)));
    out.input_w = std::clamp(on_grid(model_.input_power(Power(out.dc_w))), out.dc_w, std::max(out.dc_w, load_w));
  }
  // Of what a node draws, its accelerators take the part that they would take of a job's power; never more than all.
  const double nodes = static_cast<double>(p.nodes), per_node = static_cast<double>(model_.accelerators_per_node());
  if (per_node > 0.0 && out.dc_w > 0.0) {
    const double idle_w = model_.node_power(0.0, 1.0).si(), span_w = model_.node_power(1.0, 1.0).si() - idle_w;
    const double node_w = out.dc_w / nodes - p.rack_base.si() / nodes;
    const double busy = span_w > 0.0 ? std::max(0.0, (node_w - idle_w) / span_w) : 1.0;
    const double wanted_w = p.accelerator_idle.si() + (p.accelerator_max - p.accelerator_idle).si() * busy;
    out.accelerator_w = std::floor(std::min(wanted_w, out.dc_w / (nodes * per_node)) * kGrid) / kGrid;
  }
  return out;
}

void RackField::recompute_load(std::int64_t rack) {
  RackState& state = racks_[idx(rack)];
  if (state.on && (last_given_.load_w != state.load_w || last_given_.speed != state.speed)) last_given_ = given(state.load_w, state.speed);
  const Given now = state.on ? last_given_ : Given{};
  idle_w_ += now.dc_w - state.given_w;
  given_w_ += now.dc_w - state.given_w;
  given_full_w_ += now.full_w - state.given_full_w;
  given_floor_w_ += now.floor_w - state.given_floor_w;
  state.given_w = now.dc_w;
  state.given_full_w = now.full_w;
  state.given_floor_w = now.floor_w;
  input_w_ += now.input_w - state.input_w;
  dc_w_ += now.dc_w - state.dc_w;
  state.input_w = now.input_w;
  state.dc_w = now.dc_w;
  state.accelerators_w = now.accelerator_w * static_cast<double>(model_.accelerators_per_node()) * static_cast<double>(model_.params().nodes);
  state.hottest_accelerator_w = now.accelerator_w;
}

RackField::Energies RackField::energies(Tick now) const {
  const double span_s = to_seconds(now - last_);
  return {.jobs = Energy(jobs_j_.value() + jobs_w_ * span_s),
          .idle = Energy(idle_j_.value() + idle_w_ * span_s),
          .shelf_loss = Energy(shelf_j_.value() + (input_w_ - dc_w_) * span_s),
          .input = Energy(input_j_.value() + input_w_ * span_s)};
}

Energy RackField::job_energy(JobId job, Tick now) const {
  const Held& mine = held(job);
  return Energy(mine.energy_j.value() + mine.power_w * to_seconds(now - mine.last));
}

double RackField::busy_node_seconds(Tick now) const {
  return busy_node_s_ + static_cast<double>(busy_nodes_) * to_seconds(now - last_);
}

}  // namespace aifactory
