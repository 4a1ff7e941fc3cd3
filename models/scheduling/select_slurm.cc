/// @file The main loop and the backfill of Slurm, as its manual describes them.
#include <algorithm>
#include <cmath>

#include "models/scheduling/actions.h"
#include "models/scheduling/availability_profile.h"
#include "models/scheduling/select.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {
namespace {

struct SlurmRules {
  Tick sched_interval = 0, batch_delay = 0, bf_interval = 0, bf_window = 0, bf_resolution = 0;
  std::int64_t queue_depth = 0, bf_jobs = 0;
  double age = 0, fairshare = 0, size = 0, qos = 0;  ///< weights
  Tick max_age = 0, max_time = 0;
  std::int64_t max_jobs = 0, max_nodes = 0;  ///< of one tenant at a time; 0: no limit
};

/// A pool is a partition, a tenant an account, a tier a QOS.
///
///     priority = w_age min(1, wait / max_age) + w_fairshare 2^(-(past / all) / (weight / all weights))
///              + w_size nodes / all nodes + w_qos tier / highest tier waiting + job's own priority
///
/// - Main loop, after a submission, an end, or a change of nodes: the first `default_queue_depth` jobs by priority (earlier
///   submission on ties), each sched_interval all of them.  What fits starts; once a job of a partition is left waiting,
///   no other job of that partition starts in this loop.  It falls on the next whole second that is at least
///   `batch_sched_delay` after the main loop before it; with 0, on the event itself.
/// - Backfill, each bf_interval: up to bf_max_job_test jobs by priority.  Each is planned at its earliest start beside
///   the running jobs, planned outages, and the jobs planned before it.  Now: it starts.  Within bf_window: it holds
///   its plan, widened to multiples of bf_resolution, against those that follow.  Later: it holds nothing.
/// - A tenant at its limit of running jobs or nodes has its jobs passed over without blocking anybody.  A job whose
///   limit is above max_time is rejected, as under EnforcePartLimits.
///
/// Intervals count from the start of the run.  A loop is left out when nothing has happened since the last one: it
/// would decide the same.
/// *Not modelled*: preemption, licences, topology plugins, the calculation period of priorities
/// (they are computed at each loop), bf_max_time and the yielding of locks.
/// Source: Slurm documentation, "Scheduling Configuration Guide", "Multifactor Priority Plugin", slurm.conf(5); the seconds
/// of the main loop as slurmctld 22.05 logs them.
class Slurm final : public Policy {
 public:
  Slurm(const PolicyParts& parts, const SlurmRules& rules) : Policy(parts), rules_(rules) {}
  [[nodiscard]] std::unique_ptr<Policy> clone() const override { return std::make_unique<Slurm>(*this); }

  void schedule(const View& view, Actions& actions) override {
    enforce_limits(view, actions);
    if (happened(view)) main_due_ = full_due_ = backfill_due_ = true;
    const Tick now = view.now();
    if (!view.queue().empty()) {
      const bool event = main_due_ && now == main_loop_at(now);
      const bool full = full_due_ && now > 0 && now % rules_.sched_interval == 0;
      const bool backfill_now = backfill_due_ && now > 0 && now % rules_.bf_interval == 0;
      if (event || full || backfill_now) prioritize(view);
      if (event || full) {
        main_loop(view, actions, full);
        main_due_ = false;
        last_main_ = now;
      }
      if (full) full_due_ = false;
      if (backfill_now) {
        backfill_due_ = false;
        if (backfill(view, actions)) full_due_ = backfill_due_ = true;
      }
    }
    remember(view);
    if (view.queue().empty()) return;
    if (main_due_) actions.wake_at(main_loop_at(now));
    if (backfill_due_) actions.wake_at(next(now, rules_.bf_interval));
    if (full_due_) actions.wake_at(next(now, rules_.sched_interval));
  }

 private:
  struct Ranked {
    WaitingQueue::Entry entry;
    std::int64_t priority;
  };
  static Tick next(Tick now, Tick interval) { return after(now / interval * interval, interval); }
  /// The earliest instant, now or later, at which an event's main loop may run.
  [[nodiscard]] Tick main_loop_at(Tick now) const {
    if (rules_.batch_delay == 0) return now;
    const Tick earliest = last_main_ < 0 ? now : std::max(now, after(last_main_, rules_.batch_delay));
    return earliest % kTicksPerSecond == 0 ? earliest : next(earliest, kTicksPerSecond);
  }

