#include "sim/results/summary_numbers.h"

#include <algorithm>

namespace aifactory {
namespace {
using Json = nlohmann::ordered_json;

void walk(const Json& block, const std::string& path, const std::function<void(const std::string&, double)>& use) {
  for (const auto& [name, value] : block.items()) {
    const std::string here = path.empty() ? name : path + "." + name;
    if (here == "sites" || here == "clusters" || here == "time.wall_s") continue;
    if (value.is_object()) walk(value, here, use);
    if (value.is_number()) use(here, value.get<double>());
  }
}

}  // namespace

std::optional<double> number_at(const Json& json, std::string_view path) {
  if (!json.is_object()) return std::nullopt;
  for (std::size_t end = path.size(); end != std::string_view::npos && end > 0; end = path.rfind('.', end - 1)) {
    const auto found = json.find(std::string(path.substr(0, end)));
    if (found != json.end()) {
      if (end == path.size()) return found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
      return number_at(*found, path.substr(end + 1));
    }
    if (end == 1) break;
  }
  return std::nullopt;
}

void for_each_number(const Json& summary, const std::function<void(const std::string&, double)>& use) { walk(summary, "", use); }

void add_number_paths(const Json& summary, std::vector<std::string>& paths) {
  for_each_number(summary, [&](const std::string& path, double) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  });
}

}  // namespace aifactory
