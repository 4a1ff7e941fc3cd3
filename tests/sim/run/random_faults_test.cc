/// Random disturbances of random units of a small, complete site: the books close and everything comes back.
#include <gmock/gmock.h>

#include "models/random.h"
#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

std::string site_with(const std::string& events) {
  std::string text = hall(events, "walltime: 30 d, checkpoint_interval: 10 min");
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{{"duration: 9 h", "duration: 20 h"}, {"duration: 6 h", "duration: 1 h"}}) {
    text.replace(text.find(from), from.size(), to);
  }
  return text;
}

std::string random_events(std::uint64_t seed) {
  const auto run = prepare(read_scenario(hall()));
  std::vector<NamedUnit> units(run->units.units().begin(), run->units.units().end());
  for (const NamedUnit& rack : run->units.select("class:rack", "test")) units.push_back(rack);
  for (const NamedUnit& shelf : run->units.select("a.h.c.rack_?.shelf_0?", "test")) units.push_back(shelf);
  Rng rng(seed, "test/random_faults");
  std::string text = "events:\n";
  for (int i = 0; i < 24; ++i) {
    const NamedUnit& unit = units[static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(units.size()) - 1))];
    const auto kind = rng.uniform_int(0, unit.kind.starts_with("rack") ? 1 : 2);
    text += fmt::format("  - {{at: {:.3f} min, {}: {}, for: {:.3f} min{}}}\n", rng.uniform(1.0, 240.0),
                        kind == 0 ? "fail" : kind == 1 ? "maintain" : "degrade", unit.name, rng.exponential(20.0) + 0.01,
                        kind == 2 ? fmt::format(", to: {:.3f}", rng.uniform(0.05, 0.95)) : "");
  }
  return text;
}

double last_of(const RunResult& result, const std::string& name) {
  return result.series.at(result.series.times().size() - 1, column(result.series, name));
}

class RandomFaults : public testing::TestWithParam<int> {};

TEST_P(RandomFaults, CloseTheBooksAndEverythingComesBack) {
  const std::string yaml = site_with(random_events(static_cast<std::uint64_t>(GetParam())));
  SCOPED_TRACE(yaml.substr(yaml.find("events:")));
  const auto at_end = [](const RunResult& r) {
    return fmt::format("{} {} {}", last_of(r, "a.it_mw"), last_of(r, "c.throttled_racks"), last_of(r, "queued_jobs"));
  };
  // Staff close tripped breakers when everything else is well again.
  const std::vector<std::string> sets{"sites.a.power.reclose=10 min"};
  const std::string healthy = in_child([&] { return at_end(run_scenario(site_with(""), sets)); });
  const std::string once = dump_of_child(yaml, sets), again = dump_of_child(yaml, sets);
  EXPECT_EQ(once, again);
  const RunResult r = run_scenario(yaml, sets);
  expect_closed(r, 1e-9);
  EXPECT_EQ(at_end(r), healthy);
  EXPECT_NEAR(last_of(r, "a.facility_supply_c"), 30.0, 2.0);
  for (const UnitRecord& unit : r.units) EXPECT_LE(unit.down + unit.maintained + unit.degraded, 7 * 3600 * kTicksPerSecond) << unit.unit;
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomFaults, testing::Range(1, 9));

}  // namespace
}  // namespace aifactory