  void enforce_limits(const View& view, Actions& actions) const {
    if (rules_.max_time == 0) return;
    for (const JobId id : view.fresh()) {
      const Job& job = view.job(id);
      if ((job.estimate == kNever ? job.work : job.estimate) > rules_.max_time) {
        actions.reject(id, "its time limit is above the partition's");  // refused when it has left the queue
      }
    }
  }

  bool happened(const View& view) {
    bool changed = !view.fresh().empty() || seen_.size() != static_cast<std::size_t>(view.pools());
    for (std::int32_t p = 0; p < view.pools() && !changed; ++p) {
      const auto& [free, running] = seen_[static_cast<std::size_t>(p)];
      changed = free != view.free_nodes(p) || running != view.pool(p).running.size();
    }
    return changed;
  }
  void remember(const View& view) {
    seen_.resize(static_cast<std::size_t>(view.pools()));
    for (std::int32_t p = 0; p < view.pools(); ++p) {
      seen_[static_cast<std::size_t>(p)] = {view.free_nodes(p), view.pool(p).running.size()};
    }
  }

  void prioritize(const View& view) {
    ranked_.clear();
    std::int64_t nodes = 0;
    for (std::int32_t p = 0; p < view.pools(); ++p) nodes += view.pool(p).installed;
    double weights = 0;
    for (std::int32_t t = 0; t < view.tenants().tenants(); ++t) weights += view.tenants().weight(t);
    std::int32_t highest = 0;
    const WaitingQueue& queue = view.queue();
    for (std::size_t i = queue.begin(); i != queue.end(); i = queue.next(i)) {
      highest = std::max(highest, view.job(queue[i].job).tier);
    }
    for (std::size_t i = queue.begin(); i != queue.end(); i = queue.next(i)) {
      const WaitingQueue::Entry& entry = queue[i];
      const Job& job = view.job(entry.job);
      const Tick eligible = std::max(job.submit, job.earliest_start);
      const double wait = std::max(0.0, static_cast<double>(view.now() - eligible));
      double priority = rules_.age * std::min(1.0, wait / static_cast<double>(rules_.max_age));
      if (rules_.fairshare > 0) {
        const std::int32_t tenant = view.tenant(entry.job);
        const double promised = view.tenants().weight(tenant) / weights;
        priority += rules_.fairshare * std::exp2(-view.tenants().past(tenant, view.now()) / promised);
      }
      priority += rules_.size * static_cast<double>(entry.nodes) / static_cast<double>(nodes);
      if (highest > 0) priority += rules_.qos * std::max(0, job.tier) / highest;
      // A whole number, as Slurm's own: jobs within one unit are in the order of submission.
      ranked_.push_back({entry, static_cast<std::int64_t>(std::clamp(priority + job.priority, -1e15, 1e15))});
    }
    std::stable_sort(ranked_.begin(), ranked_.end(), [](const Ranked& a, const Ranked& b) {
      return a.priority != b.priority ? a.priority > b.priority : a.entry.arrival < b.entry.arrival;
    });
  }

  [[nodiscard]] bool limited(const View& view, const WaitingQueue::Entry& entry) const {
    const std::int32_t tenant = view.tenant(entry.job);
    return (rules_.max_jobs > 0 && view.tenants().running_jobs(tenant) >= rules_.max_jobs) ||
           (rules_.max_nodes > 0 && view.tenants().held_nodes(tenant) + entry.nodes > rules_.max_nodes);
  }

  void main_loop(const View& view, Actions& actions, bool full) {
    open_.assign(static_cast<std::size_t>(view.pools()), 1);
    std::int64_t left = full ? INT64_MAX : rules_.queue_depth;
    std::erase_if(ranked_, [&](const Ranked& ranked) {
      if (left-- <= 0) return false;
      const WaitingQueue::Entry& entry = ranked.entry;
      if (limited(view, entry)) return false;
      for (std::int32_t k = 0; k < view.pools(); ++k) {
        const std::int32_t p = view.preferred(entry.job, k);
        if (open_[static_cast<std::size_t>(p)] && view.eligible(entry, p) && entry.nodes <= view.free_nodes(p) &&
            actions.start(entry.job, {.pool = p}) == Refusal::none) {
          return true;
        }
      }
      for (std::int32_t p = 0; p < view.pools(); ++p) {
        if (view.eligible(entry, p)) open_[static_cast<std::size_t>(p)] = 0;
      }
      return false;
    });
  }

