#include "sim/facility/power_template.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace aifactory {
namespace {

/// Shape of one redundancy group: how many UPS blocks, how much of them may be loaded, which pairs feed loads.
struct GroupShape {
  std::int64_t blocks;
  double usable;  ///< blocks' worth of load in normal operation
  std::vector<std::vector<int>> supplies;
  SourceShare share = SourceShare::even;
};

GroupShape shape_of(PowerLayout layout, std::int64_t group) {
  switch (layout) {
    case PowerLayout::none:
      break;
    case PowerLayout::n:
      return {1, 1.0, {{0}}};
    case PowerLayout::two_n:
      return {2, 1.0, {{0, 1}}};
    case PowerLayout::three_n_2:
      return {3, 2.0, {{0, 1}, {1, 2}, {2, 0}}};
    case PowerLayout::four_n_3:
      return {4, 3.0, {{0, 1}, {2, 3}, {0, 2}, {1, 3}, {0, 3}, {1, 2}}};
    case PowerLayout::n_plus_1: {
      std::vector<int> all;
      for (int i = 0; i <= group; ++i) all.push_back(i);
      return {group + 1, static_cast<double>(group), {all}};
    }
    case PowerLayout::catcher: {
      std::vector<std::vector<int>> supplies;
      for (int i = 0; i < group; ++i) supplies.push_back({i, static_cast<int>(group)});
      return {group + 1, static_cast<double>(group), supplies, SourceShare::primary};
    }
  }
  return {1, 1.0, {{0}}};
}

/// "a", "b", ... "z", "aa": blocks of a group.
std::string letters(int i) {
  std::string text;
  for (++i; i > 0; i = (i - 1) / 26) text.insert(text.begin(), static_cast<char>('a' + (i - 1) % 26));
  return text;
}

/// Writes the units of a layout one after the other.
class Writer {
 public:
  Writer(const PowerConfig& config, PowerExpansion& out) : config_(config), out_(out) {
    if (config.breakers) breaker_ = config.breaker.value_or(default_breaker());
    if (config.batteries) battery_ = config.battery.value_or(Battery::Params{});
  }

  /// Feed to medium-voltage board, and generators beside it.
  void supply(Power capacity) const {
    std::vector<std::string> hv;
    for (std::int64_t i = 0; i < config_.hv_transformers; ++i) {
      hv.push_back(fmt::format("hv_{}", i + 1));
      add(hv.back(), {.kind = PowerKind::transformer, .from = {"feed"},
                      .rating = capacity / static_cast<double>(std::max<std::int64_t>(1, config_.hv_transformers - 1)),
                      .transformer = config_.hv_transformer, .indoors = false, .breaker = breaker_});
    }
    if (!config_.generators || config_.generators_at != GeneratorPlace::mv) {
      add("mv", {.kind = PowerKind::switchboard, .from = hv, .rating = capacity});
      return;
    }
    add("mv_utility", {.kind = PowerKind::switchboard, .from = hv, .rating = capacity});
    const Power each = config_.generators->value.rating;
    const auto count = static_cast<std::int64_t>(std::ceil(capacity / each - 1e-9)) + config_.spare_generators;
    std::vector<std::string> all;
    for (std::int64_t i = 0; i < count; ++i) {
      all.push_back(fmt::format("gen_{:02d}", i + 1));
      generator(all.back(), each);
    }
    // A board takes sixteen sources; more generators gather on boards of their own first.
    std::vector<std::string> boards;
    constexpr std::size_t kMost = PowerNetwork::kMaxSources;
    for (std::size_t first = 0; first < all.size() && all.size() > kMost; first += kMost) {
      const std::size_t end = std::min(all.size(), first + kMost);
      boards.push_back(fmt::format("gen_board_{}", boards.size() + 1));
      add(boards.back(), {.kind = PowerKind::switchboard, .from = {all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(end)},
                          .rating = each * static_cast<double>(end - first), .indoors = false});
    }
    add("gen", {.kind = PowerKind::switchboard, .from = boards.empty() ? all : boards, .rating = each * static_cast<double>(count), .indoors = false});
    add("mv", {.kind = PowerKind::transfer_switch, .from = {"mv_utility", "gen"}, .share = SourceShare::primary, .rating = capacity});
  }

  /// Boards of pumps, fans and chillers.  @param on_ups what a UPS takes of it: compressors have none.
  void mechanical(Power rated, Power on_ups) const {
    if (!(rated > 0.0 * W)) {
      out_.mechanical = out_.compressors = {"mv"};
      return;
    }
    const Power rating = rated * 1.25;
    for (std::int64_t i = 0; i < config_.mechanical_boards; ++i) {
      const std::string end = config_.mechanical_boards == 1 ? "" : "_" + letters(static_cast<int>(i));
      add("mech_tx" + end, {.kind = PowerKind::transformer, .from = {"mv"}, .rating = rating, .transformer = config_.transformer, .breaker = breaker_});
      add("mech" + end, {.kind = PowerKind::switchboard, .from = {backed("mech_tx" + end, "mech" + end, rating)}, .rating = rating});
      std::string last = "mech" + end;
      out_.compressors.push_back(last);
      if (config_.pump_ups && on_ups > 0.0 * W) {
        last = "ups_mech" + end;
        add(last, {.kind = PowerKind::ups, .from = {"mech" + end}, .rating = on_ups * 1.25, .ups = config_.ups, .breaker = breaker_, .battery = battery_});
      }
      out_.mechanical.push_back(last);
    }
  }

