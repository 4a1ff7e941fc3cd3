#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/run/world.h"

namespace aifactory {
namespace {

const char* name_of(ProvisioningBasis basis) {
  for (const auto& [name, value] : EnumNames<ProvisioningBasis>::values) {
    if (value == basis) return name;
  }
  return "";
}

Power provisioned(const LimitGraph::Node& node, const LimitRow& row, ProvisioningBasis basis) {
  switch (basis) {
    case ProvisioningBasis::nameplate: return node.nameplate;
    case ProvisioningBasis::peak: return row.peak;
    case ProvisioningBasis::p999: return row.p999;
  }
  return {};
}

LimitRow row_of(const SiteWorld& site, const LimitGraph::Node& node, std::size_t number, ProvisioningBasis basis) {
  const UnitMeter& meter = site.limits->meter(number);
  LimitRow row{.site = site.plan->name, .unit = site.limits->unit(number).name, .kind = node.kind, .quantity = node.heat ? "heat" : "output",
               .rating = node.rating, .site_rating = node.site_rating, .continuous = node.continuous, .basis = name_of(basis)};
  row.peak = meter.peak();
  row.p999 = meter.quantile(0.999);
  row.mean = meter.mean();
  row.provisioned = provisioned(node, row, basis);
  row.headroom = row.continuous - row.provisioned;
  row.above_rating = meter.above_rating();
  row.above_continuous = meter.above_continuous();
  row.crossings = site.limits->crossings_of(number);
  return row;
}

std::vector<LimitRow> rows_of(const SiteWorld& site) {
  const ProvisioningBasis basis = site.plan->config->limits.basis;
  const auto& nodes = site.limit_graph->nodes();
  std::vector<LimitRow> rows;
  std::vector<Power> loads(nodes.size());
  std::vector<std::size_t> node_of;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (site.limit_of[n] < 0) continue;
    LimitRow row = row_of(site, nodes[n], static_cast<std::size_t>(site.limit_of[n]), basis);
    loads[n] = row.provisioned;
    rows.push_back(std::move(row));
    node_of.push_back(n);
  }
  const auto uses = site.limit_graph->uses(loads);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (nodes[node_of[r]].kind == "load") continue;
    rows[r].stranded = uses[node_of[r]].stranded;
    rows[r].binds = uses[node_of[r]].binds;
  }
  const auto names = [&](const std::vector<std::size_t>& units) {
    std::string text;
    for (const std::size_t n : units) {
      if (site.limit_of[n] < 0) continue;
      text += (text.empty() ? "" : ";") + site.limits->unit(static_cast<std::size_t>(site.limit_of[n])).name;
    }
    return text;
  };
  for (std::size_t r = 0; r < rows.size(); ++r) {
    rows[r].fed_by = names(nodes[node_of[r]].fed_by);
    rows[r].cooled_by = names(nodes[node_of[r]].cooled_by);
  }
  // Units that have gone bind nobody and strand nothing any more.
  for (const auto& [name, metered] : site.metered) {
    if (metered.gone) rows.push_back(row_of(site, metered.node, metered.meter, basis));
  }
  return rows;
}

/// Of one site, or of all together.
struct Totals {
  std::int64_t units = 0, crossings = 0, above = 0;
  double above_h = 0.0, least = kInf, stranded_ups_mw = 0.0;
  std::string least_unit;
  bool has_ups = false;

  void add(const LimitRow& row) {
    ++units;
    crossings += row.crossings;
    above += row.above_rating.si() > 0.0;
    above_h += row.above_rating.in(h);
    const bool limited = row.kind != "racks" && row.kind != "load" && row.continuous.si() > 0.0 && std::isfinite(row.continuous.si());
    if (limited && row.headroom / row.continuous < least) {
      least = row.headroom / row.continuous;
      least_unit = row.unit;
    }
    if (row.kind == "ups") {
      has_ups = true;
      stranded_ups_mw += row.stranded.in(MW);
    }
  }
  void put(Summary::Block block) const {
    block.set("limits.units", units);
    block.set("limits.crossings", crossings);
    block.set("limits.units_above", above);
    block.set("limits.above_rating_h", above_h);
    block.set("limits.least_headroom_frac", least);
    if (!least_unit.empty()) block.set_text("limits.least_headroom_unit", least_unit);
    block.set("limits.stranded_ups_mw", has_ups ? stranded_ups_mw : kUnset);
  }
};

}  // namespace

void summarize_limits(World& world, RunResult& result) {
  const Tick now = world.kernel.now();
  Totals all;
  for (SiteWorld& site : world.sites) {
    site.limits->book(now);
    Totals of_site;
    for (LimitRow& row : rows_of(site)) {
      of_site.add(row);
      all.add(row);
      result.limits.push_back(std::move(row));
    }
    of_site.put(result.summary.site(site.site->plan.name));
  }
  all.put(result.summary.whole());
}

}  // namespace aifactory
