#include "models/scheduling/policies.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "models/error.h"
#include "models/scheduling/order.h"
#include "models/scheduling/place.h"
#include "models/scheduling/plugin.h"

namespace aifactory::scheduling {
namespace {

constexpr OptionInfo kEasyOptions[] = {
    {"depth", "1", "", 0, 1000,
     "waiting jobs per pool that hold a reservation; 0: none is protected from being passed"},
    {"reservation", "count", "count|concrete", 0, 0,
     "count: so many nodes are kept for the head; concrete: exactly the nodes that it would get"},
};

constexpr OptionInfo kConservativeOptions[] = {
    {"promises", "replan", "replan|keep", 0, 0, "plans are made afresh at each pass, or never move back once made"},
};

constexpr OptionInfo kHalfLife{"half_life_min", "0", "", 0, 10'000'000,
                               "minutes after which past use counts half in a tenant's share; 0: only what it holds counts"};
constexpr OptionInfo kFairOptions[] = {kHalfLife};

constexpr OptionInfo kGangOptions[] = {
    {"preempt", "on", "on|off", 0, 0, "whether a higher tier may interrupt a lower one"},
    {"checkpoint", "last", "last|on_demand", 0, 0,
     "what an interrupted job keeps: its last checkpoint, or all if it writes checkpoints at all"},
    {"min_run_s", "0", "", 0, 10'000'000, "seconds after its start in which a job is not interrupted"},
    {"elastic", "on", "on|off", 0, 0, "whether elastic jobs shrink for others, start smaller, and grow when nobody waits"},
};

constexpr OptionInfo kDelayOptions[] = {
    {"slack_min", "720", "", 0, 10'000'000,
     "minutes after its submission within which a job must be released; a deadline makes it less"},
};

constexpr OptionInfo kSlurmOptions[] = {
    {"default_queue_depth", "100", "", 0, 1'000'000, "jobs that the main loop tries at an event"},
    {"batch_sched_delay", "3", "", 0, 1'000'000,
     "seconds that the main loop leaves after the one before it; 0: it runs at the event itself"},
    {"sched_interval", "60", "", 1, 1'000'000, "seconds between main loops over all jobs"},
    {"bf_interval", "30", "", 1, 1'000'000, "seconds between backfill loops"},
    {"bf_max_job_test", "500", "", 0, 1'000'000, "jobs that a backfill loop tries"},
    {"bf_window", "1440", "", 1, 10'000'000, "minutes into the future within which a job is planned"},
    {"bf_resolution", "60", "", 1, 1'000'000, "seconds to whose multiples plans are widened"},
    {"weight_age", "1000", "", 0, 1'000'000'000, "weight of the time that a job has waited"},
    {"weight_fairshare", "0", "", 0, 1'000'000'000, "weight of how little its tenant has used"},
    {"weight_job_size", "0", "", 0, 1'000'000'000, "weight of a job's share of all nodes"},
    {"weight_qos", "0", "", 0, 1'000'000'000, "weight of a job's tier"},
    {"max_age_min", "10080", "", 1, 10'000'000, "minutes of waiting after which age counts in full"},
    {"half_life_min", "10080", "", 0, 10'000'000, "minutes after which past use counts half in fairshare"},
    {"max_jobs_per_tenant", "0", "", 0, 1'000'000, "running jobs of one tenant; 0: no limit"},
    {"max_nodes_per_tenant", "0", "", 0, 100'000'000, "nodes that one tenant holds; 0: no limit"},
    {"max_time_min", "0", "", 0, 10'000'000, "longest time limit in minutes, beyond which jobs are rejected; 0: none"},
};

constexpr SelectInfo kSelects[] = {
    {"strict", "in order, nobody overtakes", make_strict, {}},
    {"greedy", "in order, whoever fits starts, no reservations", make_greedy, {}},
    {"easy", "in order; others may overtake if they do not delay the reserved heads", make_easy, kEasyOptions},
    {"conservative", "in order; others may overtake if they delay nobody's reservation", make_conservative,
     kConservativeOptions},
    {"topology", "easy, with the head's own nodes reserved, as they must lie", make_topology, {}},
    {"power", "easy, with power below the site's limit as a second resource to fit and to reserve", make_power, {}},
    {"fair", "the tenant with the smallest dominant share first; others as in easy", make_fair, kFairOptions},
    {"gang", "easy in which a higher tier may take nodes from a lower one", make_gang, kGangOptions},
    {"carbon", "easy, each job held back until the cleanest time within its slack", make_carbon, kDelayOptions},
    {"price", "easy, each job held back until the cheapest time within its slack", make_price, kDelayOptions},
    {"slurm", "the main loop and backfill of Slurm, with its priorities and limits", make_slurm, kSlurmOptions},
};

constexpr OptionInfo kCommonOptions[] = {
    {"place", "first_fit", "first_fit|consolidated|spread|topology|coolest", 0, 0, "which nodes a job gets"},
    {"same_instant", "batched", "batched|per_event", 0, 0,
     "one pass after all events of an instant, or one after each (submissions first)"},
};

constexpr OptionInfo kCustomOptions[] = {
    {"order", "fcfs", "fcfs|sjf|ljf|smallest|largest|priority|tier|deadline", 0, 0, "who is first in the queue"},
    {"backfill_order", "same", "same|fcfs|sjf|ljf|smallest|largest|priority|tier|deadline", 0, 0,
     "who is tried first behind the heads"},
    {"select", "easy", 
     "strict|greedy|easy|conservative|topology|power|fair|gang|carbon|price|slurm", 0, 0, "who may start"},
};

constexpr PolicyInfo kPolicies[] = {
    {"fcfs", "first come, first served: nobody overtakes", "fcfs", "", "strict"},
    {"sjf", "shortest estimated job first, nobody overtakes in that order", "sjf", "", "strict"},
    {"ljf", "longest estimated job first, nobody overtakes in that order", "ljf", "", "strict"},
    {"priority", "largest priority first, nobody overtakes in that order", "priority", "", "strict"},
    {"easy_backfill", "first come, first served; others may overtake if the head is not delayed", "fcfs", "", "easy"},
    {"easy_sjbf", "as easy_backfill, the shortest estimated job tried first behind the head", "fcfs", "sjf", "easy"},
    {"conservative_backfill", "first come, first served; others may overtake if nobody is delayed", "fcfs", "",
     "conservative"},
    {"fair_share", "the tenant that has had least goes first, by dominant share; backfill as easy_backfill", "fcfs", "",
     "fair"},
    {"gang_preemptive", "highest tier first; it may interrupt lower tiers, those that lose least work first", "tier", "",
     "gang", "topology"},
    {"topology_aware", "gangs within scale-up domains, contiguous torus slices; backfill as easy_backfill", "fcfs", "",
     "topology", "topology"},
    {"power_capped", "as easy_backfill, starting only what the site's power limit allows", "fcfs", "", "power"},
    {"thermal_aware", "as easy_backfill, on the racks with the coolest coolant", "fcfs", "", "easy", "coolest"},
    {"carbon_aware", "as easy_backfill, each job waiting for the cleanest time within its slack", "fcfs", "", "carbon"},
    {"price_aware", "as easy_backfill, each job waiting for the cheapest time within its slack", "fcfs", "", "price"},
    {"slurm_backfill", "Slurm's main loop and backfill with multifactor priority", "fcfs", "", "slurm"},
    {"custom", "own choice of order, backfill order and selection", "", "", ""},
};

/// Edit distance (insertions, deletions, substitutions).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

/// "; did you mean NAME?" when one is near, and all names.
std::string suggest(std::string_view wrong, const std::vector<std::string_view>& known) {
  std::string text;
  const auto nearest = std::min_element(known.begin(), known.end(),
                                        [&](auto a, auto b) { return distance(wrong, a) < distance(wrong, b); });
  if (nearest != known.end() && distance(wrong, *nearest) <= std::max<std::size_t>(2, wrong.size() / 3)) {
    text = fmt::format("; did you mean {}?", *nearest);
  }
  return fmt::format("{} (known: {})", text, fmt::join(known, ", "));
}

std::vector<std::string_view> words(std::string_view choices) {
  std::vector<std::string_view> out;
  while (!choices.empty()) {
    const std::size_t bar = std::min(choices.find('|'), choices.size());
    out.push_back(choices.substr(0, bar));
    choices.remove_prefix(std::min(bar + 1, choices.size()));
  }
  return out;
}

void check(std::string_view policy, const OptionInfo& option, std::string_view value) {
  if (!option.choices.empty()) {
    const auto known = words(option.choices);
    if (std::find(known.begin(), known.end(), value) != known.end()) return;
    throw InputError(
        fmt::format("scheduling: {}: {} = {} must be one of {}", policy, option.name, value, option.range()));
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || number < option.low || number > option.high) {
    throw InputError(fmt::format("scheduling: {}: {} = {} must be a whole number in {}", policy, option.name, value,
                                 option.range()));
  }
}

/// Custom: two selections may share an option.
void append_new(std::vector<OptionInfo>& options, std::span<const OptionInfo> more) {
  for (const OptionInfo& option : more) {
    const auto same = [&](const OptionInfo& known) { return known.name == option.name; };
    if (std::none_of(options.begin(), options.end(), same)) options.push_back(option);
  }
}

void append_common(std::vector<OptionInfo>& options, std::string_view place) {
  append_new(options, kCommonOptions);
  for (OptionInfo& option : options) {
    if (option.name == "place") option.fallback = place;
  }
}

/// The choice's options, checked, and the defaults of all others.
OptionValues checked_options(std::string_view policy, const std::vector<OptionInfo>& known, const PolicyChoice& choice) {
  OptionValues values;
  for (const OptionInfo& option : known) {
    const auto given = [&](const auto& pair) { return pair.first == option.name; };
    const auto first = std::find_if(choice.options.begin(), choice.options.end(), given);
    if (first == choice.options.end()) {
      values.set(option.name, option.fallback);
      continue;
    }
    if (std::find_if(first + 1, choice.options.end(), given) != choice.options.end()) {
      throw InputError(fmt::format("scheduling: {}: option {} is given twice", policy, option.name));
    }
    check(policy, option, first->second);
    values.set(option.name, first->second);
  }
  for (const auto& [name, value] : choice.options) {
    if (std::any_of(known.begin(), known.end(), [&, &key = name](const OptionInfo& o) { return o.name == key; }))
      continue;
    std::vector<std::string_view> names;
    for (const OptionInfo& option : known) names.push_back(option.name);
    throw InputError(fmt::format("scheduling: {}: unknown option {}{}", policy, name, suggest(name, names)));
  }
  return values;
}

/// The parts of a policy whose options are checked.
PolicyParts parts_of(std::string_view policy, std::string_view order, std::string_view behind, const OptionValues& values,
                     const PolicyChoice& choice) {
  if (behind == "same" || behind == order) behind = "";
  PolicyParts parts;
  parts.order = find_order(order);
  parts.backfill_order = behind.empty() ? nullptr : find_order(behind);
  parts.place = find_place(values.text("place"));
  parts.weights = choice.weights;
  parts.quotas = choice.quotas;
  parts.same_instant = values.text("same_instant") == "per_event" ? SameInstant::per_event : SameInstant::batched;
  parts.heat = values.text("place") == "coolest";
  if (!parts.order || !parts.place || (!behind.empty() && !parts.backfill_order)) {  // of a plug-in
    throw InputError(fmt::format("scheduling: {}: there is no order {}, no backfill order {}, or no placement {}", policy, order,
                                 behind, values.text("place")));
  }
  return parts;
}

}  // namespace

std::string OptionInfo::range() const {
  return choices.empty() ? fmt::format("{}..{}", low, high) : std::string(choices);
}

const std::string& OptionValues::text(std::string_view name) const {
  const auto found = std::find_if(values_.begin(), values_.end(), [&](const auto& v) { return v.first == name; });
  AIF_CHECK(found != values_.end(), std::string(name));
  return found->second;
}

std::int64_t OptionValues::integer(std::string_view name) const {
  const std::string& value = text(name);
  std::int64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

std::span<const SelectInfo> known_selects() {
  return kSelects;
}

const SelectInfo* find_select(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kSelects), std::end(kSelects), [&](const auto& s) { return s.name == name; });
  return found == std::end(kSelects) ? nullptr : found;
}

std::span<const PolicyInfo> known_policies() {
  return kPolicies;
}

std::vector<OptionInfo> options_of(const PolicyInfo& policy) {
  std::vector<OptionInfo> options;
  if (policy.select.empty()) {
    append_new(options, kCustomOptions);
    for (const SelectInfo& select : kSelects) append_new(options, select.options);
  } else {
    append_new(options, find_select(policy.select)->options);
  }
  append_common(options, policy.place);
  return options;
}

std::vector<OptionInfo> options_of(const PluginPolicy& policy) {
  std::vector<OptionInfo> options(policy.options.begin(), policy.options.end());
  append_common(options, policy.place);
  return options;
}

std::unique_ptr<Policy> make_policy(const PolicyChoice& choice) {
  const auto policy =
      std::find_if(std::begin(kPolicies), std::end(kPolicies), [&](const auto& p) { return p.name == choice.name; });
  if (policy == std::end(kPolicies)) {
    std::vector<std::string_view> names;
    for (const PolicyInfo& known : kPolicies) names.push_back(known.name);
    throw InputError(fmt::format("scheduling: unknown policy {}{}", choice.name, suggest(choice.name, names)));
  }
  const OptionValues values = checked_options(policy->name, options_of(*policy), choice);
  const bool custom = policy->select.empty();
  const std::string_view order = custom ? std::string_view(values.text("order")) : policy->order;
  const std::string_view behind = custom ? std::string_view(values.text("backfill_order")) : policy->backfill_order;
  const SelectInfo* select = find_select(custom ? std::string_view(values.text("select")) : policy->select);
  AIF_CHECK(select, std::string(policy->name));
  PolicyParts parts = parts_of(policy->name, order, behind, values, choice);
  parts.power = select->name == "power";
  parts.forecasts = select->name == "price" || select->name == "carbon";
  return select->make(parts, values);
}

std::unique_ptr<Policy> make_policy(const PluginPolicy& policy, const PolicyChoice& choice) {
  const OptionValues values = checked_options(policy.name, options_of(policy), choice);
  PolicyParts parts = parts_of(policy.name, policy.order, policy.backfill_order, values, choice);
  parts.power = policy.power;
  parts.heat = parts.heat || policy.heat;
  parts.forecasts = policy.forecasts;
  return policy.make(parts, values);
}

}  // namespace aifactory::scheduling
