#pragma once
/// @file What a scenario says about the power network of a site.
#include <optional>
#include <string>
#include <vector>

#include "models/power/battery.h"
#include "models/power/breaker.h"
#include "models/power/conversion.h"
#include "models/power/generator.h"
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

enum class PowerKind { utility_feed, transformer, switchboard, ups, busway, generator, transfer_switch, static_switch, rectifier };
template <>
struct EnumNames<PowerKind> {
  static constexpr std::pair<const char*, PowerKind> values[] = {{"utility_feed", PowerKind::utility_feed},
                                                                 {"transformer", PowerKind::transformer},
                                                                 {"switchboard", PowerKind::switchboard},
                                                                 {"ups", PowerKind::ups},
                                                                 {"busway", PowerKind::busway},
                                                                 {"generator", PowerKind::generator},
                                                                 {"transfer_switch", PowerKind::transfer_switch},
                                                                 {"static_switch", PowerKind::static_switch},
                                                                 {"rectifier", PowerKind::rectifier}};
};

template <>
struct EnumNames<BreakerCurve> {
  static constexpr std::pair<const char*, BreakerCurve> values[] = {
      {"iec_standard_inverse", BreakerCurve::iec_standard_inverse},
      {"iec_very_inverse", BreakerCurve::iec_very_inverse},
      {"iec_extremely_inverse", BreakerCurve::iec_extremely_inverse},
      {"ieee_moderately_inverse", BreakerCurve::ieee_moderately_inverse},
      {"ieee_very_inverse", BreakerCurve::ieee_very_inverse},
      {"ieee_extremely_inverse", BreakerCurve::ieee_extremely_inverse}};
};

template <>
struct EnumNames<UpsMode> {
  static constexpr std::pair<const char*, UpsMode> values[] = {{"double_conversion", UpsMode::double_conversion}, {"eco", UpsMode::eco}};
};

/// How power reaches the racks.
enum class DistributionVoltage { ac, dc_800 };
template <>
struct EnumNames<DistributionVoltage> {
  static constexpr std::pair<const char*, DistributionVoltage> values[] = {{"480_vac", DistributionVoltage::ac}, {"800_vdc", DistributionVoltage::dc_800}};
};

/// Where standby generators feed in.
enum class GeneratorPlace { mv, block };
template <>
struct EnumNames<GeneratorPlace> {
  static constexpr std::pair<const char*, GeneratorPlace> values[] = {{"mv", GeneratorPlace::mv}, {"block", GeneratorPlace::block}};
};

