#pragma once
/// @file What a UPS battery, or the capacitors of a power shelf, hold over time.
#include <cstdint>
#include <optional>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// A store of electric energy behind a converter:
///
///     dE/dt = P_charge - P_discharge - loss,   capacity = rating x autonomy / eta_d
///     loss  = (1 - eta_c) P_charge + (1/eta_d - 1) P_discharge,   held on the grid of loads (2^-10 W)
///
/// E content, P at the terminals towards the network (charge drawn from it, discharge given to it), eta_c and eta_d
/// efficiencies of charging and discharging, converters included.  The autonomy is the time for which a full battery
/// carries the rating of its unit.  For constant powers the instants at which it is empty or full are exact.
///
/// Validity: powers that are constant between events.  *Not modelled*: the fall of capacity with rate (Peukert),
/// temperature and age; float loss; limits of voltage and cells.
/// Source: conservation of energy.
class Battery {
 public:
  struct Params {
    Duration autonomy{300.0};           ///< assumed: 30 s to 5 min are common
    double charge_efficiency = 0.97;    ///< assumed
    double discharge_efficiency = 0.97; ///< assumed: battery and inverter
    double charge_rate = 0.1;           ///< assumed: charging power over the unit's rating
    std::int64_t latch_count = 3;       ///< assumed: UPS counters as in the event of July 2024
    Duration latch_window{60.0};
    std::optional<Duration> latch_release = std::nullopt;
    Duration walk_in{10.0};             ///< assumed: common for rectifiers

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("autonomy", p.autonomy, kPositive, "time for which a full battery carries the rating of its unit (assumed 5 min)");
      visit("charge_efficiency", p.charge_efficiency, kPositiveFraction, "stored over drawn (assumed 0.97)");
      visit("discharge_efficiency", p.discharge_efficiency, kPositiveFraction, "delivered over taken from the cells, inverter included (assumed 0.97)");
      visit("charge_rate", p.charge_rate, kPositiveFraction, "charging power over the unit's rating (assumed 0.1)");
      visit("latch_count", p.latch_count, between(0, 1000), "so many disturbances of the input within latch_window, and the UPS stays on battery; 0: never (assumed 3)");
      visit("latch_window", p.latch_window, kPositive, "window of the counter (assumed 60 s)");
      visit("latch_release", p.latch_release, kPositive, "time until staff return a latched UPS to its input; default: when its battery is empty");
      visit("walk_in", p.walk_in, kNonNegative, "time in which the rectifier takes its load back from the battery, in four steps (assumed 10 s)");
    }
  };
  struct State {
    Energy content{0.0};
  };

  /// @throws InputError naming the first parameter outside its range.
  Battery(const Params& params, Power rating);

  [[nodiscard]] const Params& params() const { return params_; }
  [[nodiscard]] Energy capacity() const { return capacity_; }
  [[nodiscard]] Power charge_power() const { return rating_ * params_.charge_rate; }
  [[nodiscard]] State full() const { return {capacity_}; }
  [[nodiscard]] bool is_full(State state) const { return state.content >= capacity_ * (1.0 - 1e-9); }

  /// State after `t` at those powers.
  [[nodiscard]] State advance(State state, Power charge, Power discharge, Duration t) const;
  /// What is lost meanwhile, as power.
  [[nodiscard]] Power loss(Power charge, Power discharge) const;
  /// Change of the content.
  [[nodiscard]] Power rate(Power charge, Power discharge) const { return charge - discharge - loss(charge, discharge); }
  /// Time until only `floor` is left; none when the content does not fall.
  [[nodiscard]] std::optional<Duration> time_to_empty(State state, Power charge, Power discharge, Energy floor = Energy(0.0)) const;
  [[nodiscard]] std::optional<Duration> time_to_full(State state, Power charge, Power discharge) const;

 private:
  Params params_;
  Power rating_;
  Energy capacity_;
};

}  // namespace aifactory
