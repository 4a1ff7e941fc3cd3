#pragma once
#include <fmt/format.h>

#include <algorithm>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Electric chiller as a fixed share of Carnot: the model for warm-water loops, where no published curves reach.
///
///     COP = eta (Te - ae) / max(Tc + ac - (Te - ae), min_lift) * g(PLR),   g = c1 + c2 PLR + c3 PLR^2
///     P = heat / COP,  heat rejected = heat + P
///
/// Te water leaving the evaporator, Tc water LEAVING the condenser (K), ae and ac the approach of refrigerant to water
/// (K); eta follows from the rated COP at the rated temperatures.  Validity: machines of one kind, Te within about 20 K
/// of its rating; a compressor cannot run below a minimum lift, so the COP stops rising there. *Not modelled*: capacity
/// falling with lift, surge, minimum load, oil return. Source: Modelica Buildings, Fluid.Chillers.Carnot_TEva; minimum
/// lift of 8-10 K: assumed.
class CarnotChiller {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "carnot_chillers";
    Power design_capacity;
    double cop = kUnset;  ///< at the rated temperatures
    Temperature rated_evaporator_leaving;
    Temperature rated_condenser_leaving;
    TemperatureDelta evaporator_approach{2.0};                          ///< assumed: flooded shell and tube
    TemperatureDelta condenser_approach{2.0};                           ///< assumed: flooded shell and tube
    TemperatureDelta min_lift{8.0};                                     ///< assumed
    double part_load_c1 = 1.0, part_load_c2 = 0.0, part_load_c3 = 0.0;  ///< efficiency does not depend on load

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("design_capacity", p.design_capacity, kPositive, "most heat taken up");
      visit("cop", p.cop, kPositive, "heat over electric power at the rated temperatures");
      visit("rated_evaporator_leaving", p.rated_evaporator_leaving, kCelsius, "chilled water at the rating");
      visit("rated_condenser_leaving", p.rated_condenser_leaving, kCelsius, "condenser water, leaving, at the rating");
      visit("evaporator_approach", p.evaporator_approach, between(0.0, 20.0), "water over refrigerant");
      visit("condenser_approach", p.condenser_approach, between(0.0, 20.0), "refrigerant over water");
      visit("min_lift", p.min_lift, between(1.0, 40.0), "least difference of the refrigerant temperatures");
      visit("part_load_c1", p.part_load_c1, kAny, "efficiency over part load, constant term");
      visit("part_load_c2", p.part_load_c2, kAny, "efficiency over part load, linear term");
      visit("part_load_c3", p.part_load_c3, kAny, "efficiency over part load, quadratic term");
    }
  };
  struct Output {
    Power heat;      ///< taken up: what was asked, or the design capacity
    Power power;     ///< electric
    Power rejected;  ///< to the condenser
    double cop = kUnset;
  };

  /// @throws InputError naming the first parameter outside its range, or a rating better than Carnot.
  explicit CarnotChiller(const Params& params) : params_(checked("Carnot chiller", params)) {
    eta_ = params.cop / carnot(params.rated_evaporator_leaving, params.rated_condenser_leaving) / part_load(1.0);
    if (!(eta_ > 0.0 && eta_ < 1.0)) {
      throw InputError(
          fmt::format("Carnot chiller: cop = {:g} is {:.2f} of Carnot at the rated temperatures; it must be "
                      "between 0 and 1",
                      params.cop, eta_));
    }
  }

  /// @param heat to take up, >= 0.
  [[nodiscard]] Output evaluate(Power heat, Temperature evaporator_leaving, Temperature condenser_leaving) const {
    Output out;
    out.heat = std::clamp(heat, Power(0.0), params_.design_capacity);
    out.cop = eta_ * carnot(evaporator_leaving, condenser_leaving) * part_load(out.heat / params_.design_capacity);
    out.power = out.heat / out.cop;
    out.rejected = out.heat + out.power;
    return out;
  }
  [[nodiscard]] double effectiveness() const { return eta_; }  ///< eta
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  [[nodiscard]] double carnot(Temperature evaporator_leaving, Temperature condenser_leaving) const {
    const Temperature cold = evaporator_leaving - params_.evaporator_approach;
    const Temperature hot = condenser_leaving + params_.condenser_approach;
    return cold.in_kelvin() / std::max(hot - cold, params_.min_lift).si();
  }
  /// Held above 0.05, so that a bad polynomial cannot give infinite power.
  [[nodiscard]] double part_load(double plr) const {
    return std::max(0.05, params_.part_load_c1 + plr * (params_.part_load_c2 + plr * params_.part_load_c3));
  }

  Params params_;
  double eta_ = kUnset;
};

}  // namespace aifactory
