#include "sim/facility/running_jobs.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/error.h"

namespace aifactory {

namespace {
constexpr std::uint32_t kRank = 0;
}

RunningJobs::RunningJobs(engine::Kernel& kernel, std::size_t jobs, std::function<void(JobId, End)> ended)
    : kernel_(kernel), slot_of_(jobs, kNone), ended_(std::move(ended)) {}

const RunningJobs::Entry& RunningJobs::entry(JobId job) const {
  const std::int32_t slot = slot_of_[static_cast<std::size_t>(job)];
  AIF_CHECK(slot != kNone, fmt::format("job {} does not run", job));
  return entries_[static_cast<std::size_t>(slot)];
}

void RunningJobs::start(JobId job, double work, Tick limit, double pace) {
  std::int32_t& slot = slot_of_[static_cast<std::size_t>(job)];
  AIF_CHECK(slot == kNone, fmt::format("job {} runs already", job));
  if (free_slots_.empty()) {
    slot = static_cast<std::int32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  const Tick now = kernel_.now();
  Entry& mine = entry(job);
  mine = {.work = work, .remaining = work, .rate = 1.0, .pace = pace, .started = now, .last = now};
  mine.limit_at = limit == kNever || limit > kNever - now ? kNever : now + limit;
  schedule(job);
}

void RunningJobs::set_rate(JobId job, double rate, LossCause cause) {
  Entry& mine = entry(job);
  if (rate == mine.rate && (cause == mine.cause || rate == 1.0)) return;
  integrate(mine);
  mine.rate = rate;
  mine.cause = cause;
  schedule(job);
}

RunningJobs::Progress RunningJobs::stop(JobId job) {
  const Progress last = progress(job);
  free_slots_.push_back(std::exchange(slot_of_[static_cast<std::size_t>(job)], kNone));
  return last;
}

RunningJobs::Progress RunningJobs::progress(JobId job) const {
  Entry copy = entry(job);
  integrate(copy);
  return {.done = copy.work - copy.remaining, .remaining = copy.remaining, .ran = copy.last - copy.started, .lost = copy.lost};
}

void RunningJobs::integrate(Entry& one) const {
  const Tick now = kernel_.now();
  const auto span = static_cast<double>(now - one.last);
  // Rounding the end up to a tick may ask for a fraction of a tick more than is left.
  one.remaining = std::max(0.0, one.remaining - span * one.rate * one.pace);
  one.lost[static_cast<std::size_t>(one.cause)] += span * (1.0 - one.rate);
  one.lost[static_cast<std::size_t>(LossCause::spread)] += span * one.rate * (1.0 - one.pace);
  one.last = now;
}

void RunningJobs::schedule(JobId job) {
  Entry& mine = entry(job);
  mine.version = ++versions_;
  Tick end = kNever;
  if (mine.remaining <= 0.0) {
    end = mine.last;
  } else if (mine.rate > 0.0) {
    const double span = std::ceil(mine.remaining / (mine.rate * mine.pace));
    if (span < 9e18) end = mine.last + static_cast<Tick>(span);
  }
  end = std::min(end, mine.limit_at);
  if (end != kNever) kernel_.calendar().add(end, engine::Phase::integrate, kRank, *this, job, mine.version);
}

void RunningJobs::on_event(Tick now, std::int64_t id, std::uint64_t version) {
  const std::int32_t slot = slot_of_[static_cast<std::size_t>(id)];
  if (slot == kNone || entries_[static_cast<std::size_t>(slot)].version != version) return;
  Entry copy = entries_[static_cast<std::size_t>(slot)];
  integrate(copy);
  const bool done = copy.remaining <= 0.0 || now < copy.limit_at;
  ended_(static_cast<JobId>(id), done ? End::work_done : End::walltime);
}

}  // namespace aifactory
