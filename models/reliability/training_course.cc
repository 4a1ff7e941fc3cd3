#include "models/reliability/training_course.h"

#include <algorithm>
#include <cmath>
#include <deque>

namespace aifactory {
namespace {

double real(std::int64_t count) {
  return static_cast<double>(count);
}

/// Work and standstill that a checkpoint (or none yet) covers.
struct Span {
  double work_s = 0.0, stall_s = 0.0;
  void operator+=(const Span& other) {
    work_s += other.work_s;
    stall_s += other.stall_s;
  }
};
struct Capture {
  Span span;
  double taken_s, restorable_s;
  bool in_memory;
};

/// One run from its start to its end.  Seconds throughout.
class Course {
 public:
  Course(const TrainingRun& run, double end_s, std::uint64_t seed, const RunObserver& observer)
      : run_(run),
        observer_(observer),
        p_(run.params()),
        end_s_(end_s),
        failures_(seed, "training_run/failures"),
        marks_(seed, "training_run/marks"),
        plans_(seed, "training_run/planned"),
        lemons_(static_cast<std::size_t>(std::llround(p_.lemon_share * real(p_.nodes))), 0),
        spares_(p_.spares) {
    for (const RunFailureCause& cause : run.causes()) weights_.push_back(cause.weight);
    out_.by_cause.assign(weights_.size(), 0);
    next_failure();
    next_plan();
  }

  TrainingRunResult finish() {
    while (now_s_ < end_s_) {
      if (!spend(RunState::work, p_.interval.si() - open_.work_s, open_.work_s)) continue;
      const bool to_store = p_.store_every == 1 || (out_.checkpoints + 1) % p_.store_every == 0;
      const bool tiered = p_.store_every > 1;
      const double stall_s = (to_store && tiered ? p_.store_stall : p_.stall).si();
      if (!spend(RunState::checkpoint, std::max(stall_s - open_.stall_s, 0.0), open_.stall_s)) continue;
      ++out_.checkpoints;
      const double commit_s = (to_store && tiered ? p_.store_commit : p_.commit).si();
      captures_.push_back({open_, now_s_, now_s_ + commit_s, !to_store});
      open_ = {};
      settle();
    }
    // What is under way at the end is neither lost nor safe yet; it counts as done.
    for (const Capture& capture : captures_) keep(capture.span);
    keep(tainted_);
    keep(open_);
    out_.elapsed = Duration(now_s_);
    return std::move(out_);
  }

 private:
  /// Tells the observer, when something else begins that takes time.
  void enter(RunState state, double length_s) {
    if (!observer_ || state == state_ || !(length_s > 0.0) || now_s_ >= end_s_) return;
    state_ = state;
    observer_(Duration(now_s_), state);
  }
  void keep(const Span& span) {
    out_.productive += Duration(span.work_s);
    out_.checkpoint += Duration(span.stall_s);
  }
  void lose(const Span& span) { out_.rollback += Duration(span.work_s + span.stall_s); }

  /// Checkpoints in the store that can be restored from make their work last; what struck silently is not known yet and
  /// waits apart.
  void settle() {
    // The newest one in the store covers all before it, those in memory too.
    const auto safe = std::find_if(captures_.rbegin(), captures_.rend(),
                                   [&](const Capture& c) { return !c.in_memory && c.restorable_s <= now_s_; });
    for (auto left = captures_.rend() - safe; left > 0; --left) settle_first();
  }
  void settle_first() {
    if (corrupt_since_s_ <= captures_.front().taken_s) {
      tainted_ += captures_.front().span;
    } else {
      keep(captures_.front().span);
    }
    captures_.pop_front();
  }

  double rate(double age_s) const {
    const double grown = run_.interruption_rate(Duration(age_s)).si();
    if (lemons_.empty()) return grown;
    // An evicted lemon is an ordinary node.
    const double whole = real(p_.nodes) + real(static_cast<std::int64_t>(lemons_.size())) * (p_.lemon_factor - 1.0);
    const double left = whole - real(out_.evicted) * (p_.lemon_factor - 1.0);
    return grown * (left / whole);
  }

