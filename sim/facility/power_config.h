#pragma once
/// @file What a scenario says about the power network of a site.
#include <optional>
#include <string>
#include <vector>

#include "models/power/conversion.h"
#include "models/power/network.h"
#include "sim/scenario/types.h"

namespace aifactory {

/// How UPS blocks back each other up.  Each layout is a template that writes out named units.
enum class PowerLayout { none, n, n_plus_1, two_n, three_n_2, four_n_3, catcher };
template <>
struct EnumNames<PowerLayout> {
  static constexpr std::pair<const char*, PowerLayout> values[] = {
      {"none", PowerLayout::none},           {"N", PowerLayout::n},
      {"N+1", PowerLayout::n_plus_1},        {"2N", PowerLayout::two_n},
      {"3N/2", PowerLayout::three_n_2},      {"4N/3", PowerLayout::four_n_3},
      {"catcher", PowerLayout::catcher}};
};

enum class PowerKind { utility_feed, transformer, switchboard, ups, busway };
template <>
struct EnumNames<PowerKind> {
  static constexpr std::pair<const char*, PowerKind> values[] = {{"utility_feed", PowerKind::utility_feed},
                                                                 {"transformer", PowerKind::transformer},
                                                                 {"switchboard", PowerKind::switchboard},
                                                                 {"ups", PowerKind::ups},
                                                                 {"busway", PowerKind::busway}};
};

template <>
struct EnumNames<SourceShare> {
  static constexpr std::pair<const char*, SourceShare> values[] = {{"even", SourceShare::even},
                                                                   {"primary", SourceShare::primary}};
};

/// One named unit of the power network.
struct PowerUnitConfig {
  PowerKind kind = PowerKind::switchboard;
  std::vector<std::string> from = {};          ///< units that supply it; none for a utility feed
  SourceShare share = SourceShare::even;  ///< even: all live sources alike; primary: the first live one
  Power rating = {};
  std::optional<CatalogRef<Transformer::Params>> transformer = {};  ///< losses in proportion to the unit's rating
  std::optional<CatalogRef<Ups::Params>> ups = {};
  double loss_at_rating = 0.0;  ///< busway, switchboard: ohmic loss at full load over rating
  bool indoors = true;          ///< its loss is heat for the cooling plant

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("kind", p.kind, kAny, "what the unit is");
    visit("from", p.from, kAny, "names of the units that supply it");
    visit("share", p.share, kAny, "even: every live source carries the same; primary: the first live source carries all");
    visit("rating", p.rating, kPositive, "continuous rating at its output");
    visit("transformer", p.transformer, kAny, "catalogue entry; losses scale with the rating");
    visit("ups", p.ups, kAny, "catalogue entry; loss curve over the rating");
    visit("loss_at_rating", p.loss_at_rating, kFraction, "busway and switchboard: ohmic loss at full load, share of rating");
    visit("indoors", p.indoors, kAny, "its loss is heat for the cooling plant");
  }
  template <class Report>
  void validate(Report& report) const {
    if (kind == PowerKind::utility_feed && !from.empty()) report.error("from", "a utility feed has no source");
    if (kind != PowerKind::utility_feed && from.empty()) report.error("from", "names no source: list the units that supply it");
    if (kind == PowerKind::transformer && !transformer) report.error("transformer", "is missing: name a catalogue entry, see `aifactory catalog transformers`");
    if (kind == PowerKind::ups && !ups) report.error("ups", "is missing: name a catalogue entry, see `aifactory catalog ups`");
  }
};

/// The power network of a site: a template (`layout`) or named units.
struct PowerConfig {
  static constexpr const char* kShorthand = "layout";
  PowerLayout layout = PowerLayout::none;
  std::optional<Power> block = {};  ///< rating of one UPS block
  std::int64_t group = 5;      ///< N+1 and catcher: blocks that carry load in one group
  std::optional<CatalogRef<Ups::Params>> ups = {};
  std::optional<CatalogRef<Transformer::Params>> transformer = {};     ///< MV/LV, one per block
  std::optional<CatalogRef<Transformer::Params>> hv_transformer = {};  ///< between feed and MV board
  std::int64_t hv_transformers = 2;
  double busway_loss = 0.005;  ///< assumed: 0.5 % at full load
  Map<PowerUnitConfig> units;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("layout", p.layout, kAny, "redundancy template; none: racks on the feed without conversion loss, or on the named units");
    visit("block", p.block, kPositive, "rating of one UPS block");
    visit("group", p.group, between(1, 64), "N+1 and catcher: blocks that share one spare block");
    visit("ups", p.ups, kAny, "catalogue entry of the UPS blocks");
    visit("transformer", p.transformer, kAny, "catalogue entry of the MV/LV transformers, one per block");
    visit("hv_transformer", p.hv_transformer, kAny, "catalogue entry of the HV/MV transformers");
    visit("hv_transformers", p.hv_transformers, between(1, 16), "number of HV/MV transformers, sharing the load");
    visit("busway_loss", p.busway_loss, kFraction, "ohmic loss of the busway at full load, share of the block rating (assumed 0.5 %)");
    visit("units", p.units, kAny, "named units instead of a layout");
  }
  template <class Report>
  void validate(Report& report) const {
    if (layout != PowerLayout::none && !units.empty()) report.error("units", "give a layout or units, not both");
    if (layout == PowerLayout::none) return;
    if (!block) report.error("block", "is missing: the layout needs the rating of one UPS block, e.g. 3 MW");
    if (!ups) report.error("ups", "is missing: name a catalogue entry, see `aifactory catalog ups`");
    if (!transformer) report.error("transformer", "is missing: name a catalogue entry, see `aifactory catalog transformers`");
    if (!hv_transformer) report.error("hv_transformer", "is missing: name a catalogue entry, see `aifactory catalog transformers`");
  }
};

}  // namespace aifactory
