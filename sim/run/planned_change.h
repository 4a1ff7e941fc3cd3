#pragma once
/// @file From an instant on a run goes on with other settings: events with `set`.
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/time.h"

namespace aifactory {

struct PreparedRun;

/// One event with `set`, worked out: the whole scenario as it is from then on, and which parts of it are others than before.
struct PlannedChange {
  Tick at = 0;
  std::string cause;                                        ///< "events[3]"
  std::vector<std::pair<std::string, std::string>> values;  ///< keys and values, as given
  std::shared_ptr<PreparedRun> to;                          ///< without jobs
  bool scheduling = false;           ///< another policy, or other rules of it
  bool forecasts = false;            ///< what policies see of price and carbon
  std::vector<std::size_t> grids;    ///< sites with another supply
  std::vector<std::size_t> plants;   ///< sites with another plant, or other controls of it
  std::vector<std::size_t> layouts;  ///< sites with other racks, CDUs or power units
  /// Of each site: which unit of the run each cooling unit of `to` is.  Units that come after those of the run's own plan are new.
  std::vector<std::vector<std::size_t>> units;
  std::vector<std::vector<std::size_t>> cdus;  ///< of each site with another layout: place of each CDU of `to` (PreparedSite::cdu_places)
};

/// One key that may be set while a run goes on.
struct LiveKey {
  const char* pattern;  ///< `*` stands for one name; everything below the key is meant as well
  const char* doc;
};
/// All of them, in the order of the documentation.
[[nodiscard]] const std::vector<LiveKey>& live_keys();

/// Works out the events with `set`.  Units that they bring in get names in `run.units` and, behind those of the site's plan, in
/// PreparedSite::later_units, later_power, later_cdus; clusters may get more racks than they begin with (most_racks).
/// @throws InputError "events[3].set: ..." for a key that cannot be set while a run goes on, or a value that is none.
void plan_changes(PreparedRun& run);

}  // namespace aifactory
