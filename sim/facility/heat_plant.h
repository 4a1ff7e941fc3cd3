#pragma once
/// @file What takes heat out of the facility water: coolers, chillers, economizer, storage, and their controllers.
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/calendar.h"
#include "models/cooling/chiller_group.h"
#include "models/cooling/cooler_group.h"
#include "models/cooling/pump.h"
#include "models/cooling/staging.h"
#include "models/cooling/storage_tank.h"
#include "models/time.h"
#include "sim/facility/disturbance.h"
#include "sim/facility/plant_config.h"
#include "sim/facility/shared_air.h"
#include "sim/results/accumulator.h"

namespace aifactory {

/// Machines of a plant that share an electric load.
enum class Drive : std::uint8_t { loop_pumps, fans, air_fans, condenser_pumps, compressors };
inline constexpr std::size_t kDrives = 5;
inline constexpr const char* kDriveNames[kDrives] = {"pumps", "fans", "air handlers", "condenser pumps", "chillers"};

/// Heat rejection of one facility water loop.  The return water passes, in this order,
///
///     heat reuse -> coolers on the loop -> economizer -> chillers (water, then air) -> storage tank
///
/// and each takes what is still wanted, up to what it can.  Economizer and water-cooled chillers give to the condenser loop,
/// a well-mixed volume of its own with coolers on it:
///
///     C_c dT_c/dt = Q_econ + Q_cond + P_pumps - Q_towers
///
/// All flows of heat and water hold from one control instant to the next (zero-order hold), so every balance closes to
/// rounding whatever the controllers do.  The condenser temperature at the end of the period is solved for (implicit
/// step): the residual above, in one unknown, in a bracket; the balance of all flows is checked at each solve, and a
/// search that does not close is told (`converged`).
///
/// Controllers: wanted = heat in + C (T_f - T_set)/response, or PI; T_set fixed, or wet bulb + approach, never within a
/// margin of the room's dew point.  Condenser water: what the economizer needs while it works, else wet bulb + approach.
/// Chillers by Staging.  Flow of facility water constant, or following the heat.
/// *Not modelled*: pipes between units, valves' dynamics, natural draught of towers with stopped fans.
class HeatPlant {
 public:
  /// Coolers of one make on one loop: cells in parallel, fans on a common speed.
  struct Coolers {
    struct Cell {
      std::size_t unit;   ///< index of the cooling unit it belongs to
      std::int64_t part;
      double share;
    };
    CoolerGroup::Equipment whole;
    std::vector<Cell> cells;
    bool on_condenser = false;
    bool wet = false;                     ///< does nothing without make-up water
    TemperatureDelta design_approach;     ///< leaving water over wet bulb (wet) or dry bulb
    std::optional<CoolerGroup::Equipment> without_pads = {};  ///< what an adiabatic cooler is without water
  };
  struct Chillers {
    std::size_t unit;
    ChillerGroup group;
    std::int64_t count;
    bool air;
  };
  struct Pumps {
    std::size_t unit;
    PumpGroup::Params params;
    double min_flow = 1.0;
  };
  struct Economizer {
    std::size_t unit;
    ThermalConductance ua;
    std::int64_t count;
  };
  struct CondenserLoop {
    Pumps pumps;
    HeatCapacity capacity;
    Temperature start;
  };
  struct Tank {
    std::size_t unit;
    TankConfig config;
  };
  struct Reuse {
    std::size_t unit;
    HeatReuseConfig config;
  };
  struct MakeUp {
    std::size_t unit;
    MakeUpConfig config;
  };
  struct Params {
    HeatCapacity capacity;   ///< of the facility water, for the controller
    Power design_heat;
    Temperature set_point;
    Duration response, period;
    PlantControlConfig control;
    Pumps pumps;
    std::vector<Coolers> coolers;
    std::vector<Chillers> chillers = {};
    std::optional<CondenserLoop> condenser = {};
    std::optional<Economizer> economizer = {};
    std::optional<Tank> tank = {};
    std::optional<Reuse> reuse = {};
    std::optional<MakeUp> make_up = {};
    SiteClock clock = {};
  };

  explicit HeatPlant(Params params);
  /// Other machines and controls take the place of the present ones at `now` (heat_plant_exchange.cc).
  ///
  /// What has been booked stays, per unit as well.  Loops, tank and store of the new plant begin with the temperature, the cold and
  /// the water of the old ones, as much as they can hold; disturbances that are open and electric supply are as before.  Chillers
  /// that are the same machines go on running, others start by the sequence.
  /// What was stored in equipment of a kind that the new plant has not, stays booked.
  void exchange(Tick now, Params params);

