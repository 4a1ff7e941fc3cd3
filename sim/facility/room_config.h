#pragma once
/// @file What a scenario says about the air of a hall and what cools it.
#include <optional>
#include <string>
#include <vector>

#include "models/cooling/crah.h"
#include "models/cooling/rear_door.h"
#include "sim/facility/cdu_config.h"
#include "sim/scenario/types.h"

namespace aifactory {

/// A hall's room air with air handlers of its own.  Without it all air of a site is one, and its temperature unknown.
struct RoomConfig {
  std::optional<CatalogRef<Crah::Params>> crah = {};          ///< one unit
  std::optional<std::int64_t> crahs = {};                     ///< installed; all run, at a common speed
  std::optional<CatalogRef<RearDoor::Params>> rear_door = {};  ///< one behind each rack
  std::optional<Temperature> supply = {};                     ///< set point of the air that racks draw in
  std::optional<Volume> volume = {};
  std::optional<Mass> mass = {};
  PumpSpeed rack_fans = PumpSpeed::constant;
  double min_rack_fan = 0.4;         ///< assumed
  Duration restart = 0.0 * s;
  std::vector<std::string> power;    ///< units that feed the air handlers' fans; default: those of the plant
  std::vector<std::vector<std::string>> supplies;  ///< or several such lists, over which they are dealt out

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("crah", p.crah, kAny, "catalogue entry of one air handler of the hall");
    visit("crahs", p.crahs, between(1, 10'000), "air handlers that stand in the hall; all run, at a common speed, so spare ones slow the rest down");
    visit("rear_door", p.rear_door, kAny, "catalogue entry of a passive rear door behind each rack");
    visit("supply", p.supply, kCelsius, "set point of the air that racks draw in, held by valves on the water side; absent: valves stand open");
    visit("volume", p.volume, kPositive, "air of the hall; default 0.35 m3 for each kW of rated heat to air (assumed)");
    visit("mass", p.mass, kPositive, "steel that warms with the air; default 10 kg for each kW of rated heat to air (assumed)");
    visit("rack_fans", p.rack_fans, kAny, "fans of air-cooled racks: constant, or by_load: in proportion to the heat of the racks");
    visit("min_rack_fan", p.min_rack_fan, kPositiveFraction, "by_load: least air flow of racks over full (assumed 0.4)");
    visit("restart", p.restart, kNonNegative, "from the return of supply until the air handlers' fans run again (assumed 0 s: at once)");
    visit("power", p.power, kAny, "power units that feed the air handlers' fans; default: those of the plant's pumps and fans");
    visit("supplies", p.supplies, kAny, "in place of power: supplies over which the air handlers are dealt out in order, each a list of the power units that feed its part; a lost supply takes its part alone");
  }
  template <class Report>
  void validate(Report& report) const {
    if (!crah && !rear_door) report.error("crah", "is missing: a room needs a crah, a rear_door or both");
    if (crahs && !crah) report.error("crahs", "needs a crah");
    if (crah && !crahs) report.error("crahs", "is missing: how many air handlers stand in the hall, the spare ones included");
    if (!crah && !power.empty()) report.error("power", "needs a crah: rear doors are passive");
    if (!crah && !supplies.empty()) report.error("supplies", "needs a crah: rear doors are passive");
    if (!power.empty() && !supplies.empty()) report.error("supplies", "give power or supplies, not both");
    if (crahs && static_cast<std::int64_t>(supplies.size()) > *crahs) report.error("supplies", "has more supplies than there are air handlers: raise crahs or name fewer");
    for (const auto& list : supplies) {
      if (list.empty()) report.error("supplies", "has an empty supply: name the power units that feed its air handlers");
    }
  }
};

}  // namespace aifactory
