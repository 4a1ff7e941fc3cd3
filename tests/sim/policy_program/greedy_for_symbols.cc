// A library that asks for every function that the installed headers declare: loading it shows that the program has them.
#include "models/error.h"
#include "models/scheduling/actions.h"
#include "models/scheduling/easy_book.h"
#include "models/scheduling/order.h"
#include "models/scheduling/place.h"
#include "models/scheduling/plugin.h"
#include "models/scheduling/topology.h"

namespace {
using namespace aifactory;
using namespace aifactory::scheduling;

template <class... Functions>
bool have_addresses(Functions... functions) {
  return ((functions != nullptr) && ...);
}

bool all_are_there() {
  using Lowest = std::int64_t (NodeSet::*)(std::int64_t, NodeRange, std::vector<NodeRange>&) const;
  return have_addresses(&View::held_nodes, &View::unsaved, &View::power_mw, &View::power_headroom, &View::shadow, &View::fill) &&
         have_addresses(&AvailabilityProfile::reset, &AvailabilityProfile::add_release, &AvailabilityProfile::earliest_start,
                        &AvailabilityProfile::min_free, &AvailabilityProfile::free_at, &AvailabilityProfile::reserve,
                        &AvailabilityProfile::cancel) &&
         have_addresses(&NodeSet::count_in, &NodeSet::count_outside, &NodeSet::insert, &NodeSet::erase,
                        &NodeSet::insert_outside, &NodeSet::erase_all, Lowest{&NodeSet::append_lowest}) &&
         have_addresses(&Forecast::value_at, &Forecast::seen, &Forecast::next_change_after, &Forecast::cheapest) &&
         have_addresses(&TenantUsage::set_half_life, &TenantUsage::index, &TenantUsage::change, &TenantUsage::share,
                        &TenantUsage::past) &&
         have_addresses(&WaitingQueue::insert, &WaitingQueue::remove, &WaitingQueue::next, &WaitingQueue::next_backfill) &&
         have_addresses(&EasyBook::begin, &EasyBook::offer, &EasyBook::backfill, &EasyBook::is_head, &EasyBook::bounds) &&
         have_addresses(&OptionInfo::range, &OptionValues::text, &OptionValues::integer) &&
         have_addresses(&known_orders, &find_order, &known_places, &find_place, &consolidate, &place_topology, &known_selects,
                        &find_select, &find_slice, &append_slice, &groups_that_fit, &fragmentation, &crosses_domains,
                        &check_failed) &&
         have_addresses(&make_strict, &make_greedy, &make_easy, &make_conservative, &make_topology, &make_power, &make_fair,
                        &make_gang, &make_carbon, &make_price, &make_slurm) &&
         NodeSet(3, true).count() == 3 && Forecast({0}, {1.0}).value_at(0) == 1.0 && to_string(Refusal::none) != "";
}

std::unique_ptr<Policy> make(const PolicyParts& parts, const OptionValues& options) {
  return all_are_there() ? make_strict(parts, options) : nullptr;
}
}  // namespace

AIFACTORY_POLICY_PLUGIN(.name = "greedy_for_symbols", .summary = "fcfs that needs everything", .make = make);
