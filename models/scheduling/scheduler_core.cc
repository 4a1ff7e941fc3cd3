#include "models/scheduling/scheduler_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/error.h"
#include "models/scheduling/actions.h"
#include "models/scheduling/order.h"
#include "models/scheduling/place.h"
#include "models/scheduling/policies.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {

std::string_view to_string(Refusal refusal) {
  switch (refusal) {
    case Refusal::none:
      return "done";
    case Refusal::not_waiting:
      return "the job is not waiting";
    case Refusal::unknown_pool:
      return "no such pool";
    case Refusal::wrong_pool:
      return "the job may not run in this pool";
    case Refusal::too_few_free:
      return "too few free nodes";
    case Refusal::wrong_size:
      return "not as many nodes as the job asks for";
    case Refusal::bad_allocation:
      return "intervals out of range, order or shape";
    case Refusal::node_not_free:
      return "a node is busy or down";
    case Refusal::not_in_future:
      return "not in the future";
  }
  return "";
}

namespace {

enum class Stage : std::uint8_t { absent, waiting, running, gone };

struct Event {
  enum Kind : std::uint8_t { submit, finish, requeue, remove, nodes } kind;
  JobId job;
  std::int32_t pool;
  NodeRange range;
  bool up;
};

/// By planned end, the latest first; the lower id is nearer to the back, so ends come in the order of ids.
bool later(const RunningJob& a, const RunningJob& b) {
  return a.end != b.end ? a.end > b.end : a.job > b.job;
}

}  // namespace

struct SchedulerCore::State final : public View, public Actions {
  // Largest pool accepted: its three sets of bits take 38 MB.
  static constexpr std::int64_t kMaxNodes = 100'000'000;

  State(const std::vector<Job>& jobs, std::vector<PoolSpec> specs, std::unique_ptr<Policy> chosen)
      : policy(std::move(chosen)) {
    AIF_CHECK(policy && policy->parts().order && policy->parts().place, "a policy without order or place");
    jobs_ = &jobs;
    two_queues_ = policy->parts().backfill_order != nullptr;
    if (specs.empty() && !jobs.empty()) throw InputError("scheduling: there is no pool of nodes");
    for (PoolSpec& spec : specs) {
      if (spec.nodes < 1 || spec.nodes > kMaxNodes || spec.nodes_per_rack < 1) {
        throw InputError(fmt::format("scheduling: pool {}: {} nodes, {} to a rack; must be 1..{} and at least 1",
                                     spec.name, spec.nodes, spec.nodes_per_rack, kMaxNodes));
      }
      PoolState pool;
      pool.free = NodeSet(spec.nodes, true);
      pool.busy = NodeSet(spec.nodes);
      pool.down = NodeSet(spec.nodes);
      pool.spec = std::move(spec);
      pools_.push_back(std::move(pool));
    }
    reserve_for(jobs.size());
  }

  // ---- book-keeping -------------------------------------------------------------------------------------------

  void reserve_for(std::size_t count) {
    if (count <= stage.size()) return;
    count = std::max(count, stage.size() + stage.size() / 2);
    stage.resize(count, Stage::absent);
    arrival.resize(count, -1);
    slot_of.resize(count, -1);
  }

  Stage& stage_of(JobId id) { return stage[static_cast<std::size_t>(id)]; }

  void expect(JobId id, Stage wanted, const char* call) {
    AIF_CHECK(id >= 0 && static_cast<std::size_t>(id) < jobs_->size(), fmt::format("{}: job {}", call, id));
    reserve_for(jobs_->size());
    AIF_CHECK(stage_of(id) == wanted,
              fmt::format("{}: job {} is in stage {}", call, id, static_cast<int>(stage_of(id))));
  }

  [[nodiscard]] Tick planned(const Job& job) const { return job.estimate == kNever ? job.work : job.estimate; }

  [[nodiscard]] WaitingQueue::Entry entry_of(JobId id, const OrderInfo& order) const {
    const Job& wanted = job(id);
    const Tick duration = planned(wanted);
    const double key = order.key(wanted, duration);
    AIF_CHECK(!std::isnan(key), fmt::format("job {} has no place in order {}", id, order.name));
    return {key, arrival[static_cast<std::size_t>(id)], id, wanted.pool, wanted.nodes, duration};
  }