  struct Request {
    Tick now;
    Temperature supply;  ///< of the facility water
    Power heat;          ///< into it at present, pumps aside
    const OutdoorAir& air;
    TemperatureDelta rise = TemperatureDelta(0.0);  ///< of the water that comes back over what is sent out, beside `heat`: of pipes
    std::optional<Power> load = {};                 ///< what is cooled gives at present, for the pumps; default: `heat`
  };
  struct Answer {
    Power taken = Power(0.0);  ///< out of the facility water
    Power loop_pumps = Power(0.0), fans = Power(0.0), condenser_pumps = Power(0.0), compressors = Power(0.0);  ///< as the network holds them
    Temperature return_temperature;
    double flow_share = 1.0;   ///< of the facility water's design flow
    double fan_ratio = 0.0;    ///< of the first coolers
    bool converged = true, at_limit = false, dry = false, outside = false, economizing = false;
    std::int64_t chillers_running = 0;
    Temperature set_point;
    Tick next = kNever;        ///< wants to be asked again then
  };
  /// One control instant: books the period that ends, chooses the next one.
  Answer control(const Request& request);

  /// Electric supply of one kind of machine is there or not.
  void set_powered(Tick now, Drive drive, bool powered);
  [[nodiscard]] bool runs(Drive drive, Tick now) const;
  /// The plant has machines of this kind.
  [[nodiscard]] bool has(Drive drive) const;
  /// A disturbance of a unit (part -1) or of a part of it begins or ends; takes effect with the next control().
  void disturb(Tick now, std::size_t unit, std::int32_t part, const Disturbance& disturbance, bool begins);
  /// Share of what the unit can do that it now can.
  [[nodiscard]] double capability(std::size_t unit) const;
  /// What is left of air handlers, `count` alike.
  [[nodiscard]] SharedAir::Left left_of(std::size_t unit, std::int64_t count) const;

  struct Totals {
    Energy taken, rejected, reused, compressor_work, condenser_pump_work, tank_gain, tank_stored, condenser_stored, economized;
    Mass evaporation, drift, blowdown, make_up, water_stored;
    Duration at_limit, outside, not_converged, economizer, dry;
  };
  /// Since the start, booked up to `now`.
  [[nodiscard]] Totals totals(Tick now);
  struct UnitTotals {
    std::size_t unit;
    Energy electricity, heat;
    Duration outside;
  };
  [[nodiscard]] std::vector<UnitTotals> unit_totals(Tick now);
  /// Calls back with (unit, Power) for each metered unit: the heat that it moves until the next control instant.
  template <class Call>
  void each_heat(Call&& call) const {
    for (const Meter& one : meters_) call(one.unit, Power(one.heat_w));
  }
  [[nodiscard]] const Answer& last() const { return last_; }
  [[nodiscard]] Power rejecting() const { return Power(held_.rejected_w); }
  /// Unset without a condenser loop.
  [[nodiscard]] Temperature condenser_supply() const { return params_.condenser ? condenser_ : Temperature::kelvin(kUnset); }
  /// Equipment that not every plant has, and that has accounts and columns of its own.
  struct Kinds {
    bool condenser = false, economizer = false, tank = false, reuse = false, water_store = false, compressors = false;
  };
  [[nodiscard]] Kinds kinds() const;  ///< there now
  [[nodiscard]] Kinds ever() const;   ///< now, or before an exchange
  /// Cold held by the tank over what it can hold; water held over what it can.  1 without.
  [[nodiscard]] double tank_share() const;
  [[nodiscard]] double water_share() const;
  /// Make-up water drawn from the mains now.
  [[nodiscard]] MassFlow make_up() const { return MassFlow(held_.make_up_kg_s); }

