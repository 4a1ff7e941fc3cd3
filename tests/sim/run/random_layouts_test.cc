/// Whole runs in which a site is laid out anew at random while units fail at random.
#include <string>
#include <vector>

#include "models/random.h"
#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

template <class T>
const T& one_of(Rng& rng, const std::vector<T>& all) {
  return all[static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(all.size()) - 1))];
}

/// Two clusters on one power layout and one plant; a day of small jobs.
std::string scenario(std::uint64_t seed) {
  Rng rng(seed, "test/random_layouts");
  const std::vector<std::string> layouts{"N", "2N", "3N/2", "4N/3", "N+1", "catcher"};
  const std::vector<std::int64_t> blocks{300, 600, 1500};
  std::string yaml = fmt::format(R"(
format: 1
name: random
start: 2026-07-01
duration: 24 h
seed: {}
sites:
  a:
    weather: {{constant: {{dry_bulb: 30 degC, wet_bulb: 22 degC}}}}
    grid: {{capacity: 6 MW, price: 60 USD/MWh, carbon: 400 g/kWh}}
    power: {{layout: {}, block: {} kW, ups: double_conversion_1500kw, transformer: liquid_2500kva, hv_transformer: liquid_2500kva{}}}
    cooling: {{plant: tower, tower: merkel_generic, cdu: {{base: cdu_1300kw, rated_heat: 400 kW}}, crah: fan_wall_generic}}
    halls: {{h: {{clusters: {{c: {{rack: gb200_nvl72, racks: {}}}, d: {{rack: gb200_nvl72, racks: 3}}}}}}}}
workload:
  synthetic:
    mean_interarrival: {} min
    classes:
      - {{name: small, share: 3, nodes: {{uniform: {{low: 1, high: 8}}}}, duration: {{lognormal: {{median: 40 min, sigma: 0.8}}}}}}
      - {{name: large, share: 1, racks: 2, duration: 2 h}}
scheduling: {}
finance: {{rate: 0.09, maintenance: 0.02, capex: {{it: {{rack_prices: true, life: 5 year}}}}}}
events:
)",
                                 seed, one_of(rng, layouts), one_of(rng, blocks), rng.uniform() < 0.5 ? ", generators: diesel_3mw" : "", rng.uniform_int(2, 10),
                                 rng.uniform_int(2, 15), one_of<std::string>(rng, {"fcfs", "easy_backfill", "fair_share", "gang_preemptive", "thermal_aware", "power_capped"}));
  for (std::int64_t n = rng.uniform_int(1, 5); n > 0; --n) {
    std::string values = fmt::format("sites.a.halls.h.clusters.{}.racks: {}", rng.uniform() < 0.7 ? "c" : "d", rng.uniform_int(1, 14));
    if (rng.uniform() < 0.3) values = fmt::format("sites.a.cooling.supply: {} degC", rng.uniform_int(22, 32));
    if (rng.uniform() < 0.3) values += fmt::format(", sites.a.power.layout: {}", one_of(rng, layouts));
    if (rng.uniform() < 0.3) values += fmt::format(", sites.a.power.block: {} kW", one_of(rng, blocks));
    if (rng.uniform() < 0.2) values += fmt::format(", sites.a.power.batteries: {}", rng.uniform() < 0.5);
    if (rng.uniform() < 0.2) values += fmt::format(", sites.a.cooling.cdu: '{{base: cdu_1300kw, rated_heat: {} kW}}'", one_of(rng, blocks));
    if (rng.uniform() < 0.2) values += ", sites.a.cooling.plant: chiller_tower, sites.a.cooling.carnot_chiller: warm_water_generic";
    if (rng.uniform() < 0.2) values += ", scheduling.policy: sjf";
    yaml += fmt::format("  - {{at: {} min, set: {{{}}}}}\n", rng.uniform_int(1, 1380), values);
  }
  const std::vector<std::string> units{"a.power.feed", "a.power.ups_*", "a.power.tx_01?", "a.power.mech*", "a.power.bus_*", "a.cooling.cdu_*", "a.cooling.towers",
                                       "a.h.c.rack_*", "a.h.c.rack_1", "class:rack",    "class:cdu.pump", "a.cooling.air"};
  for (std::int64_t n = rng.uniform_int(0, 6); n > 0; --n) {
    yaml += fmt::format("  - {{at: {} min, {}: \"{}\", for: {} min}}\n", rng.uniform_int(1, 1380), rng.uniform() < 0.7 ? "fail" : "maintain", one_of(rng, units),
                        one_of<std::int64_t>(rng, {1, 5, 30, 200, 600}));
  }
  return yaml;
}

class RandomLayouts : public testing::TestWithParam<std::uint64_t> {};
TEST_P(RandomLayouts, CloseTheirBooks) {
  for (std::uint64_t n = 0; n < 8; ++n) {
    const std::uint64_t seed = 8 * GetParam() + n;
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const std::string wrong = in_child([&] {
      const RunResult r = run_scenario(scenario(seed));
      std::string text;
      for (const auto& imbalance : r.ledger.imbalances()) text += imbalance + "\n";
      // Whoever draws power is fed: what racks drew is what the network gave to IT.
      for (const char* account : {"energy", "heat"}) {
        if (const double residual = number(r, fmt::format("ledger.{}_residual_frac", account)); !(residual < 1e-11)) text += fmt::format("{} {}\n", account, residual);
      }
      return text.empty() ? std::string("closed") : text + scenario(seed);
    });
    EXPECT_EQ(wrong, "closed") << scenario(seed);
  }
}
INSTANTIATE_TEST_SUITE_P(, RandomLayouts, testing::Range(std::uint64_t{0}, std::uint64_t{4}));

}  // namespace
}  // namespace aifactory