  void enqueue(JobId id) {
    queue_.insert(entry_of(id, *policy->parts().order));
    if (two_queues_) backfill_.insert(entry_of(id, *policy->parts().backfill_order));
    stage_of(id) = Stage::waiting;
  }

  void dequeue(JobId id) {
    const auto entry = entry_of(id, *policy->parts().order);
    queue_.remove(entry.key, entry.arrival);
    if (!two_queues_) return;
    const auto behind = entry_of(id, *policy->parts().backfill_order);
    backfill_.remove(behind.key, behind.arrival);
  }

  void apply_submit(JobId id) {
    const Job& wanted = job(id);
    AIF_CHECK(wanted.nodes >= 1 && wanted.work >= 0 && planned(wanted) >= 0 && wanted.pool < pools(),
              fmt::format("job {}: {} nodes, {} ticks, pool {}", id, wanted.nodes, wanted.work, wanted.pool));
    std::int64_t most = 0;
    for (std::int32_t p = 0; p < pools(); ++p) {
      if (wanted.pool < 0 || wanted.pool == p) most = std::max(most, pool(p).spec.nodes);
    }
    arrival[static_cast<std::size_t>(id)] = arrivals++;
    if (wanted.nodes > most) {
      // Never possible, so no policy need see it; waiting at the head it would block the queue for ever.
      stage_of(id) = Stage::gone;
      result.rejections.push_back(
          {id, fmt::format("needs {} nodes, the largest pool that may run it has {}", wanted.nodes, most)});
      return;
    }
    enqueue(id);
  }

  void hold(JobId id, Allocation&& allocation) {
    PoolState& pool = pools_[static_cast<std::size_t>(allocation.pool)];
    for (const NodeRange& range : allocation.nodes) {
      pool.free.erase(range);
      pool.busy.insert(range);
    }
    std::int32_t slot = static_cast<std::int32_t>(slots_.size());
    if (free_slots.empty()) {
      slots_.emplace_back();
    } else {
      slot = free_slots.back();
      free_slots.pop_back();
    }
    result.starts.push_back({id, allocation});
    slots_[static_cast<std::size_t>(slot)] = std::move(allocation);
    slot_of[static_cast<std::size_t>(id)] = slot;
    const RunningJob started{after(now_, planned(job(id))), id, slot, job(id).nodes};
    if (planned_ends.size() < slots_.size()) planned_ends.resize(slots_.size());
    planned_ends[static_cast<std::size_t>(slot)] = started.end;
    pool.running.insert(std::lower_bound(pool.running.begin(), pool.running.end(), started, later), started);
    stage_of(id) = Stage::running;
    ++running_count;
  }

  /// Gives the nodes of a running job back, except for those that are down.
  void release(JobId id) {
    const std::int32_t slot = slot_of[static_cast<std::size_t>(id)];
    if (slot < 0) return;  // per_event: already given back at the start of the pass
    const Allocation& allocation = slots_[static_cast<std::size_t>(slot)];
    PoolState& pool = pools_[static_cast<std::size_t>(allocation.pool)];
    for (const NodeRange& range : allocation.nodes) {
      pool.busy.erase(range);
      pool.free.insert_outside(range, pool.down, pool.busy);
    }
    const RunningJob ended{planned_ends[static_cast<std::size_t>(slot)], id, slot, 0};
    const auto place = std::lower_bound(pool.running.begin(), pool.running.end(), ended, later);
    AIF_CHECK(place != pool.running.end() && place->job == id, fmt::format("job {} is not in its pool's list", id));
    pool.running.erase(place);
    slot_of[static_cast<std::size_t>(id)] = -1;
    free_slots.push_back(slot);
    --running_count;
  }

  void apply_nodes(std::int32_t p, NodeRange range, bool up) {
    PoolState& pool = pools_[static_cast<std::size_t>(p)];
    if (up) {
      pool.down.erase(range);
      pool.free.insert_outside(range, pool.busy, pool.down);
    } else {
      pool.down.insert(range);
      pool.free.erase(range);
    }
    if (pool.busy.count_in(range) == 0) return;
    for (RunningJob& running : pool.running) {
      std::int64_t returning = 0;
      for (const NodeRange& held : allocation(running).nodes) returning += held.count() - pool.down.count_in(held);
      running.returning = returning;
    }
  }

