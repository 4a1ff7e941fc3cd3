#pragma once
/// @file What a cooling plant adds to ledger, summary and series.
#include <string>
#include <vector>

#include "sim/results/ledger.h"
#include "sim/results/summary.h"
#include "sim/run/world.h"

namespace aifactory {

/// The site has machines of this use.
bool has_use(const SiteWorld& site, Use use);
/// Heat and water of the plant: pumps, compressors, storage and what leaves.
void book_plant(const SiteWorld& site, const WaterLoop::Totals& totals, Ledger& ledger, Tick now);
/// The section `plant` of a site's block.
void put_plant(SiteWorld& site, Summary::Block block, Tick now);
void note_plant(SiteWorld& site, Summary& summary, Tick now);
/// Columns of series.csv beyond those of every plant: of what this one has.
void plant_columns(const std::string& site, const HeatPlant::Kinds& kinds, std::vector<std::string>& columns);
void plant_row(const HeatPlant& plant, const HeatPlant::Kinds& kinds, std::vector<double>& row);

}  // namespace aifactory
