#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/compute/rack.h"
#include "models/cooling/cdu.h"
#include "sim/actors/unit_message.h"
#include "sim/engine/kernel.h"
#include "sim/facility/cdu_config.h"
#include "sim/facility/disturbance.h"
#include "sim/facility/job_table.h"
#include "sim/facility/open_disturbances.h"
#include "sim/facility/water_loop.h"

namespace aifactory {

/// The controllers of a site's CDUs: pumps, valve and faults of each, and from them the flow that its bank of racks sees.
/// Acts when told; comes before the plant within a phase, so that the plant sees flows that have settled.
///
/// What a disturbance of each part does:
///
///     pump_a ...   fail: does not turn; a spare starts after `standby_start`.  degrade: moves that part of its flow
///     valve        fail: stays where it is.                                    degrade: opens to that part of the flow
///     exchanger    fail: isolated on the facility side.                        degrade: UA times the factor (fouling)
///     controller   fail: pumps, speed and valve stay as they are
///     whole unit   fail: no flow.    degrade `flow` (default), `fouling`, `facility_flow`: as above, for the whole
class CduControl {
 public:
  enum Part : std::int32_t { kWhole = -1 };  ///< pumps count from 0; behind them:
  static constexpr std::int32_t kValve = 0, kExchanger = 1, kController = 2;

  /// A CDU and the bank of racks it serves.
  struct Unit {
    std::string name;             ///< site.cooling.cdu_01
    Cdu model;
    const Rack* rack = nullptr;   ///< none: the CDU is not there (yet, or any more)
    ThermalConductance primary;   ///< facility water capacity rate
    std::int64_t racks = 1;       ///< that share its flow
    std::optional<Temperature> supply = {};  ///< its own set point
    [[nodiscard]] bool there() const { return rack != nullptr; }
  };
  struct Ports {
    std::function<void(std::size_t cdu)> coolant_changed;  ///< to the cluster: thresholds move
    std::function<void(std::size_t cdu, Power)> pump_power;  ///< to the power network
    std::function<Temperature(Tick)> wet_bulb = {};  ///< outdoors, for a reset
  };
  /// @param name of the site's plant, for events that befall several CDUs at once.
  CduControl(engine::Kernel& kernel, std::uint32_t rank, std::string name, CduControlConfig config, std::vector<Unit> units,
             std::vector<LiquidBank>& banks, WaterLoop& loop, EventLog& log, Ports ports);
  void operator()();

  /// Flow through a CDU with its pumps as they are; also what a bank starts with.
  /// @param facility_flow share of the design flow of facility water.
  static LiquidBank::Flow flow_of(const Unit& unit, std::int64_t pumps_running, double facility_flow);
  /// @param part -1: the whole unit.  @param begins the disturbance begins, or ends.
  void disturb(std::size_t cdu, std::int32_t part, const Disturbance& disturbance, bool begins) {
    inbox_.post(UnitMessage::disturbed(cdu, part, disturbance, begins));
  }
  /// A line of one of its racks leaks until its valves isolate it, or has been mended and the loop filled up.
  void leak(std::size_t cdu, std::string cause, bool begins) {
    inbox_.post(UnitMessage::about(Kind::leak, cdu, !begins, std::move(cause)));
  }
  /// The CDU's own electric supply.
  void powered(std::size_t cdu, bool on, std::string cause) {
    inbox_.post(UnitMessage::about(Kind::power, cdu, on, std::move(cause)));
  }
  /// From now on other controls and other units in the same places, some of which come in or go.  What is open on a place stays.
  void change(const CduControlConfig& config, std::vector<Unit> units);
  /// Facility water flows through all CDUs with this share of its design flow.  Takes effect at once.
  void facility_flow(double share);

  // Heat of a bank, set by its cluster within the instant: before and after it changes.
  void heat_changes(std::size_t cdu) { loop_.touch(kernel_.now(), cdu); }
  void add_rack_heat(std::size_t cdu, Power change);  ///< into the coolant, beside the chips

  /// Set point in force: the unit's or the plant's, never below the dew point and its margin.  None: valve open.
  [[nodiscard]] std::optional<Temperature> set_point(std::size_t cdu) const;
  /// Part of the facility water that the valve lets through the exchanger.
  [[nodiscard]] double valve_position(std::size_t cdu, Tick now) const;

 private:
  using Message = UnitMessage;
  using Kind = Message::Kind;
  struct State {
    OpenDisturbances faults;
    std::vector<bool> turning;       ///< of each pump
    bool powered = true, up = true;  ///< electric supply; the controller has started since it came
    bool starting = false;           ///< a spare pump is on its way
    std::uint64_t restart = 0;       ///< version of the restart that is awaited
    double speed = 1.0;
    std::int64_t leaks = 0;
    std::optional<double> stuck;     ///< position of a valve that does not move
    Power pump_power = 0.0 * W, rack_other = 0.0 * W;
  };
  void handle(const Message& message);
  /// What befalls a CDU that is not there: kept for when it comes.
  void befalls_absent(const Message& message);
  void disturbed(const Message& message);
  void leaked(const Message& message);
  void powered_now(const Message& message);
  void follow_outdoors();
  /// Stops pumps that cannot turn and starts those that should: at once when `now`, else after the delay.
  void run_pumps(std::size_t cdu, bool now);
  /// Speed that the load asks for.  @return whether it is another.
  bool choose_speed(std::size_t cdu);
  void hold_valve(std::size_t cdu);
  void apply_flow(std::size_t cdu);
  [[nodiscard]] ThermalConductance exchange(std::size_t cdu, double position, ThermalConductance secondary) const;
  [[nodiscard]] std::int32_t part_of(std::size_t cdu, std::int32_t behind_pumps) const {
    return static_cast<std::int32_t>(units_[cdu].model.params().pump_count) + behind_pumps;
  }
  [[nodiscard]] std::string part_name(std::size_t cdu, std::int32_t part) const;
  /// One line for all CDUs that lose or regain supply together.
  void tell_supply(const Message& message, std::int64_t count);

  engine::Kernel& kernel_;
  std::string name_;
  CduControlConfig config_;
  std::vector<Unit> units_;
  std::vector<State> states_;
  std::vector<LiquidBank>& banks_;
  WaterLoop& loop_;
  EventLog& log_;
  Ports ports_;
  engine::Inbox<Message> inbox_;
  double facility_flow_ = 1.0;
  bool awaits_reset_ = false;         ///< a look at the weather is due
  std::optional<Temperature> reset_;  ///< set point of the weather, in steps
};

}  // namespace aifactory
