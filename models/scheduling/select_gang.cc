/// @file Gangs with tiers: a higher tier may take nodes from a lower one.
#include <algorithm>

#include "models/scheduling/easy_book.h"
#include "models/scheduling/select.h"

namespace aifactory::scheduling {
namespace {

/// EASY backfill in the order of tiers, in which a job that cannot start may take nodes from running jobs of lower tiers.
///
/// Only a job that is not behind a head takes nodes, all it needs or none:
/// 1. elastic jobs shrink, those of lower tiers to their smallest size, those of its own tier to the size they asked for;
/// 2. then jobs of lower tiers that may be interrupted are, lowest tier first, within a tier those that lose least work
///    per node (what has been done since the last checkpoint), then those started last.  Who was chosen too many is spared
///    again, the most expensive first.
/// Nobody is interrupted for its own tier, so two jobs never displace each other in turn.  A job interrupted goes back to
/// its rank.  `elastic: on` also starts an elastic head on fewer nodes and lets elastic jobs grow into nodes that
/// nobody waits for.
class Gang final : public Policy {
 public:
  struct Rules {
    Tick min_run = 0;  ///< a job is left alone so long after its start
    Checkpoint checkpoint = Checkpoint::last;
    bool preempt = true, elastic = true;
  };
  Gang(const PolicyParts& parts, const Rules& rules) : Policy(parts), rules_(rules), book_({}) {}
  [[nodiscard]] std::unique_ptr<Policy> clone() const override { return std::make_unique<Gang>(*this); }

  void schedule(const View& view, Actions& actions) override {
    if (!view.queue().empty()) {
      book_.begin(view);
      // Victims join the queue in the middle of the walk, so the walk is over a list of its own.
      entries_.clear();
      const WaitingQueue& queue = view.queue();
      for (std::size_t i = queue.begin(); i != queue.end(); i = queue.next(i)) entries_.push_back(queue[i]);
      for (const WaitingQueue::Entry& entry : entries_) {
        if (!book_.lacking()) break;
        if (!fits_now(view, entry) && make_room(view, actions, entry)) continue;
        book_.offer(view, actions, *parts().place, entry);
      }
      // Those that were interrupted a moment ago are among them: what is left over may do for some.
      EasyBook::Bounds most = book_.bounds(view);
      for (std::size_t i = queue.next_backfill(queue.begin(), most.free, most.slack, most.extra); i != queue.end();
           i = queue.next_backfill(i + 1, most.free, most.slack, most.extra)) {
        if (book_.backfill(view, actions, WaitingQueue::Entry(queue[i]))) most = book_.bounds(view);
      }
    }
    if (rules_.elastic && view.queue().empty()) grow(view, actions);
  }

 private:
  struct Victim {
    RunningJob running;
    std::int32_t tier;
    std::int64_t nodes;
    double loss;  ///< ticks of work per ... node: what is lost of each
    Tick started;
  };

  static bool fits_now(const View& view, const WaitingQueue::Entry& entry) {
    for (std::int32_t p = 0; p < view.pools(); ++p) {
      if (view.eligible(entry, p) && entry.nodes <= view.free_nodes(p) && !view.picky(entry.job, p)) return true;
    }
    return false;
  }

  bool make_room(const View& view, Actions& actions, const WaitingQueue::Entry& entry) {
    for (std::int32_t k = 0; k < view.pools(); ++k) {
      const std::int32_t p = view.preferred(entry.job, k);
      if (book_.has_head(p) || !view.eligible(entry, p)) continue;
      if (actions.start(entry.job, {.pool = p}) == Refusal::none) return true;
      if (rules_.preempt && take(view, actions, entry, p)) return true;
      if (rules_.elastic && start_smaller(view, actions, entry, p)) return true;
    }
    return false;
  }