/// The breaker of a unit for which nothing else is said: extremely inverse, T = 1, timed above 1.05 x rating (assumed).
[[nodiscard]] inline CatalogRef<Breaker::Params> default_breaker() {
  Breaker::Params p;
  p.time_multiplier = 1.0;
  p.pickup = 1.05;
  return {.value = p, .base = {}};
}

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
  std::optional<CatalogRef<Breaker::Params>> breaker = {};      ///< at its output; none: the unit cannot trip
  std::optional<Battery::Params> battery = {};                  ///< ups, rectifier
  UpsMode mode = UpsMode::double_conversion;                    ///< ups
  std::optional<Duration> eco_transfer = {};                    ///< ups in eco mode: gap until the inverter carries
  std::optional<CatalogRef<Psu::Params>> rectifier = {};        ///< losses over the unit's rating
  std::optional<CatalogRef<Generator::Params>> generator = {};  ///< scaled to the unit's rating
  std::optional<Duration> transfer = {}, retransfer = {};       ///< switches

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
    visit("breaker", p.breaker, kAny, "overcurrent protection at its output, a catalogue entry; none: it cannot trip");
    visit("battery", p.battery, kAny, "ups and rectifier: the battery behind it; none: what it feeds is lost with its input");
    visit("mode", p.mode, kAny, "ups: double_conversion, or eco: the bypass carries the load and the inverter stands by");
    visit("eco_transfer", p.eco_transfer, kNonNegative, "ups in eco mode: gap until the inverter carries the load (assumed 4 ms)");
    visit("rectifier", p.rectifier, kAny, "catalogue entry (psus) of a rectifier; losses over the rating");
    visit("generator", p.generator, kAny, "catalogue entry of a generator; the rating is the unit's own");
    visit("transfer", p.transfer, kNonNegative, "switches: time without supply when it changes over (assumed 5 ms static, 100 ms otherwise)");
    visit("retransfer", p.retransfer, kNonNegative, "switches: the first source must be back for so long before the load returns to it, without a gap (assumed 10 s static, 5 min otherwise)");
  }
  template <class Report>
  void validate(Report& report) const {
    if (kind == PowerKind::utility_feed && !from.empty()) report.error("from", "a utility feed has no source");
    if (kind == PowerKind::generator && !from.empty()) report.error("from", "a generator has no source");
    if (kind != PowerKind::utility_feed && kind != PowerKind::generator && from.empty()) report.error("from", "names no source: list the units that supply it");
    if (kind == PowerKind::generator && !generator) report.error("generator", "is missing: name a catalogue entry, see `aifactory catalog generators`");
    if (kind == PowerKind::rectifier && !rectifier) report.error("rectifier", "is missing: name a catalogue entry, see `aifactory catalog psus`");
    if (battery && kind != PowerKind::ups && kind != PowerKind::rectifier) report.error("battery", "belongs to a ups or a rectifier");
    if (mode == UpsMode::eco && (kind != PowerKind::ups || (ups && ups->value.eco.empty()))) report.error("mode", "eco: the unit has no such mode; its catalogue entry needs `eco` points");
    if ((transfer || retransfer) && !is_switch()) report.error(transfer ? "transfer" : "retransfer", "belongs to a transfer_switch or a static_switch");
    if (kind == PowerKind::transformer && !transformer) report.error("transformer", "is missing: name a catalogue entry, see `aifactory catalog transformers`");
    if (kind == PowerKind::ups && !ups) report.error("ups", "is missing: name a catalogue entry, see `aifactory catalog ups`");
  }
  [[nodiscard]] bool is_switch() const { return kind == PowerKind::transfer_switch || kind == PowerKind::static_switch; }
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
  bool breakers = true;
  std::optional<CatalogRef<Breaker::Params>> breaker = {};
  std::optional<Duration> reclose = {};
  bool batteries = true;
  std::optional<Battery::Params> battery = {};
  UpsMode ups_mode = UpsMode::double_conversion;
  std::optional<CatalogRef<Generator::Params>> generators = {};
  GeneratorPlace generators_at = GeneratorPlace::mv;
  std::int64_t spare_generators = 1;
  bool pump_ups = false;
  std::int64_t mechanical_boards = 1;
  DistributionVoltage distribution = DistributionVoltage::ac;
  std::optional<CatalogRef<Psu::Params>> rectifier = {};
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
    visit("breakers", p.breakers, kAny, "the layout's units have breakers and trip when overloaded");
    visit("breaker", p.breaker, kAny, "catalogue entry of the layout's breakers; default: IEC extremely inverse, T = 1, timed above 1.05 x rating (assumed)");
    visit("reclose", p.reclose, kPositive, "time after the last trip, and after the last repair, until staff close tripped breakers again, all together; default: they stay open");
    visit("batteries", p.batteries, kAny, "the layout's UPS blocks have batteries");
    visit("battery", p.battery, kAny, "battery of each UPS block (assumed: 5 min at rating)");
    visit("ups_mode", p.ups_mode, kAny, "mode of the layout's UPS blocks");
    visit("generators", p.generators, kAny, "catalogue entry of standby generators; none: the layout has none");
    visit("generators_at", p.generators_at, kAny, "mv: on a board of their own behind one transfer switch; block: one for each block behind its own");
    visit("spare_generators", p.spare_generators, between(0, 64), "mv: generators beyond those that the capacity of the feed takes");
    visit("pump_ups", p.pump_ups, kAny, "pumps and fans hang on a UPS with battery; compressors do not");
    visit("mechanical_boards", p.mechanical_boards, between(1, 2), "boards that feed pumps and fans: one, or two that share them, each rated for all");
    visit("distribution", p.distribution, kAny, "480_vac: transformer and UPS in each block; 800_vdc: one rectifier from medium voltage, the battery at its output");
    visit("rectifier", p.rectifier, kAny, "800_vdc: catalogue entry (psus) of the rectifiers, for their losses");
    visit("units", p.units, kAny, "named units instead of a layout");
  }
  template <class Report>
  void validate(Report& report) const {
    if (layout != PowerLayout::none && !units.empty()) report.error("units", "give a layout or units, not both");
    if (layout == PowerLayout::none) return;
    if (!block) report.error("block", "is missing: the layout needs the rating of one UPS block, e.g. 3 MW");
    const bool dc = distribution == DistributionVoltage::dc_800;
    if (dc && !rectifier) report.error("rectifier", "is missing: name a catalogue entry, see `aifactory catalog psus`");
    if (!ups && (!dc || pump_ups)) report.error("ups", "is missing: name a catalogue entry, see `aifactory catalog ups`");
    if (ups_mode == UpsMode::eco && ups && ups->value.eco.empty()) report.error("ups_mode", "eco: the catalogue entry of the UPS has no eco points");
    if (!transformer) report.error("transformer", "is missing: name a catalogue entry, see `aifactory catalog transformers`");
    if (!hv_transformer) report.error("hv_transformer", "is missing: name a catalogue entry, see `aifactory catalog transformers`");
  }
};

}  // namespace aifactory
