#pragma once
/// @file A set of node numbers of one pool, read and written as ordered intervals.
#include <cstdint>
#include <vector>

#include "models/workload/job.h"

namespace aifactory::scheduling {

/// Nodes 0 .. size-1, each in or out, and how many are in.
///
/// Callers see ordered half-open intervals; the members are kept as one bit each, 64 to a word.  A list of
/// intervals degenerates when a machine fragments (a gang of 3,000 scattered nodes would be 3,000 insertions);
/// with bits that gang costs 3,000 masked words and 400,000 nodes are 50 kB, read through in microseconds.
/// No operation allocates, except for appending to the caller's vector.
class NodeSet {
 public:
  NodeSet() = default;
  explicit NodeSet(std::int64_t size, bool full = false);

  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] std::int64_t count_in(NodeRange range) const;
  /// Members of `range` that `other` (a set of the same size) has not.
  [[nodiscard]] std::int64_t count_outside(const NodeSet& other, NodeRange range) const;

  /// @pre 0 <= range.first <= range.last <= size.  Each returns how many nodes changed.
  std::int64_t insert(NodeRange range);
  std::int64_t erase(NodeRange range);
  /// Inserts the nodes of `range` that are in neither `a` nor `b` (sets of the same size).
  std::int64_t insert_outside(NodeRange range, const NodeSet& a, const NodeSet& b);
  /// Removes every member of `other` (a set of the same size).
  void erase_all(const NodeSet& other);

  /// Appends the lowest `nodes` members within `range` to `out`, joining intervals that touch.
  /// @return how many there were, at most `nodes`.
  std::int64_t append_lowest(std::int64_t nodes, NodeRange range, std::vector<NodeRange>& out) const;
  std::int64_t append_lowest(std::int64_t nodes, std::vector<NodeRange>& out) const {
    return append_lowest(nodes, {0, size_}, out);
  }

 private:
  std::int64_t size_ = 0;
  std::int64_t count_ = 0;
  void note(std::size_t word);  ///< whose members have changed
  std::vector<std::uint64_t> words_;
  std::vector<std::uint64_t> any_;  ///< a bit for each word: has it a member?
};

}  // namespace aifactory::scheduling
