#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/kernel.h"
#include "sim/facility/disturbance.h"
#include "sim/facility/job_table.h"
#include "sim/facility/water_loop.h"

namespace aifactory {

/// One plant: the facility water loop, air handlers, heat rejection.  Wakes at its control period, when told, and when a
/// machine of it is due (a chiller that has started, pumps after a loss of power, a store of water that runs out).
/// (CDUs have controllers of their own: cdu_control.h.)
class CoolingPlant {
 public:
  struct Params {
    std::string name;  ///< site.cooling
    Duration period = 60.0 * s;
    std::vector<std::string> units = {};  ///< names of the cooling units, in the order of their indices
    std::size_t cdus = SIZE_MAX;  ///< banks before this one are technology loops, the others air
  };
  struct Ports {
    std::function<const OutdoorAir&(Tick)> outdoor;
    std::function<void(std::size_t cdu)> supply_moved;                 ///< facility water to this CDU has another temperature
    std::function<void(double share)> facility_flow;                   ///< to the CDUs: share of the design flow of facility water
    std::function<void(const HeatPlant::Answer& plant, Power air_fans)> plant_power;
    std::function<void(Tick, std::size_t cdu)> observe;                 ///< at control instants, for a bank not at rest
    std::function<void(bool begins, const std::string& cause)> hot_air = {};  ///< supply air has reached its limit, or is cold again
  };
  CoolingPlant(engine::Kernel& kernel, std::uint32_t rank, Params params, const std::vector<LiquidBank>& banks,
               WaterLoop& loop, EventLog& log, Ports ports);
  void operator()();

  /// Electric supply of one kind of machine, or of all.
  void powered(Drive drive, bool on, std::string cause) { inbox_.post({.kind = Kind::power, .drives = 1U << static_cast<unsigned>(drive), .on = on, .cause = std::move(cause)}); }
  void powered(bool on, std::string cause) { inbox_.post({.kind = Kind::power, .drives = kAllDrives, .on = on, .cause = std::move(cause)}); }
  /// @param unit index of a cooling unit that belongs to the plant.  @param part -1: the whole unit.
  void disturb(std::size_t unit, std::int32_t part, const std::string& name, const Disturbance& disturbance, bool begins) {
    inbox_.post({.kind = Kind::disturb, .on = !begins, .unit = unit, .part = part, .disturbance = disturbance, .cause = disturbance.cause, .name = name});
  }

  /// Other machines, water or controls have taken the place of the present ones (WaterLoop::exchange): decides now.
  void changed(Duration period) {
    params_.period = period;
    inbox_.post({.kind = Kind::changed});
  }

  void room_heat(Power heat);  ///< all racks' air and indoor losses

  [[nodiscard]] Temperature max_coolant_supply() const { return max_supply_; }
  [[nodiscard]] Temperature max_facility_supply() const { return max_facility_supply_; }
  /// Of the facility water as it reached CDUs and air handlers, and of the air that the plant's air handlers supply, at control instants.
  [[nodiscard]] Temperature max_supply_there() const { return max_supply_there_; }
  [[nodiscard]] Temperature max_supply_air() const { return max_supply_air_; }
  /// How long the air has been warmer than sound air handlers would keep it.
  [[nodiscard]] Duration warm_air(Tick now) const { return to_duration(warm_ticks_ + (warm_air_ ? now - warm_since_ : 0)); }
  [[nodiscard]] const WaterLoop& loop() const { return loop_; }
  [[nodiscard]] WaterLoop& loop() { return loop_; }
  [[nodiscard]] std::int64_t unsolved() const { return unsolved_; }

 private:
  static constexpr unsigned kAllDrives = (1U << kDrives) - 1U;
  enum class Kind : std::uint8_t { tick, due, arrival, power, disturb, changed };
  struct Message {
    Kind kind = Kind::tick;
    unsigned drives = 0;
    bool on = true;
    std::size_t unit = 0;
    std::int32_t part = -1;
    Disturbance disturbance = {};
    std::string cause = {};
    std::string name = {};
  };
  void control();
  /// Other water has reached the banks.
  void arrive();
  /// Looks for the instant when that happens next.
  void await(Tick arrival);
  void follow_air(Tick now, bool hot);
  void power(const Message& message);
  void disturbed(const Message& message);
  [[nodiscard]] double capability(std::size_t unit) const;
  /// An event when a state has begun or ended.
  void tell(bool now, bool& before, const char* begins, const char* ends, double value, const std::string& cause);
  /// An event when machines run again whose delay after a loss of power is over.
  void tell_restarted();

  engine::Kernel& kernel_;
  Params params_;
  const std::vector<LiquidBank>& banks_;
  WaterLoop& loop_;
  EventLog& log_;
  Ports ports_;
  engine::Inbox<Message> inbox_;
  bool limited_ = false, dry_ = false, unsolved_now_ = false, warm_air_ = false, hot_air_ = false;
  std::int64_t chillers_ = 0;
  Tick warm_since_ = 0, warm_ticks_ = 0;
  Tick limited_at_ = 0, due_ = kNever, arrival_ = kNever;
  std::int64_t unsolved_ = 0;
  std::string cause_ = {};  ///< of the disturbances that are open: the last one
  unsigned restarting_ = 0;  ///< kinds of machine, by bit, that have power again and do not run yet
  Temperature max_supply_ = Temperature::kelvin(0.0), max_facility_supply_ = Temperature::kelvin(0.0);
  Temperature max_supply_there_ = Temperature::kelvin(0.0), max_supply_air_ = Temperature::kelvin(0.0);
};

}  // namespace aifactory
