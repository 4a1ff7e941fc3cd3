#include "sim/scenario/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample.h"

namespace aifactory {
namespace {
using sample::Folder;
using sample::text;

std::string load_errors(const std::string& yaml) {
  try {
    (void)text(yaml);
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

TEST(Document, KnowsThePlaceOfEveryKeyAndValue) {
  const Doc root = text("a: 1\nb:\n  - x\n  - {c: \"010\"}\n").root;
  EXPECT_EQ(root.find_entry("b")->place.text(), "s.yaml:2:1");
  const Doc& item = root.find("b")->items[1];
  EXPECT_EQ(item.find_entry("c")->place.text(), "s.yaml:4:6");
  EXPECT_EQ(item.find("c")->place.text(), "s.yaml:4:9");
  EXPECT_EQ(item.find("c")->scalar, "010");
  EXPECT_TRUE(item.find("c")->quoted);
  EXPECT_FALSE(root.find("a")->quoted);
}

struct Row {
  const char* yaml;
  const char* error;
};
const Row kRefusals[] = {
    {"", "s.yaml:1:1: the file is empty; it must be a mapping of keys to values"},
    {"# nothing\n", "s.yaml:1:1: the file is empty; it must be a mapping of keys to values"},
    {"- a\n", "s.yaml:1:1: the file is a list; it must be a mapping of keys to values"},
    {"just words\n", "s.yaml:1:1: the file is \"just words\"; it must be a mapping of keys to values"},
    {"a: 1\nb: 2\na: 3\n", "s.yaml:3:1: a: duplicate key; it stands at s.yaml:1:1 already"},
    {"a: {x: 1, x: 2}\nb: {y: 1, y: 2}\n",
     "s.yaml:1:11: x: duplicate key; it stands at s.yaml:1:5 already\n"
     "s.yaml:2:11: y: duplicate key; it stands at s.yaml:2:5 already"},
    {"a: 1\n\tb: 2\n", "s.yaml:2:1: a tab in the indentation; YAML is indented with spaces"},
    {"a: caf\xe9\n", "s.yaml:1:7: byte 0xe9 is not UTF-8; save the file as UTF-8"},
    {"a: \x01\n", "s.yaml:1:4: control character 0x01"},
    {"a: [1, 2\n", "s.yaml:2:1: not YAML: end of sequence flow not found"},
    {"a: b: c\n", "s.yaml:1:5: not YAML: illegal map value"},
    {"a: 1\n---\nb: 2\n", "s.yaml:1:1: the file holds more than one YAML document (a line ---); only one is read"},
    {"a: !!str 1\n", "s.yaml:1:4: tags are not understood here: \"tag:yaml.org,2002:str\""},
    {"? [x, y]\n: 1\n", "s.yaml:1:3: a key must be a word, here it is a list"},
    {"a: &x [*x]\n", "s.yaml:1:8: an alias may not stand inside the value that it names"},
    {"a: *nowhere\n", "s.yaml:1:4: not YAML: the referenced anchor is not defined"},
    {"<<: 3\na: 1\n", "s.yaml:1:1: <<: wants a mapping or a list of mappings"},
    {"include: {a: 1}\n", "s.yaml:1:10: include: a mapping must be the path of a file or a list of paths"},
};
TEST(Document, RefusesWithThePlace) {
  for (const Row& row : kRefusals) EXPECT_EQ(load_errors(row.yaml), row.error) << row.yaml;
}

TEST(Document, MergeKeysFillWhatIsNotThere) {
  const Doc root = text("base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\nboth: {<<: [{x: 5}, *b]}\n").root;
  EXPECT_EQ(root.find("use")->find("x")->scalar, "1");
  EXPECT_EQ(root.find("use")->find("y")->scalar, "3");
  EXPECT_EQ(root.find("both")->find("x")->scalar, "5");
  EXPECT_EQ(root.find("both")->find("y")->scalar, "2");
  EXPECT_EQ(root.find("use")->find("x")->place.text(), "s.yaml:1:14");
}

TEST(Document, AliasesThatMultiplyAreStopped) {
  std::string yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    yaml += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) yaml += (k ? ", *a" : "*a") + std::to_string(i - 1);
    yaml += "]\n";
  }
  EXPECT_THAT(load_errors(yaml), testing::EndsWith("aliases make more than 2000000 values"));
}

TEST(Document, IncludesMergeDeeplyAndTheIncludingFileWins) {
  const Folder folder;
  folder.write("parts/one.yaml", "format: 1\nplant: {rated: 1 MW, mode: dry}\nlist: [1, 2]\nfirst: here\n");
  folder.write("parts/two.yaml", "plant: {mode: chiller}\n");
  const std::string top = folder.write(
      "top.yaml", "include: [parts/one.yaml, parts/two.yaml]\nformat: 1\nplant: {rated: 2 MW}\nlist: [3]\n");
  const LoadedDocument document = load_document(top);
  EXPECT_EQ(to_yaml(document.root), "plant:\n  rated: 2 MW\n  mode: chiller\nlist: [3]\nfirst: here\nformat: 1\n");
  EXPECT_THAT(document.files,
              testing::ElementsAre(top, folder.path() + "/parts/one.yaml", folder.path() + "/parts/two.yaml"));
  EXPECT_EQ(folder.strip(document.root.find("plant")->find("mode")->place.text()), "parts/two.yaml:1:15");
}

TEST(Document, IncludesWorkInsideAnyMapping) {
  const Folder folder;
  folder.write("site.yaml", "format: 1\nhalls: 2\n");
  const LoadedDocument document = load_document(
      folder.write("top.yaml", "sites:\n  a: {include: site.yaml, halls: 3}\n  b: {include: site.yaml}\n"));
  EXPECT_EQ(to_yaml(document.root), "sites:\n  a:\n    halls: 3\n  b:\n    halls: 2\n");
}

TEST(Document, IncludeTroubleNamesTheChain) {
  const Folder folder;
  folder.write("a.yaml", "include: b.yaml\n");
  folder.write("b.yaml", "x: 1\ninclude: a.yaml\n");
  folder.write("c.yaml", "include: d.yaml\n");
  folder.write("d.yaml", "include: none.yaml\n");
  const auto message = [&](const std::string& name) {
    try {
      (void)load_document(folder.path() + "/" + name);
    } catch (const InputError& e) {
      return folder.strip(e.what());
    }
    return std::string();
  };
  EXPECT_EQ(message("a.yaml"), "b.yaml:2:10: include: the file includes itself: a.yaml -> b.yaml -> a.yaml");
  EXPECT_EQ(message("c.yaml"),
            "d.yaml:1:10: include: cannot read none.yaml: there is no such file (c.yaml -> d.yaml -> none.yaml)");
  EXPECT_EQ(message("none.yaml"), "cannot read none.yaml: there is no such file");
}

TEST(Document, SetsReplaceAndCreate) {
  const char* yaml = "a: {b: 1}\nchecks: {kpi.pue: {max: 1.2}}\nevents: [{at: 1 h}]\n";
  EXPECT_EQ(to_yaml(text(yaml, {"a.b=120 kW", "a.c.d=[1, 2]", "checks.kpi.pue.max=1.3", "checks.\"x.y\".min=0",
                                "events[0].at=2 h", "events.1={at: 3 h}"})
                        .root),
            "a:\n  b: 120 kW\n  c:\n    d: [1, 2]\nchecks:\n  kpi.pue:\n    max: 1.3\n  x.y:\n    min: 0\nevents:\n  - "
            "at: 2 h\n  - at: 3 h\n");
}

TEST(Document, SetsThatCannotBeApplied) {
  const auto message = [](const std::string& set) {
    try {
      (void)text("list: [1]\n", {set});
    } catch (const InputError& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  EXPECT_EQ(message("novalue"), "--set novalue: must be path=value, e.g. --set duration=\"2 d\"");
  EXPECT_EQ(message("=3"), "--set =3: must be path=value, e.g. --set duration=\"2 d\"");
  EXPECT_EQ(message("a..b=3"), "--set a..b=3: must be path=value, e.g. --set duration=\"2 d\"");
  EXPECT_EQ(message("list.x=3"), "--set list.x: list is a list; \"x\" must be a number in 0..1");
  EXPECT_EQ(message("list.7=3"), "--set list[7]: list is a list; \"7\" must be a number in 0..1");
  EXPECT_EQ(message("a=[1"), "--set a: not YAML: end of sequence flow not found");
}

TEST(Document, StringsAreQuotedWhereYamlNeedsIt) {
  for (const std::string word :
       {"true", "null", "no",      "~",         "",         "a: b", "# x", "- x", "x #y",      " x",
        "x ",   "a\nb", "a\"b\\c", "caf\u00e9", "\x7f\x01", "[x",   "*x",  "<<",  "two words", "0x10"}) {
    Report report;
    const auto source = std::make_shared<const Source>(Source{"q", "", 0, ""});
    const Doc back = parse_yaml(yaml_string(word) + "\n", source, report);
    EXPECT_THAT(report.lines(), testing::IsEmpty()) << word;
    EXPECT_EQ(back.scalar, word);
    EXPECT_EQ(back.kind, Doc::Kind::scalar) << word;
  }
}

}  // namespace
}  // namespace aifactory
