#include "sim/facility/water_loop.h"

#include <algorithm>
#include <cmath>

#include "models/power/network.h"

namespace aifactory {
namespace {
constexpr TemperatureDelta kQuantum{0.01};
/// Heat flow this near to its input (share) is at rest.
constexpr double kAtRest = 1e-5;
/// Racks that hot air has put off come back when it is so much colder (assumed).
constexpr TemperatureDelta kCoolAgain{5.0};
/// An instant that was solved for has reached its temperature to this.
constexpr TemperatureDelta kReached{1e-6};
}  // namespace

WaterLoop::WaterLoop(const Params& params, HeatPlant plant, std::optional<SharedAir> air, std::vector<LiquidBank>* banks)
    : params_(params), plant_(std::move(plant)), air_(std::move(air)), banks_(*banks), states_(banks->size()),
      supply_(params.start), held_(params.start), seen_(params.start), return_(params.start), supply_air_(params.start) {
  if (params.pipes) pipes_.emplace(*params.pipes);
  for (std::size_t b = 0; b < states_.size(); ++b) active_.push_back(b);
}

void WaterLoop::book(Tick now) {
  if (now == now_) return;
  const double span_s = to_seconds(now - now_);
  now_ = now;
  room_j_.add(room_.si() * span_s);
  pump_j_.add(pump_.si() * span_s);
  crah_fan_j_.add(crah_fan_.si() * span_s);
  bank_j_.add(settled_w_ * span_s);
  if (pipes_) {
    pending_j_ += (pump_ - taken_).si() * span_s;
    at_banks_j_ += (room_ + crah_fan_).si() * span_s + settled_w_ * span_s;
  } else {
    pending_j_ += (room_ + pump_ + crah_fan_ - taken_).si() * span_s + settled_w_ * span_s;
  }
  if (air_) into_water() -= air_->pass(room_ + crah_fan_, Duration(span_s)).si();
}

void WaterLoop::set_room_heat(Tick now, Power heat) {
  book(now);
  room_ = heat;
}

void WaterLoop::touch(Tick now, std::size_t bank) {
  BankState& state = states_[bank];
  if (state.active) return;
  book(now);
  // What the bank really gave since it came to rest, less what was credited.
  const double given_j = banks_[bank].take_rejected(now).si();
  const double owed_j = given_j - state.settled_w * to_seconds(now - state.since);
  into_water() += owed_j;
  bank_j_.add(owed_j);
  settled_w_ -= state.settled_w;
  state.active = true;
  active_.push_back(bank);
}

void WaterLoop::close(Tick now, std::size_t bank) {
  touch(now, bank);
  book(now);
  const double given_j = banks_[bank].take_rejected(now).si();
  into_water() += given_j;
  bank_j_.add(given_j);
}

void WaterLoop::set_powered(Tick now, Drive drive, bool powered) {
  book(now);
  plant_.set_powered(now, drive, powered);
}

void WaterLoop::exchange(Tick now, const Params& params, HeatPlant::Params plant, const std::optional<SharedAir>& air) {
  book(now);
  settle();
  kept_j_ += (params_.capacity * (supply_ - params_.start)).si();
  params_.capacity = params.capacity;
  params_.start = supply_;
  plant_.exchange(now, std::move(plant));
  if (air_ && air) air_->exchange(air->params());
}

WaterLoop::Control WaterLoop::control(Tick now, const OutdoorAir& air) {
  book(now);
  Control out;
  double flow_w = settled_w_;
  std::size_t kept = 0;
  evaluated_ = active_;
  for (const std::size_t b : active_) {
    const double given_j = banks_[b].take_rejected(now).si();
    into_water() += given_j;
    bank_j_.add(given_j);
    const double gives_w = banks_[b].rejecting(now).si();
    flow_w += gives_w;
    if (std::fabs(gives_w - banks_[b].heat_flow_in().si()) <= kAtRest * std::max(1e3, gives_w)) {
      states_[b] = {.active = false, .settled_w = gives_w, .since = now};
      settled_w_ += gives_w;
    } else {
      active_[kept++] = b;
    }
  }
  active_.resize(kept);
  if (!pipes_) settle();
  Power keeping = 0.0 * W;
  if (air_) {
    const Temperature water = pipes_ ? seen_ : supply_;
    const auto left = plant_.runs(Drive::air_fans, now) ? plant_.left_of(air_->params().unit, air_->params().count) : SharedAir::Left{.moves = 0.0, .turns = 0.0};
    const auto handlers = air_->control(room_, water, left, plant_.last().flow_share > 0.0);
    into_water() += handlers.released.si();
    crah_fan_ = on_load_grid(handlers.fans);
    keeping = air_->keeping(room_ + crah_fan_);
    supply_air_ = air_->supply();
  }
  HeatPlant::Request request{.now = now, .supply = supply_, .heat = Power(flow_w) + room_ + crah_fan_ - keeping, .air = air};
  if (pipes_) {
    pending_j_ += pipes_->close(now, Energy(at_banks_j_)).si();
    at_banks_j_ = 0.0;
    request.load = request.heat;
    if (pipes_->has_return()) request.heat = 0.0 * W;
    request.rise = (pipes_->has_return() ? pipes_->back() : pipes_->supply()) - held_;
    settle();
    request.supply = supply_;
  }
  out.plant = plant_.control(request);
  pump_ = out.plant.loop_pumps;
  taken_ = out.plant.taken;
  return_ = out.plant.return_temperature;
  // Banks follow in quanta: a loop that is held does not wake them.
  const double moved_k = (supply_ - held_).si();
  if (std::fabs(moved_k) > kQuantum.si()) held_ = supply_;
  if (pipes_) pipes_->set(held_, out.plant.flow_share);
  tell(now, out);
  follow_air(now, out);
  out.crah_fan_power = crah_fan_;
  return out;
}

void WaterLoop::settle() {
  supply_ = supply_ + Energy(pending_j_) / params_.capacity;
  pending_j_ = 0.0;
}

void WaterLoop::follow_air(Tick now, Control& out) {
  if (!air_ || !air_->params().limit) return;
  const Temperature limit = *air_->params().limit, back = limit - kCoolAgain;
  const Temperature at = air_->supply();
  if (hot_air_ ? at <= back + kReached : at >= limit - kReached) hot_air_ = !hot_air_;
  out.hot_air = hot_air_;
  const auto wait = air_->until(hot_air_ ? back : limit, room_ + crah_fan_);
  if (wait) out.plant.next = std::min(out.plant.next, now + std::max<Tick>(1, static_cast<Tick>(std::ceil(wait->si() * 1e6))));
}

WaterLoop::Control WaterLoop::arrive(Tick now) {
  Control out;
  book(now);
  pipes_->advance(now);
  tell(now, out);
  return out;
}

void WaterLoop::tell(Tick now, Control& out) {
  const Temperature there = pipes_ ? pipes_->supply() : held_;
  if (there != seen_) {
    seen_ = there;
    for (std::size_t b = 0; b < banks_.size(); ++b) {
      touch(now, b);
      banks_[b].set_facility_supply(now, seen_);
      out.moved.push_back(b);
    }
  }
  if (pipes_) out.next_arrival = pipes_->next_arrival(now);
}

WaterLoop::Totals WaterLoop::totals(Tick now) {
  book(now);
  for (std::size_t b = 0; b < banks_.size(); ++b) touch(now, b);
  for (const std::size_t b : active_) {
    const double given_j = banks_[b].take_rejected(now).si();
    into_water() += given_j;
    bank_j_.add(given_j);
  }
  if (pipes_) pipes_->advance(now);
  return {.bank_heat = Energy(bank_j_.value()), .room_heat = Energy(room_j_.value()), .pump_work = Energy(pump_j_.value()),
          .crah_fan_work = Energy(crah_fan_j_.value()), .stored = params_.capacity * (supply_ - params_.start) + Energy(pending_j_ + kept_j_),
          .in_pipes = pipes_ ? pipes_->stored() + Energy(at_banks_j_) : 0.0 * J, .in_air = air_ ? air_->stored() : 0.0 * J,
          .plant = plant_.totals(now)};
}

}  // namespace aifactory
