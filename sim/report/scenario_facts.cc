#include "sim/report/scenario_facts.h"

#include <algorithm>
#include <cmath>

#include "models/unit_strings.h"
#include "sim/scenario/document.h"
#include "sim/weather/text.h"

namespace aifactory {
namespace {
using Json = nlohmann::ordered_json;

const Doc* at(const Doc* doc, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (!doc || doc->kind != Doc::Kind::map) return nullptr;
    doc = doc->find(key);
  }
  return doc;
}

std::string text_of(const Doc* doc) { return doc && doc->kind == Doc::Kind::scalar ? doc->scalar : std::string(); }

Json number(const Doc* doc) {
  const auto value = number_of(text_of(doc));
  return value ? Json(*value) : Json();
}

Json celsius(const Doc* doc) {
  const auto parsed = parse_as<Temperature>(text_of(doc));
  return parsed ? Json(parsed.value.in_celsius()) : Json();
}

Json megawatts(const Doc* doc) {
  const auto parsed = parse_as<Power>(text_of(doc));
  return parsed && std::isfinite(parsed.value.si()) ? Json(parsed.value.in(MW)) : Json();
}

Json cluster_facts(const std::string& site, const Doc& cluster) {
  const auto racks = number_of(text_of(at(&cluster, {"racks"})));
  const auto nodes_of_rack = number_of(text_of(at(&cluster, {"rack", "nodes"})));
  const auto accelerators_of_rack = number_of(text_of(at(&cluster, {"rack", "accelerators"})));
  auto nodes = number_of(text_of(at(&cluster, {"nodes"})));
  if (!nodes && racks && nodes_of_rack) nodes = *racks * *nodes_of_rack;
  const double shares = number_of(text_of(at(&cluster, {"shares_per_node"}))).value_or(1.0);
  Json facts{{"site", site}, {"racks", racks ? Json(*racks) : Json()}, {"nodes", nodes ? Json(*nodes) : Json()}, {"shares_per_node", shares}};
  const bool known = nodes && nodes_of_rack && accelerators_of_rack && *nodes_of_rack > 0.0;
  facts["accelerators"] = known ? Json(*nodes * *accelerators_of_rack / *nodes_of_rack) : Json();
  facts["accelerators_per_rack"] = accelerators_of_rack ? Json(*accelerators_of_rack) : Json();
  facts["throttle_speed"] = number(at(&cluster, {"rack", "throttle_speed"}));
  facts["rack"] = text_of(at(&cluster, {"rack", "based_on"}));
  facts["throttle_c"] = celsius(at(&cluster, {"rack", "throttle_temp"}));
  facts["trip_c"] = celsius(at(&cluster, {"rack", "trip_temp"}));
  return facts;
}

}  // namespace

nlohmann::ordered_json scenario_facts(const std::string& file) {
  const LoadedDocument document = load_document(file);
  Json facts;
  facts["name"] = text_of(at(&document.root, {"name"}));
  facts["start"] = text_of(at(&document.root, {"start"}));
  facts["policy"] = text_of(at(&document.root, {"scheduling", "policy"}));
  facts["record_interval"] = text_of(at(&document.root, {"record", "interval"}));
  facts["events"] = Json::array();
  if (const Doc* events = at(&document.root, {"events"})) {
    for (const Doc& event : events->items) {
      std::string text = to_yaml(event);
      std::replace(text.begin(), text.end(), '\n', ' ');
      while (text.ends_with(' ')) text.pop_back();
      facts["events"].push_back(text);
    }
  }
  facts["checks"] = Json::array();
  if (const Doc* checks = at(&document.root, {"checks"})) {
    for (const Doc::Entry& check : checks->entries) {
      facts["checks"].push_back({{"path", check.key}, {"min", number(check.value.find("min"))}, {"max", number(check.value.find("max"))}});
    }
  }
  facts["clusters"] = Json::object();
  facts["sites"] = Json::object();
  const Doc* sites = at(&document.root, {"sites"});
  if (!sites) return facts;
  for (const Doc::Entry& site : sites->entries) {
    Json& of_site = facts["sites"][site.key];
    of_site["supply_c"] = celsius(at(&site.value, {"cooling", "supply"}));
    of_site["cdu_supply_c"] = celsius(at(&site.value, {"cooling", "cdu", "design_supply"}));
    of_site["capacity_mw"] = megawatts(at(&site.value, {"grid", "capacity"}));
    const Doc* halls = at(&site.value, {"halls"});
    if (!halls) continue;
    for (const Doc::Entry& hall : halls->entries) {
      const Doc* clusters = at(&hall.value, {"clusters"});
      if (!clusters) continue;
      for (const Doc::Entry& cluster : clusters->entries) facts["clusters"][cluster.key] = cluster_facts(site.key, cluster.value);
    }
  }
  return facts;
}

}  // namespace aifactory
