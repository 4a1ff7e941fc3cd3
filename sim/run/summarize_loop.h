#pragma once
/// @file What the pipes of a facility water loop and the plant's air handlers add to the results.
#include "sim/run/world.h"

namespace aifactory {

/// Heat kept by pipes and by warm air, into the ledger.
void book_loop(const SiteWorld& site, const WaterLoop::Totals& totals, Ledger& ledger);
void put_loop(const SiteWorld& site, Summary::Block block, Tick now);
/// What a reader must know beside the numbers.
void note_loop(const SiteWorld& site, Summary& summary, Tick now);
void loop_columns(const std::string& site, const WaterLoop& loop, std::vector<std::string>& columns);
void loop_row(const WaterLoop& loop, std::vector<double>& row);

}  // namespace aifactory
