#include "sim/facility/shared_air.h"

#include <cmath>

namespace aifactory {
namespace {
/// Nearer than this to what sound air handlers keep, the rest of the heat goes on at once.
constexpr TemperatureDelta kSound{1e-3};
}  // namespace

SharedAir::Control SharedAir::control(Power heat, Temperature water, const Left& left, bool flows) {
  const Crah& crah = params_.crah;
  const Crah::Output sound = crah.evaluate(heat, water, crah.design_water());
  Control out{.fans = sound.fan_power * left.turns, .released = 0.0 * J};
  if (sound_now_) sound_ = sound.supply_air;
  closed_ = !(left.moves > 0.0) || !flows;
  const bool whole = left.moves >= 1.0;
  if (whole && !closed_ && std::fabs((supply() - sound.supply_air).si()) < kSound.si()) {
    // What the air keeps now for another heat or water than when they were lost goes with it.
    out.released = Energy(kept_j_);
    kept_j_ = 0.0;
    sound_ = sound.supply_air;
    sound_now_ = true;
    return out;
  }
  sound_now_ = false;
  rest_j_ = rate_per_s_ = 0.0;
  if (!(left.moves > 0.0)) return out;
  const Crah::Output rest = whole ? sound : crah.evaluate(heat / left.moves, water, crah.design_water());
  out.fans = rest.fan_power * left.turns;
  if (closed_) return out;
  const double coil_w_k = crah.exchange(rest.fan_ratio, crah.design_water()).conductance.si(), air_w_k = rest.fan_ratio * crah.design_air().si();
  rate_per_s_ = left.moves / (1.0 / coil_w_k - 1.0 / air_w_k) / params_.content.si();
  rest_j_ = (params_.content * (rest.supply_air - sound_)).si();
  return out;
}

Energy SharedAir::pass(Power heat, Duration span) {
  if (sound_now_) return 0.0 * J;
  const double change_j = closed_ ? (heat * span).si() : (rest_j_ - kept_j_) * -std::expm1(-rate_per_s_ * span.si());
  kept_j_ += change_j;
  return Energy(change_j);
}

Power SharedAir::keeping(Power heat) const {
  if (sound_now_) return 0.0 * W;
  return closed_ ? heat : Power((rest_j_ - kept_j_) * rate_per_s_);
}


std::optional<Duration> SharedAir::until(Temperature threshold, Power heat) const {
  if (sound_now_) return std::nullopt;
  const double there_j = (params_.content * (threshold - sound_)).si(), way_j = there_j - kept_j_;
  if (way_j == 0.0) return std::nullopt;
  if (closed_) return heat.si() * way_j > 0.0 ? std::optional<Duration>(way_j / heat.si()) : std::nullopt;
  // E comes to rest at rest_j_: what lies beyond is never reached.
  const double left = (rest_j_ - there_j) / (rest_j_ - kept_j_);
  if (!(left > 0.0) || left >= 1.0) return std::nullopt;
  return Duration(-std::log(left) / rate_per_s_);
}

}  // namespace aifactory
