#include "sim/actors/cooling_plant.h"

#include <algorithm>

#include <fmt/format.h>

namespace aifactory {
namespace {
/// Of the machines that restart: chillers that ran when their power was lost and have not come back by their timers.
constexpr unsigned kChillersLost = 1U << kDrives;
/// Back in control for so long before the event that says so: at the limit a plant comes and goes with each minute.
constexpr Duration kSettled = 10.0 * minute;
/// Air so much warmer than air handlers are built for, or sound ones would keep it, is an event, until it is within half of that.
constexpr TemperatureDelta kWarmAir{1.0};
}  // namespace

CoolingPlant::CoolingPlant(engine::Kernel& kernel, std::uint32_t rank, Params params, const std::vector<LiquidBank>& banks,
                           WaterLoop& loop, EventLog& log, Ports ports)
    : kernel_(kernel), params_(std::move(params)), banks_(banks), loop_(loop), log_(log), ports_(std::move(ports)),
      inbox_(kernel, rank) {
  inbox_.post_at(0, engine::Phase::signal, {});
}

void CoolingPlant::operator()() {
  while (true) {
    const auto messages = inbox_.take();
    bool decides = false;
    for (std::size_t i = 0; i < messages.size(); ++i) {
      Message message = messages[i];
      decides = decides || message.kind != Kind::arrival;
      switch (message.kind) {
        case Kind::arrival: arrival_ = kNever; break;
        case Kind::tick: inbox_.post_at(kernel_.now() + to_ticks(params_.period), engine::Phase::signal, {}); break;
        case Kind::due: due_ = kNever; break;
        case Kind::power:
          // One line for all kinds of machine that one cause takes or brings back together.
          for (; i + 1 < messages.size(); ++i) {
            const Message& next = messages[i + 1];
            if (next.kind != Kind::power || next.on != message.on || next.cause != message.cause) break;
            message.drives |= next.drives;
          }
          power(message);
          break;
        case Kind::disturb: disturbed(message); break;
        case Kind::changed: break;
      }
    }
    // Machines stop or start now, not at the next control instant: what the loop books as their work and what the power
    // network meters must be the same.
    if (decides) {
      control();
    } else {
      arrive();
    }
  }
}

void CoolingPlant::arrive() {
  auto out = loop_.arrive(kernel_.now());
  for (const std::size_t c : out.moved) ports_.supply_moved(c);
  max_supply_there_ = std::max(max_supply_there_, loop_.supply_there());
  await(out.next_arrival);
}

void CoolingPlant::await(Tick arrival) {
  // One that is awaited earlier looks again when it has come.
  if (arrival >= arrival_) return;
  arrival_ = arrival;
  inbox_.post_at(arrival, engine::Phase::signal, {.kind = Kind::arrival});
}

void CoolingPlant::follow_air(Tick now, bool hot) {
  const SharedAir* air = loop_.air();
  if (!air) return;
  max_supply_air_ = std::max(max_supply_air_, air->supply());
  const Crah::Params& built = air->params().crah.params();
  const Temperature sound = air->supply() - air->above_sound();
  const TemperatureDelta above = air->supply() - std::max(sound, loop_.supply_there() + (built.design_supply_air - built.design_water_supply));
  const bool warm = above > (warm_air_ ? 0.5 * kWarmAir : kWarmAir);
  if (warm != warm_air_) (warm ? warm_since_ : warm_ticks_) = warm ? now : warm_ticks_ + now - warm_since_;
  tell(warm, warm_air_, "air handlers do not carry the heat, supply_air_c", "air handlers carry the heat, supply_air_c", air->supply().in_celsius(),
       !cause_.empty() ? cause_ : restarting_ != 0 ? "machines restart" : "air handlers that are left");
  if (hot == hot_air_) return;
  tell(hot, hot_air_, "supply air is too hot for racks, supply_air_c", "supply air is cold enough for racks, supply_air_c", air->supply().in_celsius(), params_.name + ".air_limit");
  ports_.hot_air(hot, params_.name + ".air_limit");
}

void CoolingPlant::power(const Message& message) {
  std::vector<const char*> names;
  for (std::size_t d = 0; d < kDrives; ++d) {
    if (!(message.drives & (1U << d))) continue;
    const bool there = d < static_cast<std::size_t>(Drive::condenser_pumps) || loop_.plant().has(static_cast<Drive>(d));
    if (there) names.push_back(kDriveNames[d]);
    loop_.set_powered(kernel_.now(), static_cast<Drive>(d), message.on);
    restarting_ &= ~(1U << d);
    if (!message.on && static_cast<Drive>(d) == Drive::compressors && chillers_ > 0) restarting_ |= kChillersLost;
    if (message.on && there && !loop_.plant().runs(static_cast<Drive>(d), kernel_.now())) restarting_ |= 1U << d;
  }
  log_.add(kernel_.now(), message.on ? "repair" : "failure", params_.name,
           fmt::format("{} {}", fmt::join(names, ", "), message.on ? "have power" : "off"), kUnset, message.cause);
  cause_ = message.on ? "" : message.cause;
}

void CoolingPlant::tell_restarted() {
  std::vector<const char*> names;
  for (std::size_t d = 0; d < kDrives; ++d) {
    if (!(restarting_ & (1U << d)) || !loop_.plant().runs(static_cast<Drive>(d), kernel_.now())) continue;
    names.push_back(kDriveNames[d]);
    restarting_ &= ~(1U << d);
  }
  if (!names.empty()) log_.add(kernel_.now(), "start", params_.name, fmt::format("{} run", fmt::join(names, ", ")), kUnset, "restarted after their delay");
}

void CoolingPlant::disturbed(const Message& message) {
  const bool begins = !message.on;
  loop_.disturb(kernel_.now(), message.unit, message.part, message.disturbance, begins);
  log_.add(kernel_.now(), event_kind(message.disturbance.kind, begins), message.name, "capability_frac", capability(message.unit), message.cause);
  cause_ = begins ? message.name : "";
}

double CoolingPlant::capability(std::size_t unit) const {
  const SharedAir* air = loop_.air();
  if (air && air->params().unit == unit) return loop_.plant().left_of(unit, air->params().count).moves;
  return loop_.plant().capability(unit);
}

void CoolingPlant::room_heat(Power heat) { loop_.set_room_heat(kernel_.now(), heat); }

void CoolingPlant::tell(bool now, bool& before, const char* begins, const char* ends, double value, const std::string& cause) {
  if (now == before) return;
  before = now;
  log_.add(kernel_.now(), "limit", params_.name, now ? begins : ends, value, now ? cause : "in balance again");
}

void CoolingPlant::control() {
  const Tick now = kernel_.now();
  const double flow_before = loop_.plant().last().flow_share;
  const OutdoorAir& air = ports_.outdoor(now);
  auto out = loop_.control(now, air);
  if (out.plant.flow_share != flow_before) {
    // CDUs give other heat at another flow: the plant decides once more with what they give now.
    ports_.facility_flow(out.plant.flow_share);
    auto moved = std::move(out.moved);
    out = loop_.control(now, air);
    out.moved.insert(out.moved.end(), moved.begin(), moved.end());
  }
  const HeatPlant::Answer& plant = out.plant;
  if (!plant.converged) ++unsolved_;
  if (plant.converged == unsolved_now_) {
    unsolved_now_ = !plant.converged;
    log_.add(now, "unsolved", params_.name, plant.converged ? "heat rejection converges again" : "heat rejection did not converge", kUnset, "plant solve");
  }
  const double supply_c = loop_.supply().in_celsius();
  tell(plant.dry, dry_, "make-up water is used up: towers and pads are dry, supply_c", "make-up water is back, supply_c", supply_c, cause_);
  if (plant.at_limit) limited_at_ = now;
  const bool limited = plant.at_limit || (limited_ && now - limited_at_ < to_ticks(kSettled));
  tell(limited, limited_, "heat rejection at full speed, supply_c", "heat rejection in control, supply_c", supply_c,
       !cause_.empty() ? cause_ : restarting_ != 0 ? "machines restart" : "outdoor air and heat exceed the plant");
  if (plant.chillers_running != chillers_) {
    const bool powered = loop_.plant().runs(Drive::compressors, now);
    log_.add(now, "staging", params_.name, plant.chillers_running > chillers_ ? "chiller on, running" : "chiller off, running",
             static_cast<double>(plant.chillers_running), powered ? "plant controller" : cause_);
    chillers_ = plant.chillers_running;
    if (chillers_ > 0) restarting_ &= ~kChillersLost;
  }
  if (restarting_ != 0) tell_restarted();
  ports_.plant_power(plant, out.crah_fan_power);
  for (const std::size_t c : out.moved) ports_.supply_moved(c);
  max_facility_supply_ = std::max(max_facility_supply_, loop_.supply());
  max_supply_there_ = std::max(max_supply_there_, loop_.supply_there());
  follow_air(now, out.hot_air);
  // Extremes so far; a bank at rest has been looked at when it came to rest.
  for (const std::size_t c : loop_.evaluated()) {
    if (c < params_.cdus) max_supply_ = std::max(max_supply_, banks_[c].supply(now));
    ports_.observe(now, c);
  }
  await(out.next_arrival);
  if (plant.next < due_) {
    due_ = plant.next;
    inbox_.post_at(due_, engine::Phase::signal, {.kind = Kind::due});
  }
}

}  // namespace aifactory
