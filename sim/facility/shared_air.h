#pragma once
/// @file The air that the plant's air handlers cool: of all that stands in no room of its own.
#include <cstdint>
#include <optional>

#include "models/cooling/crah.h"
#include "models/units.h"

namespace aifactory {

/// While the air handlers are sound, heat passes them into facility water in the same instant, and the air is what Crah says.
/// With some of them out the rest turn faster; what they do not carry warms air and steel by E above what sound ones would keep:
///
///     dE/dt = Q + P_fan - Q_coil = G (T_rest - T_air),   T_air = T_sound + E/C
///     G = k / (1/g - 1/W_air)                            k: what is left of them, g and W_air of one at its speed
///
/// T_sound is the supply air when the last of them was sound, T_rest that of those that are left, at rest (Crah).  Nothing left,
/// or water that stands: dE/dt = Q + P_fan, a closed box.  One exponential between control instants, exact; G, T_rest and speed
/// are those of the last control instant.
/// *Not modelled*: places and rows, humidity, chips that throttle on warm air (those of a hall with a room do).
class SharedAir {
 public:
  struct Params {
    Crah crah;             ///< all of them as one
    HeatCapacity content;  ///< of air and steel
    std::size_t unit = 0;  ///< index of the cooling unit
    std::int64_t count = 1;
    std::optional<Temperature> limit = {};  ///< supply air above which racks are off
  };
  /// What is left of the air handlers, over all of them.
  struct Left {
    double moves = 1.0;  ///< air that they can move
    double turns = 1.0;  ///< of them, those whose fans run
  };

  explicit SharedAir(const Params& params) : params_(params) {}
  /// Other air handlers take the place of these; the air keeps the heat that it holds.
  void exchange(const Params& params) { params_ = params; }

  struct Control {
    Power fans;       ///< electric
    Energy released;  ///< the last of E, when it is next to nothing
  };
  /// One control instant.  @param heat of the air, fans aside.  @param flows facility water does.
  Control control(Power heat, Temperature water, const Left& left, bool flows);
  /// Time passes with this heat, fans included.  @return what of it the water did not get; negative: it got more.
  Energy pass(Power heat, Duration span);
  /// The present rate of that.
  [[nodiscard]] Power keeping(Power heat) const;

  [[nodiscard]] Temperature supply() const { return sound_ + Energy(kept_j_) / params_.content; }
  /// Above what sound air handlers would keep.
  [[nodiscard]] TemperatureDelta above_sound() const { return Energy(kept_j_) / params_.content; }
  /// Time from now until the supply air has reached `threshold`, from either side, while nothing else changes; none: never.
  [[nodiscard]] std::optional<Duration> until(Temperature threshold, Power heat) const;
  [[nodiscard]] Energy stored() const { return Energy(kept_j_); }
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  Params params_;
  bool sound_now_ = true;  ///< and E = 0: nothing to follow
  bool closed_ = false;
  Temperature sound_ = Temperature::kelvin(kUnset);
  double kept_j_ = 0, rest_j_ = 0, rate_per_s_ = 0;  ///< E, where it comes to rest, and how fast
};

}  // namespace aifactory