 private:
  /// What holds from one control instant to the next, W and kg/s.
  struct Held {
    double taken_w = 0, rejected_w = 0, reused_w = 0, economized_w = 0, compressors_w = 0, condenser_pumps_w = 0;
    double condenser_w = 0;  ///< net into the condenser loop
    double tank_w = 0, tank_gain_w = 0;  ///< cold into the tank, heat from around it
    double evaporation_kg_s = 0, drift_kg_s = 0, blowdown_kg_s = 0, make_up_kg_s = 0;
  };
  struct Meter {
    std::size_t unit = 0;
    double power_w = 0, heat_w = 0;
    bool outside = false;
    Accumulator energy_j, heat_j;
    Tick outside_ticks = 0;
  };
  struct Open {
    std::size_t unit;
    std::int32_t part;
    Disturbance what;
  };
  /// What one control instant works out, on its way through the units.
  struct Step {
    Tick now;
    const OutdoorAir& air;
    Temperature water;           ///< as it leaves the unit before
    Power left;                  ///< still wanted
    ThermalConductance flow;     ///< of facility water
    MassFlow mass_flow;
    Temperature evaporator;      ///< leaving the chillers
    Power charge = Power(0.0), discharge = Power(0.0);  ///< of the tank: wanted from the chillers, to be used before them
    bool charge_at_will = false;  ///< by what runs anyway; no machine starts for it
    bool fans = false, compressors = false;
  };
  struct CondenserPoint {
    double economized_w = 0, chilled_w = 0, in_w = 0;
  };
  void book(Tick now);
  void rebuild();
  struct Condition {
    bool out = false;
    double main = 1.0, fouling = 1.0;
  };
  [[nodiscard]] Condition condition(std::size_t unit, std::int32_t part) const;
  [[nodiscard]] std::int64_t available(std::size_t unit, std::int64_t count) const;
  Meter& meter(std::size_t unit);
  Temperature set_point(const OutdoorAir& air);
  Power wanted(const Request& request, Power in, Duration since);
  /// Facility pumps; @return flow share.
  double pump(const Request& request);
  HeatRejection cool(const Step& step, std::size_t coolers, MassFlow water, Temperature inlet, Power heat, bool full);
  void note_cooling(std::size_t coolers, const HeatRejection& out);
  void reuse_heat(Step& step);
  void cool_directly(Step& step);
  void plan_tank(Step& step);
  void stage_chillers(const Step& step, Power asked, bool air, bool powered);
  /// Heat taken up by the chillers of one kind; leaves each group's part in chilled_.
  Power chill(const Step& step, Power request, bool air, Temperature condenser);
  /// Books chilled_; @return heat to the condenser loop, W.
  double note_chilling(bool air);
  /// Deals what economizer and chillers took to the loop and the tank.
  void settle_chilling(Step& step, Power economized, Power chilled);
  [[nodiscard]] bool economizer_helps(const Step& step) const;
  ThermalConductance exchange(const Step& step);
  void run_condenser(Step& step);
  CondenserPoint condenser_point(const Step& step, double condenser_k);
  /// Heat out of the condenser loop; leaves each coolers' part in cooled_.
  double condenser_coolers(const Step& step, double condenser_k, double in_w, double wanted_w, bool full);
  void run_air_chillers(Step& step);
  void use_tank(Step& step);
  void follow_water();
  void supply_water(const Step& step);
  void check() const;
  [[nodiscard]] double hour_of(Tick now) const;

  static constexpr double kLastWater_kg = 1.0;  ///< a store that holds less is empty
  Params params_;
  std::vector<CoolerGroup> groups_, dry_groups_;  ///< of each Coolers, in their present condition; without water
  std::optional<PumpGroup> loop_pumps_, condenser_pumps_;
  std::optional<PiControl> pi_;
  PiControl::State pi_state_;
  Staging staging_;
  std::vector<Staging::State> staged_;   ///< of each Chillers
  std::vector<ChillerGroup::Output> chilled_;
  std::vector<double> running_;          ///< machines of each Chillers, in units of a sound one
  std::vector<std::vector<double>> machine_share_;  ///< of each Chillers: what its machines can do
  std::vector<std::vector<std::pair<std::size_t, double>>> working_share_;  ///< of each Coolers: units and what works of them
  std::vector<HeatRejection> cooled_;
  std::optional<StorageTank> tank_;
  std::array<bool, kDrives> powered_;
  std::array<Tick, kDrives> ready_{};
  std::vector<Open> open_;
  std::vector<Meter> meters_;
  std::vector<std::pair<std::size_t, std::size_t>> meter_of_;  ///< unit, index in meters_
  // Present conditions.
  std::int64_t loop_pumps_up_ = 0, condenser_pumps_up_ = 0;
  double loop_pump_speed_ = 1.0, condenser_pump_speed_ = 1.0, economizer_ua_ = 1.0, reuse_share_ = 1.0, make_up_share_ = 1.0;
  bool tank_out_ = false;
  // State.
  Tick now_ = 0;
  Temperature condenser_;
  double condenser_pending_j_ = 0;
  // What is counted as stored begins here; what was stored in equipment that has been exchanged since.
  Temperature condenser_from_;
  double water_from_kg_ = 0;
  double condenser_kept_j_ = 0, tank_kept_j_ = 0, water_kept_kg_ = 0;
  Kinds had_;
  Energy tank_held_ = Energy(0.0), tank_start_ = Energy(0.0);
  double water_kg_ = 0;
  bool dry_ = false, economizing_ = false;
  ThermalConductance condenser_flow_ = ThermalConductance(0.0), exchange_ = ThermalConductance(0.0);
  std::array<double, 3> exchange_for_{};  ///< flows and fouling that exchange_ was worked out for
  double dew_for_ = kUnset;
  Temperature dew_;
  Held held_;
  Answer last_;
  Accumulator taken_j_, rejected_j_, reused_j_, economized_j_, compressor_j_, condenser_pump_j_, tank_gain_j_, evaporation_kg_, drift_kg_, blowdown_kg_,
      make_up_kg_;
  Tick at_limit_ = 0, outside_ = 0, not_converged_ = 0, economizer_ = 0, dry_ticks_ = 0;
};

}  // namespace aifactory
