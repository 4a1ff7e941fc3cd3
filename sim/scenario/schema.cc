#include "sim/scenario/schema.h"

#include <fmt/format.h>

#include <cmath>

namespace aifactory {
namespace {
using Json = nlohmann::ordered_json;
using Kind = TypeInfo::Kind;

constexpr const char* kNumber = "[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?";

void add_range(Json& schema, const Range& range) {
  if (std::isfinite(range.low)) schema[range.low_allowed ? "minimum" : "exclusiveMinimum"] = range.low;
  if (std::isfinite(range.high)) schema["maximum"] = range.high;
}

Json reference(const TypeInfo& mapping) {
  return {{"$ref", "#/$defs/" + mapping.name}};
}

Json of_type(const TypeInfo& type, const Range& range, const Catalog* catalog) {
  switch (type.kind) {
    case Kind::number: {
      Json number = {{"type", "number"}};
      add_range(number, range);
      return {{"anyOf", {number, {{"type", "string"}, {"pattern", fmt::format("^{} ?%?$", kNumber)}}}}};
    }
    case Kind::quantity:
      return {{"type", "string"},
              {"pattern", fmt::format("^{} ?[^0-9 ].*$", kNumber)},
              {"examples", {type.wanted.example()}}};
    case Kind::whole: {
      Json number = {{"type", "integer"}};
      add_range(number, range);
      return number;
    }
    case Kind::text:
      return {{"type", {"string", "number", "boolean"}}};  // an unquoted 12 is a text where a text is wanted
    case Kind::boolean:
      return {{"type", "boolean"}};
    case Kind::choice:
      return {{"enum", type.choices}};
    case Kind::file:
      return {{"type", "string"}, {"minLength", 1}};
    case Kind::timestamp:
      return {{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?Z?)?$"}};
    case Kind::run_length:
      return {{"anyOf",
               {{{"const", "workload"}}, {{"type", "string"}, {"pattern", fmt::format("^{} ?[^0-9 ].*$", kNumber)}}}}};
    case Kind::list: {
      Json list = {{"type", "array"}, {"items", of_type(*type.element, range, catalog)}};
      if (!type.or_file) return list;
      return {{"anyOf", {std::move(list), {{"type", "string"}, {"minLength", 1}}}}};
    }
    case Kind::names: {
      const Json name = of_type(*type.element, range, catalog);
      return {{"anyOf", {name, {{"type", "array"}, {"items", name}}}}};
    }
    case Kind::map:
      return {{"type", "object"}, {"additionalProperties", of_type(*type.element, range, catalog)}};
    case Kind::mapping:
      return reference(type);
    case Kind::catalog: {
      Json name = {{"type", "string"},
                   {"description", fmt::format("a name from the catalogue of {}", type.catalog_kind)}};
      if (catalog && !catalog->names(type.catalog_kind).empty()) name["examples"] = catalog->names(type.catalog_kind);
      Json changed = {{"type", "object"}, {"properties", Json::object()}};
      changed["properties"]["base"] = name;
      changed["properties"]["based_on"] = {{"type", "string"}};
      changed["anyOf"] = {{{"required", {"base"}}}, {{"required", {"based_on"}}}};
      // All keys of the equipment, none of them required beside a base.
      for (const KeyInfo& key : type.element->keys)
        changed["properties"][key.key] = of_type(*key.type, key.range, catalog);
      changed["additionalProperties"] = false;
      return {{"anyOf", {name, changed, reference(*type.element)}}};
    }
  }
  return Json::object();
}

Json of_mapping(const TypeInfo& type, const Catalog* catalog) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const KeyInfo& key : type.keys) {
    Json schema = of_type(*key.type, key.range, catalog);
    std::string doc = key.doc;
    if (key.type->kind == Kind::quantity) {
      const bool bounded = std::isfinite(key.range.low) || std::isfinite(key.range.high);
      doc += fmt::format("{}{}, e.g. {}", doc.empty() ? "" : "; ",
                         bounded ? key.range.text(key.type->wanted.symbol.c_str()) : key.type->wanted.noun(),
                         key.type->wanted.example());
    }
    if (!key.fallback.empty()) doc += fmt::format("{}default {}", doc.empty() ? "" : "; ", key.fallback);
    if (!doc.empty()) schema["description"] = doc;
    properties[key.key] = std::move(schema);
    if (key.required) required.push_back(key.key);
  }
  // Any mapping may draw parts from another file, which may then hold what is required.
  properties["include"] = {{"anyOf", {{{"type", "string"}}, {{"type", "array"}, {"items", {{"type", "string"}}}}}},
                           {"description", "file or files whose mappings stand here, relative to this file"}};
  Json object = {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) object["anyOf"] = {{{"required", std::move(required)}}, {{"required", {"include"}}}};
  if (type.shorthand.empty()) return object;
  for (const KeyInfo& key : type.keys) {
    if (key.key == type.shorthand) return {{"anyOf", {of_type(*key.type, key.range, catalog), std::move(object)}}};
  }
  return object;
}

}  // namespace

nlohmann::ordered_json json_schema(const Description& description, const std::string& title, const Catalog* catalog) {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  schema.update(of_type(description.root(), kAny, catalog));
  Json definitions = Json::object();
  for (const TypeInfo* mapping : description.mappings()) definitions[mapping->name] = of_mapping(*mapping, catalog);
  schema["$defs"] = std::move(definitions);
  return schema;
}

}  // namespace aifactory
