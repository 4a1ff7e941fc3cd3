#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/compute/rack.h"
#include "models/cooling/cdu.h"
#include "sim/engine/kernel.h"
#include "sim/facility/disturbance.h"
#include "sim/facility/job_table.h"
#include "sim/facility/water_loop.h"

namespace aifactory {

/// One plant: CDUs and their pumps, the facility water loop, heat rejection.  Wakes at its control period and when told.
class CoolingPlant {
 public:
  /// A CDU and the bank of racks it serves.
  struct CduUnit {
    std::string name;             ///< site.cooling.cdu_01
    Cdu model;
    const Rack* rack = nullptr;
    ThermalConductance primary;   ///< facility water capacity rate
    std::int64_t racks = 1;       ///< that share its flow
    std::vector<std::int16_t> pump_faults = {};
    std::int16_t faults = 0;
    Power pump_power = 0.0 * W, rack_other = 0.0 * W;
  };
  struct Params {
    std::string name;  ///< site.cooling
    Duration period = 60.0 * s;
  };
  struct Ports {
    std::function<const OutdoorAir&(Tick)> outdoor;
    std::function<void(std::size_t cdu)> coolant_changed;              ///< to the cluster: thresholds move
    std::function<void(std::size_t cdu, Power)> cdu_pump_power;        ///< to the power network
    std::function<void(Power pumps, Power fans, Power air_fans)> plant_power;
    std::function<void(Tick, std::size_t cdu)> observe;                 ///< at control instants, for a bank not at rest
  };
  CoolingPlant(engine::Kernel& kernel, std::uint32_t rank, Params params, std::vector<CduUnit> cdus,
               std::vector<LiquidBank>& banks, WaterLoop& loop, EventLog& log, Ports ports);
  void operator()();

  /// Flow through a CDU with its pumps as they are; also what a bank starts with.
  static LiquidBank::Flow flow_of(const CduUnit& unit, std::int64_t pumps_running, bool powered);
  /// @param pump -1: the whole unit.  @param begins the disturbance begins, or ends.
  void disturb_cdu(std::size_t cdu, std::int32_t pump, const Disturbance& disturbance, bool begins) {
    inbox_.post({.kind = Kind::cdu, .cdu = cdu, .pump = pump, .on = !begins, .cause = disturbance.cause});
  }
  void powered(bool on, std::string cause) { inbox_.post({.kind = Kind::power, .on = on, .cause = std::move(cause)}); }

  // Heat of a bank, set by its cluster within the instant: before and after it changes.
  void heat_changes(std::size_t cdu) { loop_.touch(kernel_.now(), cdu); }
  void add_rack_heat(std::size_t cdu, Power change);  ///< into the coolant, beside the chips
  void room_heat(Power heat);  ///< all racks' air and indoor losses

  [[nodiscard]] Temperature max_coolant_supply() const { return max_supply_; }
  [[nodiscard]] const WaterLoop& loop() const { return loop_; }
  [[nodiscard]] WaterLoop& loop() { return loop_; }
  [[nodiscard]] std::int64_t unsolved() const { return unsolved_; }
  [[nodiscard]] Duration at_limit() const { return to_duration(at_limit_); }

 private:
  enum class Kind : std::uint8_t { tick, cdu, power };
  struct Message {
    Kind kind = Kind::tick;
    std::size_t cdu = 0;
    std::int32_t pump = -1;
    bool on = true;
    std::string cause = {};
  };
  void control();
  void set_cdu(const Message& message);
  void apply_flow(std::size_t cdu);

  engine::Kernel& kernel_;
  Params params_;
  std::vector<CduUnit> cdus_;
  std::vector<LiquidBank>& banks_;
  WaterLoop& loop_;
  EventLog& log_;
  Ports ports_;
  engine::Inbox<Message> inbox_;
  bool powered_ = true, limited_ = false;
  Tick at_limit_ = 0, last_control_ = 0;
  std::int64_t unsolved_ = 0;
  Temperature max_supply_ = Temperature::kelvin(0.0);
};

}  // namespace aifactory