  /// Thinning: the rate only falls with age.
  void next_failure() {
    failure_s_ = std::max(failure_s_, 0.0);
    while (true) {
      const double bound = rate(failure_s_);
      if (!(bound > 0.0)) {
        failure_s_ = kInf;
        return;
      }
      failure_s_ += failures_.exponential(1.0 / bound);
      if (p_.infant_factor == 0.0 || failures_.uniform() * bound < rate(failure_s_)) return;
    }
  }
  void next_plan() {
    plan_s_ = p_.planned_rate.si() > 0.0 ? now_s_ + plans_.exponential(1.0 / p_.planned_rate.si()) : kInf;
  }

  /// Spends time on work or standstill; false: something came between and has been dealt with, or the run is over.
  bool spend(RunState state, double length_s, double& book_s) {
    enter(state, length_s);
    // A plan or a notice that fell into a restart is due now.
    const double next_s = std::max(now_s_, std::min({failure_s_, plan_s_, noticed_s_, end_s_}));
    if (now_s_ + length_s <= next_s) {
      now_s_ += length_s;
      book_s += length_s;
      return true;
    }
    book_s += next_s - now_s_;
    now_s_ = next_s;
    if (now_s_ >= end_s_) return false;
    if (noticed_s_ <= now_s_) {
      corruption_noticed();
    } else if (failure_s_ <= now_s_) {
      failed();
    } else {
      planned();
    }
    return false;
  }

  void failed() {
    const RunFailureCause& cause = strike();
    if (cause.silent) {
      // It is an interruption when it is noticed.
      if (corrupt_since_s_ == kInf) {
        corrupt_since_s_ = now_s_;
        noticed_s_ = now_s_ + marks_.exponential(p_.silent_detection.si());
      }
      next_failure();
      return;
    }
    next_failure();
    roll_back();
    recover(cause.needs_node);
  }

  /// Draws the cause and the node of the failure that is due.
  const RunFailureCause& strike() {
    ++out_.interruptions;
    const std::size_t index = marks_.choice(weights_);
    ++out_.by_cause[index];
    const double left = real(static_cast<std::int64_t>(lemons_.size()) - out_.evicted);
    if (left > 0.0 && p_.lemon_eviction > 0) {
      const double lemon_rate = left * p_.lemon_factor;
      const double others = real(p_.nodes) - left;
      if (marks_.uniform() * (lemon_rate + others) < lemon_rate) {
        // The remaining lemons are the first ones of the list.
        const auto which = static_cast<std::size_t>(marks_.uniform_int(0, static_cast<std::int64_t>(left) - 1));
        if (++lemons_[which] >= p_.lemon_eviction) {
          std::swap(lemons_[which], lemons_[static_cast<std::size_t>(left) - 1]);
          ++out_.evicted;
        }
      }
    }
    return run_.causes()[index];
  }

  /// Back to the newest checkpoint that is left: a copy in memory if it outlives this, and with it those that it rests
  /// on, which a later loss of the memory still takes; else the store.
  void roll_back() {
    settle();
    const bool memory = p_.memory_survival > 0.0 && marks_.uniform() < p_.memory_survival;
    while (!captures_.empty() && !(memory && captures_.back().restorable_s <= now_s_)) {
      lose(captures_.back().span);
      captures_.pop_back();
    }
    lose(open_);
    open_ = {};
  }

  void corruption_noticed() {
    settle();
    // Good are the checkpoints from before it struck.
    while (!captures_.empty() && captures_.front().taken_s < corrupt_since_s_ &&
           captures_.front().restorable_s <= now_s_) {
      settle_first();
    }
    for (const Capture& capture : captures_) lose(capture.span);
    captures_.clear();
    lose(tainted_);
    lose(open_);
    tainted_ = open_ = {};
    corrupt_since_s_ = noticed_s_ = kInf;
    recover(true);
  }

