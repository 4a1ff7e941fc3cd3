#include "sim/actors/scheduler.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "models/error.h"
#include "models/scheduling/view.h"

namespace aifactory {

Scheduler::Scheduler(engine::Kernel& kernel, std::uint32_t rank, scheduling::SchedulerCore& core, Ports ports, Duration epilog)
    : kernel_(kernel), core_(core), ports_(std::move(ports)), inbox_(kernel, rank), epilog_(to_ticks(epilog)), fragmentation_(static_cast<std::size_t>(core.view().pools())) {
  count_nodes();
}

std::int64_t Scheduler::count_nodes() {
  using scheduling::NodeState;
  std::int64_t free = 0, busy = 0, all = 0, draining = 0, repair = 0, burn_in = 0, maintenance = 0;
  for (std::int32_t p = 0; p < core_.view().pools(); ++p) {
    const scheduling::PoolState& pool = core_.view().pool(p);
    free += pool.free.count();
    busy += pool.busy.count();
    all += pool.installed + pool.busy.count_in({pool.installed, pool.spec.nodes});  // those that go are there while a job holds them
    if (pool.down.count() > 0) draining += pool.busy.count() - pool.busy.count_outside(pool.down, {0, pool.spec.nodes});
    repair += pool.out_for(NodeState::repair);
    burn_in += pool.out_for(NodeState::burn_in);
    maintenance += pool.out_for(NodeState::maintenance);
    fragmentation_[static_cast<std::size_t>(p)].observe(kernel_.now(), pool.free.count(), pool.domains.stranded(pool.free));
  }
  if (keeps_states_) {
    AIF_CHECK(all <= std::numeric_limits<std::int32_t>::max(), fmt::format("{} nodes", all));
    const auto count = [](std::int64_t nodes) { return static_cast<std::int32_t>(nodes); };
    states_.observe({.at = kernel_.now(), .idle = count(free), .computing = count(busy), .down = count(all - free - busy), .draining = count(draining),
                     .repair = count(repair), .burn_in = count(burn_in), .maintenance = count(maintenance)});
  }
  return free;
}

void Scheduler::post(const Message& message) {
  // What comes before the pass of this instant waits for it: there is no need to wake for it first.
  if (kernel_.phase() > engine::Phase::schedule) return inbox_.post(message);
  pending_.push_back(message);
  arm(kernel_.now());
}

void Scheduler::operator()() {
  while (true) {
    bool due = false;
    for (const Message& message : inbox_.take()) {
      if (message.kind == Kind::pass) {
        due = true;
      } else {
        pending_.push_back(message);
      }
    }
    if (due && armed_ <= kernel_.now()) {
      pass();
    } else if (!pending_.empty()) {
      arm(kernel_.now());
    }
  }
}

void Scheduler::arm(Tick at) {
  if (armed_ == at) return;
  armed_ = at;
  inbox_.post_at(at, engine::Phase::schedule, {.kind = Kind::pass});
}

void Scheduler::apply(const Message& message) {
  const Tick now = kernel_.now();
  switch (message.kind) {
    case Kind::submit: return core_.submit(message.job, now);
    case Kind::completing: return core_.completing(message.job, now);
    case Kind::finish: return core_.finish(message.job, now);
    case Kind::requeue: return core_.requeue(message.job, now);
    case Kind::nodes_down:
    case Kind::nodes_up: return core_.set_nodes(message.pool, message.range, message.state, now);
    case Kind::look:
    case Kind::pass: return;
  }
}

void Scheduler::pass() {
  armed_ = -1;
  // Messages of one instant may arrive in any order of actors; their order here is fixed.
  std::stable_sort(pending_.begin(), pending_.end(), [](const Message& a, const Message& b) {
    return std::tie(a.kind, a.job, a.pool, a.range.first) < std::tie(b.kind, b.job, b.pool, b.range.first);
  });
  for (const Message& message : pending_) apply(message);
  pending_.clear();
  if (ports_.signals) ports_.signals();
  const auto result = core_.pass(kernel_.now());
  if (ports_.decided) ports_.decided(result);
  for (const auto& preemption : result.preemptions) ports_.preempt(preemption);
  for (const auto& rejection : result.rejections) ports_.reject(rejection.job, rejection.reason);
  for (const auto& resize : result.resizes) ports_.resize(resize);
  for (const auto& start : result.starts) ports_.start(start);
  meter_.observe(kernel_.now(), core_.queued(), count_nodes());
  if (result.wake_at != kNever && result.wake_at > kernel_.now()) arm(result.wake_at);
  if (core_.running() > 0) return;
  if (core_.queued() == 0) {
    ports_.idle();
  } else if (result.wake_at == kNever) {
    ports_.stuck();
  }
}

}  // namespace aifactory
