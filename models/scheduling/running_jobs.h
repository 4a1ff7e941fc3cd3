#pragma once
/// @file The running jobs of one pool in the order of their planned ends.
#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "models/time.h"
#include "models/workload/job.h"

namespace aifactory::scheduling {

/// A running job as planning sees it.
struct RunningJob {
  Tick end;  ///< start + planned duration
  JobId job;
  std::int32_t slot;       ///< finds its allocation
  std::int64_t returning;  ///< nodes that come back when it ends: those it holds and that are not down
  // Of the job, here because policies look for some among thousands.
  std::int32_t tier = 0;
  bool preemptible = true, elastic = false;
};

/// By planned end, the latest first; the lower id is nearer to the back, so ends come in the order of ids.
inline bool ends_later(const RunningJob& a, const RunningJob& b) {
  return a.end != b.end ? a.end > b.end : a.job > b.job;
}

/// Running jobs by planned end, the latest first: what ends soon is at the back.
///
/// Kept in blocks of up to 256, so that a job that comes or goes moves its own block only: among 30,000 jobs that takes
/// some 0.1 us, and 10 us in a plain list.
class RunningJobs {
  using Blocks = std::vector<std::vector<RunningJob>>;

 public:
  class Iterator {
   public:
    using iterator_category = std::bidirectional_iterator_tag;
    using value_type = RunningJob;
    using difference_type = std::ptrdiff_t;
    using pointer = const RunningJob*;
    using reference = const RunningJob&;
    Iterator() = default;
    reference operator*() const { return (*blocks_)[block_][index_]; }
    pointer operator->() const { return &**this; }
    Iterator& operator++() {
      if (++index_ == (*blocks_)[block_].size()) {
        ++block_;
        index_ = 0;
      }
      return *this;
    }
    Iterator& operator--() {
      if (index_ == 0) index_ = (*blocks_)[--block_].size();
      --index_;
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    Iterator operator--(int) {
      const Iterator before = *this;
      --*this;
      return before;
    }
    bool operator==(const Iterator&) const = default;

   private:
    friend class RunningJobs;
    Iterator(const Blocks* blocks, std::size_t block, std::size_t index) : blocks_(blocks), block_(block), index_(index) {}
    const Blocks* blocks_ = nullptr;
    std::size_t block_ = 0, index_ = 0;
  };
  using const_iterator = Iterator;
  using const_reverse_iterator = std::reverse_iterator<Iterator>;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Iterator begin() const { return {&blocks_, 0, 0}; }
  [[nodiscard]] Iterator end() const { return {&blocks_, blocks_.size(), 0}; }
  [[nodiscard]] const_reverse_iterator rbegin() const { return const_reverse_iterator(end()); }
  [[nodiscard]] const_reverse_iterator rend() const { return const_reverse_iterator(begin()); }
  [[nodiscard]] const RunningJob& front() const { return blocks_.front().front(); }  ///< @pre not empty
  [[nodiscard]] const RunningJob& back() const { return blocks_.back().back(); }     ///< the next to end; @pre not empty

  /// The job with this end and id; null: it is not here.
  [[nodiscard]] const RunningJob* find(Tick end, JobId job) const {
    const RunningJob wanted{end, job, -1, 0};
    const auto block = block_of(wanted);
    if (block == blocks_.end()) return nullptr;
    const auto place = std::lower_bound(block->begin(), block->end(), wanted, ends_later);
    return place != block->end() && !ends_later(wanted, *place) ? &*place : nullptr;
  }
  void insert(const RunningJob& running);
  /// @pre find(end, job)
  void erase(Tick end, JobId job);
  /// Calls update(job) for each; it may change `returning` only.
  template <class Update>
  void for_each(Update&& update) {
    for (auto& block : blocks_) {
      for (RunningJob& running : block) update(running);
    }
  }

 private:
  static constexpr std::size_t kMost = 256;
  /// The first block whose last job does not end later than that; end() if there is none.
  [[nodiscard]] Blocks::const_iterator block_of(const RunningJob& wanted) const {
    return std::partition_point(blocks_.begin(), blocks_.end(), [&](const auto& block) { return ends_later(block.back(), wanted); });
  }

  Blocks blocks_;  ///< none is empty
  std::size_t size_ = 0;
};

}  // namespace aifactory::scheduling
