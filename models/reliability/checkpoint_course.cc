#include "models/reliability/checkpoint_course.h"

#include <algorithm>
#include <cmath>

namespace aifactory {

Duration CheckpointCourse::pausing() const {
  double sum = 0.0;
  for (const double left : left_) sum += left;
  return Duration(sum);
}

Duration CheckpointCourse::effort_for(Duration total) const {
  const double work = std::max(0.0, total.si() - work_);
  double effort = pausing().si() + stall_left_ + work;
  const double interval = params_.interval.si();
  if (std::isinf(interval)) return Duration(effort);
  // Boundaries that lie strictly before the end.
  const double beyond = work - (interval - since_);
  if (beyond > 0.0) effort += std::ceil(beyond / interval) * params_.stall.si();
  return Duration(effort);
}

Duration CheckpointCourse::activity_left() const {
  for (const double left : left_) {
    if (left > 0.0) return Duration(left);
  }
  return Duration(stall_left_ > 0.0 ? stall_left_ : params_.interval.si() - since_);
}

void CheckpointCourse::capture(std::int64_t count, double clock, double work) {
  captures_ += count;
  stretch_.count += count;
  stretch_.clock_at = clock;
  stretch_.work_at = work;
  since_ = 0.0;
}

void CheckpointCourse::advance(Duration effort) {
  double e = effort.si();
  for (std::size_t i = 0; i < kCoursePauses; ++i) {
    const double now = std::min(e, left_[i]);
    left_[i] -= now;
    spent_[i] += now;
    clock_ += now;
    e -= now;
  }
  const double interval = params_.interval.si();
  // At most: the rest of a stall, the rest of an interval, all whole cycles, and a part of the next one.
  while (e > 0.0) {
    if (stall_left_ > 0.0) {
      const double now = std::min(e, stall_left_);
      stall_left_ -= now;
      stalls_ += now;
      clock_ += now;
      e -= now;
      if (stall_left_ > 0.0) return;
      capture(1, clock_, work_);
      continue;
    }
    if (since_ == 0.0 && e > cycle()) {
      // The end of the last cycle is left to the steps above, which know where a stall ends.
      const double cycles = std::floor(e / cycle());
      work_ += cycles * interval;
      stalls_ += cycles * params_.stall.si();
      clock_ += cycles * cycle();
      e = std::max(0.0, e - cycles * cycle());
      capture(static_cast<std::int64_t>(cycles), clock_, work_);
      continue;
    }
    const double now = std::min(e, interval - since_);
    work_ += now;
    since_ += now;
    clock_ += now;
    e -= now;
    if (since_ < interval) return;
    stall_left_ = params_.stall.si();
    if (stall_left_ <= 0.0) capture(1, clock_, work_);
  }
}

std::int64_t CheckpointCourse::committed(double commit) const {
  const double wait = stretch_.clock_at + commit - clock_;
  if (wait <= 0.0) return 0;
  const double back = std::ceil(wait / cycle());
  return back < static_cast<double>(stretch_.count) ? static_cast<std::int64_t>(back) : stretch_.count;
}

Duration CheckpointCourse::safe(bool memory) const {
  const auto work_back = [this](std::int64_t steps) { return stretch_.work_at - static_cast<double>(steps) * params_.interval.si(); };
  double safe = memory ? base_memory_ : base_store_;
  if (stretch_.count == 0) return Duration(safe);
  if (params_.store_every == 1 || memory) {
    const std::int64_t back = committed(params_.commit.si());
    if (back < stretch_.count) safe = std::max(safe, work_back(back));
  }
  if (params_.store_every > 1) {
    std::int64_t back = committed(params_.store_commit.si());
    back += (captures_ - back) % params_.store_every;
    if (back < stretch_.count) safe = std::max(safe, work_back(back));
  }
  return Duration(safe);
}

void CheckpointCourse::rebase(double memory, double store) {
  base_memory_ = memory;
  base_store_ = store;
  stretch_ = {};
}

void CheckpointCourse::restore(Duration kept) {
  rollback_ += work_ - kept.si();
  rebase(kept.si(), std::min(kept.si(), safe(false).si()));
  work_ = kept.si();
  since_ = stall_left_ = 0.0;
  left_.fill(0.0);
}

void CheckpointCourse::save() {
  rebase(work_, work_);
  since_ = stall_left_ = 0.0;
  left_.fill(0.0);
}

void CheckpointCourse::change(const Params& params) {
  rebase(safe(true).si(), safe(false).si());
  if (stall_left_ > 0.0) stall_left_ *= params.stall / params_.stall;
  params_ = params;
  since_ = std::min(since_, params_.interval.si());
}

}  // namespace aifactory
