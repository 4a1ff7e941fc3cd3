/// @file EASY: backfill that does not delay the reserved heads of the queue.
#include <fmt/format.h>

#include "models/error.h"
#include "models/scheduling/easy_book.h"
#include "models/scheduling/select.h"

namespace aifactory::scheduling {
namespace {

/// EASY backfill.
///
/// 1. The queue is walked in order and what fits starts, until a job does not fit: the head.  With the running
///    jobs ending as planned, the head can start at its shadow time; `extra` nodes are free then beyond its own.
/// 2. The others are tried in backfill order.  One starts if it fits now and either ends by the shadow time
///    (exactly at it is allowed) or needs at most the extra nodes, which it then uses up.
///
/// `depth` heads hold a reservation (1: the textbook; 0: none, which is greedy; more: each further job that does
/// not fit is given its earliest start behind those before it).  `reservation: concrete` pins the head to the
/// nodes that Place would give it at the shadow time, and a job that ends later must avoid exactly those: extra
/// nodes are lost where they overlap.
///
/// Several pools: each pool has its own heads.  A job that does not fit is reserved in the pool (among those it
/// may run in that still lack a head) where it could start earliest, the first one on ties; what is behind it
/// may use the other pools freely.  Nodes down: a head that cannot start even when all running jobs have ended
/// is promised nothing until nodes return; everyone who fits may pass it meanwhile.  Without such loss, and with
/// jobs ending by their estimates, no backfilled job delays the head beyond the start computed for it.
///
/// Source: D. Lifka, "The ANL/IBM SP Scheduling System", JSSPP 1995; the shadow time and extra nodes as in Mu'alem
/// and Feitelson, IEEE TPDS 12(6), 2001, section 2.1.  Concrete nodes: easy_bf of the batsched repository.
class Easy final : public Policy {
 public:
  Easy(const PolicyParts& parts, const EasyBook::Rules& rules) : Policy(parts), book_(rules) {}
  [[nodiscard]] std::unique_ptr<Policy> clone() const override { return std::make_unique<Easy>(*this); }

  void schedule(const View& view, Actions& actions) override {
    if (view.queue().empty()) return;
    book_.begin(view);
    const WaitingQueue& queue = view.queue();
    for (std::size_t i = queue.begin(); i != queue.end() && book_.lacking(); i = queue.next(i)) {
      book_.offer(view, actions, *parts().place, WaitingQueue::Entry(queue[i]));
    }
    backfill(view, actions);
  }

 private:
  void backfill(const View& view, Actions& actions) {
    const WaitingQueue& queue = view.backfill_queue();
    EasyBook::Bounds most = book_.bounds(view);
    for (std::size_t i = queue.next_backfill(queue.begin(), most.free, most.slack, most.extra); i != queue.end();
         i = queue.next_backfill(i + 1, most.free, most.slack, most.extra)) {
      if (!book_.backfill(view, actions, WaitingQueue::Entry(queue[i]))) continue;
      most = book_.bounds(view);
      if (most.free == 0) break;
    }
  }

  EasyBook book_;
};

}  // namespace

std::unique_ptr<Policy> make_easy(const PolicyParts& parts, const OptionValues& options) {
  const std::int64_t depth = options.integer("depth");
  const bool concrete = options.text("reservation") == "concrete";
  if (concrete && depth != 1) {
    throw InputError(fmt::format("scheduling: reservation = concrete needs depth = 1, not {}", depth));
  }
  return std::make_unique<Easy>(parts, EasyBook::Rules{.depth = depth, .concrete = concrete});
}

std::unique_ptr<Policy> make_topology(const PolicyParts& parts, const OptionValues&) {
  return std::make_unique<Easy>(parts, EasyBook::Rules{.depth = 1, .concrete = true});
}

std::unique_ptr<Policy> make_power(const PolicyParts& parts, const OptionValues&) {
  return std::make_unique<Easy>(parts, EasyBook::Rules{.depth = 1, .power = true});
}

}  // namespace aifactory::scheduling
