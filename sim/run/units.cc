#include "sim/run/units.h"

#include <charconv>

#include <fmt/format.h>

#include "models/suggest.h"
#include "sim/run/prepared.h"

namespace aifactory {
namespace {

/// "a.b.c" -> {"a", "b", "c"}
std::vector<std::string> segments(const std::string& path) {
  std::vector<std::string> out{""};
  for (const char c : path) {
    if (c == '.') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

/// "rack_12" -> 12 for the prefix "rack_"; -1 when it is something else.
std::int64_t numbered(const std::string& text, const std::string& prefix) {
  if (text.rfind(prefix, 0) != 0) return -1;
  std::int64_t n = -1;
  const char* begin = text.data() + prefix.size();
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, n);
  return error == std::errc() && stop == end ? n : -1;
}

}  // namespace

UnitRef find_unit(const PreparedRun& run, const std::string& name, const std::string& where) {
  const auto parts = segments(name);
  std::vector<std::string> sites;
  for (const auto& site : run.sites) sites.push_back(site.plan.name);
  for (std::size_t i = 0; i < run.sites.size(); ++i) {
    const SitePlan& plan = run.sites[i].plan;
    if (plan.name != parts[0]) continue;
    std::vector<std::string> known;
    if (parts.size() >= 3 && parts[1] == "power") {
      const auto network = build_network(plan);
      const auto id = network.network.find(parts[2]);
      if (parts.size() == 3 && id >= 0) return {UnitRef::Kind::power_unit, i, static_cast<std::size_t>(id), -1};
      for (const auto& [unit, config] : plan.power_units) known.push_back(fmt::format("{}.power.{}", plan.name, unit));
    } else if (parts.size() >= 3 && parts[1] == "cooling") {
      for (std::size_t u = 0; u < plan.cooling_units.items.size(); ++u) {
        const auto& [unit, config] = plan.cooling_units.items[u];
        if (config.kind != CoolingKind::cdu) continue;
        if (unit != parts[2]) {
          known.push_back(fmt::format("{}.cooling.{}", plan.name, unit));
          continue;
        }
        if (parts.size() == 3) return {UnitRef::Kind::cooling_unit, i, u, -1};
        for (std::int64_t p = 0; p < config.cdu->value.pump_count; ++p) {
          const std::string pump = fmt::format("pump_{}", static_cast<char>('a' + p));
          if (parts.size() == 4 && parts[3] == pump) return {UnitRef::Kind::cooling_unit, i, u, p};
          known.push_back(fmt::format("{}.cooling.{}.{}", plan.name, parts[2], pump));
        }
      }
    } else {
      for (std::size_t c = 0; c < plan.clusters.size(); ++c) {
        const std::string& unit = plan.clusters[c].unit;
        known.push_back(unit + ".rack_0");
        if (parts.size() != 4 || unit != fmt::format("{}.{}.{}", parts[0], parts[1], parts[2])) continue;
        const std::int64_t rack = numbered(parts[3], "rack_");
        if (rack >= 0 && rack < plan.clusters[c].racks) return {UnitRef::Kind::rack, i, c, rack};
      }
      known.push_back(plan.name + ".power.feed");
      if (!plan.cdus.empty()) known.push_back(fmt::format("{}.cooling.{}", plan.name, plan.cdus.front()));
    }
    throw InputError(fmt::format("{}: unknown unit {}{}; `aifactory show SCENARIO topology` lists all", where, name, did_you_mean(name, known)));
  }
  throw InputError(fmt::format("{}: unknown site in {}{}", where, name, did_you_mean(parts[0], sites)));
}

UnitRef find_site(const PreparedRun& run, const std::string& name, const std::string& where) {
  std::vector<std::string> sites;
  for (std::size_t i = 0; i < run.sites.size(); ++i) {
    sites.push_back(run.sites[i].plan.name);
    if (sites.back() == name) return {UnitRef::Kind::site, i, 0, -1};
  }
  throw InputError(fmt::format("{}: unknown site {}{}", where, name, did_you_mean(name, sites)));
}

}  // namespace aifactory
