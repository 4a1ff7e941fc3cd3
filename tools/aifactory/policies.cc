// aifactory policies [NAME]: the scheduling policies that a scenario may name.
#include "models/scheduling/policies.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "models/error.h"
#include "models/scheduling/plugin.h"
#include "sim/policy_program/outside_policy.h"
#include "sim/policy_program/plugin_policy.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {
namespace {
using Json = nlohmann::ordered_json;
using scheduling::OptionInfo;

/// A policy as it is listed, wherever it comes from.  Those that live outside the program have no parts.
struct Listed {
  struct Option {
    std::string name, fallback, range, doc;
  };
  std::string name, summary, order, backfill_order, select;
  std::vector<Option> options;
};

std::vector<Listed::Option> listed(const std::vector<OptionInfo>& options) {
  std::vector<Listed::Option> out;
  for (const OptionInfo& o : options) out.push_back({std::string(o.name), std::string(o.fallback), o.range(), std::string(o.doc)});
  return out;
}

Listed listed(const scheduling::PolicyInfo& policy) {
  return {std::string(policy.name), std::string(policy.summary), std::string(policy.order),
          std::string(policy.backfill_order), std::string(policy.select), listed(scheduling::options_of(policy))};
}

Listed listed(const scheduling::PluginPolicy& policy) {
  return {std::string(policy.name), std::string(policy.summary), std::string(policy.order),
          std::string(policy.backfill_order), "its own", listed(scheduling::options_of(policy))};
}

Listed listed(const OutsideKind& kind) {
  Listed out{std::string(kind.usage), std::string(kind.summary), "", "", "", {}};
  for (const auto& o : kind.options) {
    out.options.push_back({std::string(o.name), std::string(o.fallback), std::string(o.range), std::string(o.doc)});
  }
  return out;
}

Json to_json(const Listed& policy) {
  Json options = Json::object();
  for (const auto& option : policy.options) {
    options[option.name] = {{"range", option.range}, {"default", option.fallback}, {"doc", option.doc}};
  }
  const auto text = [](const std::string& part) { return part.empty() ? Json() : Json(part); };
  return {{"name", policy.name},
          {"summary", policy.summary},
          {"order", text(policy.order)},
          {"backfill_order", text(policy.backfill_order)},
          {"select", text(policy.select)},
          {"options", options}};
}

void print(const Listed& policy) {
  fmt::print("{}\n  {}\n", policy.name, policy.summary);
  if (!policy.select.empty()) {
    std::string place;
    for (const auto& option : policy.options) {
      if (option.name == "place") place = option.fallback;
    }
    const std::string behind = policy.backfill_order.empty() ? "" : fmt::format(" (backfill: {})", policy.backfill_order);
    fmt::print("  order {}{}, select {}, place {}\n", policy.order, behind, policy.select, place);
  }
  Table table({"option", "default", "range", "meaning"});
  for (const auto& option : policy.options) table.add({option.name, option.fallback, option.range, option.doc});
  fmt::print("{}\n", policy.options.empty() ? "" : table.text("    "));
}

std::vector<Listed> chosen(const std::string& name) {
  constexpr std::string_view kPlugin = "plugin:";
  if (name.starts_with(kPlugin)) return {listed(PluginLibrary(name.substr(kPlugin.size())).policy())};
  std::vector<Listed> all;
  for (const auto& policy : scheduling::known_policies()) all.push_back(listed(policy));
  for (const OutsideKind& kind : known_outside_policies()) all.push_back(listed(kind));
  if (name.empty()) return all;
  std::string known;
  for (const Listed& policy : all) {
    if (policy.name == name) return {policy};
    known += (known.empty() ? "" : ", ") + policy.name;
  }
  throw InputError(fmt::format("there is no policy {} (known: {})", name, known));
}

int show(const std::string& name, bool json) {
  Json all = Json::array();
  for (const Listed& policy : chosen(name)) {
    if (json) {
      all.push_back(to_json(policy));
    } else {
      print(policy);
    }
  }
  if (json) fmt::print("{}\n", all.dump(2));
  return kOk;
}

}  // namespace

void add_policies(Program& program) {
  CLI::App& verb = program.verb("policies", "scheduling policies and their options");
  const auto name = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  verb.add_option("NAME", *name, "this one alone; plugin:LIBRARY is read from its library");
  verb.add_flag("--json", *json, "print JSON");
  program.runs([name, json] { return show(*name, *json); });
}

}  // namespace aifactory::tools
