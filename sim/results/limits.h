#pragma once
/// @file limits.csv: what every unit could carry and what it carried.
#include <string>
#include <vector>

#include "models/error.h"
#include "models/units.h"
#include "sim/results/result_directory.h"

namespace aifactory {

/// One unit after a run.  Powers of power units are outputs, those of cooling units heat.  Unset: does not apply.
struct LimitRow {
  std::string site, unit, kind, quantity;  ///< quantity: output or heat
  Power rating = {}, site_rating = {}, continuous = {};  ///< nameplate; at the site's design conditions; of that for continuous loads
  std::string basis = {};      ///< of `provisioned`
  Power provisioned = {}, peak = {}, p999 = {}, mean = {};
  Power headroom = {};         ///< continuous limit less provisioned
  Power stranded = {};         ///< part of the headroom that other limits or a single failure keep from use
  std::string binds = {};      ///< the unit whose limit does so; empty: none
  Duration above_rating = {}, above_continuous = {};
  std::int64_t crossings = 0;
  std::string fed_by = {};     ///< units that it draws its power from, separated by ';'
  std::string cooled_by = {};  ///< units that it gives its heat to, separated by ';'
};

void write_limits_csv(const std::vector<LimitRow>& rows, OutputFile& file);
/// @throws InputError when `path` is no limits.csv.
std::vector<LimitRow> read_limits_csv(const std::string& path);

}  // namespace aifactory
