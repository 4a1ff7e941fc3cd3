#include <fmt/format.h>

#include "sim/run/summarize_plant.h"
#include "sim/run/summarize_totals.h"

namespace aifactory {

void note_assumptions(World& world, Summary& summary, Tick now) {
  if (world.never_started > 0) summary.note(fmt::format("{} jobs never started: the nodes they need did not come back", world.never_started));
  for (SiteWorld& site : world.sites) {
    const std::string& name = site.site->plan.name;
    if (!site.plant) summary.note(fmt::format("site {}: cooling none: heat leaves the racks and nothing is said about how; PUE and WUE know no cooling", name));
    if (site.site->plan.power_units.size() <= 1) summary.note(fmt::format("site {}: power layout none: racks hang on the feed without conversion losses", name));
    const auto ended = [&](const char* what, Tick end) {
      if (now > end) summary.note(fmt::format("site {}: {} data end {:.0f} h before the run; the last value held", name, what, to_seconds(now - end) / 3600.0));
    };
    if (site.site->weather) ended("weather", site.site->weather->end());
    if (site.site->price) ended("price", site.site->price->end());
    if (site.site->carbon) ended("carbon", site.site->carbon->end());
    for (std::size_t c = 0; c < site.clusters.size(); ++c) {
      const LoadTrace* load = site.site->loads[c].get();
      if (!load || load->blanks_held + load->missing_rows_held == 0) continue;
      summary.note(fmt::format("cluster {}: its load lacks {} values and {} rows; the values before them held", site.clusters[c].plan->name, load->blanks_held, load->missing_rows_held));
    }
    if (site.plant) note_plant(site, summary, now);
    if (site.plant && site.plant->unsolved() > 0) summary.note(fmt::format("site {}: {} solves of the heat rejection did not converge", name, site.plant->unsolved()));
  }
}

}  // namespace aifactory
