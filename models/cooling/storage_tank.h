#pragma once
#include <algorithm>

#include "models/cooling/fluid.h"
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Chilled-water tank, stratified: a cold zone below, a warm one above, and a thin border that moves.
///
///     full = rho cp volume (warm - cold),   cold held E in 0..full
///     dE/dt = charge - discharge - E / full * loss
///
/// Everything is constant between two control instants; the loss is that of the content at the first of them.  E is cold:
/// the heat content of the tank is -E.  Validity: thermocline thin against the tank (height to diameter above about 1).
/// *Not modelled*: mixing at the inlets, growth of the thermocline, ice.  Source: two-zone view of ASHRAE Handbook HVAC
/// Applications, thermal storage.
class StorageTank {
 public:
  struct Params {
    Volume volume;
    Temperature cold, warm;
    Power power;                 ///< most that is charged or discharged
    Power loss = 0.0 * W;        ///< heat gained from around it while full
    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("volume", p.volume, kPositive, "water in the tank");
      visit("cold", p.cold, kCelsius, "temperature of its cold zone");
      visit("warm", p.warm, kCelsius, "temperature of its warm zone");
      visit("power", p.power, kPositive, "most heat that it takes or gives");
      visit("loss", p.loss, kNonNegative, "heat that enters from around it while it is full of cold water");
    }
  };

  /// @throws InputError naming the first parameter outside its range, or cold not below warm.
  explicit StorageTank(const Params& params) : params_(checked("storage tank", params)) {
    if (!(params.cold < params.warm)) {
      throw InputError(fmt::format("storage tank: cold = {:g} degC must be below warm = {:g} degC", params.cold.in_celsius(), params.warm.in_celsius()));
    }
    full_ = kWater.heat_capacity(params.volume) * (params.warm - params.cold);
  }
  [[nodiscard]] Energy full() const { return full_; }
  [[nodiscard]] Power loss(Energy held) const { return params_.loss * std::max(0.0, held / full_); }
  /// Most that can be taken for `span` from what is held, and given in it.
  [[nodiscard]] Power most_discharge(Energy held, Duration span) const {
    return std::clamp(held / span - loss(held), 0.0 * W, params_.power);
  }
  [[nodiscard]] Power most_charge(Energy held, Duration span) const {
    return std::clamp((full_ - held) / span, 0.0 * W, params_.power);
  }
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  Params params_;
  Energy full_ = 0.0 * J;
};

}  // namespace aifactory
