#pragma once
/// @file The inside of SchedulerCore: what a policy sees (View) and changes (Actions).  Included by its own files only.
#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <queue>
#include <unordered_map>
#include <utility>

#include "models/scheduling/actions.h"
#include "models/scheduling/place.h"
#include "models/scheduling/scheduler_core.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {

struct SchedulerCore::State final : public View, public Actions {
  // Largest pool accepted: its three sets of bits take 38 MB.
  static constexpr std::int64_t kMaxNodes = 100'000'000;
  static constexpr std::int64_t kCompleting = -1;  ///< in place of the pass in which a job was changed last
  enum class Stage : std::uint8_t { absent, waiting, running, gone, held };
  struct Event {
    enum Kind : std::uint8_t { submit, finish, requeue, remove, nodes } kind;
    JobId job;
    std::int32_t pool;
    NodeRange range;
    NodeState state;
  };

  State(const std::vector<Job>& jobs, std::vector<PoolSpec> specs, std::unique_ptr<Policy> chosen);

  // ---- what the caller reports (scheduler_state.cc) ----
  void expect(JobId id, Stage wanted, const char* call);
  void happen(const Event& event, Tick now);
  void plan_outage(std::int32_t pool, const Outage& outage, Tick now);
  void limit(std::int32_t site, std::int64_t limit_mw) { sites_.at(static_cast<std::size_t>(site)).limit_mw = limit_mw; }
  void forecasts(std::int32_t site, std::shared_ptr<const Forecast> price, std::shared_ptr<const Forecast> carbon);
  void headroom(std::int32_t pool, const std::vector<double>& headroom_k);
  void complete(JobId id, Tick now);
  void change_policy(std::unique_ptr<Policy> next, Tick now);  // scheduler_policy.cc
  void resize_pool(std::int32_t pool, std::int64_t nodes);     // scheduler_resize.cc
  [[nodiscard]] TenantUsage::Amounts capacity() const;         ///< of the nodes that are there
  void run_pass(Tick now);

  // ---- Actions (scheduler_actions.cc) ----
  Refusal start(JobId id, const Constraint& where) override;
  Refusal start_on(JobId id, const Allocation& nodes) override;
  Refusal reject(JobId id, std::string reason) override;
  Refusal preempt(JobId id, Checkpoint checkpoint) override;
  Refusal resize(JobId id, std::int64_t nodes) override;
  Refusal hold(JobId id, Tick until) override;
  Refusal resume(JobId id) override;
  Refusal wake_at(Tick at) override;
  Refusal set_cap(std::int32_t pool, Power cap) override;
  Refusal note(JobId id, std::string key, std::string value) override;