  /// @return whether a job was started.
  bool backfill(const View& view, Actions& actions) {
    const Tick now = view.now(), resolution = rules_.bf_resolution;
    ahead_.resize(static_cast<std::size_t>(view.pools()));
    for (std::int32_t p = 0; p < view.pools(); ++p) view.fill(p, ahead(p));
    std::int64_t left = rules_.bf_jobs;
    bool any = false;
    for (const Ranked& ranked : ranked_) {
      if (left-- <= 0) break;
      const WaitingQueue::Entry& entry = ranked.entry;
      if (limited(view, entry)) continue;
      Tick start = kNever;
      std::int32_t best = -1;
      for (std::int32_t k = 0; k < view.pools(); ++k) {
        const std::int32_t p = view.preferred(entry.job, k);
        if (!view.eligible(entry, p)) continue;
        const Tick here = ahead(p).earliest_start(entry.nodes, entry.duration, now);
        if (here < start) {
          start = here;
          best = p;
        }
      }
      if (best < 0 || start >= after(now, rules_.bf_window)) continue;
      if (start == now) {
        if (actions.start(entry.job, {.pool = best}) != Refusal::none) continue;
        any = true;
      } else {
        start = std::max(now, start / resolution * resolution);
      }
      const Tick end = after(start, std::max<Tick>(entry.duration, 1));
      const Tick rounded = end > kNever - resolution ? kNever : (end + resolution - 1) / resolution * resolution;
      ahead(best).reserve(entry.nodes, start, rounded == kNever ? kNever : rounded - start);
    }
    return any;
  }
  AvailabilityProfile& ahead(std::int32_t pool) { return ahead_[static_cast<std::size_t>(pool)]; }

  SlurmRules rules_;
  bool main_due_ = false, full_due_ = false, backfill_due_ = false;  ///< something has happened since the last such loop
  Tick last_main_ = -1;                                              ///< of the main loop; -1: none yet
  std::vector<std::pair<std::int64_t, std::size_t>> seen_;  ///< by pool, at the end of the last pass: free, running
  // Scratch.
  std::vector<Ranked> ranked_;
  std::vector<char> open_;
  std::vector<AvailabilityProfile> ahead_;
};

}  // namespace

std::unique_ptr<Policy> make_slurm(const PolicyParts& parts, const OptionValues& options) {
  constexpr Tick kMinute = 60 * kTicksPerSecond;
  SlurmRules rules;
  rules.sched_interval = options.integer("sched_interval") * kTicksPerSecond;
  rules.batch_delay = options.integer("batch_sched_delay") * kTicksPerSecond;
  rules.bf_interval = options.integer("bf_interval") * kTicksPerSecond;
  rules.bf_window = options.integer("bf_window") * kMinute;
  rules.bf_resolution = options.integer("bf_resolution") * kTicksPerSecond;
  rules.queue_depth = options.integer("default_queue_depth");
  rules.bf_jobs = options.integer("bf_max_job_test");
  rules.age = static_cast<double>(options.integer("weight_age"));
  rules.fairshare = static_cast<double>(options.integer("weight_fairshare"));
  rules.size = static_cast<double>(options.integer("weight_job_size"));
  rules.qos = static_cast<double>(options.integer("weight_qos"));
  rules.max_age = options.integer("max_age_min") * kMinute;
  rules.max_time = options.integer("max_time_min") * kMinute;
  rules.max_jobs = options.integer("max_jobs_per_tenant");
  rules.max_nodes = options.integer("max_nodes_per_tenant");
  PolicyParts own = parts;
  own.half_life = options.integer("half_life_min") * kMinute;
  return std::make_unique<Slurm>(own, rules);
}

}  // namespace aifactory::scheduling
