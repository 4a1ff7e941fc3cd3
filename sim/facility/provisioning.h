#pragma once
/// @file What a scenario says about limits: derating, continuous loads, the basis of provisioning.
#include <optional>
#include <string>

#include "sim/scenario/types.h"

namespace aifactory {

/// Which load a unit is held to be provisioned for.
enum class ProvisioningBasis {
  nameplate,  ///< power shelves of all racks at their rating
  peak,       ///< design: every rack at full load; after a run: the greatest power that lasted
  p999,       ///< after a run: what was exceeded 0.1 % of the time; design: as peak
};
template <>
struct EnumNames<ProvisioningBasis> {
  static constexpr std::pair<const char*, ProvisioningBasis> values[] = {
      {"nameplate", ProvisioningBasis::nameplate}, {"peak", ProvisioningBasis::peak}, {"p999", ProvisioningBasis::p999}};
};

/// Share of a rating that a load may hold for hours.
enum class ContinuousRule {
  none,  ///< ratings are continuous ones, or breakers are listed for 100 %
  nec,   ///< NEC 215.3: 80 % of what hangs on standard breakers: switchboards and busways
};
template <>
struct EnumNames<ContinuousRule> {
  static constexpr std::pair<const char*, ContinuousRule> values[] = {{"none", ContinuousRule::none},
                                                                      {"nec", ContinuousRule::nec}};
};

struct LimitsConfig {
  bool derating = true;
  ProvisioningBasis basis = ProvisioningBasis::peak;
  ContinuousRule continuous = ContinuousRule::none;
  std::optional<double> switchboard_continuous = {}, busway_continuous = {}, transformer_continuous = {}, ups_continuous = {};
  Duration continuous_after = 3.0 * h;  ///< NEC article 100: a continuous load lasts three hours or more
  double hysteresis = 0.02;             ///< assumed
  std::int64_t events_per_unit = 20;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("derating", p.derating, kAny, "ratings of transformers, UPS and switchgear fall with the site's altitude and hottest air; false: nameplate everywhere");
    visit("basis", p.basis, kAny, "load that units are provisioned for: nameplate, peak or p999");
    visit("continuous", p.continuous, kAny, "nec: loads of three hours and more may take 80 % of switchboards and busways; none: ratings are continuous ones");
    visit("switchboard_continuous", p.switchboard_continuous, kPositiveFraction, "share of a switchboard's rating for continuous loads, in place of the rule's");
    visit("busway_continuous", p.busway_continuous, kPositiveFraction, "the same of busways");
    visit("transformer_continuous", p.transformer_continuous, kPositiveFraction, "the same of transformers; default 1");
    visit("ups_continuous", p.ups_continuous, kPositiveFraction, "the same of UPS; default 1");
    visit("continuous_after", p.continuous_after, kPositive, "a load that lasts this long is continuous");
    visit("hysteresis", p.hysteresis, between(0.0, 0.5), "a limit is left when the value has fallen below it by this share (assumed 2 %)");
    visit("events_per_unit", p.events_per_unit, kNonNegative, "crossings of a unit listed in events.csv; all are counted");
  }
};

}  // namespace aifactory
