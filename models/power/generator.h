#pragma once
/// @file A standby generator: when it carries load, how it may be loaded, what it burns.
#include <optional>
#include <vector>

#include "models/power/loss_curve.h"

namespace aifactory {

/// Engine generator.
///
///     ready     = start_delay + start_time after the request (NFPA 110 type 10: within 10 s)
///     fuel power = output / efficiency, straight (as a loss) between the points given, against load over rating
///     CO2        = fuel power x fuel_carbon,   litres = fuel energy / heating_value
///
/// It takes load in steps of at most `step` of its rating, `step_interval` apart; below `minimum_load` it should not
/// run for long (wet stacking).
///
/// Validity: loads 0..1.5.  *Not modelled*: frequency and voltage during a step, synchronisation, warm-up and cool-down,
/// failures to start (use the scenario's events or failure rates), fuel in the tank and its delivery.
/// Source: NFPA 110 (type 10); ISO 8528-5 (steps); IPCC 2006 guidelines vol. 2 table 2.2 (74.1 kg CO2 per GJ of diesel).
class Generator {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "generators";
    Power rating;
    Duration start_delay{1.0};  ///< assumed: confirms that the outage is none of a second
    Duration start_time{10.0};  ///< NFPA 110 type 10
    double step = 0.5;          ///< assumed
    Duration step_interval{5.0};  ///< assumed
    double minimum_load = 0.3;    ///< assumed
    std::vector<LoadPoint> points;  ///< electric output over fuel energy (lower heating value)
    EnergyPrice fuel_price{0.0};
    CarbonIntensity fuel_carbon{74.1e-9};  ///< kg per J of fuel
    double heating_value_mj_per_l = 35.9;    ///< lower heating value, MJ/L: diesel

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("rating", p.rating, kPositive, "standby rating");
      visit("start_delay", p.start_delay, kNonNegative, "an outage must last so long before the engine is started (assumed 1 s)");
      visit("start_time", p.start_time, kNonNegative, "from the start signal to acceptable power (NFPA 110 type 10: 10 s)");
      visit("step", p.step, kPositiveFraction, "largest step of load over rating (assumed 0.5)");
      visit("step_interval", p.step_interval, kNonNegative, "between two steps (assumed 5 s)");
      visit("minimum_load", p.minimum_load, kFraction, "load over rating below which it should not run for long (assumed 0.3)");
      visit("points", p.points, kAny, "electric output over fuel energy at loads");
      visit("fuel_price", p.fuel_price, kNonNegative, "of fuel energy (lower heating value); default 0: not counted");
      visit("fuel_carbon", p.fuel_carbon, kNonNegative, "CO2 of fuel energy (diesel: 74.1 kg/GJ = 266.8 g/kWh)");
      visit("heating_value_mj_per_l", p.heating_value_mj_per_l, kPositive, "lower heating value of a litre of fuel, MJ (diesel: 35.9)");
    }
  };

  /// @throws InputError naming what is wrong.
  explicit Generator(const Params& params);

  [[nodiscard]] const Params& params() const { return params_; }
  /// Fuel power (lower heating value) while it gives `output`.
  [[nodiscard]] Power fuel(Power output) const { return output + losses_.loss(output); }
  /// Litres per second.
  [[nodiscard]] VolumeFlow fuel_flow(Power fuel) const { return VolumeFlow(fuel.si() / (params_.heating_value_mj_per_l * 1e6) * 1e-3); }
  [[nodiscard]] Duration ready_after() const { return params_.start_delay + params_.start_time; }
  [[nodiscard]] Power largest_step() const { return params_.rating * params_.step; }

 private:
  Params params_;
  LossCurve losses_;
};

}  // namespace aifactory