  /// Transformer, UPS and busway; or rectifier and busway.
  void block(const std::string& id, Power rating) const {
    std::string last;
    if (config_.distribution == DistributionVoltage::dc_800) {
      last = "rect_" + id;
      add(last, {.kind = PowerKind::rectifier, .from = {backed("mv", id, rating * 1.1)}, .rating = rating, .breaker = breaker_, .battery = battery_, .rectifier = config_.rectifier});
    } else {
      add("tx_" + id, {.kind = PowerKind::transformer, .from = {"mv"}, .rating = rating * 1.1, .transformer = config_.transformer, .breaker = breaker_});
      last = "ups_" + id;
      add(last, {.kind = PowerKind::ups, .from = {backed("tx_" + id, id, rating * 1.1)}, .rating = rating, .ups = config_.ups, .breaker = breaker_, .battery = battery_, .mode = config_.ups_mode});
    }
    add("bus_" + id, {.kind = PowerKind::busway, .from = {last}, .rating = rating, .loss_at_rating = config_.busway_loss});
  }

 private:
  void add(const std::string& name, PowerUnitConfig unit) const { out_.units.items.emplace_back(name, std::move(unit)); }
  void generator(const std::string& name, Power rating) const {
    add(name, {.kind = PowerKind::generator, .rating = rating, .indoors = false, .breaker = breaker_, .generator = config_.generators});
  }
  /// `from`, or a transfer switch between it and a generator of the block's own.
  std::string backed(const std::string& from, const std::string& id, Power rating) const {
    if (!config_.generators || config_.generators_at != GeneratorPlace::block) return from;
    generator("gen_" + id, rating);
    add("ats_" + id, {.kind = PowerKind::transfer_switch, .from = {from, "gen_" + id}, .share = SourceShare::primary, .rating = rating});
    return "ats_" + id;
  }

  const PowerConfig& config_;
  PowerExpansion& out_;
  std::optional<CatalogRef<Breaker::Params>> breaker_;
  std::optional<Battery::Params> battery_;
};

}  // namespace

PowerExpansion expand_power(const PowerConfig& config, Power it_power, Power capacity, Power mechanical, Power compressors) {
  PowerExpansion out;
  if (!config.units.empty()) {
    out.units = config.units;
    for (const auto& [name, unit] : config.units) {
      if (unit.kind == PowerKind::utility_feed) out.mechanical.push_back(name);
    }
    out.compressors = out.mechanical;
    return out;
  }
  auto& units = out.units.items;
  units.emplace_back("feed", PowerUnitConfig{.kind = PowerKind::utility_feed, .rating = capacity, .indoors = false});
  if (config.layout == PowerLayout::none) {
    out.supplies = {{"feed"}};
    out.mechanical = out.compressors = {"feed"};
    return out;
  }
  const Writer write(config, out);
  write.supply(capacity);
  write.mechanical(mechanical, mechanical - compressors);

  const GroupShape shape = shape_of(config.layout, config.group);
  const Power block = *config.block;
  const auto groups = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(it_power / (block * shape.usable) - 1e-9)));
  for (std::int64_t g = 0; g < groups; ++g) {
    std::vector<std::string> blocks;
    for (int b = 0; b < shape.blocks; ++b) {
      const std::string id = fmt::format("{:02d}{}", g + 1, letters(b));
      write.block(id, block);
      blocks.push_back("bus_" + id);
    }
    for (std::size_t k = 0; k < shape.supplies.size(); ++k) {
      std::vector<std::string> supply;
      for (int b : shape.supplies[k]) supply.push_back(blocks[static_cast<std::size_t>(b)]);
      if (shape.share == SourceShare::primary || supply.size() > 2) {
        // A static switch (catcher) or a common output bus (N+1) stands between the blocks and the loads.
        const std::string name = fmt::format("{}_{:02d}_{}", shape.share == SourceShare::primary ? "sts" : "out", g + 1, k + 1);
        const bool catcher = shape.share == SourceShare::primary;
        units.emplace_back(name, PowerUnitConfig{.kind = catcher ? PowerKind::static_switch : PowerKind::switchboard, .from = supply, .share = shape.share,
                                                 .rating = catcher ? block : block * shape.usable});
        supply = {name};
      }
      out.supplies.push_back(std::move(supply));
    }
  }
  // Neighbouring rack groups take supplies of different groups, so that one job loads all blocks alike.
  if (groups > 1) {
    const std::size_t per = shape.supplies.size();
    std::vector<std::vector<std::string>> dealt;
    for (std::size_t k = 0; k < per; ++k) {
      for (std::int64_t g = 0; g < groups; ++g) dealt.push_back(out.supplies[static_cast<std::size_t>(g) * per + k]);
    }
    out.supplies = std::move(dealt);
  }
  return out;
}

}  // namespace aifactory