  bool start_smaller(const View& view, Actions& actions, const WaitingQueue::Entry& entry, std::int32_t p) {
    const Job& job = view.job(entry.job);
    const std::int64_t nodes = std::min(view.free_nodes(p), job.max_nodes);
    return job.elastic() && nodes >= job.min_nodes && nodes < job.nodes &&
           actions.start(entry.job, {.pool = p, .nodes = nodes}) == Refusal::none;
  }

  bool take(const View& view, Actions& actions, const WaitingQueue::Entry& entry, std::int32_t p) {
    const PoolState& state = view.pool(p);
    const Job& wanted = view.job(entry.job);
    std::int64_t need = entry.nodes - view.free_nodes(p);
    // What elastic jobs can spare.  For a job that is particular about where it runs only whole jobs are cleared away.
    shrinks_.clear();
    victims_.clear();
    for (const RunningJob& running : state.running) {
      if (running.tier > wanted.tier || !(running.elastic || (running.tier < wanted.tier && running.preemptible))) continue;
      if (!view.settled(running)) continue;
      const Job& job = view.job(running.job);
      const std::int64_t held = running.elastic ? view.held_nodes(running) : 0;
      if (rules_.elastic && running.elastic && !job.picky() && !view.picky(entry.job, p) && running.returning == held) {
        const std::int64_t least = running.tier < wanted.tier ? job.min_nodes : std::max(job.min_nodes, job.nodes);
        if (held > least) shrinks_.emplace_back(running.job, held - least, held);
      }
      if (running.tier == wanted.tier || !running.preemptible) continue;
      const Tick started = view.started(running);
      if (view.now() - started < rules_.min_run) {
        actions.wake_at(started + rules_.min_run);
        continue;
      }
      const bool written = rules_.checkpoint == Checkpoint::on_demand && job.checkpoint_interval != kNever;
      const double loss = written ? 0.0 : static_cast<double>(view.unsaved(running));
      victims_.push_back({running, running.tier, running.returning, loss, started});
    }
    std::sort(shrinks_.begin(), shrinks_.end(), [&](const Shrink& a, const Shrink& b) {
      const std::int32_t first = view.job(a.job).tier, second = view.job(b.job).tier;
      return first != second ? first < second : a.job < b.job;
    });
    std::int64_t spare = 0;
    for (const Shrink& shrink : shrinks_) spare += shrink.spare;
    if (!choose(view, entry, p, need - spare)) return false;
    for (const Victim& victim : victims_) {
      if (actions.preempt(victim.running.job, rules_.checkpoint) == Refusal::none) need -= victim.nodes;
    }
    for (const Shrink& shrink : shrinks_) {
      if (need <= 0) break;
      const bool gone = std::any_of(victims_.begin(), victims_.end(),
                                    [&](const Victim& victim) { return victim.running.job == shrink.job; });
      const std::int64_t by = std::min(need, shrink.spare);
      if (!gone && actions.resize(shrink.job, shrink.held - by) == Refusal::none) need -= by;
    }
    return actions.start(entry.job, {.pool = p}) == Refusal::none;
  }

  /// Who is interrupted before whom.
  static bool cheaper(const Victim& a, const Victim& b) {
    if (a.tier != b.tier) return a.tier < b.tier;
    if (a.loss != b.loss) return a.loss < b.loss;
    if (a.started != b.started) return a.started > b.started;
    return a.running.job < b.running.job;
  }

