#pragma once
/// @file The what-ifs of a scenario: what is done to named units, and when.
#include <optional>
#include <string>

#include <fmt/format.h>

#include "models/unit_strings.h"
#include "sim/facility/drain_severity.h"
#include "sim/scenario/types.h"

namespace aifactory {

/// One what-if.  Exactly one of the actions is given; but for `set`, its targets are names, patterns (`*.cooling.cdu_*`) or classes
/// (`class:ups`), see sim/run/units.h.
struct EventConfig {
  Duration at;
  std::optional<Names> fail = {};      ///< units stop working
  std::optional<Names> degrade = {};   ///< units work with `to` of what they can
  std::optional<Names> maintain = {};  ///< units are taken out on purpose
  std::optional<Names> drain = {};     ///< racks get no new job
  std::optional<Names> leak = {};      ///< racks or CDUs lose coolant and are isolated
  std::optional<Names> sag = {};       ///< feeds, or all feeds of sites, dip by `depth`
  std::optional<Names> restore = {};   ///< whatever is open on these units ends
  std::optional<Names> curtail = {};   ///< sites must stay below `to`
  std::optional<Map<std::string>> set = {};  ///< the scenario goes on with other values
  std::optional<std::string> to = {};  ///< curtail: a power; degrade: a fraction
  std::optional<std::string> what = {};
  std::optional<DrainSeverity> severity = {};
  std::optional<double> depth = {};
  std::optional<Duration> span = {};
  std::optional<std::string> cause = {};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("at", p.at, kNonNegative, "time after the start of the simulation");
    visit("fail", p.fail, kAny, "units that stop working: names, patterns or classes, e.g. abilene.cooling.cdu_03.pump_a, *.cooling.cdu_*, class:ups");
    visit("degrade", p.degrade, kAny, "units that work with the share `to` of what they can");
    visit("maintain", p.maintain, kAny, "units that are taken out on purpose");
    visit("drain", p.drain, kAny, "racks that a health check takes out of use: they stay on and get no new job");
    visit("leak", p.leak, kAny, "racks or CDUs that lose coolant and are isolated");
    visit("sag", p.sag, kAny, "utility feeds, or sites with all their feeds, whose voltage dips by `depth` for `for`");
    visit("restore", p.restore, kAny, "units on which everything open ends now, whatever its own end is");
    visit("curtail", p.curtail, kAny, "sites whose grid draw is limited");
    visit("set", p.set, kAny, "keys of the scenario that have another value from then on, e.g. {scheduling.policy: sjf}; a mapping or a list is given as a text in quotes. Which keys: docs/studies.md");
    visit("to", p.to, kAny, "curtail: the limit, e.g. 60 MW; degrade: what is left, a fraction, e.g. 0.5");
    visit("what", p.what, kAny, "degrade: which property, where a unit has several, e.g. flow, fouling; default: its main one");
    visit("severity", p.severity, kAny, "drain: whether jobs on the racks end first (after_job, the default) or are interrupted and queued again (now)");
    visit("depth", p.depth, kPositiveFraction, "sag: lost voltage over rated voltage");
    visit("for", p.span, kPositive, "until it is back; default: the rest of the run");
    visit("cause", p.cause, kAny, "words for the column `cause` of events.csv, beside the number of the event");
  }
  template <class Report>
  void validate(Report& report) const {
    const int actions = fail.has_value() + degrade.has_value() + maintain.has_value() + drain.has_value() + leak.has_value() + sag.has_value() +
                        restore.has_value() + curtail.has_value() + set.has_value();
    if (actions != 1) report.error("fail", "give exactly one of fail, degrade, maintain, drain, leak, sag, restore, curtail, set");
    if (curtail && !to) report.error("to", "is missing: the limit of the curtailment, e.g. 60 MW");
    if (degrade && !to) report.error("to", "is missing: the share that is left, e.g. 0.5");
    if (to && !curtail && !degrade) report.error("to", "belongs to curtail and degrade");
    if (to && actions == 1) {
      if (curtail) {
        if (const auto power = parse_as<Power>(*to); !power) {
          report.error("to", fmt::format("\"{}\" {}", *to, power.error));
        } else if (!(power.value.si() >= 0.0)) {
          report.error("to", fmt::format("{} must be >= 0 W", *to));
        }
      } else if (degrade) {
        if (const auto share = parse_as<double>(*to); !share) {
          report.error("to", fmt::format("\"{}\" {}", *to, share.error));
        } else if (!(share.value > 0.0 && share.value < 1.0)) {
          report.error("to", fmt::format("{} must be above 0 and below 1; a unit of which nothing is left fails", *to));
        }
      }
    }
    if (what && !degrade) report.error("what", "belongs to degrade");
    if (severity && !drain) report.error("severity", "belongs to drain");
    if (depth && !sag) report.error("depth", "belongs to sag");
    if (sag && !depth) report.error("depth", "is missing: lost voltage over rated voltage, e.g. 0.4");
    if (sag && !span) report.error("for", "is missing: how long the sag lasts, e.g. 100 ms");
    if (restore && span) report.error("for", "has no meaning for restore");
    if (set && span) report.error("for", "has no meaning for set: a later event sets the value back");
    if (set && set->empty()) report.error("set", "names no key: give at least one, e.g. {scheduling.policy: sjf}");
  }
  /// The targets, whatever is done to them.  @pre not set.
  [[nodiscard]] const Names& targets() const {
    for (const auto* names : {&fail, &degrade, &maintain, &drain, &leak, &sag, &restore}) {
      if (names->has_value()) return **names;
    }
    return *curtail;
  }
  /// The key that names the targets.
  [[nodiscard]] const char* action() const {
    return fail ? "fail" : degrade ? "degrade" : maintain ? "maintain" : drain ? "drain" : leak ? "leak" : sag ? "sag" : restore ? "restore" : curtail ? "curtail" : "set";
  }
  /// @pre curtail.
  [[nodiscard]] Power limit() const { return parse_as<Power>(*to).value; }
  /// @pre degrade.
  [[nodiscard]] double factor() const { return parse_as<double>(*to).value; }
};

}  // namespace aifactory
