#pragma once
/// @file What a scenario says about heat rejection: how many of each unit, how they are controlled, what stands beside them.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/cooling/staging.h"
#include "models/cooling/storage_tank.h"
#include "models/cooling/supply_control.h"
#include "sim/scenario/types.h"

namespace aifactory {

/// Units beside those that carry the rating.
enum class Redundancy { n, n_plus_1, n_plus_2, two_n };
template <>
struct EnumNames<Redundancy> {
  static constexpr std::pair<const char*, Redundancy> values[] = {{"N", Redundancy::n},
                                                                  {"N+1", Redundancy::n_plus_1},
                                                                  {"N+2", Redundancy::n_plus_2},
                                                                  {"2N", Redundancy::two_n}};
};
/// Units installed where `count` carry the rating.
[[nodiscard]] constexpr std::int64_t installed(std::int64_t count, Redundancy redundancy) {
  switch (redundancy) {
    case Redundancy::n: return count;
    case Redundancy::n_plus_1: return count + 1;
    case Redundancy::n_plus_2: return count + 2;
    case Redundancy::two_n: return 2 * count;
  }
  return count;
}

/// Which air the fans of towers and dry coolers move.
enum class AirDensity { sea_level, altitude, site };
template <>
struct EnumNames<AirDensity> {
  static constexpr std::pair<const char*, AirDensity> values[] = {
      {"sea_level", AirDensity::sea_level}, {"altitude", AirDensity::altitude}, {"site", AirDensity::site}};
};

enum class TowerModel { merkel, yorkcalc };
template <>
struct EnumNames<TowerModel> {
  static constexpr std::pair<const char*, TowerModel> values[] = {{"merkel", TowerModel::merkel},
                                                                  {"yorkcalc", TowerModel::yorkcalc}};
};

/// What takes the heat of a chiller's condenser.
enum class CondenserKind { water, air };
template <>
struct EnumNames<CondenserKind> {
  static constexpr std::pair<const char*, CondenserKind> values[] = {{"water", CondenserKind::water},
                                                                     {"air", CondenserKind::air}};
};

enum class OffReference { renormalise, refuse };
template <>
struct EnumNames<OffReference> {
  static constexpr std::pair<const char*, OffReference> values[] = {{"renormalise", OffReference::renormalise},
                                                                    {"refuse", OffReference::refuse}};
};

/// A chiller out of a CSV file of curve records.
struct ChillerRecordConfig {
  InputFile records;
  std::string name;
  OffReference off_reference = OffReference::renormalise;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("records", p.records, kAny, "CSV file of chiller curves, one machine a row");
    visit("name", p.name, kAny, "the machine's name in the file");
    visit("off_reference", p.off_reference, kAny, "curves that miss 1 by more than 3 % at their own reference point: renormalise them, with a note in the summary, or refuse them");
  }
};

/// Hours of the day, from `from` to `to` in site time; from > to runs over midnight.
struct DayHoursConfig {
  double from = kUnset, to = kUnset;
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("from", p.from, between(0.0, 24.0), "hour of the day");
    visit("to", p.to, between(0.0, 24.0), "hour of the day");
  }
  [[nodiscard]] bool contains(double hour) const { return from <= to ? hour >= from && hour < to : hour >= from || hour < to; }
};

/// Chilled-water storage beside the chillers.
struct TankConfig {
  StorageTank::Params tank;
  std::optional<DayHoursConfig> charge = {}, discharge = {};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    StorageTank::Params::fields(p.tank, visit);
    visit("charge", p.charge, kAny, "hours in which chillers charge it; default: whenever they have capacity to spare");
    visit("discharge", p.discharge, kAny, "hours in which it goes before the chillers; it always helps when they cannot hold the supply");
  }
};