  void apply(const Event& event) {
    switch (event.kind) {
      case Event::submit:
        apply_submit(event.job);
        break;
      case Event::finish:
        release(event.job);
        stage_of(event.job) = Stage::gone;
        break;
      case Event::requeue:
        release(event.job);
        enqueue(event.job);
        break;
      case Event::remove:
        if (stage_of(event.job) != Stage::waiting) break;  // per_event: rejected for its size a moment ago
        dequeue(event.job);
        stage_of(event.job) = Stage::gone;
        break;
      case Event::nodes:  // has taken effect when it was told
        break;
    }
  }

  void happen(const Event& event, Tick now) {
    AIF_CHECK(now >= now_, fmt::format("time runs back from {} to {}", now_, now));
    now_ = now;
    // A node that is lost in this instant must not be given out by any pass of it.
    if (event.kind == Event::nodes) apply_nodes(event.pool, event.range, event.up);
    if (policy->parts().same_instant == SameInstant::per_event) {
      pending.push_back(event);
    } else {
      apply(event);
    }
  }

  void run_pass() {
    if (policy->parts().same_instant == SameInstant::batched) {
      policy->schedule(*this, *this);
      return;
    }
    for (const Event& event : pending) {
      if (event.kind != Event::finish && event.kind != Event::requeue) continue;
      const std::int32_t slot = slot_of[static_cast<std::size_t>(event.job)];
      if (planned_ends[static_cast<std::size_t>(slot)] <= now_) release(event.job);
    }
    for (const bool submissions : {true, false}) {
      for (const Event& event : pending) {
        if ((event.kind == Event::submit) != submissions) continue;
        apply(event);
        policy->schedule(*this, *this);
      }
    }
    if (pending.empty()) policy->schedule(*this, *this);  // a wake-up
    pending.clear();
  }

  // ---- Actions ------------------------------------------------------------------------------------------------

  [[nodiscard]] Refusal may_start(JobId id, std::int32_t p) const {
    if (id < 0 || static_cast<std::size_t>(id) >= stage.size() ||
        stage[static_cast<std::size_t>(id)] != Stage::waiting) {
      return Refusal::not_waiting;
    }
    if (p < 0 || p >= pools()) return Refusal::unknown_pool;
    if (job(id).pool >= 0 && job(id).pool != p) return Refusal::wrong_pool;
    return Refusal::none;
  }

  Refusal start(JobId id, const Constraint& where) override {
    if (const Refusal refusal = may_start(id, where.pool); refusal != Refusal::none) return refusal;
    const PoolState& target = pool(where.pool);
    const NodeSet* from = &target.free;
    if (where.avoid != nullptr) {
      if (where.avoid->size() != target.spec.nodes) return Refusal::bad_allocation;
      narrowed = target.free;
      narrowed.erase_all(*where.avoid);
      from = &narrowed;
    }
    if (from->count() < job(id).nodes) return Refusal::too_few_free;
    Allocation allocation{where.pool, {}};
    policy->parts().place->choose(target.spec, *from, job(id).nodes, scratch, allocation.nodes);
    return start_on(id, allocation);
  }

  Refusal start_on(JobId id, const Allocation& nodes) override {
    if (const Refusal refusal = may_start(id, nodes.pool); refusal != Refusal::none) return refusal;
    const PoolState& target = pool(nodes.pool);
    std::int64_t size = 0, last = -1;
    for (const NodeRange& range : nodes.nodes) {
      if (range.first <= last || range.count() < 1 || range.last > target.spec.nodes) return Refusal::bad_allocation;
      size += range.count();
      last = range.last;
    }
    if (size != job(id).nodes) return Refusal::wrong_size;
    for (const NodeRange& range : nodes.nodes) {
      if (target.free.count_in(range) != range.count()) return Refusal::node_not_free;
    }
    dequeue(id);
    hold(id, Allocation(nodes));
    return Refusal::none;
  }

  Refusal reject(JobId id, std::string reason) override {
    if (const Refusal refusal = may_start(id, std::max(job_pool(id), 0)); refusal != Refusal::none) return refusal;
    dequeue(id);
    stage_of(id) = Stage::gone;
    result.rejections.push_back({id, std::move(reason)});
    return Refusal::none;
  }
  [[nodiscard]] std::int32_t job_pool(JobId id) const {
    return id >= 0 && static_cast<std::size_t>(id) < jobs_->size() ? job(id).pool : -1;
  }

