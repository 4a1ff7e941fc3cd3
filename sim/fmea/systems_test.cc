#include "sim/fmea/systems_test.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace aifactory {
namespace {

/// How a unit is taken out on site.
std::string action_on(const NamedUnit& unit) {
  constexpr std::pair<std::string_view, const char*> kActions[] = {
      {"utility_feed", "open the incomer of"},
      {"transformer", "open the breakers on both sides of"},
      {"switchboard", "open the incomers of"},
      {"ups", "open the output breaker of"},
      {"busway", "open the feeder of"},
      {"generator", "lock out"},
      {"tower", "stop fans and spray of"},
      {"dry_cooler", "stop the fans of"},
      {"chiller", "stop"},
      {"loop", "stop the pumps of"},
      {"crah", "stop the fans of"},
      {"cdu", "stop, at its controller,"},
      {"rack", "switch off the power shelves of"},
      {"rack.shelf", "pull"}};
  for (const auto& [kind, words] : kActions) {
    if (unit.kind == kind) return fmt::format("{} `{}`", words, unit.name);
  }
  return fmt::format("stop `{}`", unit.name);
}

std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

/// "40 s", "12.3 min".
std::string after(double minutes) {
  return minutes < 2.0 ? fmt::format("{:.0f} s", minutes * 60.0) : fmt::format("{:.1f} min", minutes);
}

std::string trend(const FmeaOutcome& o, const FmeaBase& base) {
  std::string text;
  const auto say = [&](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
  if (!o.first_limit.empty()) say(fmt::format("first limit `{}` on `{}` after {}", o.first_limit, o.first_limit_unit, after(o.first_limit_min)));
  if (!std::isnan(o.throttle_min)) say(fmt::format("chips throttle after {}", after(o.throttle_min)));
  if (!std::isnan(o.trip_min)) say(fmt::format("trip after {}", after(o.trip_min)));
  if (!std::isnan(o.drop_min)) say(fmt::format("racks lose supply after {}", after(o.drop_min)));
  if (o.lost_mw > 1e-6) {
    say(fmt::format("IT power falls by up to {:.3f} MW, to {:.3f} MW at the least", o.lost_mw, o.it_least_mw));
  } else {
    say(fmt::format("IT power stays at {:.3f} MW", base.it_at_failure_mw));
  }
  if (!std::isnan(o.supply_greatest_c)) {
    say(fmt::format("coolant supply reaches {:.1f} degC ({:.1f} before)", o.supply_greatest_c, base.supply_at_failure_c));
  }
  if (o.jobs_interrupted > 0) say(fmt::format("{} {} interrupted", o.jobs_interrupted, o.jobs_interrupted == 1 ? "job is" : "jobs are"));
  return text;
}

std::string abort_if(const FmeaOutcome& o, const FmeaBase& base) {
  std::string text;
  const auto say = [&](const std::string& more) { text += (text.empty() ? "" : "; or ") + more; };
  const double least = (std::isnan(o.it_least_mw) ? base.it_at_failure_mw : o.it_least_mw) - 0.05 * base.it_at_failure_mw;
  if (least > 0.0) say(fmt::format("IT power below {:.3f} MW", least));
  if (!std::isnan(o.supply_greatest_c)) say(fmt::format("coolant supply above {:.1f} degC", o.supply_greatest_c + 2.0));
  if (o.first_limit.empty()) {
    say("any throttle, trip or overload");
  } else if (o.first_limit_min > 0.0) {
    say(fmt::format("a limit earlier than {}", after(o.first_limit_min / 2.0)));
  }
  return text.empty() ? "anything beyond that" : text;
}

}  // namespace

std::string systems_test(const FmeaResult& result, const std::string& scenario, const FmeaOptions& options, Tick window) {
  const FmeaBase& base = result.base;
  std::string text = fmt::format(
      "# Integrated-systems test of {}\n\n"
      "Steps in the order of the analysis, worst first. Figures are the simulation's: {:g} h after the scenario's start, each case watched\n"
      "for {:g} min. They are expectations to be compared with the plant, not limits of it. One of several alike units is named; the\n"
      "test is repeated on each of the others that is listed.\n\n"
      "**Before each test**: load as at that hour ({:.3f} MW IT{}, {:.3f} MW at the feed), everything in service, readings steady for 15 min{}.\n"
      "People who can return each unit by hand stand by. **After each test**: return the units in reverse order, and wait until\n"
      "the readings are those from before.\n",
      scenario, to_seconds(options.at) / 3600.0, to_seconds(window) / 60.0, base.it_at_failure_mw,
      base.it_greatest_mw > base.it_at_failure_mw ? fmt::format(", rising to {:.3f} MW without a failure", base.it_greatest_mw) : "", base.facility_at_failure_mw,
      std::isnan(base.supply_at_failure_c) ? "" : fmt::format(", coolant supply {:.1f} degC", base.supply_at_failure_c));
  if (!result.complete) text += "\nThe analysis was interrupted: cases are missing.\n";
  std::size_t number = 0, harmless = 0, no_worse = 0;
  std::string rides;
  for (const FmeaCase& c : result.cases) {
    const std::string title = c.maintained ? fmt::format("`{}` fails while `{}` is maintained", c.failed.name, c.maintained->name)
                                           : fmt::format("`{}` fails", c.failed.name);
    if (c.outcome.harmless()) {
      ++harmless;
      rides += fmt::format("| {} | {} | {} |\n", title, c.alike, abort_if(c.outcome, base));
      continue;
    }
    if (!c.adds) {
      ++no_worse;
      continue;
    }
    text += fmt::format("\n## {}. {}\n\n", ++number, title);
    if (c.also.size() > 1) {
      const std::vector<std::string> others(c.also.begin() + 1, c.also.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(c.also.size(), 9)));
      text += fmt::format("Alike: {}{}. ", fmt::join(others, ", "), c.also.size() > 9 ? fmt::format(" and {} more", c.also.size() - 9) : "");
    }
    if (c.maintained_alike > 1) text += fmt::format("`{}` stands for {} units alike. ", c.maintained->name, c.maintained_alike);
    if (c.also.size() > 1 || c.maintained_alike > 1) text += "\n\n";
    if (!c.outcome.trouble.empty()) {
      text += fmt::format("**No expectation**: the simulation ended early ({}). Do not test before that is understood.\n", c.outcome.trouble);
      continue;
    }
    text += "| step | action | expected | abort if |\n|---|---|---|---|\n";
    int step = 0;
    if (c.maintained) {
      const FmeaCase* alone = result.alone(*c.maintained);
      text += fmt::format("| {} | {}, and wait {:g} min | {} | {} |\n", ++step, sentence(action_on(*c.maintained)), to_seconds(options.lead) / 60.0,
                          alone ? trend(alone->outcome, base) : "IT power stays", alone ? abort_if(alone->outcome, base) : "any limit");
    }
    text += fmt::format("| {} | {} | {} | {} |\n", ++step, sentence(action_on(c.failed)), trend(c.outcome, base), abort_if(c.outcome, base));
    text += fmt::format("| {} | return `{}`{} | readings as before the test; racks that went off take jobs again after their recovery time | a unit that does not return |\n",
                        ++step, c.failed.name, c.maintained ? fmt::format(", then `{}`", c.maintained->name) : "");
  }
  if (no_worse > 0) {
    text += fmt::format("\n{} {} no worse than one of the two units alone and {} no test of {} own; `fmea.csv` lists {}.\n", no_worse,
                        no_worse == 1 ? "pair is" : "pairs are", no_worse == 1 ? "needs" : "need", no_worse == 1 ? "its" : "their", no_worse == 1 ? "it" : "them");
  }
  if (harmless > 0) {
    text += fmt::format("\n## Ride-through: {} {} without an effect\n\nTake out as above; nothing may change but the power flow.\n\n| case | alike | abort if |\n|---|---|---|\n{}",
                        harmless, harmless == 1 ? "case" : "cases", rides);
  }
  return text;
}

}  // namespace aifactory
