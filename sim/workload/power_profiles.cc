#include "sim/workload/power_profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "models/error.h"
#include "models/suggest.h"
#include "sim/workload/csv.h"
#include "sim/workload/job_row.h"

namespace aifactory {
namespace {

/// Levels of a file; the last one ends at `end`, or never.
std::vector<PowerProfile::Level> read_levels(const std::string& path, std::optional<Duration> end) {
  CsvReader table(path, "a power profile");
  const std::size_t time = table.require("time_s"), utilization = table.require("utilization");
  std::vector<PowerProfile::Level> levels;
  double before_s = 0.0;
  const auto refuse = [&](const std::string& what) { throw InputError(fmt::format("{}:{}: {}", path, table.line(), what)); };
  const auto close = [&](double until_s) {
    if (!levels.empty()) levels.back().length = Duration(until_s - before_s);
  };
  while (table.next()) {
    if (!table.problem().empty()) refuse(table.problem());
    const double at_s = number_in(table.cell(time)), level = number_in(table.cell(utilization));
    if (std::isnan(at_s) || at_s > kLongestTime_s) refuse(fmt::format("time_s: \"{}\" must be a number of seconds, at most {:g}", table.cell(time), kLongestTime_s));
    if (!kFraction.contains(level)) refuse(fmt::format("utilization: \"{}\" must be {}", table.cell(utilization), kFraction.text("")));
    if (levels.empty() && at_s != 0.0) refuse(fmt::format("time_s: the first row is at {:g} s; must be 0, the beginning of the work", at_s));
    if (!levels.empty() && !(at_s > before_s)) refuse(fmt::format("time_s: {:g} s does not come after the {:g} s of the row before it", at_s, before_s));
    close(at_s);
    levels.push_back({1.0 * s, level});
    before_s = at_s;
  }
  if (levels.empty()) throw InputError(fmt::format("{}: holds no row", path));
  if (end) {
    if (!(end->si() > before_s)) throw InputError(fmt::format("{}:{}: the last row is at {:g} s, and the profile's period is {:g} s", path, table.line(), before_s, end->si()));
    close(end->si());
  }
  return levels;
}

PlannedPower planned(PowerProfile profile, Duration resolution) {
  PowerProfile held = profile.coarse(resolution);
  return {.profile = std::move(profile), .held = std::move(held), .resolution = resolution};
}

}  // namespace

PlannedPower plan_power(const PowerProfileConfig& config, const std::string& where) {
  std::vector<PowerProfile::Level> levels;
  if (config.file) {
    levels = read_levels(config.file->path, config.repeat ? config.period : std::nullopt);
  } else {
    for (const PowerPhaseConfig& phase : config.phases) levels.push_back({phase.share ? Duration(*phase.share) : *phase.duration, phase.utilization});
  }
  try {
    PowerProfile profile(std::move(levels), config.repeat);
    if (!config.by_share()) return planned(std::move(profile), config.resolution);
    return {.profile = profile, .held = profile, .resolution = config.resolution, .by_share = true};
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", where, error.what()));
  }
}

PlannedPower power_of_steps(const TrainingPlan& plan) {
  std::vector<PowerProfile::Level> levels;
  Duration step(0.0);
  for (const StepPhase& phase : plan.phases) {
    levels.push_back({phase.length, phase.utilization});
    step += phase.length;
  }
  return {.profile = PowerProfile(std::move(levels), true), .held = PowerProfile::constant(plan.utilization), .resolution = step};
}

void plan_shared_profiles(WorkloadConfig& config, std::vector<JobPlan>& plans) {
  const auto add = [&](PlannedPower power) {
    plans.push_back({.training = {}, .checkpoint = {}, .power = std::move(power)});
    return static_cast<std::int32_t>(plans.size()) - 1;
  };
  for (const auto& [name, profile] : config.power_profiles) {
    config.profiles.push_back({name, add(plan_power(profile, fmt::format("workload.power_profiles.{}", name)))});
  }
  for (const auto& [kind, holds] : config.kinds) {
    if (!holds.power_profile) continue;
    const std::string where = fmt::format("workload.kinds.{}.power_profile", kind);
    const std::int32_t plan = holds.power_profile->name ? shared_profile(config, *holds.power_profile->name, where) : add(plan_power(holds.power_profile->own, where));
    config.kind_profiles.push_back({kind, plan});
  }
  config.shared_plans = static_cast<std::int32_t>(plans.size());
}

std::int32_t shared_profile(const WorkloadConfig& config, const std::string& name, const std::string& where) {
  std::vector<std::string> names;
  for (const ProfilePlace& place : config.profiles) {
    if (place.name == name) return place.plan;
    names.push_back(place.name);
  }
  throw InputError(fmt::format("{}: no profile of workload.power_profiles is named {}{}{}", where, name, did_you_mean(name, names),
                               names.empty() ? "; there is none" : fmt::format(" (profiles: {})", fmt::join(names, ", "))));
}

void fit_profiles(std::vector<Job>& jobs, std::vector<JobPlan>& plans) {
  std::map<std::pair<std::int32_t, Tick>, std::int32_t> fitted;  // by plan and work
  for (Job& job : jobs) {
    if (job.plan < 0) continue;
    const JobPlan& plan = plans[static_cast<std::size_t>(job.plan)];
    if (!plan.power || plan.training) continue;
    if (job.elastic()) throw InputError(fmt::format("workload: job {} has an elastic size, which does not go with a power profile", job.name));
    if (plan.power->by_share) {
      const auto [place, first] = fitted.try_emplace({job.plan, job.work}, static_cast<std::int32_t>(plans.size()));
      if (first) {
        JobPlan own = plan;
        own.power = planned(plan.power->profile.stretched(std::max(1e-6, to_seconds(job.work))), plan.power->resolution);
        plans.push_back(std::move(own));
      }
      job.plan = place->second;
    }
    job.utilization = plans[static_cast<std::size_t>(job.plan)].power->held.highest();
  }
}

}  // namespace aifactory
