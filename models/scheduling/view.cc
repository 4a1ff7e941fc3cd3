#include "models/scheduling/view.h"

#include <algorithm>
#include <cmath>

namespace aifactory::scheduling {

std::int32_t View::nearest(JobId id, std::int32_t i) const {
  const std::vector<Tick>& staging = job(id).staging_on;
  const auto before = [&](std::size_t a, std::size_t b) {
    return staging[a] != staging[b] ? staging[a] < staging[b] : a < b;
  };
  for (std::size_t p = 0; p < staging.size(); ++p) {
    std::int32_t rank = 0;
    for (std::size_t other = 0; other < staging.size(); ++other) rank += before(other, p) ? 1 : 0;
    if (rank == i) return static_cast<std::int32_t>(p);
  }
  return i;
}

std::int64_t View::held_nodes(const RunningJob& running) const {
  std::int64_t held = 0;
  for (const NodeRange& range : allocation(running).nodes) held += range.count();
  return held;
}

double View::reached(const RunningJob& running) const {
  const Run& own = run(running);
  const auto ran = static_cast<double>(std::max<Tick>(0, now_ - own.since));
  if (!running.elastic) return own.reached + ran;
  return own.reached + ran * static_cast<double>(held_nodes(running)) / static_cast<double>(job(running.job).nodes);
}

double View::kept(const RunningJob& running, double reached) const {
  const Run& own = run(running);
  if (own.interval == kNever) return own.saved;
  const auto interval = static_cast<double>(own.interval);
  return std::max(own.saved, std::floor(reached / interval) * interval);
}

Tick View::unsaved(const RunningJob& running) const {
  const double done = reached(running);
  return static_cast<Tick>(done - kept(running, done));
}

std::int64_t View::power_mw(JobId id, std::int32_t p, std::int64_t nodes) const {
  if (pool(p).spec.node_power.si() == 0) return 0;
  return std::llround(pool(p).spec.node_power.si() * 1e3 * job(id).utilization * static_cast<double>(nodes));
}

Power View::power_headroom() const {
  const std::int64_t headroom = sites_.front().headroom_mw();
  return headroom == SiteSignals::kUnlimited ? Power(std::numeric_limits<double>::infinity())
                                             : Power(static_cast<double>(headroom) * 1e-3);
}

View::Shadow View::shadow(std::int32_t p, std::int64_t nodes) const {
  const PoolState& state = pool(p);
  std::int64_t free = state.free.count();
  if (free >= nodes) return {now_, free};
  for (auto running = state.running.rbegin(); running != state.running.rend();) {
    // Jobs that end in one tick free their nodes together.
    const Tick at = planned_end(*running);
    for (; running != state.running.rend() && planned_end(*running) == at; ++running) free += running->returning;
    if (free >= nodes) return {at, free};
  }
  return {kNever, free};
}

void View::fill(std::int32_t p, AvailabilityProfile& profile) const {
  const PoolState& state = pool(p);
  profile.reset(now_, state.free.count());
  for (auto running = state.running.rbegin(); running != state.running.rend(); ++running) {
    profile.add_release(planned_end(*running), running->returning);
  }
  for (const Outage& outage : state.outages) {
    if (outage.from > now_) {
      const std::int64_t up = outage.nodes.count() - state.down.count_in(outage.nodes);
      if (up > 0) profile.reserve(up, outage.from, outage.to == kNever ? kNever : outage.to - outage.from);
    } else if (outage.to != kNever && outage.to > now_) {
      // They are among those that are down.  Whoever still holds some of them will have ended by then.
      profile.add_release(outage.to, state.down.count_in(outage.nodes));
    }
  }
}

}  // namespace aifactory::scheduling
