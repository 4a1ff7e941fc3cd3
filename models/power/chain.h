#pragma once
/// @file Conversion stages one behind the other.
#include <utility>
#include <vector>

#include "models/power/loss_curve.h"

namespace aifactory {

/// From the meter to a load through stages in series: the input of each is the output of the one before it,
///
///     P_0 = load,  P_k = P_{k-1} + loss_k(P_{k-1})   from the load back to the meter
///
/// An 800 VDC hall is such a chain with fewer stages of the same class: one rectifier at the medium-voltage side in place of
/// UPS, PDU and the rack's AC supply.  Validity: that of the stages.  *Not modelled*: cables; stages that share.
/// Source: energy balance.
class PowerChain {
 public:
  /// @param stages from the load back to the meter.
  explicit PowerChain(std::vector<LossCurve> stages) : stages_(std::move(stages)) {}

  [[nodiscard]] Power input(Power load) const {
    for (const LossCurve& stage : stages_) load = stage.input(load);
    return load;
  }
  [[nodiscard]] Power loss(Power load) const { return input(load) - load; }
  [[nodiscard]] double efficiency(Power load) const { return load / input(load); }

 private:
  std::vector<LossCurve> stages_;
};

}  // namespace aifactory
