#pragma once
/// @file Waiting jobs in the order of a policy.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/workload/job.h"

namespace aifactory::scheduling {

/// Waiting jobs, smallest key first, equal keys in order of arrival.
///
/// Positions stay valid while jobs are removed, so that a policy can start jobs as it walks; insertions (which
/// happen between passes) may move them.  Removal leaves a gap, and gaps are squeezed out when they are the
/// greater part: O(log n) to find a job, O(1) amortised to take it out.  Insertion at the end is O(1) (always so
/// under first come, first served), elsewhere O(n) of one memory move.
/// Each 64 entries keep their smallest size and shortest duration, so that a backfill scan over a deep queue
/// skips what cannot fit.
class WaitingQueue {
 public:
  struct Entry {
    double key;            ///< score of the policy's order; smaller is earlier
    std::int64_t arrival;  ///< rank of first submission in this run; ties of keys fall to it
    JobId job;             ///< kNoJob: a gap
    std::int32_t pool;     ///< the only pool allowed; -1: any
    std::int64_t nodes;
    Tick duration;  ///< planned: the estimate, or the run time where there is none
  };

  void insert(const Entry& entry);
  /// @pre the job is here with this key and arrival.
  void remove(double key, std::int64_t arrival);

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  // Walking: for (auto i = q.begin(); i != q.end(); i = q.next(i)) use(q[i]);
  [[nodiscard]] std::size_t begin() const { return head_; }
  [[nodiscard]] std::size_t end() const { return entries_.size(); }
  [[nodiscard]] std::size_t next(std::size_t i) const;
  [[nodiscard]] const Entry& operator[](std::size_t i) const { return entries_[i]; }
  /// First position >= i whose job needs at most `free` nodes and either lasts at most `slack` or needs at most
  /// `extra` nodes; end() when there is none.
  [[nodiscard]] std::size_t next_backfill(std::size_t i, std::int64_t free, Tick slack, std::int64_t extra) const;

 private:
  struct Block {
    std::int64_t nodes;
    Tick duration;
  };
  static constexpr std::size_t kBlock = 64;
  void squeeze();
  void summarize(std::size_t block);

  std::vector<Entry> entries_;
  std::vector<Block> blocks_;
  std::size_t head_ = 0;   ///< first entry that is no gap (or the end)
  std::size_t count_ = 0;  ///< entries that are no gaps
};

}  // namespace aifactory::scheduling
