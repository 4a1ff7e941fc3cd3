#include "models/cooling/cooler_group.h"

#include <algorithm>
#include <cmath>

#include "models/cooling/fan.h"
#include "models/cooling/fluid.h"
#include "models/cooling/root.h"

namespace aifactory {
namespace {

constexpr Temperature kHottestWater = Temperature::celsius(90.0);

HeatRejection nothing(Temperature inlet) {
  return {.heat = 0.0 * W, .leaving_water = inlet, .fan_power = 0.0 * W, .evaporation = MassFlow(0.0), .drift = MassFlow(0.0),
          .blowdown = MassFlow(0.0), .fan_ratio = 0.0, .duty = 0.0};
}

void add(HeatRejection& sum, const HeatRejection& part, double share) {
  sum.heat += part.heat * share;
  sum.fan_power += part.fan_power * share;
  sum.evaporation += part.evaporation * share;
  sum.drift += part.drift * share;
  sum.blowdown += part.blowdown * share;
  sum.inside = sum.inside && part.inside;
  sum.converged = sum.converged && part.converged;
}

}  // namespace

CoolerGroup::CoolerGroup(Equipment whole, const std::vector<Cell>& cells) {
  const auto condition = [](const Cell& c) { return std::pair(c.air, c.conductance); };
  std::vector<std::pair<double, double>> conditions;
  for (const Cell& cell : cells) {
    if (cell.out || !(cell.air > 0.0) || !(cell.conductance > 0.0)) continue;
    working_ += cell.share;
    const auto known = std::find(conditions.begin(), conditions.end(), condition(cell));
    if (known != conditions.end()) {
      alike_[static_cast<std::size_t>(known - conditions.begin())].share += cell.share;
      continue;
    }
    conditions.push_back(condition(cell));
    Equipment equipment = cell.conductance == 1.0
                              ? whole
                              : std::visit([&](const auto& e) { return Equipment(e.with_conductance(cell.conductance)); }, whole);
    alike_.push_back({.equipment = std::move(equipment), .share = cell.share, .air = cell.air});
  }
  // All working: exactly the whole, not 0.1 ten times.
  if (std::none_of(cells.begin(), cells.end(), [](const Cell& c) { return c.out; }) && alike_.size() == 1) working_ = alike_.front().share = 1.0;
  min_fan_ratio_ = std::visit([](const auto& e) { return e.params().min_fan_ratio; }, whole);
}

HeatRejection CoolerGroup::scaled(HeatRejection out, MassFlow water, Temperature inlet) const {
  const ThermalConductance flow = kWater.capacity_rate(water);
  out.leaving_water = flow.si() > 0.0 ? inlet - out.heat / flow : inlet;
  return out;
}

HeatRejection CoolerGroup::at_fan_ratio(MassFlow water, Temperature inlet, const OutdoorAir& air, double fan_ratio) const {
  HeatRejection sum = nothing(inlet);
  if (alike_.empty()) return sum;
  const Temperature capped = std::min(inlet, kHottestWater);
  for (const Alike& cells : alike_) {
    std::visit(
        [&](const auto& equipment) {
          HeatRejection part = equipment.at_fan_ratio(water / working_, capped, air, fan_ratio * cells.air);
          const double fixed = equipment.params().fan_fixed_share;
          // Less air through a blocked cell, but its fan turns as fast as the others.
          if (cells.air != 1.0 && fan_ratio > 0.0) {
            part.fan_power = part.fan_power * (Fan::power_ratio(fan_ratio, fixed) / Fan::power_ratio(fan_ratio * cells.air, fixed));
          }
          add(sum, part, cells.share);
        },
        cells.equipment);
  }
  sum.fan_ratio = fan_ratio;
  sum.duty = fan_ratio > 0.0 ? 1.0 : 0.0;
  return scaled(sum, water, inlet);
}

HeatRejection CoolerGroup::holding(MassFlow water, Temperature inlet, Power heat, const OutdoorAir& air) const {
  if (alike_.empty()) return nothing(inlet);
  const Temperature capped = std::min(inlet, kHottestWater);
  if (alike_.size() == 1 && alike_.front().air == 1.0) {
    const HeatRejection one = std::visit(
        [&](const auto& equipment) { return equipment.holding(water / working_, capped, heat / working_, air); }, alike_.front().equipment);
    if (working_ == 1.0 && capped == inlet) return one;
    HeatRejection out = nothing(inlet);
    add(out, one, working_);
    out.fan_ratio = one.fan_ratio;
    out.duty = one.duty;
    return scaled(out, water, inlet);
  }
  if (!(heat.si() > 0.0 && water.si() > 0.0)) return nothing(inlet);
  HeatRejection out = at_fan_ratio(water, inlet, air, 1.0);
  if (out.heat <= heat) return out.heat.si() > 0.0 ? out : nothing(inlet);
  const HeatRejection slow = at_fan_ratio(water, inlet, air, min_fan_ratio_);
  if (slow.heat >= heat) {
    HeatRejection cycled = nothing(inlet);
    cycled.fan_ratio = min_fan_ratio_;
    cycled.duty = heat / slow.heat;
    add(cycled, slow, cycled.duty);
    return scaled(cycled, water, inlet);
  }
  const auto over = [&](double ratio) {
    out = at_fan_ratio(water, inlet, air, ratio);
    return (out.heat - heat).si();
  };
  const double over_at_full = (out.heat - heat).si();
  const Root root = bracketed_root(over, min_fan_ratio_, (slow.heat - heat).si(), 1.0, over_at_full, 1e-10 * heat.si());
  out.converged = out.converged && root.converged;
  return out;
}

}  // namespace aifactory
