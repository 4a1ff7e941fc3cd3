#pragma once
/// @file What a scenario says about how the units of a site fail by themselves, and who repairs them.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/reliability/failure_process.h"
#include "sim/facility/drain_severity.h"
#include "sim/scenario/types.h"

namespace aifactory {

template <>
struct EnumNames<LifeDistribution> {
  static constexpr std::pair<const char*, LifeDistribution> values[] = {{"exponential", LifeDistribution::exponential},
                                                                        {"weibull", LifeDistribution::weibull},
                                                                        {"lognormal", LifeDistribution::lognormal},
                                                                        {"fixed", LifeDistribution::fixed}};
};

/// A random time.  A bare value is its mean: `repair: 8 h`.
struct LifeConfig {
  static constexpr const char* kShorthand = "mean";
  Duration mean = Duration(kUnset);
  LifeDistribution distribution = LifeDistribution::exponential;
  double shape = 1.0, sigma = 1.0;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("mean", p.mean, kPositive, "mean time");
    visit("distribution", p.distribution, kAny, "how single times scatter about the mean; fixed: not at all");
    visit("shape", p.shape, between(0.1, 20.0), "weibull: below 1 the hazard falls with age, above 1 it rises");
    visit("sigma", p.sigma, between(1e-3, 10.0), "lognormal: standard deviation of the logarithm");
  }
  [[nodiscard]] FailureProcess process() const {
    return {.distribution = distribution, .mean = mean, .shape = shape, .sigma = sigma};
  }
};

enum class FaultMode { fail, degrade, drain };
template <>
struct EnumNames<FaultMode> {
  static constexpr std::pair<const char*, FaultMode> values[] = {{"fail", FaultMode::fail}, {"degrade", FaultMode::degrade}, {"drain", FaultMode::drain}};
};

/// Units that fail independently of each other, each by its own clock.
struct FailureConfig {
  Names units;
  LifeConfig life, repair;
  FaultMode mode = FaultMode::fail;
  std::optional<double> to = {};
  std::optional<std::string> what = {};
  std::optional<DrainSeverity> severity = {};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("units", p.units, kAny, "names, patterns or classes of the site, e.g. cooling.cdu_*.pump_*, class:ups");
    visit("life", p.life, kAny, "time in service from the start or a repair to the next failure (MTBF)");
    visit("repair", p.repair, kAny, "time that the repair takes once crew and spare are there (MTTR)");
    visit("mode", p.mode, kAny, "whether the unit fails, is degraded, or (racks) is drained by a health check");
    visit("to", p.to, between(0.0, 1.0), "degrade: the share that is left");
    visit("what", p.what, kAny, "degrade: which property, where a unit has several");
    visit("severity", p.severity, kAny, "drain: whether the jobs on it end first (after_job, the default) or are interrupted (now)");
  }
  template <class Report>
  void validate(Report& report) const {
    if (units.empty()) report.error("units", "is missing: which units fail, e.g. class:ups");
    if (mode == FaultMode::degrade && !(to && *to > 0.0 && *to < 1.0)) report.error("to", "a degraded unit needs the share that is left, above 0 and below 1");
    if (mode != FaultMode::degrade && (to || what)) report.error(to ? "to" : "what", "belongs to mode: degrade");
    if (severity && mode != FaultMode::drain) report.error("severity", "belongs to mode: drain");
  }
};

/// One thing whose failure takes several units along.
struct CommonCauseConfig {
  Names units;
  LifeConfig every, repair;
  double probability = 1.0;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("units", p.units, kAny, "units that it can take along");
    visit("every", p.every, kAny, "time from one occurrence to the next");
    visit("repair", p.repair, kAny, "time to repair each unit that it took");
    visit("probability", p.probability, kPositiveFraction, "that a unit which is in service is taken, each on its own");
  }
  template <class Report>
  void validate(Report& report) const {
    if (units.empty()) report.error("units", "is missing: which units it can take along");
  }
};

