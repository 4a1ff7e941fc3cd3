// aifactory catalog [KIND [NAME]]: what ships, every number with its source.
#include "sim/scenario/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "models/error.h"
#include "models/suggest.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {
namespace {
using Json = nlohmann::ordered_json;

struct Options {
  std::string kind, name;
  bool json = false;
};

int list_kinds(const Catalog& catalog, bool json) {
  Json kinds = Json::object();
  Table table({"kind", ">entries"});
  for (const std::string& kind : catalog.kinds()) {
    kinds[kind] = catalog.names(kind);
    table.add({kind, std::to_string(catalog.names(kind).size())});
  }
  fmt::print("{}", json ? kinds.dump(2) + "\n" : table.text());
  return kOk;
}

int list_names(const Catalog& catalog, const std::string& kind, bool json) {
  Json names = Json::object();
  Table table({"name", "summary"});
  for (const std::string& name : catalog.names(kind)) {
    const std::string summary = catalog.entry(kind, name).summary;
    names[name] = summary;
    table.add({name, summary});
  }
  fmt::print("{}", json ? names.dump(2) + "\n" : table.text());
  return kOk;
}

int show_entry(const CatalogEntry& entry, bool json) {
  if (json) {
    Json values = Json::object();
    for (const CatalogValue& value : entry.provenance) {
      values[value.key] = {{"value", value.value}, {"source", value.source}, {"confidence", value.confidence}};
    }
    const Json whole{{"kind", entry.kind}, {"name", entry.name}, {"summary", entry.summary}, {"values", values}};
    fmt::print("{}\n", whole.dump(2));
    return kOk;
  }
  Table table({"key", "value", "confidence", "source"});
  for (const CatalogValue& value : entry.provenance) {
    table.add({value.key, value.value, value.confidence, value.source});
  }
  fmt::print("{} {}: {}\n\n{}", entry.kind, entry.name, entry.summary, table.text());
  return kOk;
}

int show(const Options& options) {
  const Catalog catalog = Catalog::standard();
  if (options.kind.empty()) return list_kinds(catalog, options.json);
  const std::vector<std::string> kinds = catalog.kinds();
  if (std::find(kinds.begin(), kinds.end(), options.kind) == kinds.end()) {
    throw InputError(fmt::format("the catalogue has no kind {}{}; it has {}", options.kind,
                                 did_you_mean(options.kind, kinds), join_or(kinds)));
  }
  if (options.name.empty()) return list_names(catalog, options.kind, options.json);
  return show_entry(catalog.entry(options.kind, options.name), options.json);
}

}  // namespace

void add_catalog(Program& program) {
  CLI::App& verb = program.verb("catalog", "equipment, tariffs and climates that ship, with the source of each number");
  const auto options = std::make_shared<Options>();
  verb.add_option("KIND", options->kind, "kind of equipment; without it all kinds are listed");
  verb.add_option("NAME", options->name, "entry; without it all entries of the kind are listed");
  verb.add_flag("--json", options->json, "print JSON");
  program.runs([options] { return show(*options); });
}

}  // namespace aifactory::tools
