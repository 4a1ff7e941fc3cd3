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
    : kernel_(kernel), entries_(jobs), ended_(std::move(ended)) {}

void RunningJobs::start(JobId job, double work, Tick limit, double pace) {
  Entry& entry = entries_[static_cast<std::size_t>(job)];
  AIF_CHECK(!entry.running, fmt::format("job {} runs already", job));
  const Tick now = kernel_.now();
  const std::uint64_t version = entry.version;
  entry = {.work = work, .remaining = work, .rate = 1.0, .pace = pace, .started = now, .last = now, .version = version, .running = true};
  entry.limit_at = limit == kNever || limit > kNever - now ? kNever : now + limit;
  schedule(job);
}

void RunningJobs::set_rate(JobId job, double rate, LossCause cause) {
  Entry& entry = entries_[static_cast<std::size_t>(job)];
  AIF_CHECK(entry.running, fmt::format("job {} does not run", job));
  if (rate == entry.rate && (cause == entry.cause || rate == 1.0)) return;
  integrate(entry);
  entry.rate = rate;
  entry.cause = cause;
  schedule(job);
}

RunningJobs::Progress RunningJobs::stop(JobId job) {
  Entry& entry = entries_[static_cast<std::size_t>(job)];
  AIF_CHECK(entry.running, fmt::format("job {} does not run", job));
  integrate(entry);
  entry.running = false;
  ++entry.version;
  return {.done = entry.work - entry.remaining, .remaining = entry.remaining, .ran = entry.last - entry.started, .lost = entry.lost};
}

RunningJobs::Progress RunningJobs::progress(JobId job) const {
  Entry copy = entries_[static_cast<std::size_t>(job)];
  AIF_CHECK(copy.running, fmt::format("job {} does not run", job));
  integrate(copy);
  return {.done = copy.work - copy.remaining, .remaining = copy.remaining, .ran = copy.last - copy.started, .lost = copy.lost};
}

void RunningJobs::integrate(Entry& entry) const {
  const Tick now = kernel_.now();
  const auto span = static_cast<double>(now - entry.last);
  // Rounding the end up to a tick may ask for a fraction of a tick more than is left.
  entry.remaining = std::max(0.0, entry.remaining - span * entry.rate * entry.pace);
  entry.lost[static_cast<std::size_t>(entry.cause)] += span * (1.0 - entry.rate);
  entry.lost[static_cast<std::size_t>(LossCause::spread)] += span * entry.rate * (1.0 - entry.pace);
  entry.last = now;
}

void RunningJobs::schedule(JobId job) {
  Entry& entry = entries_[static_cast<std::size_t>(job)];
  ++entry.version;
  Tick end = kNever;
  if (entry.remaining <= 0.0) {
    end = entry.last;
  } else if (entry.rate > 0.0) {
    const double span = std::ceil(entry.remaining / (entry.rate * entry.pace));
    if (span < 9e18) end = entry.last + static_cast<Tick>(span);
  }
  end = std::min(end, entry.limit_at);
  if (end != kNever) kernel_.calendar().add(end, engine::Phase::integrate, kRank, *this, job, entry.version);
}

void RunningJobs::on_event(Tick now, std::int64_t id, std::uint64_t version) {
  const Entry& entry = entries_[static_cast<std::size_t>(id)];
  if (!entry.running || entry.version != version) return;
  Entry copy = entry;
  integrate(copy);
  const bool done = copy.remaining <= 0.0 || now < entry.limit_at;
  ended_(static_cast<JobId>(id), done ? End::work_done : End::walltime);
}

}  // namespace aifactory
