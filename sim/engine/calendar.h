#pragma once
/// @file The one ordered list of everything that will happen.
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "models/time.h"

namespace aifactory::engine {

/// What happens first within one instant.  A phase starts when everything that the phase before it set off has
/// come to rest, so that no result depends on the order in which SimGrid wakes actors of equal dates.
enum class Phase : std::uint8_t {
  integrate,  ///< continuous state reaches an event: a job completes, a temperature crosses a threshold
  fault,      ///< failures, repairs, what-if events
  submit,     ///< jobs arrive
  signal,     ///< weather, price, carbon, curtailment; controllers act
  schedule,   ///< one policy pass over all that the instant has brought
  record,     ///< rows of series.csv; the end of the run
};

/// Receives its own entries when they are due.
class EventTarget {
 public:
  virtual ~EventTarget() = default;
  /// @param id and @param version as given to Calendar::add.  A target that has moved on ignores a stale version.
  virtual void on_event(Tick now, std::int64_t id, std::uint64_t version) = 0;
};

/// Hands its entries to a function.
class Callback final : public EventTarget {
 public:
  using Call = std::function<void(std::int64_t id, std::uint64_t version)>;
  explicit Callback(Call call) : call_(std::move(call)) {}
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;

 private:
  void on_event(Tick /*now*/, std::int64_t id, std::uint64_t version) override { call_(id, version); }
  Call call_;
};

/// Binary heap ordered by (tick, phase, target's rank, id, version): the same contents always give the same order.
/// There is no removal: an entry that no longer holds is told by its version when it comes up.
class Calendar {
 public:
  /// Ranks order targets of one phase; equal (tick, phase, rank, id) are ordered by version.
  void add(Tick at, Phase phase, std::uint32_t rank, EventTarget& target, std::int64_t id, std::uint64_t version = 0);

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] Tick next_tick() const { return heap_.empty() ? kNever : heap_.front().at; }
  /// Hands every entry of the first (tick, phase) to its target, in order, including those the handlers add to it.
  /// @return that tick.  @pre !empty()
  Tick run_next_phase();
  [[nodiscard]] Phase phase() const { return phase_; }  ///< of the entry handled last
  /// Entries handled so far, those of Phase::record aside: how often a run records must not show in its results.
  [[nodiscard]] std::uint64_t handled() const { return handled_; }

 private:
  struct Entry {
    Tick at;
    Phase phase;
    std::uint32_t rank;
    std::int64_t id;
    std::uint64_t version;
    EventTarget* target;
  };
  static bool later(const Entry& a, const Entry& b);
  std::vector<Entry> heap_;
  Phase phase_ = Phase::integrate;
  std::uint64_t handled_ = 0;
};

}  // namespace aifactory::engine
