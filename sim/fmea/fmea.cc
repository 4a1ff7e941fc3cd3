#include "sim/fmea/fmea.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "sim/fmea/alike.h"
#include "sim/fmea/child_pool.h"
#include "sim/run/simulation.h"

namespace aifactory {
namespace {

/// What a child does with its copy of the prepared run.
RunResult simulate_case(PreparedRun& run, const FmeaCase* fmea_case, const FmeaOptions& options) {
  FaultPlan plan;
  plan.seed = run.faults.seed;
  const auto add = [&](const NamedUnit& unit, Tick at, Disturbance::Kind kind, const char* cause) {
    FaultPlan::Action action;
    action.at = at;
    action.disturbance.kind = kind;
    action.disturbance.cause = cause;
    action.units.push_back(static_cast<FaultPlan::Unit>(plan.units.size()));
    plan.actions.push_back(std::move(action));
    plan.units.push_back(unit);
    plan.needs.emplace_back();
  };
  if (fmea_case) {
    if (fmea_case->maintained) add(*fmea_case->maintained, std::max<Tick>(0, options.at - options.lead), Disturbance::Kind::maintain, "maintenance");
    add(fmea_case->failed, options.at, Disturbance::Kind::fail, "fmea");
  }
  run.faults = std::move(plan);
  return simulate(run);
}

/// Trouble first, then what costs most, then what comes soonest.
bool worse(const FmeaCase& a, const FmeaCase& b) {
  const auto rank = [](const FmeaCase& c) { return !c.outcome.trouble.empty() ? 0 : !c.outcome.closed ? 1 : c.adds ? 2 : 3; };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  if (rank(a) == 0) return false;
  // Differences below a watt or a second are none.
  const auto coarse = [](double value, double grain) { return std::isnan(value) ? 0.0 : std::round(value / grain) * grain; };
  const double lost_a = coarse(a.outcome.lost_mw, 1e-6), lost_b = coarse(b.outcome.lost_mw, 1e-6);
  if (lost_a != lost_b) return lost_a > lost_b;
  const double hours_a = coarse(a.outcome.lost_accelerator_h, 1e-3), hours_b = coarse(b.outcome.lost_accelerator_h, 1e-3);
  if (hours_a != hours_b) return hours_a > hours_b;
  const auto soon = [](double minutes) { return std::isnan(minutes) ? kInf : minutes; };
  if (soon(a.outcome.first_limit_min) != soon(b.outcome.first_limit_min)) return soon(a.outcome.first_limit_min) < soon(b.outcome.first_limit_min);
  return !a.maintained && b.maintained.has_value();
}

/// Whether a pair loses more than its units alone, or reaches a limit that neither does so soon.
bool adds_to(const FmeaOutcome& pair, const FmeaCase* failed, const FmeaCase* maintained, double it_mw) {
  double lost = 0.0, soonest = kInf;
  for (const FmeaCase* one : {failed, maintained}) {
    if (!one || !one->outcome.trouble.empty()) return true;  // nothing to compare with
    lost = std::max(lost, one->outcome.lost_mw);
    if (!one->outcome.first_limit.empty()) soonest = std::min(soonest, one->outcome.first_limit_min);
  }
  if (pair.lost_mw > lost + 1e-3 * it_mw) return true;
  return !pair.first_limit.empty() && pair.first_limit_min < soonest - 1.0 / 60.0;
}

}  // namespace

const FmeaCase* FmeaResult::alone(const NamedUnit& unit) const {
  const auto found = std::find_if(cases.begin(), cases.end(), [&](const FmeaCase& c) {
    return !c.maintained && (c.failed.name == unit.name || std::find(c.also.begin(), c.also.end(), unit.name) != c.also.end());
  });
  return found == cases.end() ? nullptr : &*found;
}

std::vector<FmeaCase> fmea_cases(const PreparedRun& run, bool pairs) {
  const AlikeUnits units(run);
  std::vector<FmeaCase> cases;
  for (const AlikeUnits::Class& group : units.classes(true)) {
    cases.push_back({.failed = group.unit, .maintained = {}, .alike = group.count, .also = group.names});
  }
  if (!pairs) return cases;
  for (const AlikeUnits::Class& out : units.classes(false)) {
    for (const AlikeUnits::Class& group : units.classes_beside(out.unit)) {
      // A part of a unit that is out anyway, or the whole of a part, is no second failure.
      const std::string &a = out.unit.name, &b = group.unit.name;
      if (a.starts_with(b + ".") || b.starts_with(a + ".")) continue;
      cases.push_back({.failed = group.unit, .maintained = out.unit, .alike = group.count * out.count, .also = group.names,
                       .maintained_alike = out.count});
    }
  }
  return cases;
}

FmeaResult run_fmea(PreparedRun& run, const FmeaOptions& options, const std::function<void(std::size_t, std::size_t)>& progress,
                    const std::atomic<bool>& stop) {
  FmeaResult result;
  result.cases = fmea_cases(run, options.pairs);
  // Rows often enough to see a drop, few enough to keep each child small.
  constexpr double kRows = 2000.0;
  run.config.record.interval = Duration(std::max(1.0, std::ceil(to_seconds(run.horizon) / kRows)));
  run.config.record.series = run.config.record.events = true;
  run.config.record.jobs = false;
  const std::size_t all = result.cases.size() + 1;
  std::string base_text;
  const bool base_done = run_in_children(
      1, 1, [&](std::size_t) { return to_text(base_of(simulate_case(run, nullptr, options), options.at)); },
      [&](std::size_t, ChildEnd end) {
        if (!end.ok) throw std::runtime_error(fmt::format("the run without a failure does not come to its end: {}", end.trouble));
        base_text = std::move(end.text);
      },
      stop);
  if (!base_done) return result;
  result.base = parse_base(base_text);
  if (progress) progress(1, all);
  std::size_t done = 1;
  result.complete = run_in_children(
      result.cases.size(), options.jobs,
      [&](std::size_t i) { return to_text(outcome_of(simulate_case(run, &result.cases[i], options), result.base, options.at)); },
      [&](std::size_t i, ChildEnd end) {
        FmeaCase& one = result.cases[i];
        one.done = true;
        if (end.ok) {
          one.outcome = parse_outcome(end.text);
        } else {
          one.outcome.trouble = end.trouble;
        }
        if (progress) progress(++done, all);
      },
      stop);
  std::erase_if(result.cases, [](const FmeaCase& c) { return !c.done; });
  for (FmeaCase& c : result.cases) {
    if (c.maintained && c.outcome.trouble.empty()) {
      c.adds = adds_to(c.outcome, result.alone(c.failed), result.alone(*c.maintained), result.base.it_greatest_mw);
    }
  }
  std::stable_sort(result.cases.begin(), result.cases.end(), worse);
  return result;
}

}  // namespace aifactory
