/// @file Strict: nobody overtakes.  Greedy: whoever fits starts.
#include <algorithm>

#include "models/scheduling/actions.h"
#include "models/scheduling/select.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {
namespace {

/// Walks the queue in order and starts what fits.  A job that cannot start closes every pool it may run in to
/// those behind it, so per pool nobody overtakes; a job for another pool is not held up by it.  A job that may
/// run anywhere tries the pools in the order in which they are given.
///
/// A job larger than what is up (nodes are down) waits at the head and holds its pools closed until they return.
class Strict final : public Policy {
 public:
  explicit Strict(const PolicyParts& parts) : Policy(parts) {}
  [[nodiscard]] std::unique_ptr<Policy> clone() const override { return std::make_unique<Strict>(*this); }

  void schedule(const View& view, Actions& actions) override {
    open_.assign(static_cast<std::size_t>(view.pools()), 1);
    std::int32_t open = view.pools();
    const WaitingQueue& queue = view.queue();
    for (std::size_t i = queue.begin(); i != queue.end() && open > 0; i = queue.next(i)) {
      const WaitingQueue::Entry entry = queue[i];
      bool started = false;
      for (std::int32_t k = 0; k < view.pools() && !started; ++k) {
        const std::int32_t pool = view.preferred(entry.job, k);
        started = open_[static_cast<std::size_t>(pool)] && view.eligible(entry, pool) &&
                  entry.nodes <= view.free_nodes(pool) && actions.start(entry.job, {.pool = pool}) == Refusal::none;
      }
      for (std::int32_t pool = 0; pool < view.pools() && !started; ++pool) {
        char& is_open = open_[static_cast<std::size_t>(pool)];
        if (is_open && view.eligible(entry, pool)) {
          is_open = 0;
          --open;
        }
      }
    }
  }

 private:
  std::vector<char> open_;  // scratch
};

/// Walks the queue in order and starts whatever fits now, without any reservation: a large job may wait for ever.
class Greedy final : public Policy {
 public:
  explicit Greedy(const PolicyParts& parts) : Policy(parts) {}
  [[nodiscard]] std::unique_ptr<Policy> clone() const override { return std::make_unique<Greedy>(*this); }

  void schedule(const View& view, Actions& actions) override {
    const auto most_free = [&] {
      std::int64_t most = 0;
      for (std::int32_t pool = 0; pool < view.pools(); ++pool) most = std::max(most, view.free_nodes(pool));
      return most;
    };
    const WaitingQueue& queue = view.queue();
    std::int64_t most = most_free();
    for (std::size_t i = queue.next_backfill(queue.begin(), most, kNever, 0); i != queue.end();
         i = queue.next_backfill(i + 1, most, kNever, 0)) {
      const WaitingQueue::Entry entry = queue[i];
      for (std::int32_t k = 0; k < view.pools(); ++k) {
        const std::int32_t pool = view.preferred(entry.job, k);
        if (view.eligible(entry, pool) && entry.nodes <= view.free_nodes(pool) &&
            actions.start(entry.job, {.pool = pool}) == Refusal::none) {
          most = most_free();
          break;
        }
      }
    }
  }
};

}  // namespace

std::unique_ptr<Policy> make_strict(const PolicyParts& parts, const OptionValues&) {
  return std::make_unique<Strict>(parts);
}
std::unique_ptr<Policy> make_greedy(const PolicyParts& parts, const OptionValues&) {
  return std::make_unique<Greedy>(parts);
}

}  // namespace aifactory::scheduling