/// When people work, in the site's standard time.
struct WorkingHoursConfig {
  Duration from = Duration(0.0), to = Duration(86400.0);
  bool weekends = true;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("from", p.from, between(0.0, 86400.0), "time of day at which work may begin, e.g. 7 h");
    visit("to", p.to, between(0.0, 86400.0), "time of day after which no work is begun, e.g. 19 h");
    visit("weekends", p.weekends, kAny, "whether Saturdays and Sundays count");
  }
  template <class Report>
  void validate(Report& report) const {
    if (!(from < to)) report.error("to", "must be later than from");
  }
};

/// People who repair.
struct CrewConfig {
  Names units;
  std::int64_t count = 1;
  std::optional<WorkingHoursConfig> hours = {};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("units", p.units, kAny, "what they can repair: names, patterns or classes; a unit that no crew names is repaired from outside, at once");
    visit("count", p.count, between(1, 1'000'000), "repairs that they can do at the same time");
    visit("hours", p.hours, kAny, "when they begin repairs; what they have begun they finish; default: always");
  }
  template <class Report>
  void validate(Report& report) const {
    if (units.empty()) report.error("units", "is missing: what they can repair, e.g. class:ups");
  }
};

/// Parts on stock.
struct SpareConfig {
  Names units;
  std::int64_t stock = kUnsetCount;
  Duration lead_time = Duration(kUnset);

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("units", p.units, kAny, "units whose repair takes one of these");
    visit("stock", p.stock, at_least(0), "parts on the shelf at the start");
    visit("lead_time", p.lead_time, kNonNegative, "from a part's use until its replacement is there");
  }
  template <class Report>
  void validate(Report& report) const {
    if (units.empty()) report.error("units", "is missing: whose repair takes a part");
  }
};

/// Units of which some may be missing.
struct RedundancyGroupConfig {
  Names units;
  std::int64_t need = kUnsetCount;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("units", p.units, kAny, "the units that stand in for each other");
    visit("need", p.need, at_least(1), "how many of them must be in service; the group is down while there are fewer");
  }
  template <class Report>
  void validate(Report& report) const {
    if (units.empty()) report.error("units", "is missing: which units stand in for each other");
  }
};

/// Work that takes units out on purpose, again and again.
struct MaintenanceConfig {
  Names units;
  Duration every = Duration(kUnset), takes = Duration(kUnset);
  std::optional<Duration> first = {};
  std::int64_t at_once = 1;
  std::optional<WorkingHoursConfig> hours = {};
  bool renews = false;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("units", p.units, kAny, "units that are maintained, one after the other");
    visit("every", p.every, kPositive, "from one round to the next");
    visit("takes", p.takes, kPositive, "time that each unit is out");
    visit("first", p.first, kNonNegative, "date of the first round after the start; default: `every`");
    visit("at_once", p.at_once, at_least(1), "units out for it at the same time");
    visit("hours", p.hours, kAny, "when the work on a unit may begin; default: always");
    visit("renews", p.renews, kAny, "the unit comes back as new: its times to failure begin again");
  }
  template <class Report>
  void validate(Report& report) const {
    if (units.empty()) report.error("units", "is missing: which units are maintained");
  }
};

/// How the units of a site fail by themselves, and what is done about it.
struct FaultsConfig {
  Map<FailureConfig> failures = {};
  Map<CommonCauseConfig> common_causes = {};
  Map<CrewConfig> crews = {};
  Map<SpareConfig> spares = {};
  Map<RedundancyGroupConfig> groups = {};
  Map<MaintenanceConfig> maintenance = {};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("failures", p.failures, kAny, "processes by name: units that fail at random dates");
    visit("common_causes", p.common_causes, kAny, "by name: one occurrence that takes several units along");
    visit("crews", p.crews, kAny, "by name: who repairs what; without crews every repair begins at once");
    visit("spares", p.spares, kAny, "by name: parts that repairs take from a stock");
    visit("groups", p.groups, kAny, "by name: units that stand in for each other; each has a row in units.csv, and maintenance spares it");
    visit("maintenance", p.maintenance, kAny, "by name: work that takes units out on purpose");
  }
  [[nodiscard]] bool empty() const {
    return failures.empty() && common_causes.empty() && crews.empty() && spares.empty() && groups.empty() && maintenance.empty();
  }
};

}  // namespace aifactory
