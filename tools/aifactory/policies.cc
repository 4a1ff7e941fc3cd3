// aifactory policies: the scheduling policies that a scenario may name.
#include "models/scheduling/policies.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "sim/policy_program/outside_policy.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {
namespace {
using Json = nlohmann::ordered_json;
using scheduling::OptionInfo;
using scheduling::PolicyInfo;

std::string_view fallback_of(const PolicyInfo& policy, std::string_view option) {
  for (const OptionInfo& candidate : scheduling::options_of(policy)) {
    if (candidate.name == option) return candidate.fallback;
  }
  return "";
}

Json to_json(const PolicyInfo& policy) {
  Json options = Json::object();
  for (const OptionInfo& option : scheduling::options_of(policy)) {
    options[std::string(option.name)] = {
        {"range", option.range()}, {"default", std::string(option.fallback)}, {"doc", std::string(option.doc)}};
  }
  const auto text = [](std::string_view part) { return part.empty() ? Json() : Json(std::string(part)); };
  return {{"name", std::string(policy.name)}, {"summary", std::string(policy.summary)},
          {"order", text(policy.order)},      {"backfill_order", text(policy.backfill_order)},
          {"select", text(policy.select)},    {"options", options}};
}

void print(const PolicyInfo& policy) {
  fmt::print("{}\n  {}\n", policy.name, policy.summary);
  if (!policy.select.empty()) {
    const std::string behind =
        policy.backfill_order.empty() ? "" : fmt::format(" (backfill: {})", policy.backfill_order);
    fmt::print("  order {}{}, select {}, place {}\n", policy.order, behind, policy.select,
               fallback_of(policy, "place"));
  }
  Table table({"option", "default", "range", "meaning"});
  for (const OptionInfo& option : scheduling::options_of(policy)) {
    table.add({std::string(option.name), std::string(option.fallback), option.range(), std::string(option.doc)});
  }
  fmt::print("{}\n", table.text("    "));
}

/// Those that live outside the program have no parts; their names end with what the user fills in.
Json to_json(const OutsideKind& kind) {
  Json options = Json::object();
  for (const auto& option : kind.options) {
    options[std::string(option.name)] = {
        {"range", std::string(option.range)}, {"default", std::string(option.fallback)}, {"doc", std::string(option.doc)}};
  }
  return {{"name", std::string(kind.usage)}, {"summary", std::string(kind.summary)},
          {"order", Json()}, {"backfill_order", Json()}, {"select", Json()}, {"options", options}};
}

void print(const OutsideKind& kind) {
  fmt::print("{}\n  {}\n", kind.usage, kind.summary);
  if (kind.options.empty()) return;
  Table table({"option", "default", "range", "meaning"});
  for (const auto& option : kind.options) {
    table.add({std::string(option.name), std::string(option.fallback), std::string(option.range), std::string(option.doc)});
  }
  fmt::print("{}", table.text("    "));
}

int show(bool json) {
  Json all = Json::array();
  for (const PolicyInfo& policy : scheduling::known_policies()) {
    if (json) {
      all.push_back(to_json(policy));
    } else {
      print(policy);
    }
  }
  if (!json) fmt::print("Your own (docs/policy.md):\n\n");
  for (const OutsideKind& kind : known_outside_policies()) {
    if (json) {
      all.push_back(to_json(kind));
    } else {
      print(kind);
      fmt::print("\n");
    }
  }
  if (json) fmt::print("{}\n", all.dump(2));
  return kOk;
}

}  // namespace

void add_policies(Program& program) {
  CLI::App& verb = program.verb("policies", "scheduling policies and their options");
  const auto json = std::make_shared<bool>(false);
  verb.add_flag("--json", *json, "print JSON");
  program.runs([json] { return show(*json); });
}

}  // namespace aifactory::tools