  // ---- book-keeping ----
  void reserve_for(std::size_t count);
  Stage& stage_of(JobId id) { return stage[static_cast<std::size_t>(id)]; }
  [[nodiscard]] bool in_stage(JobId id, Stage wanted) const {
    return id >= 0 && static_cast<std::size_t>(id) < stage.size() && stage[static_cast<std::size_t>(id)] == wanted;
  }
  /// All that it holds its nodes for.
  [[nodiscard]] Tick planned(const Job& job) const { return with_overheads(planned_work(job)); }
  [[nodiscard]] Tick with_overheads(Tick work) const { return after(after(work, prolog), epilog); }
  /// Where it is slowest: whoever plans with this delays nobody.
  [[nodiscard]] Tick planned_work(const Job& job) const {
    const Tick plan = job.estimate == kNever ? job.work : job.estimate;
    return job.speed_on.empty() && job.staging_on.empty() && job.communication_frac <= 0.0 ? plan : planned_at_worst(job, plan);
  }
  [[nodiscard]] Tick planned_at_worst(const Job& job, Tick plan) const;
  [[nodiscard]] Tick planned(const Job& job, std::int64_t nodes) const;
  /// On nodes that it has been given.
  [[nodiscard]] Tick planned(const Job& job, std::int64_t nodes, const Allocation& where) const;
  [[nodiscard]] static Tick stretched(Tick plan, double speed);
  [[nodiscard]] static double slowest(const Job& job) {
    double slowest = 1e300;
    for (const double speed : job.speed_on) {
      if (speed > 0) slowest = std::min(slowest, speed);
    }
    return slowest;
  }
  [[nodiscard]] WaitingQueue::Entry entry_of(JobId id, const OrderInfo& order) const;
  void enqueue(JobId id);  ///< or behind its tenant's quota
  void join(JobId id);     ///< the queue that the policy sees
  /// Jobs of a tenant with a quota join in the order of their submission, and no more than may run together.
  void admit(std::int32_t tenant);
  [[nodiscard]] std::int64_t quota_left(std::int32_t tenant) const;
  [[nodiscard]] bool over_quota(JobId id) const;
  void dequeue(JobId id);
  void hold_until(JobId id, Tick until);  ///< from outside the queue
  void queue_or_hold(JobId id);           ///< by what it still waits for
  void leave(JobId id);                   ///< never to come back: those that wait for it may go on
  void release_due();
  void begin_outages();
  [[nodiscard]] std::string impossible(JobId id);  ///< why no pool can ever run it; empty: one can
  /// Would Place find nodes for a job that is particular about where it runs if all were free?
  [[nodiscard]] bool lies_in(std::int32_t p, const Job& wanted);
  void apply(const Event& event);
  void apply_submit(JobId id);
  void apply_nodes(std::int32_t pool, NodeRange range, NodeState state);
  void refresh_returning(PoolState& pool);
  static void count_out(PoolState& pool, NodeRange range, std::int64_t sign);

  [[nodiscard]] const RunningJob& find_running(JobId id) const;
  [[nodiscard]] Refusal take(JobId id, Allocation&& allocation);  ///< checks and starts
  void occupy(JobId id, Allocation&& allocation);
  void release(JobId id);
  void book(JobId id, std::int32_t pool, std::int64_t nodes, std::int64_t mw, std::int64_t jobs);
  [[nodiscard]] Refusal may_start(JobId id, std::int32_t p) const;
  [[nodiscard]] Refusal may_change(JobId id);
  bool without_outages(const PoolState& pool, Tick duration, NodeSet& from) const;
  [[nodiscard]] const Allocation& held_by(JobId id) const {
    return slots_[static_cast<std::size_t>(slot_of[static_cast<std::size_t>(id)])];
  }

  std::unique_ptr<Policy> policy;
  std::vector<Stage> stage;           // by job
  std::vector<std::int64_t> arrival;  // by job: rank of first submission
  std::vector<std::int32_t> slot_of;  // by job: index into slots_ while running, else -1
  std::vector<std::int32_t> free_slots;
  double most_oversubscribed = 1.0;   // of the pools that have several blocks
  Tick prolog = 0, epilog = 0;        // of every job
  std::vector<std::int64_t> milli_per_node;  // by pool: thousandths of accelerators
  std::int64_t arrivals = 0, running_count = 0, completing_count = 0, held_count = 0;
  // Jobs outside the queue: why, and until when.  Empty until the first of them.
  std::unordered_map<JobId, Tick> held_until;         // kNever: until told
  std::unordered_map<JobId, std::int32_t> waits_for;  // so many others
  std::unordered_map<JobId, std::vector<JobId>> waited_for_by;
  using Due = std::pair<Tick, JobId>;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due;
  // By tenant; empty without quotas.
  struct Quota {
    std::int64_t queued = 0;                 ///< nodes of its jobs in the queue
    std::map<std::int64_t, JobId> waiting;   ///< by rank of submission: jobs held until there is room
  };
  std::map<std::int32_t, Quota> quotas;
  std::vector<std::int32_t> to_admit;  ///< tenants that the policy has made room for in this pass
  std::vector<Event> pending;  // per_event: what the instant has brought so far
  PassResult result;
  /// What lies_in() has found, by all that Place looks at: pool, nodes, nodes of a group, whether it keeps domains, slice.
  std::map<std::array<std::int64_t, 7>, bool> lies;
  NodeSet narrowed;
  PlaceScratch scratch;
  std::vector<NodeRange> chosen_ranges;
};

}  // namespace aifactory::scheduling
