#include "sim/engine/calendar.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "models/error.h"

namespace aifactory::engine {

bool Calendar::later(const Entry& a, const Entry& b) {
  return std::tie(a.at, a.phase, a.rank, a.id, a.version) > std::tie(b.at, b.phase, b.rank, b.id, b.version);
}

void Calendar::add(Tick at, Phase phase, std::uint32_t rank, EventTarget& target, std::int64_t id,
                   std::uint64_t version) {
  heap_.push_back({at, phase, rank, id, version, &target});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

Tick Calendar::run_next_phase() {
  AIF_CHECK(!heap_.empty(), "no event to run");
  const Tick at = heap_.front().at;
  const Phase phase = phase_ = heap_.front().phase;
  while (!heap_.empty() && heap_.front().at == at && heap_.front().phase == phase) {
    const Entry entry = heap_.front();
    std::pop_heap(heap_.begin(), heap_.end(), later);
    heap_.pop_back();
    if (phase != Phase::record) ++handled_;
    entry.target->on_event(at, entry.id, entry.version);
  }
  return at;
}

}  // namespace aifactory::engine
