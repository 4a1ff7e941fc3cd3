#include "models/scheduling/view.h"

namespace aifactory::scheduling {

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
}

}  // namespace aifactory::scheduling
