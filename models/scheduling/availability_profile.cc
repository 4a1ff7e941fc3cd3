#include "models/scheduling/availability_profile.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/error.h"

namespace aifactory::scheduling {
namespace {

/// Of items in the order of time, the last that begins by `at`; the first if none does.
template <class Items>
std::size_t holding(const Items& items, std::size_t count, Tick at) {
  std::size_t low = 0, length = count;
  while (length > 1) {  // without a branch that cannot be foreseen
    const std::size_t half = length / 2;
    low += items[low + half].at <= at ? half : 0;
    length -= half;
  }
  return low;
}

template <class Node, class Item>
void put(Node& node, std::size_t slot, const Item& item) {
  auto& items = node.items;
  std::copy_backward(items.begin() + static_cast<std::ptrdiff_t>(slot), items.begin() + static_cast<std::ptrdiff_t>(node.count),
                     items.begin() + static_cast<std::ptrdiff_t>(node.count) + 1);
  items[slot] = item;
  ++node.count;
}

/// Items from `kept` on move to an empty node.
template <class Node>
void divide(Node& from, Node& to, std::size_t kept) {
  std::copy(from.items.begin() + static_cast<std::ptrdiff_t>(kept), from.items.begin() + static_cast<std::ptrdiff_t>(from.count), to.items.begin());
  to.count = from.count - kept;
  from.count = kept;
}

}  // namespace

std::size_t AvailabilityProfile::new_node(std::size_t level) {
  if (level == 0) {
    if (used_leaves_ == leaves_.size()) leaves_.emplace_back();
    leaves_[used_leaves_].count = 0;
    return used_leaves_++;
  }
  if (used_inners_ == inners_.size()) inners_.emplace_back();
  inners_[used_inners_].count = 0;
  return used_inners_++;
}

void AvailabilityProfile::reset(Tick now, std::int64_t free_now) {
  used_leaves_ = used_inners_ = height_ = 0;
  root_ = new_node(0);
  put(leaves_[root_], 0, Step{now, free_now});
  last_.on[0] = {root_, 0, 0};
  last_known_ = true;
}

AvailabilityProfile::Finger AvailabilityProfile::find(Tick at) const {
  Finger step;
  std::size_t node = root_;
  std::int64_t added = 0;
  for (std::size_t level = height_; level > 0; --level) {
    const Inner& inner = inners_[node];
    const std::size_t slot = holding(inner.items, inner.count, at);
    step.on[level] = {node, slot, added};
    added += inner.items[slot].added;
    node = inner.items[slot].node;
  }
  const Leaf& leaf = leaves_[node];
  step.on[0] = {node, holding(leaf.items, leaf.count, at), added};
  AIF_CHECK(time(step) <= at, fmt::format("tick {} is before the profile", at));
  return step;
}

// ---- searching ----

template <AvailabilityProfile::Want want>
bool AvailabilityProfile::seek(std::int64_t nodes, Tick end, Finger& step) const {
  const auto of_step = [&](const Step& one, std::int64_t added) { return (one.free + added >= nodes) == (want == Want::enough); };
  const auto of_child = [&](const Child& child, std::int64_t added) {
    return want == Want::enough ? child.most + added >= nodes : child.least + added < nodes;
  };
  {
    auto& [node, slot, added] = step.on[0];
    const Leaf& leaf = leaves_[node];
    for (; slot < leaf.count; ++slot) {
      if (leaf.items[slot].at >= end) return false;
      if (of_step(leaf.items[slot], added)) return true;
    }
  }
  // Up, until something further on has one, ...
  std::size_t level = 0;
  for (bool found = false; !found;) {
    if (++level > height_) return false;
    auto& [node, slot, added] = step.on[level];
    const Inner& inner = inners_[node];
    while (!found && ++slot < inner.count) {
      if (inner.items[slot].at >= end) return false;
      found = of_child(inner.items[slot], added);
    }
  }
  // ... and down to it.
  for (; level > 1; --level) {
    const auto& above = step.on[level];
    const Child& child = inners_[above.node].items[above.slot];
    auto& [node, slot, added] = step.on[level - 1];
    node = child.node;
    added = above.added + child.added;
    for (slot = 0; !of_child(inners_[node].items[slot], added); ++slot) {}
    if (inners_[node].items[slot].at >= end) return false;
  }
  const auto& above = step.on[1];
  const Child& child = inners_[above.node].items[above.slot];
  auto& [node, slot, added] = step.on[0];
  node = child.node;
  added = above.added + child.added;
  for (slot = 0; !of_step(leaves_[node].items[slot], added); ++slot) {}
  return leaves_[node].items[slot].at < end;
}

Tick AvailabilityProfile::earliest_start(std::int64_t nodes, Tick duration, Tick from) const {
  const Leaf& first = leaves_.front();  // that with the first step: nodes are only ever divided to the right
  Tick start = std::max(from, first.items[0].at);
  if (start == kNever) return kNever;
  Finger step = find(start);
  // `start` is a candidate as long as every step from it on has enough; a step that has not moves it behind.
  while (seek<Want::lack>(nodes, after(start, std::max<Tick>(duration, 1)), step)) {
    if (!seek<Want::enough>(nodes, kNever, step)) return kNever;
    start = time(step);
  }
  return start;
}

std::int64_t AvailabilityProfile::least(std::size_t level, std::size_t node, Tick until, Tick begin, Tick end) const {
  std::int64_t found = INT64_MAX;
  if (level == 0) {
    const Leaf& leaf = leaves_[node];
    for (std::size_t i = holding(leaf.items, leaf.count, begin); i < leaf.count && leaf.items[i].at < end; ++i) {
      found = std::min(found, leaf.items[i].free);
    }
    return found;
  }
  const Inner& inner = inners_[node];
  for (std::size_t i = holding(inner.items, inner.count, begin); i < inner.count && inner.items[i].at < end; ++i) {
    const Child& child = inner.items[i];
    const Tick child_until = i + 1 < inner.count ? inner.items[i + 1].at : until;
    const bool whole = child.at >= begin && child_until <= end;
    found = std::min(found, whole ? child.least : child.added + least(level - 1, child.node, child_until, begin, end));
  }
  return found;
}

std::int64_t AvailabilityProfile::min_free(Tick start, Tick duration) const {
  AIF_CHECK(start >= leaves_.front().items[0].at, fmt::format("tick {} is before the profile", start));
  return least(height_, root_, kNever, start, after(start, std::max<Tick>(duration, 1)));
}

std::int64_t AvailabilityProfile::free_at(Tick at) const {
  const Finger step = find(at);
  return leaves_[step.on[0].node].items[step.on[0].slot].free + step.on[0].added;
}

// ---- changing ----

AvailabilityProfile::Child AvailabilityProfile::entry(std::size_t level, std::size_t node, std::int64_t added) const {
  if (level == 0) {
    const Leaf& leaf = leaves_[node];
    std::int64_t lowest = leaf.items[0].free, highest = lowest;
    for (std::size_t i = 1; i < leaf.count; ++i) {
      lowest = std::min(lowest, leaf.items[i].free);
      highest = std::max(highest, leaf.items[i].free);
    }
    return {leaf.items[0].at, lowest + added, highest + added, added, node};
  }
  const Inner& inner = inners_[node];
  Child all{inner.items[0].at, inner.items[0].least, inner.items[0].most, added, node};
  for (std::size_t i = 1; i < inner.count; ++i) {
    all.least = std::min(all.least, inner.items[i].least);
    all.most = std::max(all.most, inner.items[i].most);
  }
  all.least += added;
  all.most += added;
  return all;
}

/// Room for one more behind the item of this level at which the finger points.
void AvailabilityProfile::make_room(Finger& behind, std::size_t level) {
  const std::size_t node = behind.on[level].node, most = level == 0 ? kSteps : kChildren;
  if ((level == 0 ? leaves_[node].count : inners_[node].count) < most) return;
  if (level == height_) {
    AIF_CHECK(height_ + 1 < kLevels, fmt::format("a profile of {} leaves", used_leaves_));
    const std::size_t above = new_node(level + 1);
    put(inners_[above], 0, entry(level, node, 0));
    behind.on[level + 1] = {above, 0, 0};
    root_ = above;
    ++height_;
  }
  make_room(behind, level + 1);
  auto& [above, at, unused] = behind.on[level + 1];
  // At the very end, as when releases come in the order of time, nodes stay all but full.
  bool at_end = behind.on[level].slot + 1 == most;
  for (std::size_t l = level + 1; at_end && l <= height_; ++l) at_end = behind.on[l].slot + 1 == inners_[behind.on[l].node].count;
  const std::size_t kept = at_end ? most - 1 : most / 2, right = new_node(level);
  if (level == 0) {
    divide(leaves_[node], leaves_[right], kept);
  } else {
    divide(inners_[node], inners_[right], kept);
  }
  const std::int64_t added = inners_[above].items[at].added;
  inners_[above].items[at] = entry(level, node, added);
  put(inners_[above], at + 1, entry(level, right, added));
  if (behind.on[level].slot < kept) return;
  ++at;
  behind.on[level].node = right;
  behind.on[level].slot -= kept;
}

/// Behind the step at which the finger points; then it points at the new one.  The least and most above are left alone.
void AvailabilityProfile::insert(Finger& behind, const Step& step) {
  make_room(behind, 0);
  put(leaves_[behind.on[0].node], ++behind.on[0].slot, step);
}

void AvailabilityProfile::split(Tick at) {
  Finger step = find(at);
  if (time(step) == at) return;
  last_known_ = false;
  insert(step, {at, leaves_[step.on[0].node].items[step.on[0].slot].free});  // no other number than before
}

void AvailabilityProfile::add(std::size_t level, std::size_t node, Tick until, Tick begin, Tick end, std::int64_t nodes) {
  if (level == 0) {
    Leaf& leaf = leaves_[node];
    const std::size_t held = holding(leaf.items, leaf.count, begin);
    for (std::size_t i = held + (leaf.items[held].at < begin ? 1 : 0); i < leaf.count && leaf.items[i].at < end; ++i) {
      leaf.items[i].free += nodes;
    }
    return;
  }
  for (std::size_t i = holding(inners_[node].items, inners_[node].count, begin); i < inners_[node].count; ++i) {
    Child& child = inners_[node].items[i];
    if (child.at >= end) break;
    const Tick child_until = i + 1 < inners_[node].count ? inners_[node].items[i + 1].at : until;
    if (child.at >= begin && child_until <= end) {
      child.least += nodes;
      child.most += nodes;
      child.added += nodes;
    } else {
      add(level - 1, child.node, child_until, begin, end, nodes);
      child = entry(level - 1, child.node, child.added);
    }
  }
}

void AvailabilityProfile::add_release(Tick at, std::int64_t nodes) {
  // Thousands of releases in the order of time make a profile: the tree need not be gone through for each.
  if (!last_known_) {
    last_ = find(kNever);
    last_known_ = true;
  }
  if (at <= time(last_)) {
    split(at);
    add(height_, root_, kNever, at, kNever, nodes);
    return;
  }
  Leaf& leaf = leaves_[last_.on[0].node];
  std::int64_t free = leaf.items[last_.on[0].slot].free + nodes;
  if (leaf.count < kSteps) {
    leaf.items[++last_.on[0].slot] = {at, free};
    ++leaf.count;
  } else {
    insert(last_, {at, free});
  }
  for (std::size_t level = 1; level <= height_; ++level) {
    Child& child = inners_[last_.on[level].node].items[last_.on[level].slot];
    free += child.added;
    child.least = std::min(child.least, free);
    child.most = std::max(child.most, free);
  }
}

void AvailabilityProfile::change(std::int64_t nodes, Tick start, Tick duration) {
  const Tick end = after(start, std::max<Tick>(duration, 1));
  split(start);
  if (end != kNever) split(end);
  add(height_, root_, kNever, start, end, nodes);
}

}  // namespace aifactory::scheduling
