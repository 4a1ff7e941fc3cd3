#include "sim/facility/repair_shop.h"

#include <algorithm>

namespace aifactory {

RepairShop::RepairShop(std::vector<Crew> crews, std::vector<Spare> spares) : crews_(std::move(crews)), spares_(std::move(spares)) {
  for (const Crew& crew : crews_) free_.push_back(crew.count);
  for (const Spare& spare : spares_) stock_.push_back(spare.stock);
}

RepairShop::OrderId RepairShop::order(Tick now, const Needs& needs, Tick work) {
  waiting_.emplace(next_, Order{.needs = needs, .since = now, .work = work});
  return next_++;
}

void RepairShop::close(Tick now, OrderId id) {
  if (const auto found = waiting_.find(id); found != waiting_.end()) {
    waited_s_ += to_seconds(now - found->second.since);
    waiting_.erase(found);
    return;
  }
  const auto found = running_.find(id);
  if (found == running_.end()) return;
  if (found->second.crew >= 0) ++free_[static_cast<std::size_t>(found->second.crew)];
  running_.erase(found);
}

void RepairShop::receive(Tick now) {
  while (!arrivals_.empty() && arrivals_.begin()->first <= now) {
    ++stock_[arrivals_.begin()->second];
    arrivals_.erase(arrivals_.begin());
  }
}

std::vector<RepairShop::Start> RepairShop::dispatch(Tick now) {
  receive(now);
  std::vector<Start> starts;
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    Order& order = it->second;
    const auto spare = static_cast<std::size_t>(order.needs.spare);
    const bool has_spare = order.needs.spare < 0 || stock_[spare] > 0;
    bool has_crew = order.needs.crews.empty();
    for (const std::uint32_t crew : order.needs.crews) {
      if (free_[crew] == 0 || !crews_[crew].hours.open(now)) continue;
      has_crew = true;
      order.crew = static_cast<std::int32_t>(crew);
      break;
    }
    if (!has_spare || !has_crew) {
      order.crew = -1;
      ++it;
      continue;
    }
    if (order.needs.spare >= 0) {
      --stock_[spare];
      arrivals_.emplace(now + spares_[spare].lead_time, spare);
    }
    if (order.crew >= 0) --free_[static_cast<std::size_t>(order.crew)];
    waited_s_ += to_seconds(now - order.since);
    starts.push_back({.order = it->first, .end = now + order.work});
    running_.insert(waiting_.extract(it++));
  }
  return starts;
}

Tick RepairShop::next_wake(Tick now) const {
  Tick wake = kNever;
  for (const auto& [id, order] : waiting_) {
    Tick at = now;
    if (order.needs.spare >= 0 && stock_[static_cast<std::size_t>(order.needs.spare)] == 0) {
      at = kNever;
      for (const auto& [arrival, spare] : arrivals_) {
        if (spare != static_cast<std::size_t>(order.needs.spare)) continue;
        at = arrival;
        break;
      }
    }
    if (at != kNever && !order.needs.crews.empty()) {
      Tick crew_at = kNever;
      for (const std::uint32_t crew : order.needs.crews) {
        if (free_[crew] > 0) crew_at = std::min(crew_at, crews_[crew].hours.next_open(at));
      }
      at = crew_at;
    }
    if (at > now) wake = std::min(wake, at);
  }
  return wake;
}

Duration RepairShop::waited(Tick now) const {
  double sum = waited_s_;
  for (const auto& [id, order] : waiting_) sum += to_seconds(now - order.since);
  return Duration(sum);
}

}  // namespace aifactory
