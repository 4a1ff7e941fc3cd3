#pragma once
#include <algorithm>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// PI controller of a supply temperature with a zero-order hold: its output holds from one sample to the next.
///
///     Q = design gain (e + I / integral),  I += e dt at each sample,  0 <= Q <= most
///
/// e supply over its set point (K), dt time since the last sample.  Anti-windup: I holds still while Q is at a limit and e
/// would drive it further.  Validity: sampled well within the loop's own time (gain * design * dt / C < 1).
/// *Not modelled*: derivative action, dead band.  Source: any text on digital control (Astrom and Wittenmark).
class PiControl {
 public:
  struct Params {
    double gain = kUnset;   ///< share of design heat per K
    Duration integral;      ///< integral time
    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("gain", p.gain, kPositive, "share of the design heat for each K of error");
      visit("integral", p.integral, kPositive, "integral time");
    }
  };
  struct State {
    double integral_k_s = 0.0;
  };

  /// @throws InputError naming the first parameter outside its range.
  explicit PiControl(const Params& params) : params_(checked("PI control", params)) {}
  /// @param since time since the last sample.  @param most what the plant can do.
  [[nodiscard]] Power sample(State& state, TemperatureDelta error, Duration since, Power design, Power most) const {
    const double candidate = state.integral_k_s + error.si() * since.si();
    const auto output = [&](double integral) { return design * (params_.gain * (error.si() + integral / params_.integral.si())); };
    const Power with = output(candidate);
    const bool further = (with > most && error.si() > 0.0) || (with < 0.0 * W && error.si() < 0.0);
    if (!further) state.integral_k_s = candidate;
    return std::clamp(output(state.integral_k_s), 0.0 * W, most);
  }

 private:
  Params params_;
};

}  // namespace aifactory
