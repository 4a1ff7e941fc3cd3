#include "sim/workload/json_list.h"

#include <fmt/format.h>

#include "models/error.h"
#include "sim/workload/text_file.h"

namespace aifactory {
namespace {
constexpr int kDeepest = 64;
}

bool begins_like_json(const std::string& path) {
  TextStream text(path);
  char first = 0;
  text.stream() >> first;  // skips blanks
  text.check();
  return first == '{' || first == '[';
}

void for_each_json_entry(const std::string& path, const std::string& format, const std::string& key,
                         const std::function<void(const Json&)>& entry) {
  TextStream text(path);
  const auto refuse = [&](const std::string& why) { throw InputError(fmt::format("{}: not {}: {}", path, format, why)); };
  // Depth of the entries: those of a document that is a list stand at 1, those of a member at 2.
  const int level = key.empty() ? 1 : 2;
  bool inside = key.empty(), found = false;
  std::string name;
  const auto callback = [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth > kDeepest) refuse(fmt::format("values are nested more than {} deep", kDeepest));
    using Event = Json::parse_event_t;
    if (event == Event::key) {
      if (level == 2 && depth == 1) inside = value == key;
      if (depth == level && inside) name = value.get<std::string>();
      return true;
    }
    if (event == Event::object_start || event == Event::array_start) {
      if (depth == level - 1 && inside) found = true;
      return true;
    }
    // What is complete at the level of the entries is handed on and forgotten.
    if (depth == level && inside) {
      if (name.empty()) {
        entry(value);
      } else {
        entry(Json{{"name", name}, {"value", std::move(value)}});
        name.clear();
      }
      return false;
    }
    return !(depth == level);  // entries of other members are not kept either
  };
  try {
    const Json rest = Json::parse(text.stream(), callback);
    text.check();
    if (level == 1 ? !rest.is_array() && !rest.is_discarded() : !rest.is_object()) refuse("it is no list of jobs");
  } catch (const Json::exception& error) {
    text.check();
    std::string why = error.what();
    if (const auto at = why.find("parse error"); at != std::string::npos) why = why.substr(at);
    refuse(why);
  }
  if (!found) refuse(key.empty() ? std::string("it is no list of jobs") : fmt::format("it has no member \"{}\"", key));
}

}  // namespace aifactory
