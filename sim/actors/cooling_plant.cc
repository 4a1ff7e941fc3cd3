#include "sim/actors/cooling_plant.h"

#include <algorithm>

namespace aifactory {

CoolingPlant::CoolingPlant(engine::Kernel& kernel, std::uint32_t rank, Params params, const std::vector<LiquidBank>& banks,
                           WaterLoop& loop, EventLog& log, Ports ports)
    : kernel_(kernel), params_(std::move(params)), banks_(banks), loop_(loop), log_(log), ports_(std::move(ports)),
      inbox_(kernel, rank) {
  inbox_.post_at(0, engine::Phase::signal, {});
}

void CoolingPlant::operator()() {
  while (true) {
    for (const Message& message : inbox_.take()) {
      switch (message.kind) {
        case Kind::tick:
          control();
          inbox_.post_at(kernel_.now() + to_ticks(params_.period), engine::Phase::signal, {});
          break;
        case Kind::power:
          log_.add(kernel_.now(), message.on ? "repair" : "failure", params_.name, message.on ? "pumps and fans on" : "pumps and fans off", kUnset, message.cause);
          loop_.set_powered(kernel_.now(), message.on);
          ports_.facility_flow(message.on ? 1.0 : 0.0);
          // Fans and pumps stop or start now, not at the next control instant: what the loop books as their work and
          // what the power network meters must be the same.
          control();
          break;
      }
    }
  }
}

void CoolingPlant::room_heat(Power heat) { loop_.set_room_heat(kernel_.now(), heat); }

void CoolingPlant::control() {
  const Tick now = kernel_.now();
  if (limited_) at_limit_ += now - last_control_;
  last_control_ = now;
  const auto out = loop_.control(now, ports_.outdoor(now));
  if (!out.converged) {
    ++unsolved_;
    log_.add(now, "unsolved", params_.name, "heat rejection did not converge");
  }
  if (out.at_limit != limited_) {
    limited_ = out.at_limit;
    log_.add(now, "limit", params_.name, limited_ ? "heat rejection at full speed, supply_c" : "heat rejection in control, supply_c",
             loop_.supply().in_celsius(), limited_ ? "outdoor air and heat exceed the plant" : "");
  }
  ports_.plant_power(out.pump_power, out.fan_power, out.crah_fan_power);
  for (const std::size_t c : out.moved) ports_.supply_moved(c);
  // Extremes so far; a bank at rest has been looked at when it came to rest.
  for (const std::size_t c : loop_.evaluated()) {
    if (c < params_.cdus) max_supply_ = std::max(max_supply_, banks_[c].supply(now));
    ports_.observe(now, c);
  }
}

}  // namespace aifactory
