#include "sim/scenario/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "sample.h"

namespace aifactory {
namespace {
using sample::Folder;
using sample::Rack;
using sample::text;
using sample::Whole;

constexpr const char* kBig =
    "format: 1\n"
    "kind: racks\n"
    "name: big\n"
    "summary: a rack for tests\n"
    "values:\n"
    "  nodes: {value: 18, source: data sheet, confidence: verified}\n"
    "  power: {value: 120 kW, source: \"data sheet, p. 2\", confidence: computed}\n"
    "  rise: {value: 10 K, source: assumed, confidence: assumed}\n"
    "  curve:\n"
    "    value: [{load: 0, power: 9 kW}, {load: 1, power: 120 kW}]\n"
    "    source: measured\n"
    "    confidence: secondary\n";
constexpr const char* kRest = "name: x\nplant: {rated: 10 MW, supply: 20 degC, label: north}\n";

class CatalogTest : public testing::Test {
 protected:
  CatalogTest() {
    folder_.write("racks/big.yaml", kBig);
    folder_.write("racks/bad.yaml",
                  "format: 1\nkind: racks\nname: other\nvalues:\n  nodes: 18\n  power: {value: 1 kW, source: x, "
                  "confidence: sure}\n"
                  "  rise: {value: 1 K, confidence: assumed, extra: 1}\n");
    folder_.write("towers/t1.yaml", "");
  }
  [[nodiscard]] std::string errors(const std::string& yaml, const std::vector<std::string>& sets = {}) const {
    try {
      (void)read_or_throw<Whole>(text(kRest + yaml, sets), Catalog(folder_.path()));
    } catch (const InputError& e) {
      return folder_.strip(e.what());
    }
    return "";
  }
  [[nodiscard]] Whole read(const std::string& yaml, const std::vector<std::string>& sets = {},
                           ReadNotes* notes = nullptr) const {
    return read_or_throw<Whole>(text(kRest + yaml, sets), Catalog(folder_.path()), notes);
  }
  Folder folder_;
};

TEST_F(CatalogTest, ListsWhatThereIs) {
  const Catalog catalog(folder_.path());
  EXPECT_THAT(catalog.kinds(), testing::ElementsAre("racks", "towers"));
  EXPECT_THAT(catalog.names("racks"), testing::ElementsAre("bad", "big"));
  EXPECT_THAT(catalog.names("boats"), testing::IsEmpty());
  const CatalogEntry entry = catalog.entry("racks", "big");
  EXPECT_EQ(entry.summary, "a rack for tests");
  ASSERT_EQ(entry.provenance.size(), 4u);
  EXPECT_EQ(entry.provenance[1].key, "power");
  EXPECT_EQ(entry.provenance[1].value, "120 kW");
  EXPECT_EQ(entry.provenance[1].source, "data sheet, p. 2");
  EXPECT_EQ(entry.provenance[1].confidence, "computed");
}

TEST_F(CatalogTest, AReferenceIsANameABaseWithChangesOrTheWhole) {
  const Whole by_name = read("rack: big\n");
  EXPECT_EQ(by_name.rack.base, "big");
  EXPECT_EQ(by_name.rack.value.nodes, 18);
  EXPECT_EQ(by_name.rack.value.curve.at(0).power, 9.0 * kW);
  const Whole changed = read("rack: {base: big, power: 130 kW, rise: ~}\n");
  EXPECT_EQ(changed.rack.base, "big");
  EXPECT_EQ(changed.rack.value.power, 130.0 * kW);
  EXPECT_EQ(changed.rack.value.nodes, 18);
  EXPECT_FALSE(changed.rack.value.rise);
  const Whole whole = read("rack: {nodes: 2, power: 1 kW}\n");
  EXPECT_EQ(whole.rack.base, "");
  const Whole set = read("rack: big\n", {"rack.power=140 kW"});
  EXPECT_EQ(set.rack.base, "big");
  EXPECT_EQ(set.rack.value.power, 140.0 * kW);
}

TEST_F(CatalogTest, ARunCanReportItsAssumptions) {
  ReadNotes notes;
  (void)read("rack: {base: big, power: 130 kW, curve: []}\n", {}, &notes);
  ASSERT_EQ(notes.catalog.size(), 1u);
  EXPECT_EQ(notes.catalog[0].path, "rack");
  EXPECT_EQ(notes.catalog[0].name, "big");
  ASSERT_EQ(notes.catalog[0].values.size(), 2u);
  EXPECT_EQ(notes.catalog[0].values[1].key, "rise");
  EXPECT_EQ(notes.catalog[0].values[1].confidence, "assumed");
  EXPECT_THAT(notes.catalog[0].overridden, testing::ElementsAre("power", "curve"));
}

TEST_F(CatalogTest, ErrorsSayWhere) {
  EXPECT_EQ(
      errors("rack: bgi\n"),
      "s.yaml:3:7: rack: \"bgi\" is not in the catalogue of racks (did you mean \"big\"?); there are bad and big");
  EXPECT_EQ(errors("rack: {base: big, power: 1}\n"),
            "s.yaml:3:26: rack.power: \"1\" has no unit; wants a power, e.g. 120 kW");
  EXPECT_EQ(errors("rack: {base: big, pwer: 1 kW}\n"),
            "s.yaml:3:19: rack.pwer: unknown key (did you mean \"power\"?); allowed are nodes, power, rise, curve");
  EXPECT_EQ(errors("rack: {base: [big]}\n"),
            "s.yaml:3:14: rack.base: a list must be a name from the catalogue of racks");
  EXPECT_EQ(errors("rack: [big]\n"), "s.yaml:3:7: rack: a list must be a mapping");
  EXPECT_EQ(errors("rack: {nodes: 2}\n"), "s.yaml:3:7: rack.power: is missing; it must be > 0 W, e.g. 120 kW");
  EXPECT_EQ(errors("rack: bad\n"),
            "racks/bad.yaml:3:7: name: \"other\" must be bad\n"
            "racks/bad.yaml:5:10: nodes: \"18\" must be {value: ..., source: ..., confidence: ...}\n"
            "racks/bad.yaml:6:47: power.confidence: \"sure\" must be verified, computed, secondary or assumed\n"
            "racks/bad.yaml:7:9: rise.source: is missing\n"
            "racks/bad.yaml:7:43: rise.extra: unknown key; allowed are value, source, confidence and note");
}

TEST_F(CatalogTest, IsFoundByTheEnvironment) {
  setenv("AIFACTORY_CATALOG", folder_.path().c_str(), 1);
  EXPECT_EQ(Catalog::standard().folder(), folder_.path());
  setenv("AIFACTORY_CATALOG", "/nowhere/at/all", 1);
  EXPECT_THAT([] { (void)Catalog::standard(); },
              testing::ThrowsMessage<InputError>("/nowhere/at/all: there is no catalogue folder"));
  unsetenv("AIFACTORY_CATALOG");
}

// Every entry that ships must at least be well-formed; the structs that read them are checked where they are defined.
TEST(ShippedCatalog, IsWellFormed) {
  const std::string folder = std::string(AIFACTORY_SOURCE_DIR) + "/scenarios/catalog";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no catalogue in " << folder;
  const Catalog catalog(folder);
  for (const std::string& kind : catalog.kinds()) {
    for (const std::string& name : catalog.names(kind))
      EXPECT_NO_THROW((void)catalog.entry(kind, name)) << kind << "/" << name;
  }
}

}  // namespace
}  // namespace aifactory
