#include "sim/facility/site_rating.h"

namespace aifactory {
namespace {
constexpr double kNecShare = 0.8;
}

double site_factor(const PowerUnitConfig& unit, const SiteConditions& site, const LimitsConfig& limits) {
  if (!limits.derating) return 1.0;
  switch (unit.kind) {
    case PowerKind::transformer: return transformer_derating(site, !unit.indoors);
    case PowerKind::ups:
    case PowerKind::rectifier: return ups_derating(site);
    case PowerKind::generator: return generator_derating(site);
    case PowerKind::transfer_switch:
    case PowerKind::static_switch:
    case PowerKind::switchboard:
    case PowerKind::busway: return switchgear_derating(site);
    default: return 1.0;  // the capacity of a utility feed is agreed, not thermal
  }
}

double continuous_factor(PowerKind kind, const LimitsConfig& limits) {
  const double breakers = limits.continuous == ContinuousRule::nec ? kNecShare : 1.0;
  switch (kind) {
    case PowerKind::transfer_switch:
    case PowerKind::static_switch:
    case PowerKind::switchboard: return limits.switchboard_continuous.value_or(breakers);
    case PowerKind::busway: return limits.busway_continuous.value_or(breakers);
    case PowerKind::transformer: return limits.transformer_continuous.value_or(1.0);
    case PowerKind::ups: return limits.ups_continuous.value_or(1.0);
    default: return 1.0;
  }
}

}  // namespace aifactory