  Refusal wake_at(Tick at) override {
    if (at <= now_) return Refusal::not_in_future;
    result.wake_at = std::min(result.wake_at, at);
    return Refusal::none;
  }

  Refusal note(JobId id, std::string key, std::string value) override {
    result.notes.push_back({id, std::move(key), std::move(value)});
    return Refusal::none;
  }

  void set_headroom(Power headroom) { power_headroom_ = headroom; }
  void set_now(Tick now) { now_ = now; }
  [[nodiscard]] const Allocation& held_by(JobId id) const {
    return slots_[static_cast<std::size_t>(slot_of[static_cast<std::size_t>(id)])];
  }

  std::unique_ptr<Policy> policy;
  std::vector<Stage> stage;           // by job
  std::vector<std::int64_t> arrival;  // by job: rank of first submission
  std::vector<std::int32_t> slot_of;  // by job: index into slots_ while running, else -1
  std::vector<std::int32_t> free_slots;
  std::vector<Tick> planned_ends;  // by slot
  std::int64_t arrivals = 0, running_count = 0;
  std::vector<Event> pending;  // per_event: what the instant has brought so far
  PassResult result;
  NodeSet narrowed;
  PlaceScratch scratch;
};

SchedulerCore::SchedulerCore(const std::vector<Job>& jobs, std::vector<PoolSpec> pools, const PolicyChoice& choice)
    : state_(std::make_unique<State>(jobs, std::move(pools), make_policy(choice))) {}
SchedulerCore::SchedulerCore(const std::vector<Job>& jobs, std::vector<PoolSpec> pools, std::unique_ptr<Policy> policy)
    : state_(std::make_unique<State>(jobs, std::move(pools), std::move(policy))) {}
SchedulerCore::~SchedulerCore() = default;

void SchedulerCore::submit(JobId job, Tick now) {
  state_->expect(job, Stage::absent, "submit");
  state_->happen({Event::submit, job, -1, {}, false}, now);
}
void SchedulerCore::finish(JobId job, Tick now) {
  state_->expect(job, Stage::running, "finish");
  state_->happen({Event::finish, job, -1, {}, false}, now);
}
void SchedulerCore::requeue(JobId job, Tick now) {
  state_->expect(job, Stage::running, "requeue");
  state_->happen({Event::requeue, job, -1, {}, false}, now);
}
void SchedulerCore::remove(JobId job, Tick now) {
  state_->expect(job, Stage::waiting, "remove");
  state_->happen({Event::remove, job, -1, {}, false}, now);
}
void SchedulerCore::set_nodes_up(std::int32_t pool, NodeRange nodes, bool up, Tick now) {
  AIF_CHECK(pool >= 0 && pool < state_->pools() && nodes.first >= 0 && nodes.first <= nodes.last &&
                nodes.last <= state_->pool(pool).spec.nodes,
            fmt::format("pool {}, nodes [{}, {})", pool, nodes.first, nodes.last));
  state_->happen({Event::nodes, kNoJob, pool, nodes, up}, now);
}
void SchedulerCore::set_power_headroom(Power headroom) {
  state_->set_headroom(headroom);
}

SchedulerCore::PassResult SchedulerCore::pass(Tick now) {
  AIF_CHECK(now >= state_->now(), fmt::format("time runs back from {} to {}", state_->now(), now));
  state_->set_now(now);
  state_->run_pass();
  PassResult result = std::move(state_->result);
  state_->result = PassResult{};
  return result;
}

std::int64_t SchedulerCore::queued() const {
  return static_cast<std::int64_t>(state_->queue().count());
}
std::int64_t SchedulerCore::running() const {
  return state_->running_count;
}
std::int64_t SchedulerCore::free_nodes(std::int32_t pool) const {
  return state_->free_nodes(pool);
}
const Allocation& SchedulerCore::allocation(JobId job) const {
  state_->expect(job, Stage::running, "allocation");
  return state_->held_by(job);
}
const View& SchedulerCore::view() const {
  return *state_;
}

}  // namespace aifactory::scheduling
