#pragma once
/// @file Generation on site or under contract: sun, wind, gas, and how well it matches a load hour by hour.
#include <optional>
#include <span>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Photovoltaic field behind an inverter:
///
///     P = min(P_stc G/1000 (1 + g (T_cell - 25)), P_inverter),  T_cell = T_air + (NOCT - 20)/800 G
///
/// G irradiance on the plane of the modules (W/m2), g power per kelvin.
/// Validity: G 0..1,400 W/m2.  *Not modelled*: angle and spectrum, soiling, inverter efficiency, shading.
/// Source: the linear model of module data sheets; NOCT of IEC 61215.  g and NOCT are assumed figures of silicon.
class PvField {
 public:
  struct Params {
    Power rating;                 ///< at 1,000 W/m2 and 25 degC
    Power inverter;               ///< what its inverters pass
    double per_kelvin = -0.0035;  ///< assumed: crystalline silicon
    Temperature noct = Temperature::celsius(45.0);  ///< assumed

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("rating", p.rating, kPositive, "DC power at 1,000 W/m2 and 25 degC cells");
      visit("inverter", p.inverter, kPositive, "AC power at which the inverters clip");
      visit("per_kelvin", p.per_kelvin, between(-0.02, 0.0), "change of power per kelvin (assumed -0.0035)");
      visit("noct", p.noct, between(20.0, 80.0), "cells at 800 W/m2 and 20 degC air (assumed 45 degC)");
    }
  };
  /// @throws InputError naming the first parameter outside its range.
  explicit PvField(const Params& params) : params_(checked("photovoltaic field", params)) {}
  [[nodiscard]] Temperature cell(double irradiance_w_m2, Temperature air) const;
  /// Before and after the inverter.
  [[nodiscard]] Power dc(double irradiance_w_m2, Temperature cell) const;
  [[nodiscard]] Power power(double irradiance_w_m2, Temperature cell) const;

 private:
  Params params_;
};

/// Wind turbines by the cubic law:
///
///     P = P_r (v^3 - v_ci^3)/(v_r^3 - v_ci^3) for v_ci <= v < v_r,  P_r for v_r <= v < v_co,  else 0
///
/// Validity: mean wind at hub height.  *Not modelled*: wake, density, storm control, ramping.
/// Source: the usual cubic approximation of power curves; speeds are assumed figures of land turbines.
class WindFarm {
 public:
  struct Params {
    Power rating;
    double cut_in_m_s = 3.0, rated_m_s = 12.0, cut_out_m_s = 25.0;  ///< assumed

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("rating", p.rating, kPositive, "electric power at rated wind");
      visit("cut_in", p.cut_in_m_s, kNonNegative, "wind in m/s at which it starts (assumed 3)");
      visit("rated_wind", p.rated_m_s, kPositive, "wind in m/s of full power (assumed 12)");
      visit("cut_out", p.cut_out_m_s, kPositive, "wind in m/s at which it stops (assumed 25)");
    }
  };
  /// @throws InputError naming the first parameter outside its range, or speeds in disorder.
  explicit WindFarm(const Params& params);
  [[nodiscard]] Power power(double wind_m_s) const;

 private:
  Params params_;
};

/// Gas turbine or engine:
///
///     capacity  = rating (1 - d max(0, T - 15)),    heat rate = HR0 (a + b/x),  a + b = 1,  x = P/capacity
///     fuel      = P x heat rate (LHV),              CO2 = fuel x factor
///
/// d output lost per kelvin above 15 degC.  Below its minimum load it does not run.  It follows a set point no faster than
/// its ramp, and is on load `start` after the order.
/// Validity: x from the minimum load to 1.  *Not modelled*: altitude, start fuel, degradation, part-load emissions.
/// Source: Willans line (fuel linear in power), so that heat rate is a + b/x; ISO 3977 reference air of 15 degC; all
/// coefficients are assumed figures of aeroderivative machines.
class GasTurbine {
 public:
  struct Params {
    Power rating;                 ///< at 15 degC
    double heat_rate = 2.6;       ///< HR0, fuel over electricity at full load (assumed: 38 % efficiency)
    double no_load_share = 0.2;   ///< b; assumed
    double derate_per_kelvin = 0.007;  ///< d; assumed: middle of .5 to .9 %
    double min_load = 0.4;        ///< assumed
    Duration start{600.0};        ///< assumed: aeroderivative 5 to 10 min
    PowerRamp ramp;               ///< of set point changes
    CarbonIntensity fuel_carbon{56.1e-9};  ///< natural gas: 56.1 kg/GJ (IPCC 2006)

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("rating", p.rating, kPositive, "output in air of 15 degC");
      visit("heat_rate", p.heat_rate, at_least(1.0), "fuel (LHV) over electricity at full load (assumed 2.6)");
      visit("no_load_share", p.no_load_share, Range{0.0, 0.9, true}, "b: share of full-load fuel that runs it empty (assumed 0.2)");
      visit("derate_per_kelvin", p.derate_per_kelvin, Range{0.0, 0.05, true}, "output lost per kelvin above 15 degC (assumed 0.007)");
      visit("min_load", p.min_load, kFraction, "least power over capacity (assumed 0.4)");
      visit("start", p.start, kNonNegative, "from the order to the grid (assumed 10 min)");
      visit("ramp", p.ramp, kPositive, "fastest change of power");
      visit("fuel_carbon", p.fuel_carbon, kNonNegative, "CO2 of fuel energy: natural gas 56.1 kg/GJ");
    }
  };
  struct Output {
    Power power;     ///< electric
    Power fuel;      ///< LHV
    Power capacity;  ///< in this air
    double heat_rate = kUnset;     ///< fuel over electricity; unset at rest
    CarbonIntensity carbon;        ///< of its electricity; unset at rest
    [[nodiscard]] Power heat() const { return fuel - power; }  ///< to exhaust and coolers
  };

  /// @throws InputError naming the first parameter outside its range.
  explicit GasTurbine(const Params& params) : params_(checked("gas turbine", params)) {}
  [[nodiscard]] const Params& params() const { return params_; }
  [[nodiscard]] Power capacity(Temperature air) const;
  /// @param wanted is cut at capacity and is nothing below the minimum load.
  [[nodiscard]] Output at(Power wanted, Temperature air) const;
  /// Least time from one power to another, the start included where it was at rest.
  [[nodiscard]] Duration time_to(Power from, Power to) const;

 private:
  Params params_;
};

/// Share of a load that clean generation of the same hour covers: sum of min(load, clean) over sum of load.
/// @pre as many loads as supplies, of equal spans.
[[nodiscard]] double matched_share(std::span<const Power> load, std::span<const Power> clean);

/// Energy of one source in some period, and what it emits.
struct GenerationShare {
  Energy energy;
  CarbonIntensity intensity;
};
/// Mean intensity of a mix, weighted by generation.  @pre some generation.
[[nodiscard]] CarbonIntensity mix_intensity(std::span<const GenerationShare> mix);

}  // namespace aifactory
