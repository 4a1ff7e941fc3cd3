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

}  // namespace

PowerExpansion expand_power(const PowerConfig& config, Power it_power, Power capacity, Power mechanical) {
  PowerExpansion out;
  if (!config.units.empty()) {
    out.units = config.units;
    for (const auto& [name, unit] : config.units) {
      if (unit.kind == PowerKind::utility_feed) out.mechanical.push_back(name);
    }
    return out;
  }
  auto& units = out.units.items;
  units.emplace_back("feed", PowerUnitConfig{.kind = PowerKind::utility_feed, .rating = capacity, .indoors = false});
  if (config.layout == PowerLayout::none) {
    out.supplies = {{"feed"}};
    out.mechanical = {"feed"};
    return out;
  }
  std::vector<std::string> hv;
  for (std::int64_t i = 0; i < config.hv_transformers; ++i) {
    hv.push_back(fmt::format("hv_{}", i + 1));
    units.emplace_back(hv.back(), PowerUnitConfig{.kind = PowerKind::transformer, .from = {"feed"},
                                                  .rating = capacity / static_cast<double>(std::max<std::int64_t>(1, config.hv_transformers - 1)),
                                                  .transformer = config.hv_transformer, .indoors = false});
  }
  units.emplace_back("mv", PowerUnitConfig{.kind = PowerKind::switchboard, .from = hv, .rating = capacity});
  if (mechanical > 0.0 * W) {
    units.emplace_back("mech_tx", PowerUnitConfig{.kind = PowerKind::transformer, .from = {"mv"}, .rating = mechanical * 1.25,
                                                  .transformer = config.transformer});
    units.emplace_back("mech", PowerUnitConfig{.kind = PowerKind::switchboard, .from = {"mech_tx"}, .rating = mechanical * 1.25});
  }
  out.mechanical = {mechanical > 0.0 * W ? "mech" : "mv"};

  const GroupShape shape = shape_of(config.layout, config.group);
  const Power block = *config.block;
  const auto groups = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(it_power / (block * shape.usable) - 1e-9)));
  for (std::int64_t g = 0; g < groups; ++g) {
    std::vector<std::string> blocks;
    for (int b = 0; b < shape.blocks; ++b) {
      const std::string id = fmt::format("{:02d}{}", g + 1, letters(b));
      units.emplace_back("tx_" + id, PowerUnitConfig{.kind = PowerKind::transformer, .from = {"mv"}, .rating = block * 1.1,
                                                     .transformer = config.transformer});
      units.emplace_back("ups_" + id, PowerUnitConfig{.kind = PowerKind::ups, .from = {"tx_" + id}, .rating = block, .ups = config.ups});
      units.emplace_back("bus_" + id, PowerUnitConfig{.kind = PowerKind::busway, .from = {"ups_" + id}, .rating = block,
                                                      .loss_at_rating = config.busway_loss});
      blocks.push_back("bus_" + id);
    }
    for (std::size_t k = 0; k < shape.supplies.size(); ++k) {
      std::vector<std::string> supply;
      for (int b : shape.supplies[k]) supply.push_back(blocks[static_cast<std::size_t>(b)]);
      if (shape.share == SourceShare::primary || supply.size() > 2) {
        // A static switch (catcher) or a common output bus (N+1) stands between the blocks and the loads.
        const std::string name = fmt::format("{}_{:02d}_{}", shape.share == SourceShare::primary ? "sts" : "out", g + 1, k + 1);
        units.emplace_back(name, PowerUnitConfig{.kind = PowerKind::switchboard, .from = supply, .share = shape.share,
                                                 .rating = shape.share == SourceShare::primary ? block : block * shape.usable});
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