/// Heat given to a neighbour, out of the return water.
struct HeatReuseConfig {
  Power most;                                               ///< what the neighbour takes at most
  Temperature min_return = Temperature::celsius(30.0);      ///< of the water that leaves the exchanger to the plant
  double effectiveness = 0.8;                               ///< of the exchanger between return water and min_return
  std::vector<double> months = {}, hours = {};              ///< shares of `most`

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("most", p.most, kPositive, "heat that the neighbour takes at most");
    visit("min_return", p.min_return, kCelsius, "temperature of the neighbour's water: return water is never cooled below it (assumed 30 degC)");
    visit("effectiveness", p.effectiveness, kPositiveFraction, "of the exchanger, between return water and min_return (assumed 0.8)");
    visit("months", p.months, kFraction, "share of `most` in each of the 12 months");
    visit("hours", p.hours, kFraction, "share of `most` in each of the 24 hours of the day");
  }
  template <class Report>
  void validate(Report& report) const {
    if (!months.empty() && months.size() != 12) report.error("months", "must have 12 shares, one for each month");
    if (!hours.empty() && hours.size() != 24) report.error("hours", "must have 24 shares, one for each hour of the day");
  }
};

/// Basin and tank that carry towers and pads through a loss of make-up water.
struct MakeUpConfig {
  static constexpr const char* kShorthand = "storage";
  Volume storage;
  std::optional<VolumeFlow> inflow = {};
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("storage", p.storage, kPositive, "water that is kept, full at the start");
    visit("inflow", p.inflow, kPositive, "most that the supply gives; default: whatever is used");
  }
};

/// Supply set point that follows the weather: wet bulb + approach, within limits.
struct SetPointResetConfig {
  TemperatureDelta approach;
  Temperature min, max;
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("approach", p.approach, kNonNegative, "set point above the outdoor wet bulb");
    visit("min", p.min, kCelsius, "lowest set point");
    visit("max", p.max, kCelsius, "highest set point");
  }
  template <class Report>
  void validate(Report& report) const {
    if (min > max) report.error("min", "must not be above max");
  }
};

/// Keeps the supply above the room's dew point, so that nothing sweats.
struct DewPointGuardConfig {
  std::optional<Temperature> room = {};
  TemperatureDelta margin = 2.0 * K;
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("room", p.room, kCelsius, "dew point of the room; default: that of the outdoor air");
    visit("margin", p.margin, kNonNegative, "least supply temperature above it (assumed 2 K)");
  }
};

/// From the return of electric supply until a kind of machine runs again.
struct RestartConfig {
  Duration pumps = 0.0 * s, fans = 0.0 * s;
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("pumps", p.pumps, kNonNegative, "from the return of power until pumps run (assumed 0 s: at once); chillers follow their own timers (staging)");
    visit("fans", p.fans, kNonNegative, "from the return of power until fans run (assumed 0 s: at once)");
  }
};

/// How the plant is controlled.
struct PlantControlConfig {
  std::optional<SetPointResetConfig> reset = {};
  std::optional<DewPointGuardConfig> dew_point = {};
  std::optional<PiControl::Params> pi = {};
  Staging::Params staging = {};
  RestartConfig restart = {};
  TemperatureDelta condenser_approach = 6.0 * K;
  Temperature min_condenser = Temperature::celsius(13.0);
  TemperatureDelta economizer_margin = 1.0 * K;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("reset", p.reset, kAny, "set point that follows the wet bulb; default: the loop's fixed supply");
    visit("dew_point", p.dew_point, kAny, "keeps the set point above the room's dew point");
    visit("pi", p.pi, kAny, "PI controller in place of the default rule, which removes a supply error within `response`");
    visit("staging", p.staging, kAny, "how many chillers run");
    visit("restart", p.restart, kAny, "after a loss of electric supply");
    visit("condenser_approach", p.condenser_approach, kNonNegative, "condenser water set point above the wet bulb while chillers work alone (assumed 6 K)");
    visit("min_condenser", p.min_condenser, kCelsius, "coldest water let into a chiller's condenser, by a mixing valve (assumed 13 degC)");
    visit("economizer_margin", p.economizer_margin, kPositive, "return water must be this much warmer than what towers can make for the economizer to work; hysteresis of the same width (assumed 1 K)");
  }
};

}  // namespace aifactory