  void planned() {
    ++out_.planned;
    // The work is saved first; what can strike in that minute is left out.
    const double save_s = std::min((p_.store_every > 1 ? p_.store_stall : p_.stall).si(), end_s_ - now_s_);
    enter(RunState::checkpoint, save_s);
    now_s_ += save_s;
    open_.stall_s += save_s;
    settle();
    for (const Capture& capture : captures_) open_ += capture.span;
    captures_.clear();
    if (corrupt_since_s_ == kInf) {
      keep(open_);
    } else {
      tainted_ += open_;
    }
    open_ = {};
    stand(RunState::maintenance, p_.planned_stop.si(), out_.maintenance);
    skip_failures();
    next_plan();
    // A failure in this restart needs all that any other does.
    if (struck(RunState::restart, p_.restart.si(), out_.restart)) recover(strike_again());
  }

  /// Stands still without being interrupted.
  void stand(RunState state, double length_s, Duration& book) {
    enter(state, length_s);
    const double spent_s = std::min(length_s, end_s_ - now_s_);
    book += Duration(spent_s);
    now_s_ += spent_s;
  }
  /// Stands still until the time is over, the run ends, or a failure strikes: then true.
  bool struck(RunState state, double length_s, Duration& book) {
    enter(state, length_s);
    const double until_s = std::min({now_s_ + length_s, failure_s_, end_s_});
    book += Duration(until_s - now_s_);
    now_s_ = until_s;
    return failure_s_ <= now_s_ && now_s_ < end_s_;
  }
  /// Draws the failure that is due; does it need a node?
  bool strike_again() {
    const bool needs_node = strike().needs_node;
    next_failure();
    return needs_node;
  }

  /// From an interruption until work goes on; another failure meanwhile begins it again.
  void recover(bool needs_node) {
    while (true) {
      bool again = struck(RunState::detection, p_.detection.si(), out_.detection);
      if (!again && needs_node) {
        take_node();
        again = struck(RunState::node_wait, p_.node_swap.si(), out_.node_wait);
      }
      if (!again) again = struck(RunState::restart, p_.restart.si(), out_.restart);
      if (!again) return;
      needs_node = strike_again();
    }
  }
  /// A spare, at once or when one comes back from repair.
  void take_node() {
    while (!returning_.empty() && returning_.front() <= now_s_) {
      returning_.pop_front();
      ++spares_;
    }
    returning_.push_back(now_s_ + p_.repair.si());
    if (spares_ > 0) {
      --spares_;
      return;
    }
    const double back_s = returning_.front();
    returning_.pop_front();
    stand(RunState::node_wait, back_s - now_s_, out_.node_wait);
    skip_failures();
  }

  /// Failures of a job that does not run interrupt nothing.
  void skip_failures() {
    while (failure_s_ < now_s_) next_failure();
  }

  const TrainingRun& run_;
  const RunObserver& observer_;
  RunState state_ = RunState::count;
  const TrainingRunParams& p_;
  double end_s_, now_s_ = 0.0;
  double failure_s_ = 0.0, plan_s_ = kInf;
  double corrupt_since_s_ = kInf, noticed_s_ = kInf;
  Rng failures_, marks_, plans_;
  std::vector<double> weights_;
  std::vector<std::int64_t> lemons_;  // failures of each
  std::int64_t spares_;
  std::deque<double> returning_;  // when exchanged nodes are spares again; equal repair times keep it ordered
  std::deque<Capture> captures_;  // taken, not yet safe in the store
  Span open_, tainted_;
  TrainingRunResult out_;
};

}  // namespace

TrainingRunResult training_course(const TrainingRun& run, Duration span, std::uint64_t seed,
                                  const RunObserver& observer) {
  return Course(run, span.si(), seed, observer).finish();
}

}  // namespace aifactory
