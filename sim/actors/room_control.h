#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/compute/rack.h"
#include "models/cooling/crah.h"
#include "models/cooling/rear_door.h"
#include "sim/actors/unit_message.h"
#include "sim/engine/kernel.h"
#include "sim/facility/disturbance.h"
#include "sim/facility/job_table.h"
#include "sim/facility/open_disturbances.h"
#include "sim/facility/room_config.h"
#include "sim/facility/water_loop.h"

namespace aifactory {

/// The air handlers and rear doors of a site's halls: fans, faults, and from them what the bank of a hall's air sees.
///
///     fans   r = heat / (units that run * net design heat of one), in steps, within the slowest speed and 1
///     g      sum of the units' coils at r, plus the doors
///     W_s    the larger of what the units and what the racks' fans move
///
/// Racks draw air whatever the air handlers do: what these do not move comes back through the gaps of the containment, so
/// that the coil's air is that of the racks' exhaust (or, moving more, of exhaust and bypass).  With all air handlers lost
/// the room's air goes round and takes up the heat.
/// *Not modelled*: differences between rows, condensation, humidity.
class RoomControl {
 public:
  /// One hall and what is in it.
  struct Unit {
    std::string name;                  ///< site.hall
    RoomConfig config;
    std::optional<Crah> crah;          ///< one of them
    std::int64_t crahs = 0;
    std::vector<std::int64_t> supplied;  ///< how many of them, in their order, hang on each electric supply
    std::optional<RearDoor> door;
    std::int64_t doors = 0;
    const Rack* rack = nullptr;        ///< air-cooled accelerators; none: heat only
    ThermalConductance rack_air;       ///< of all racks at full fan speed
    Power rated_heat;
    std::size_t bank = 0;              ///< of its air, among the site's
  };
  struct Ports {
    std::function<void(std::size_t bank)> air_changed;          ///< to the clusters: thresholds move
    std::function<void(std::size_t room, std::size_t supply, Power)> fan_power;  ///< to the power network
  };
  RoomControl(engine::Kernel& kernel, std::uint32_t rank, std::vector<Unit> units, std::vector<LiquidBank>& banks, WaterLoop& loop,
              EventLog& log, Ports ports);
  void operator()();

  /// A room before anything runs in it; also what its bank starts with.
  static LiquidBank::Params bank_of(const Unit& unit, std::int64_t racks, Temperature start);
  static LiquidBank::Flow resting_flow(const Unit& unit);

  /// @param part air handler, or -1: all of them; rear doors count behind the air handlers.
  void disturb(std::size_t room, std::int32_t part, const Disturbance& disturbance, bool begins) {
    inbox_.post(UnitMessage::disturbed(room, part, disturbance, begins));
  }
  /// One of the room's electric supplies.
  void powered(std::size_t room, std::size_t supply, bool on, std::string cause) {
    inbox_.post(UnitMessage::about(Kind::power, room, on, std::move(cause), static_cast<std::int32_t>(supply)));
  }
  /// Facility water flows with this share of its design flow.  Takes effect at once.
  void facility_flow(double share);
  // Heat of a hall, set within the instant: before and after it changes.
  void heat_changes(std::size_t room) { loop_.touch(kernel_.now(), units_[room].bank); }
  void add_heat(std::size_t room, Power change);  ///< into the air, beside air-cooled chips; who calls looks for thresholds
  void add_losses(std::size_t room, Power change);  ///< as add_heat, with its two calls around it, for heat that is no rack's

  [[nodiscard]] const Unit& unit(std::size_t room) const { return units_[room]; }
  [[nodiscard]] std::size_t rooms() const { return units_.size(); }
  [[nodiscard]] double fan_ratio(std::size_t room) const { return states_[room].moving > 0.0 ? states_[room].ratio : 0.0; }
  [[nodiscard]] Temperature max_supply_air(std::size_t room) const { return states_[room].max_supply; }
  /// Looks at the air of the room whose bank this is; called at control instants and before inputs change.
  void observe(Tick now, std::size_t room);

 private:
  using Message = UnitMessage;
  using Kind = Message::Kind;
  struct Supply {
    bool powered = true, up = true;  ///< electric supply; fans have restarted since it came
    std::uint64_t restart = 0;       ///< version of the restart that is awaited
  };
  /// An air handler that runs: what is left of it, and its supply.
  struct Running {
    double left;
    std::size_t supply;
  };
  struct State {
    OpenDisturbances faults;
    std::vector<Supply> supplies;
    double ratio = 1.0, rack_fan = 1.0;
    double moving = 0.0;             ///< air handlers that run, degraded ones in part
    Power fan_power = 0.0 * W, heat = 0.0 * W;
    Temperature max_supply = Temperature::kelvin(0.0);
  };
  void disturbed(const Message& message);
  void powered_now(const Message& message);
  /// "air handlers", or those of one supply among several: "air handlers 3-4".
  [[nodiscard]] std::string handlers(std::size_t room, std::size_t supply) const;
  bool choose_speeds(std::size_t room);
  void apply(std::size_t room);
  [[nodiscard]] std::vector<Running> running(std::size_t room) const;

  engine::Kernel& kernel_;
  std::vector<Unit> units_;
  std::vector<State> states_;
  std::vector<LiquidBank>& banks_;
  WaterLoop& loop_;
  EventLog& log_;
  Ports ports_;
  engine::Inbox<Message> inbox_;
  double facility_flow_ = 1.0;
};

}  // namespace aifactory
