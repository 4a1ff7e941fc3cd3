/// Which units of known layouts can stand for each other.
#include "sim/fmea/alike.h"

#include <gmock/gmock.h>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

/// Counts of the classes by the name of their first unit.
std::map<std::string, std::int64_t> counts(const std::vector<AlikeUnits::Class>& classes) {
  std::map<std::string, std::int64_t> out;
  for (const auto& group : classes) out[group.unit.name] = group.count;
  return out;
}

NamedUnit unit(const PreparedRun& run, const std::string& name) { return run.units.select(name, "test").at(0); }

TEST(Alike, ARingOfThreeBlocksIsOneClass) {
  const auto run = prepare(read_scenario(hall()));
  const AlikeUnits units(*run);
  const auto all = counts(units.classes(true));
  EXPECT_EQ(all.at("a.power.ups_01a"), 3);
  EXPECT_EQ(all.at("a.power.tx_01a"), 3);
  EXPECT_EQ(all.at("a.power.hv_1"), 2);
  EXPECT_EQ(all.at("a.power.feed"), 1);
  EXPECT_EQ(all.at("a.cooling.cdu_01"), 3);
  EXPECT_EQ(all.at("a.cooling.cdu_01.pump_a"), 12);
  EXPECT_EQ(all.at("a.h.c.rack_0"), 24);
  // With a out, b and c mirror each other; a pump of the CDU that is out differs from those of the two others.
  EXPECT_EQ(counts(units.classes_beside(unit(*run, "a.power.ups_01a"))).at("a.power.ups_01b"), 2);
  const auto beside = counts(units.classes_beside(unit(*run, "a.cooling.cdu_01")));
  EXPECT_EQ(beside.at("a.cooling.cdu_01.pump_a"), 4);
  EXPECT_EQ(beside.at("a.cooling.cdu_02.pump_a"), 8);
  EXPECT_EQ(beside.at("a.cooling.cdu_02"), 2);
  EXPECT_FALSE(beside.contains("a.cooling.cdu_01"));
}

TEST(Alike, ADifferentRatingIsADifferentUnit) {
  const auto run = prepare(read_scenario(R"(
format: 1
name: two
start: 2026-01-01
duration: 1 h
sites:
  a:
    grid: {capacity: 6 MW}
    power:
      units:
        feed: {kind: utility_feed, rating: 6 MW}
        b1: {kind: switchboard, from: [feed], rating: 2 MW}
        b2: {kind: switchboard, from: [feed], rating: 2 MW}
        b3: {kind: switchboard, from: [feed], rating: 3 MW}
    halls: {h: {clusters: {c: {rack: gb200_nvl72, racks: 3, power: [[b1], [b2], [b3]]}}}}
)"));
  const auto all = counts(AlikeUnits(*run).classes(true));
  EXPECT_EQ(all.at("a.power.b1"), 2);
  EXPECT_EQ(all.at("a.power.b3"), 1);
}

}  // namespace
}  // namespace aifactory
