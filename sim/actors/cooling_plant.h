#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/kernel.h"
#include "sim/facility/job_table.h"
#include "sim/facility/water_loop.h"

namespace aifactory {

/// One plant: the facility water loop, air handlers, heat rejection.  Wakes at its control period and when told.
/// (CDUs have controllers of their own: cdu_control.h.)
class CoolingPlant {
 public:
  struct Params {
    std::string name;  ///< site.cooling
    Duration period = 60.0 * s;
    std::size_t cdus = SIZE_MAX;  ///< banks before this one are technology loops, the others air
  };
  struct Ports {
    std::function<const OutdoorAir&(Tick)> outdoor;
    std::function<void(std::size_t cdu)> supply_moved;                 ///< facility water to this CDU has another temperature
    std::function<void(double share)> facility_flow;                   ///< to the CDUs: share of the design flow of facility water
    std::function<void(Power pumps, Power fans, Power air_fans)> plant_power;
    std::function<void(Tick, std::size_t cdu)> observe;                 ///< at control instants, for a bank not at rest
  };
  CoolingPlant(engine::Kernel& kernel, std::uint32_t rank, Params params, const std::vector<LiquidBank>& banks,
               WaterLoop& loop, EventLog& log, Ports ports);
  void operator()();

  void powered(bool on, std::string cause) { inbox_.post({.kind = Kind::power, .on = on, .cause = std::move(cause)}); }

  void room_heat(Power heat);  ///< all racks' air and indoor losses

  [[nodiscard]] Temperature max_coolant_supply() const { return max_supply_; }
  [[nodiscard]] const WaterLoop& loop() const { return loop_; }
  [[nodiscard]] WaterLoop& loop() { return loop_; }
  [[nodiscard]] std::int64_t unsolved() const { return unsolved_; }
  [[nodiscard]] Duration at_limit() const { return to_duration(at_limit_); }

 private:
  enum class Kind : std::uint8_t { tick, power };
  struct Message {
    Kind kind = Kind::tick;
    bool on = true;
    std::string cause = {};
  };
  void control();

  engine::Kernel& kernel_;
  Params params_;
  const std::vector<LiquidBank>& banks_;
  WaterLoop& loop_;
  EventLog& log_;
  Ports ports_;
  engine::Inbox<Message> inbox_;
  bool limited_ = false;
  Tick at_limit_ = 0, last_control_ = 0;
  std::int64_t unsolved_ = 0;
  Temperature max_supply_ = Temperature::kelvin(0.0);
};

}  // namespace aifactory
