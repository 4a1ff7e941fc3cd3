/// @file What policies see of the sites: power below the limit, coolant of racks, price and carbon.
#include <algorithm>

#include "models/scheduling/view.h"
#include "sim/run/world.h"

namespace aifactory {
namespace {

/// How long after room below the limit has appeared without a job's end the scheduler looks again.
constexpr Tick kLookAgain = 60 * kTicksPerSecond;

template <class Q>
std::shared_ptr<const scheduling::Forecast> forecast(const std::optional<StepSeries<Q>>& series, double error, std::uint64_t seed) {
  if (!series) return nullptr;
  std::vector<Tick> ticks;
  std::vector<double> values;
  for (Tick t = 0; t != kNever; t = series->next_change_after(t)) {
    ticks.push_back(t);
    values.push_back(series->value_at(t).si());
  }
  return std::make_shared<scheduling::Forecast>(std::move(ticks), std::move(values), error, seed);
}

/// What running jobs of a site may still come to draw beyond the present levels of their power profiles.
Power room_for_peaks(const World& world, std::int32_t site) {
  double room_w = 0.0;
  const scheduling::View& view = world.core->view();
  for (std::int32_t p = 0; p < view.pools(); ++p) {
    if (view.pool(p).spec.site != site) continue;
    for (const scheduling::RunningJob& running : view.pool(p).running) {
      const JobCourse* course = world.table.course(running.job);
      if (!course || !course->power() || course->plan->training || world.table.fate(running.job).state != FinalState::running) continue;
      const double below = view.job(running.job).utilization - course->full_utilization;
      room_w += view.pool(p).spec.node_power.si() * below * static_cast<double>(view.held_nodes(running));
    }
  }
  return Power(room_w);
}

bool has_profiles(const World& world) {
  return std::any_of(world.table.plans.begin(), world.table.plans.end(), [](const JobPlan& plan) { return plan.power && !plan.training; });
}

}  // namespace

void World::build_signals() {
  const scheduling::PolicyParts& parts = core->parts();
  const auto known = static_cast<std::size_t>(core->view().sites());
  for (std::size_t i = 0; i < std::min(sites.size(), known); ++i) {
    // Nobody knows yet what the site draws: jobs start after it has settled for the first time.
    if (parts.power) core->set_power_limit(static_cast<std::int32_t>(i), 0.0 * W);
    give_forecasts(i);
  }
}

void World::give_forecasts(std::size_t site) {
  if (!core->parts().forecasts || site >= static_cast<std::size_t>(core->view().sites())) return;
  const PreparedRun& now = *settings;
  const auto seed = static_cast<std::uint64_t>(run.config.seed);
  const double error = now.config.scheduling.forecast_error;
  core->set_forecasts(static_cast<std::int32_t>(site), forecast(now.sites[site].price, error, seed + 2 * site),
                      forecast(now.sites[site].carbon, error, seed + 2 * site + 1));
}

void World::follow_power(std::size_t index) {
  SiteWorld& site = sites[index];
  if (!core->parts().power || !site.grid || index >= static_cast<std::size_t>(core->view().sites())) return;
  const auto id = static_cast<std::int32_t>(index);
  // A watt at the racks costs as many at the feed as it does on average now.
  const Power draw = site.power->grid(), it = site.power->it();
  const double overhead = it > 0.0 * W && draw > it ? draw / it : 1.0;
  const auto booked = static_cast<double>(core->view().site(id).booked_mw) * 1e-3;
  const double room_w = has_profiles(*this) ? room_for_peaks(*this, id).si() : 0.0;
  const double limit_w = std::max(0.0, booked + (site.grid->limit() - draw).si() / overhead - room_w);
  const bool more = limit_w > static_cast<double>(core->view().site(id).limit_mw) * 1e-3;
  const bool first = core->view().site(id).limit_mw == 0;
  core->set_power_limit(id, Power(limit_w));
  if (!more || core->queued() == core->held()) return;
  if (first) {
    scheduler->look();
  } else if (site.next_look <= kernel.now()) {
    site.next_look = kernel.now() + kLookAgain;
    scheduler->look_at(site.next_look);
  }
}

void World::update_signals() {
  if (!core->parts().heat || core->queued() == core->held()) return;
  const Tick now = kernel.now();
  std::vector<double> headroom_k;
  for (std::size_t p = 0; p < pools.size(); ++p) {
    const ClusterWorld& cluster = *pools[p];
    const auto site = std::find_if(sites.begin(), sites.end(), [&](const SiteWorld& one) {
      return !one.clusters.empty() && &cluster >= one.clusters.data() && &cluster < one.clusters.data() + one.clusters.size();
    });
    headroom_k.assign(static_cast<std::size_t>(cluster.field->racks()), 0.0);
    for (std::size_t b = 0; b < cluster.cdus.size(); ++b) {
      if (cluster.cdus[b] < 0) continue;
      const Temperature supply = site->banks[static_cast<std::size_t>(cluster.cdus[b])].supply(now);
      const double degrees = cluster.rack->params().throttle_temp.in_celsius() - supply.in_celsius();
      const BankPlan& bank = cluster.plan->banks[b];
      std::fill_n(headroom_k.begin() + bank.first_rack, bank.racks, degrees);
    }
    core->set_headroom(static_cast<std::int32_t>(p), headroom_k);
  }
}

}  // namespace aifactory
