#include "models/scheduling/node_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "models/error.h"

namespace aifactory::scheduling {
namespace {

constexpr std::int64_t kBits = 64;
constexpr std::size_t kWords = 64;  ///< of which one word of any_ tells

/// std::popcount without the call into the compiler's library that it is where no machine instruction may be assumed.
constexpr std::int64_t ones(std::uint64_t word) {
  word -= (word >> 1) & 0x5555555555555555;
  word = (word & 0x3333333333333333) + ((word >> 2) & 0x3333333333333333);
  word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
  return static_cast<std::int64_t>((word * 0x0101010101010101) >> 56);
}
static_assert(ones(0) == 0 && ones(~std::uint64_t{0}) == 64 && ones(0x8000000000000001) == 2);

/// Calls fn(word index, mask of the word's bits that lie in the range) for every word that the range touches.
template <class Fn>
void each_word(NodeRange range, Fn&& fn) {
  for (std::int64_t at = range.first; at < range.last;) {
    const std::int64_t word = at / kBits, low = at % kBits;
    const std::int64_t high = std::min(kBits, range.last - word * kBits);
    const std::uint64_t up_to_high = high == kBits ? ~std::uint64_t{0} : (std::uint64_t{1} << high) - 1;
    fn(static_cast<std::size_t>(word), up_to_high & (~std::uint64_t{0} << low));
    at = (word + 1) * kBits;
  }
}

}  // namespace

NodeSet::NodeSet(std::int64_t size, bool full) : size_(size) {
  AIF_CHECK(size >= 0, fmt::format("size {}", size));
  words_.resize(static_cast<std::size_t>((size + kBits - 1) / kBits), 0);
  any_.resize((words_.size() + kWords - 1) / kWords, 0);
  if (full) insert({0, size});
}

void NodeSet::note(std::size_t word) {
  const std::uint64_t bit = std::uint64_t{1} << (word % kWords);
  std::uint64_t& any = any_[word / kWords];
  any = words_[word] != 0 ? any | bit : any & ~bit;
}

std::int64_t NodeSet::count_in(NodeRange range) const {
  if (range.count() == size_) return count_;
  std::int64_t found = 0;
  each_word(range, [&](std::size_t word, std::uint64_t mask) { found += ones(words_[word] & mask); });
  return found;
}

std::int64_t NodeSet::count_outside(const NodeSet& other, NodeRange range) const {
  std::int64_t found = 0;
  each_word(range, [&](std::size_t word, std::uint64_t mask) {
    found += ones(words_[word] & mask & ~other.words_[word]);
  });
  return found;
}

std::int64_t NodeSet::insert(NodeRange range) {
  AIF_CHECK(range.first >= 0 && range.last <= size_, fmt::format("[{}, {}) of {}", range.first, range.last, size_));
  std::int64_t changed = 0;
  each_word(range, [&](std::size_t word, std::uint64_t mask) {
    changed += ones(mask & ~words_[word]);
    words_[word] |= mask;
    note(word);
  });
  count_ += changed;
  return changed;
}

std::int64_t NodeSet::erase(NodeRange range) {
  AIF_CHECK(range.first >= 0 && range.last <= size_, fmt::format("[{}, {}) of {}", range.first, range.last, size_));
  std::int64_t changed = 0;
  each_word(range, [&](std::size_t word, std::uint64_t mask) {
    changed += ones(mask & words_[word]);
    words_[word] &= ~mask;
    note(word);
  });
  count_ -= changed;
  return changed;
}

std::int64_t NodeSet::insert_outside(NodeRange range, const NodeSet& a, const NodeSet& b) {
  AIF_CHECK(range.first >= 0 && range.last <= size_ && a.size_ == size_ && b.size_ == size_,
            fmt::format("[{}, {}) of {}", range.first, range.last, size_));
  std::int64_t changed = 0;
  each_word(range, [&](std::size_t word, std::uint64_t mask) {
    const std::uint64_t wanted = mask & ~a.words_[word] & ~b.words_[word];
    changed += ones(wanted & ~words_[word]);
    words_[word] |= wanted;
    note(word);
  });
  count_ += changed;
  return changed;
}

void NodeSet::erase_all(const NodeSet& other) {
  AIF_CHECK(other.size_ == size_, fmt::format("{} and {}", other.size_, size_));
  for (std::size_t of_words = 0; of_words < any_.size(); ++of_words) {
    for (std::uint64_t both = any_[of_words] & other.any_[of_words]; both != 0; both &= both - 1) {
      const std::size_t word = of_words * kWords + static_cast<std::size_t>(std::countr_zero(both));
      count_ -= ones(words_[word] & other.words_[word]);
      words_[word] &= ~other.words_[word];
      note(word);
    }
  }
}

std::int64_t NodeSet::append_lowest(std::int64_t nodes, NodeRange range, std::vector<NodeRange>& out) const {
  std::int64_t left = nodes;
  for (std::int64_t at = range.first; at < range.last && left > 0;) {
    const std::int64_t base = at / kBits * kBits;
    const std::int64_t end = std::min(base + kBits, range.last);
    // Members from `at` on, moved down so that bit 0 is node `at`.
    const std::uint64_t rest = words_[static_cast<std::size_t>(base / kBits)] >> (at - base);
    if (rest == 0) {
      // A full machine is mostly words without a member: 64 of them are passed over at a time.
      auto word = static_cast<std::size_t>(base / kBits) + 1;
      auto of_words = word / kWords;
      if (of_words >= any_.size()) break;
      std::uint64_t any = any_[of_words] >> (word % kWords) << (word % kWords);
      while (any == 0 && ++of_words < any_.size()) any = any_[of_words];
      if (any == 0) break;
      word = of_words * kWords + static_cast<std::size_t>(std::countr_zero(any));
      at = static_cast<std::int64_t>(word) * kBits;
      continue;
    }
    const std::int64_t first = at + std::countr_zero(rest);
    if (first >= end) break;
    const std::int64_t run = std::countr_one(rest >> (first - at));
    const std::int64_t last = std::min({first + run, end, first + left});
    if (!out.empty() && out.back().last == first) {
      out.back().last = last;
    } else {
      out.push_back({first, last});
    }
    left -= last - first;
    at = last;
  }
  return nodes - left;
}

}  // namespace aifactory::scheduling
