#include "sim/report/run_folder.h"

#include <fmt/format.h>

#include <filesystem>

#include "models/error.h"
#include "sim/weather/text.h"

namespace aifactory {
namespace {
namespace fs = std::filesystem;

nlohmann::ordered_json read_json(const std::string& file) {
  auto json = nlohmann::ordered_json::parse(read_text_file(file), nullptr, false);
  if (!json.is_object()) throw InputError(fmt::format("{}: is damaged: it holds no JSON object", file));
  return json;
}

}  // namespace

RunFolder::RunFolder(std::string path) : path_(std::move(path)) {
  while (path_.size() > 1 && path_.ends_with('/')) path_.pop_back();
  std::error_code ignored;
  if (!fs::is_directory(path_, ignored)) {
    throw InputError(fmt::format("{}: there is no such directory; name one that `aifactory run` has written", path_));
  }
  for (const char* name : {"manifest.json", "summary.json"}) {
    if (!has(name)) {
      throw InputError(fmt::format("{}: holds no results of a run: there is no {} in it; name a directory that "
                                   "`aifactory run` has written", path_, name));
    }
  }
  manifest_ = read_json(file("manifest.json"));
  summary_ = read_json(file("summary.json"));
}

bool RunFolder::has(std::string_view name) const {
  std::error_code ignored;
  return fs::is_regular_file(file(name), ignored);
}

std::optional<double> RunFolder::number(std::string_view path) const { return number_at(summary_, path); }

}  // namespace aifactory
