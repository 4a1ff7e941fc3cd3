#include "sim/scenario/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample.h"

namespace aifactory {
namespace {
using sample::errors;
using sample::kLeast;
using sample::Mode;
using sample::Plant;
using sample::read;
using sample::Whole;

TEST(Reader, ReadsEveryKind) {
  const sample::Folder folder;
  const std::string weather = folder.write("w.epw", "x");
  const Whole w = read(
      "name: 012\n"
      "count: 1e2\n"
      "small: 255\n"
      "share: 80 %\n"
      "plant:\n"
      "  rated: 10 MW\n"
      "  supply: 68 degF\n"
      "  mode: dry\n"
      "  economizer: false\n"
      "  label: \"120\"\n"
      "spare: {rated: 1 MW, supply: 20 degC, label: s}\n"
      "limit: .5\n"
      "prices:\n"
      "  zeta: 36 USD/MWh\n"
      "  alpha: {flat: 0.36 USD/kWh, factors: [1, 50 %]}\n"
      "words: [a, true, 7]\n"
      "rack:\n"
      "  nodes: 18\n"
      "  power: 120 kW\n"
      "  curve:\n"
      "    - {load: 0, power: 0 W}\n"
      "    - {load: 1, power: 120 kW}\n"
      "weather: " +
      weather +
      "\n"
      "start: 2026-07-01T06:00:00Z\n"
      "duration: 7 d\n"
      "tree: {feeds: [{rating: 2}, {feeds: [{rating: 3}]}]}\n");
  EXPECT_EQ(w.name, "012");
  EXPECT_EQ(w.count, 100);
  EXPECT_EQ(w.small, 255);
  EXPECT_EQ(w.share, 0.8);
  EXPECT_EQ(w.plant.rated, 10.0 * MW);
  EXPECT_NEAR(w.plant.supply.in_celsius(), 20.0, 1e-12);
  EXPECT_EQ(w.plant.mode, Mode::dry);
  EXPECT_FALSE(w.plant.economizer);
  EXPECT_EQ(w.plant.label, "120");
  EXPECT_EQ(w.spare->mode, Mode::tower);
  EXPECT_EQ(*w.limit, 0.5);
  ASSERT_EQ(w.prices.size(), 2u);
  EXPECT_EQ(w.prices.items[0].first, "zeta");
  EXPECT_EQ(w.prices.items[0].second.flat.si(), 1e-8);
  EXPECT_THAT(w.prices.find("alpha")->factors, testing::ElementsAre(1.0, 0.5));
  EXPECT_THAT(w.words, testing::ElementsAre("a", "true", "7"));
  EXPECT_EQ(w.rack.value.nodes, 18);
  EXPECT_EQ(w.rack.base, "");
  EXPECT_FALSE(w.rack.value.rise);
  EXPECT_EQ(w.rack.value.curve[1].power, 120.0 * kW);
  EXPECT_EQ(w.weather->path, weather);
  EXPECT_EQ(w.start->seconds, 1782885600);  // date -u -d 2026-07-01T06:00:00Z +%s
  EXPECT_TRUE(w.start->utc);
  EXPECT_EQ(w.duration->span, 7.0 * day);
  EXPECT_EQ(w.tree.feeds[1].feeds[0].rating, 3.0);
}

TEST(Reader, WhatIsNotGivenKeepsItsDefault) {
  const Whole w = read(kLeast);
  EXPECT_EQ(w.count, 3);
  EXPECT_EQ(w.share, 0.5);
  EXPECT_FALSE(w.spare);
  EXPECT_TRUE(w.plant.economizer);
  EXPECT_TRUE(w.prices.empty());
  EXPECT_EQ(read(std::string(kLeast) + "count: ~\nprices:\nduration: workload\n").count, 3);
  EXPECT_TRUE(read(std::string(kLeast) + "duration: workload\n").duration->until_workload_ends);
}

struct Row {
  const char* line;  ///< added to kLeast as line 4
  const char* error;
};
const Row kOneError[] = {
    {"count: 0", "s.yaml:4:8: count: 0 must be in 1..1000"},
    {"count: 2.5", "s.yaml:4:8: count: \"2.5\" must be a whole number in 1..1000"},
    {"count: 010",
     "s.yaml:4:8: count: \"010\" has a leading zero, which some readers take for octal; it must be a whole number in "
     "1..1000"},
    {"count: many", "s.yaml:4:8: count: \"many\" must be a whole number in 1..1000"},
    {"count: [1]", "s.yaml:4:8: count: is a list; wants a whole number"},
    {"small: 256", "s.yaml:4:8: small: 256 must be in 0..255"},
    {"share: 1.5", "s.yaml:4:8: share: 1.5 must be in 0..1"},
    {"share: 120 %", "s.yaml:4:8: share: 120 % must be in 0..1"},
    {"share: .nan", "s.yaml:4:8: share: \".nan\" is not a number; wants a plain number, e.g. 0.8 or 80 %"},
    {"share: .inf", "s.yaml:4:8: share: \".inf\" is not a number; wants a plain number, e.g. 0.8 or 80 %"},
    {"share: {a: 1}", "s.yaml:4:8: share: is a mapping; wants a plain number, e.g. 0.8 or 80 %"},
    {"limit: -1", "s.yaml:4:8: limit: -1 must be > 0"},
    {"spare: 7", "s.yaml:4:8: spare: \"7\" must be a mapping"},
    {"words: a", "s.yaml:4:8: words: \"a\" must be a list"},
    {"words: [a, [b]]", "s.yaml:4:12: words[1]: is a list; wants a text"},
    {"words: [a, ~]", "s.yaml:4:12: words[1]: is missing; it must be a text"},
    {"prices: [1]", "s.yaml:4:9: prices: a list must be a mapping of names to values"},
    {"prices: {a: 5}", "s.yaml:4:13: prices.a.flat: \"5\" has no unit; wants a price per energy, e.g. 60 USD/MWh"},
    {"prices: {a: }", "s.yaml:4:10: prices.a.flat: is missing; it must be a price per energy, e.g. 60 USD/MWh"},
    {"prices: {a: {flat: 5 USD/MWh, factors: [1, -2]}}", "s.yaml:4:44: prices.a.factors[1]: -2 must be >= 0"},
    {"weather: none.epw", "s.yaml:4:10: weather: \"none.epw\" must be the path of a file; it does not exist"},
    {"weather: /", "s.yaml:4:10: weather: \"/\" must be the path of a file; it is a folder"},
    {"start: 2026-02-30",
     "s.yaml:4:8: start: \"2026-02-30\" must be a date or a time, e.g. 2026-07-01 or 2026-07-01T06:00:00Z"},
    {"start: 2026-07-01T06:00+02:00",
     "s.yaml:4:8: start: \"2026-07-01T06:00+02:00\" must be a date or a time, e.g. 2026-07-01 or 2026-07-01T06:00:00Z"},
    {"duration: 7", "s.yaml:4:11: duration: \"7\" must be a duration, e.g. 7 d, or the word workload"},
    {"duration: 0 d", "s.yaml:4:11: duration: 0 d must be > 0 s"},
    {"tree: {feeds: [{rating: 0}]}", "s.yaml:4:25: tree.feeds[0].rating: 0 must be > 0"},
    {"wrods: [a]", "s.yaml:4:1: wrods: unknown key (did you mean \"words\"?)"},
    {"spare: {rated: 1 MW, supply: 20 degC, label: x, mdoe: dry}",
     "s.yaml:4:49: spare.mdoe: unknown key (did you mean \"mode\"?); allowed are rated, supply, mode, economizer, "
     "label"},
    {"spare: {rated: 1 MW, supply: 20 degC, label: x, mode: towr}",
     "s.yaml:4:55: spare.mode: \"towr\" must be tower, dry or chiller (did you mean \"tower\"?)"},
    {"spare: {rated: 1 MW, supply: 20 degC, label: x, economizer: yes}",
     "s.yaml:4:61: spare.economizer: \"yes\" must be true or false"},
    {"spare: {rated: 1 MW, supply: 20 degC, label: x, economizer: \"true\"}",
     "s.yaml:4:61: spare.economizer: \"true\" must be true or false, without quotes"},
    {"spare: {rated: 1 MW, supply: 20 degC}", "s.yaml:4:8: spare.label: is missing; it must be a text"},
    {"spare: {rated: 1 MW, supply: 20, label: x}",
     "s.yaml:4:30: spare.supply: \"20\" has no unit; wants a temperature, e.g. 45 degC"},
    {"spare: {rated: 1 MW, supply: 300 degC, label: x}",
     "s.yaml:4:30: spare.supply: 300 degC must be in -100..200 degC"},
    {"spare: {rated: , supply: 20 degC, label: x}",
     "s.yaml:4:9: spare.rated: is missing; it must be > 0 W, e.g. 120 kW"},
    {"spare: {rated: 120 K, supply: 20 degC, label: x}",
     "s.yaml:4:16: spare.rated: \"120 K\" is a temperature difference; wants a power, e.g. 120 kW"},
    {"spare: {rated: -5 kW, supply: 20 degC, label: x}", "s.yaml:4:16: spare.rated: -5 kW must be > 0 W"},
    {"spare: {rated: 200 MW, supply: 20 degC, label: x}",
     "s.yaml:4:16: spare.rated: 100 MW is the largest plant that this sample builds"},
    {"spare: {rated: 2 MW, supply: 20 degC, label: throws}", "s.yaml:4:8: spare: plant: refused by its model"},
};
TEST(Reader, EveryErrorSaysWhereAndWhat) {
  for (const Row& row : kOneError) EXPECT_EQ(errors(std::string(kLeast) + row.line + "\n"), row.error) << row.line;
}

TEST(Reader, LimitsOfATemperatureAreInside) {
  for (int c = -100; c <= 200; ++c) {
    const std::string yaml = "{rated: 1 MW, label: x, supply: " + std::to_string(c) + " degC}";
    EXPECT_EQ(errors<Plant>(yaml), "");
  }
}

TEST(Reader, AllErrorsAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(errors("share: 2\n"
                   "plant:\n"
                   "  supply: 20 degC\n"
                   "  ratde: 10 MW\n"
                   "  label: x\n"
                   "name: [x]\n"),
            "s.yaml:1:1: rack: is missing; it must be a name from the catalogue of racks\n"
            "s.yaml:1:8: share: 2 must be in 0..1\n"
            "s.yaml:3:3: plant.rated: is missing; it must be > 0 W, e.g. 120 kW\n"
            "s.yaml:4:3: plant.ratde: unknown key (did you mean \"rated\"?); allowed are rated, supply, mode, "
            "economizer, label\n"
            "s.yaml:6:7: name: is a list; wants a text");
}

TEST(Reader, MissingStructsNameEachKey) {
  EXPECT_EQ(errors("name: x\nrack: {nodes: 1, power: 1 W}\n"),
            "s.yaml:1:1: plant.rated: is missing; it must be > 0 W, e.g. 120 kW\n"
            "s.yaml:1:1: plant.supply: is missing; it must be in -100..200 degC, e.g. 45 degC\n"
            "s.yaml:1:1: plant.label: is missing; it must be a text");
}

TEST(Reader, SetsAreReportedAsSets) {
  EXPECT_EQ(errors(kLeast, {"count=0", "plant.rated=-1 MW", "nam=x", "spare={rated: 1 W}"}),
            "--set count: 0 must be in 1..1000\n"
            "--set plant.rated: -1 MW must be > 0 W\n"
            "--set nam: unknown key (did you mean \"name\"?)\n"
            "--set spare: spare.supply: is missing; it must be in -100..200 degC, e.g. 45 degC\n"
            "--set spare: spare.label: is missing; it must be a text");
  EXPECT_EQ(read(kLeast, {"count=7", "spare.rated=1 W", "spare.supply=5 degC", "spare.label=s"}).count, 7);
  EXPECT_EQ(errors(std::string(kLeast) + "count: 5\n", {"count.x=7"}),
            "--set count.x: count: nothing can be set below \"5\"");
}

TEST(Reader, PathsAreRelativeToWhereTheyAreWritten) {
  const sample::Folder folder;
  folder.write("parts/w.epw", "x");
  folder.write("parts/site.yaml", "weather: w.epw\n");
  const std::string top = folder.write("top.yaml", std::string(kLeast) + "include: parts/site.yaml\n");
  ReadNotes notes;
  const auto whole = read_or_throw<Whole>(load_document(top), Catalog(), &notes);
  EXPECT_EQ(whole.weather->path, folder.path() + "/parts/w.epw");
  EXPECT_EQ(whole.weather->as_written, "w.epw");
  EXPECT_THAT(notes.input_files, testing::ElementsAre(folder.path() + "/parts/w.epw"));
  // Of a --set: to the working directory.
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path() + "/parts");
  const auto set = read_or_throw<Whole>(load_document(top, {"weather=w.epw"}), Catalog());
  std::filesystem::current_path(before);
  EXPECT_EQ(set.weather->path, "w.epw");
}

TEST(Reader, TimestampsReadAndWrite) {
  for (const char* text : {"2026-07-01", "1969-12-31T23:59:59", "2024-02-29T06:00:00Z"})
    EXPECT_EQ(to_text(*parse_timestamp(text)), text);
  EXPECT_EQ(to_text(*parse_timestamp("2026-07-01T06:00")), "2026-07-01T06:00:00");
  EXPECT_EQ(parse_timestamp("1970-01-02")->seconds, 86400);
  for (const char* text :
       {"", "2026", "2026-7-1", "2026-13-01", "2025-02-29", "2026-07-01T", "2026-07-01T24:00", "2026-07-01T06:60",
        "2026-07-01T06:00:60", "2026-07-01Z", "2026-07-01T06", "2026/07/01", "20x6-07-01"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
}

}  // namespace
}  // namespace aifactory
