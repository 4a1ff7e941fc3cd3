/// @file Fair share: the tenant that has had least goes first.
#include <algorithm>

#include "models/scheduling/easy_book.h"
#include "models/scheduling/select.h"

namespace aifactory::scheduling {
namespace {

/// Dominant resource fairness over whole jobs, with EASY backfill.
///
/// Again and again the tenant with the smallest dominant share (TenantUsage; the first to have submitted on ties)
/// has the next of its jobs tried, in the queue's order.  One that starts raises its tenant's share at once.  One that does
/// not fit becomes the head of a pool as in EASY; what follows, still in the order of shares, may not delay it.  So a
/// single tenant gets exactly what EASY gives, and nobody's large job starves.
class Fair final : public Policy {
 public:
  explicit Fair(const PolicyParts& parts) : Policy(parts), book_({}) {}
  [[nodiscard]] std::unique_ptr<Policy> clone() const override { return std::make_unique<Fair>(*this); }

  void schedule(const View& view, Actions& actions) override {
    const WaitingQueue& queue = view.queue();
    if (queue.empty()) return;
    book_.begin(view);
    // As in EASY: heads are found first, then everyone else is tried again behind them.
    in_order(view, [&](const WaitingQueue::Entry& entry) {
      return book_.offer(view, actions, *parts().place, entry) == EasyBook::Outcome::started;
    }, [&] { return book_.lacking(); });
    in_order(view, [&](const WaitingQueue::Entry& entry) { return book_.backfill(view, actions, entry); },
             [] { return true; });
  }

 private:
  struct Line {
    std::vector<std::size_t> jobs;  ///< positions in the queue
    std::size_t next = 0;
    double share = 0;
  };
  Line& line(std::size_t open) { return lines_[static_cast<std::size_t>(open_[open])]; }

  /// Calls starts(entry) for each waiting job in the order of shares, as long as go_on().
  template <class Starts, class GoOn>
  void in_order(const View& view, Starts&& starts, GoOn&& go_on) {
    deal(view);
    while (!open_.empty() && go_on()) {
      std::size_t least = 0;
      for (std::size_t i = 1; i < open_.size(); ++i) {
        if (line(i).share < line(least).share) least = i;
      }
      Line& tenant = line(least);
      const WaitingQueue::Entry entry = view.queue()[tenant.jobs[tenant.next++]];
      if (starts(entry)) tenant.share = view.tenants().share(open_[least], view.now());
      if (tenant.next == tenant.jobs.size()) open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(least));
    }
  }

  void deal(const View& view) {
    lines_.resize(static_cast<std::size_t>(view.tenants().tenants()));
    for (Line& line : lines_) {
      line.jobs.clear();
      line.next = 0;
    }
    open_.clear();
    const WaitingQueue& queue = view.queue();
    for (std::size_t i = queue.begin(); i != queue.end(); i = queue.next(i)) {
      const std::int32_t tenant = view.tenant(queue[i].job);
      Line& line = lines_[static_cast<std::size_t>(tenant)];
      if (line.jobs.empty()) {
        line.share = view.tenants().share(tenant, view.now());
        open_.push_back(tenant);
      }
      line.jobs.push_back(i);
    }
    std::sort(open_.begin(), open_.end());
  }

  EasyBook book_;
  std::vector<Line> lines_;         // scratch, by tenant
  std::vector<std::int32_t> open_;  // tenants with jobs that have not been tried
};

}  // namespace

std::unique_ptr<Policy> make_fair(const PolicyParts& parts, const OptionValues& options) {
  PolicyParts own = parts;
  own.half_life = options.integer("half_life_min") * 60 * kTicksPerSecond;
  return std::make_unique<Fair>(own);
}

}  // namespace aifactory::scheduling
