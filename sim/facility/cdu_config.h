#pragma once
/// @file What a scenario says about the controllers of CDUs.
#include <optional>
#include <utility>

#include "models/fields.h"
#include "models/units.h"
#include "sim/scenario/types.h"

namespace aifactory {

enum class PumpSpeed { constant, by_load };
template <>
struct EnumNames<PumpSpeed> {
  static constexpr std::pair<const char*, PumpSpeed> values[] = {{"constant", PumpSpeed::constant}, {"by_load", PumpSpeed::by_load}};
};

/// A set point that follows the outdoor wet bulb: linear between two points, flat outside.
struct SupplyReset {
  Temperature wet_bulb_low = Temperature::celsius(10.0), wet_bulb_high = Temperature::celsius(25.0);
  Temperature supply_low, supply_high;  ///< at the low and at the high wet bulb

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("wet_bulb_low", p.wet_bulb_low, kCelsius, "outdoor wet bulb up to which supply_low holds (assumed 10 degC)");
    visit("wet_bulb_high", p.wet_bulb_high, kCelsius, "outdoor wet bulb from which on supply_high holds (assumed 25 degC)");
    visit("supply_low", p.supply_low, kCelsius, "set point in cold weather");
    visit("supply_high", p.supply_high, kCelsius, "set point in warm weather");
  }
  template <class Report>
  void validate(Report& report) const {
    if (!(wet_bulb_low < wet_bulb_high)) report.error("wet_bulb_low", "must be below wet_bulb_high");
  }
  [[nodiscard]] Temperature at(Temperature wet_bulb) const {
    const double share = (wet_bulb - wet_bulb_low) / (wet_bulb_high - wet_bulb_low);
    return supply_low + (supply_high - supply_low) * (share < 0.0 ? 0.0 : share > 1.0 ? 1.0 : share);
  }
};

/// Controllers of the CDUs of a plant.  Without it their valves stand open and their pumps run at full speed.
struct CduControlConfig {
  std::optional<Temperature> supply = {};  ///< set point; a unit's own `supply` goes before it
  std::optional<SupplyReset> reset = {};
  Temperature room_dew_point = Temperature::celsius(15.0);  ///< upper end of what halls are kept at (assumed)
  TemperatureDelta dew_point_margin{2.0};                   ///< assumed
  PumpSpeed pump_speed = PumpSpeed::constant;
  double min_pump_speed = 0.5;       ///< assumed: plates stay turbulent
  Duration standby_start = 0.0 * s;
  Duration restart = 0.0 * s;
  Duration leak_isolation = 30.0 * s;            ///< assumed
  VolumeFlow leak_flow{1.0 / 6e4};               ///< 1 L/min, assumed

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("supply", p.supply, kCelsius, "set point of the coolant to the racks, held by a valve on the facility side; absent: the valve stands open");
    visit("reset", p.reset, kAny, "set point that follows the outdoor wet bulb, instead of supply");
    visit("room_dew_point", p.room_dew_point, kCelsius, "dew point of the halls' air (assumed 15 degC): set points stay above it");
    visit("dew_point_margin", p.dew_point_margin, kNonNegative, "by at least this much (assumed 2 K)");
    visit("pump_speed", p.pump_speed, kAny, "of CDU pumps: constant, or by_load: in proportion to the heat of the racks");
    visit("min_pump_speed", p.min_pump_speed, kPositiveFraction, "by_load: slowest speed over full speed (assumed 0.5)");
    visit("standby_start", p.standby_start, kNonNegative, "from the loss of a pump until a spare one turns");
    visit("restart", p.restart, kNonNegative, "from the return of supply until a CDU's controller starts its pumps (assumed 0 s: at once)");
    visit("leak_isolation", p.leak_isolation, kNonNegative, "from a leak in a rack until its valves have isolated it (assumed 30 s)");
    visit("leak_flow", p.leak_flow, kNonNegative, "coolant that a leaking rack loses until then (assumed 1 L/min)");
  }
  template <class Report>
  void validate(Report& report) const {
    if (supply && reset) report.error("supply", "give supply or reset, not both");
  }
};

}  // namespace aifactory