  /// Leaves in victims_ those whose nodes are needed, in the order in which they are interrupted; false: all of them are not enough.
  bool choose(const View& view, const WaitingQueue::Entry& entry, std::int32_t p, std::int64_t need) {
    const PoolState& state = view.pool(p);
    const Job& wanted = view.job(entry.job);
    if (view.picky(entry.job, p)) {
      std::sort(victims_.begin(), victims_.end(), cheaper);
      free_then_ = state.free;
      const auto fits = [&] {
        ranges_.clear();
        return free_then_.count() >= entry.nodes &&
               choose_nodes(*parts().place, {state.spec, free_then_, entry.nodes, &wanted, state.headroom_k}, scratch_,
                                     ranges_);
      };
      for (std::size_t chosen = 0; chosen <= victims_.size(); ++chosen) {
        if (fits()) {
          // Only those whose nodes the job really gets.
          NodeSet gets(state.spec.nodes);
          for (const NodeRange& range : ranges_) gets.insert(range);
          victims_.resize(chosen);
          std::erase_if(victims_, [&](const Victim& victim) {
            const auto& held = view.allocation(victim.running).nodes;
            return std::none_of(held.begin(), held.end(),
                                [&](const NodeRange& range) { return gets.count_in(range) > 0; });
          });
          return true;
        }
        if (chosen == victims_.size()) return false;
        for (const NodeRange& range : view.allocation(victims_[chosen].running).nodes) {
          free_then_.insert_outside(range, state.down, state.down);
        }
      }
      return false;
    }
    // A heap: only so many are put in order as are needed.  Those chosen gather at the end, the last one first.
    const auto dearer = [](const Victim& a, const Victim& b) { return cheaper(b, a); };
    std::make_heap(victims_.begin(), victims_.end(), dearer);
    auto chosen = victims_.end();
    while (need > 0 && chosen != victims_.begin()) {
      std::pop_heap(victims_.begin(), chosen, dearer);
      --chosen;
      // A shrinking job that goes altogether gives only what it would have kept.
      need -= chosen->nodes - spared_by(chosen->running.job);
    }
    if (need > 0) return false;
    std::reverse(chosen, victims_.end());
    victims_.erase(victims_.begin(), chosen);
    for (std::size_t i = victims_.size(); i-- > 0;) {
      const std::int64_t gives = victims_[i].nodes - spared_by(victims_[i].running.job);
      if (need + gives > 0) continue;
      need += gives;
      victims_.erase(victims_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return true;
  }

  [[nodiscard]] std::int64_t spared_by(JobId job) const {
    const auto found =
        std::find_if(shrinks_.begin(), shrinks_.end(), [&](const Shrink& shrink) { return shrink.job == job; });
    return found == shrinks_.end() ? 0 : found->spare;
  }

  void grow(const View& view, Actions& actions) {
    for (std::int32_t p = 0; p < view.pools(); ++p) {
      if (view.free_nodes(p) == 0) continue;
      grown_.clear();
      for (const RunningJob& running : view.pool(p).running) {
        if (!running.elastic || !view.settled(running)) continue;
        const Job& job = view.job(running.job);
        const std::int64_t held = view.held_nodes(running);
        if (held < job.max_nodes) grown_.emplace_back(running.job, 0, held);
      }
      std::sort(grown_.begin(), grown_.end(), [](const Shrink& a, const Shrink& b) { return a.job < b.job; });
      for (const Shrink& one : grown_) {
        const std::int64_t nodes = std::min(view.job(one.job).max_nodes, one.held + view.free_nodes(p));
        if (nodes > one.held) actions.resize(one.job, nodes);
      }
    }
  }

  struct Shrink {
    Shrink(JobId id, std::int64_t may_spare, std::int64_t holds) : job(id), spare(may_spare), held(holds) {}
    JobId job;
    std::int64_t spare, held;
  };
  Rules rules_;
  EasyBook book_;
  // Scratch.
  std::vector<WaitingQueue::Entry> entries_;
  std::vector<Shrink> shrinks_, grown_;
  std::vector<Victim> victims_;
  NodeSet free_then_;
  std::vector<NodeRange> ranges_;
  PlaceScratch scratch_;
};

}  // namespace

std::unique_ptr<Policy> make_gang(const PolicyParts& parts, const OptionValues& options) {
  Gang::Rules rules;
  rules.min_run = options.integer("min_run_s") * kTicksPerSecond;
  rules.checkpoint = options.text("checkpoint") == "on_demand" ? Checkpoint::on_demand : Checkpoint::last;
  rules.preempt = options.text("preempt") == "on";
  rules.elastic = options.text("elastic") == "on";
  return std::make_unique<Gang>(parts, rules);
}

}  // namespace aifactory::scheduling
