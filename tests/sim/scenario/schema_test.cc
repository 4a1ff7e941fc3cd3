#include "sim/scenario/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample.h"
#include "sim/scenario/reference.h"

namespace aifactory {
namespace {

TEST(Schema, DescribesEveryKind) {
  const auto schema = json_schema<sample::Whole>("a sample");
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["$ref"], "#/$defs/sample.Whole");
  const auto& whole = schema["$defs"]["sample.Whole"];
  EXPECT_EQ(whole["additionalProperties"], false);
  EXPECT_EQ(whole["anyOf"][0]["required"], nlohmann::ordered_json({"name", "plant", "rack"}));
  const auto& keys = whole["properties"];
  EXPECT_EQ(keys["count"]["minimum"], 1.0);
  EXPECT_EQ(keys["count"]["maximum"], 1000.0);
  EXPECT_EQ(keys["count"]["description"], "of things | with a bar; default 3");
  EXPECT_EQ(keys["prices"]["additionalProperties"]["$ref"], "#/$defs/sample.Price");
  EXPECT_EQ(keys["words"]["items"]["type"].size(), 3u);
  EXPECT_EQ(keys["rack"]["anyOf"].size(), 3u);
  const auto& plant = schema["$defs"]["sample.Plant"]["properties"];
  EXPECT_EQ(plant["mode"]["enum"], nlohmann::ordered_json({"tower", "dry", "chiller"}));
  EXPECT_EQ(plant["rated"]["description"], "heat rejected at the rating point; > 0 W, e.g. 120 kW");
  EXPECT_EQ(plant["rated"]["type"], "string");
  EXPECT_EQ(plant["economizer"]["type"], "boolean");
  // The tree refers to itself, and a price may be bare.
  EXPECT_EQ(schema["$defs"]["sample.Unit"]["properties"]["feeds"]["items"]["$ref"], "#/$defs/sample.Unit");
  EXPECT_EQ(schema["$defs"]["sample.Price"]["anyOf"].size(), 2u);
}

TEST(Reference, OneTableForEachMapping) {
  const std::string page = markdown_reference<sample::Plant>("Plant");
  EXPECT_EQ(page,
            "## Plant\n"
            "\n"
            "| key | takes | default | meaning |\n"
            "|---|---|---|---|\n"
            "| `rated` | a power > 0 W, e.g. `120 kW` | required | heat rejected at the rating point |\n"
            "| `supply` | a temperature in -100..200 degC, e.g. `45 degC` | required | supply temperature |\n"
            "| `mode` | `tower`, `dry` or `chiller` | `tower` | kind of heat rejection |\n"
            "| `economizer` | `true` or `false` | `true` | free cooling |\n"
            "| `label` | text | required | for tables |\n");
  const std::string whole = markdown_reference<sample::Whole>("Scenario");
  EXPECT_THAT(whole,
              testing::HasSubstr("| `prices` | mapping of names to: the keys of `prices.NAME` | `{}` | by name |\n"));
  EXPECT_THAT(whole, testing::HasSubstr("| `count` | whole number in 1..1000 | `3` | of things \\| with a bar |\n"));
  EXPECT_THAT(whole, testing::HasSubstr("\n## `tree`\n"));
  EXPECT_THAT(whole, testing::HasSubstr("| `feeds` | list of: the keys of `tree` | `[]` | what it feeds |\n"));
  EXPECT_THAT(whole, testing::HasSubstr("| `spare` | the keys of `plant` |"));
}

}  // namespace
}  // namespace aifactory
