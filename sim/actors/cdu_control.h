#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/compute/rack.h"
#include "models/cooling/cdu.h"
#include "sim/engine/kernel.h"
#include "sim/facility/disturbance.h"
#include "sim/facility/job_table.h"
#include "sim/facility/water_loop.h"

namespace aifactory {

/// The controllers of a site's CDUs: pumps and faults of each, and from them the flow that its bank of racks sees.
/// Acts when told; comes before the plant within a phase, so that the plant sees flows that have settled.
class CduControl {
 public:
  /// A CDU and the bank of racks it serves.
  struct Unit {
    std::string name;             ///< site.cooling.cdu_01
    Cdu model;
    const Rack* rack = nullptr;
    ThermalConductance primary;   ///< facility water capacity rate
    std::int64_t racks = 1;       ///< that share its flow
    std::vector<std::int16_t> pump_faults = {};
    std::int16_t faults = 0;
    bool powered = true;
    Power pump_power = 0.0 * W, rack_other = 0.0 * W;
  };
  struct Ports {
    std::function<void(std::size_t cdu)> coolant_changed;  ///< to the cluster: thresholds move
    std::function<void(std::size_t cdu, Power)> pump_power;  ///< to the power network
  };
  /// @param name of the site's plant, for events that befall several CDUs at once.
  CduControl(engine::Kernel& kernel, std::uint32_t rank, std::string name, std::vector<Unit> units,
             std::vector<LiquidBank>& banks, WaterLoop& loop, EventLog& log, Ports ports);
  void operator()();

  /// Flow through a CDU with its pumps as they are; also what a bank starts with.
  /// @param facility_flow share of the design flow of facility water.
  static LiquidBank::Flow flow_of(const Unit& unit, std::int64_t pumps_running, double facility_flow);
  /// @param pump -1: the whole unit.  @param begins the disturbance begins, or ends.
  void disturb(std::size_t cdu, std::int32_t pump, const Disturbance& disturbance, bool begins) {
    inbox_.post({.kind = Kind::disturb, .cdu = cdu, .pump = pump, .on = !begins, .cause = disturbance.cause});
  }
  /// The CDU's own electric supply.
  void powered(std::size_t cdu, bool on, std::string cause) {
    inbox_.post({.kind = Kind::power, .cdu = cdu, .on = on, .cause = std::move(cause)});
  }
  /// Facility water flows through all CDUs with this share of its design flow.  Takes effect at once.
  void facility_flow(double share);

  // Heat of a bank, set by its cluster within the instant: before and after it changes.
  void heat_changes(std::size_t cdu) { loop_.touch(kernel_.now(), cdu); }
  void add_rack_heat(std::size_t cdu, Power change);  ///< into the coolant, beside the chips

 private:
  enum class Kind : std::uint8_t { disturb, power };
  struct Message {
    Kind kind = Kind::disturb;
    std::size_t cdu = 0;
    std::int32_t pump = -1;
    bool on = true;
    std::string cause = {};
  };
  void disturbed(const Message& message);
  void apply_flow(std::size_t cdu);
  /// One line for all CDUs that lose or regain supply together.
  void tell_supply(const Message& message, std::int64_t count);

  engine::Kernel& kernel_;
  std::string name_;
  std::vector<Unit> units_;
  std::vector<LiquidBank>& banks_;
  WaterLoop& loop_;
  EventLog& log_;
  Ports ports_;
  engine::Inbox<Message> inbox_;
  double facility_flow_ = 1.0;
};

}  // namespace aifactory
