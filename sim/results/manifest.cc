#include "sim/results/manifest.h"

#include <fmt/chrono.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "sim/machine/machine.h"
#include "sim/results/build_info.h"

namespace aifactory {

DataSize peak_resident_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return DataSize(1024.0 * static_cast<double>(usage.ru_maxrss));  // Linux counts KiB
}

std::string host_name() {
  char name[256] = "";
  if (gethostname(name, sizeof name - 1) != 0) return "unknown";
  return name;
}

std::string now_utc() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

std::string manifest_text(RunStatus status, const RunInfo& info,
                          const std::vector<std::pair<std::string, std::string>>& outputs) {
  using Json = nlohmann::ordered_json;
  const auto file = [](const std::string& path, const std::string& sha256) {
    return Json{{"path", path}, {"sha256", sha256}};
  };
  const BuildInfo& build = build_info();
  Json json;
  json["format"] = 1;
  json["status"] = name_of(status);
  json["version"] = build.version;
  json["build"] =
      Json{{"git", build.git}, {"type", build.build_type}, {"compiler", build.compiler}, {"simgrid", build.simgrid}};
  json["command"] = info.command;
  json["scenario"] = file(info.scenario.path, info.scenario.sha256);
  json["inputs"] = Json::array();
  for (const InputHash& input : info.inputs) json["inputs"].push_back(file(input.path, input.sha256));
  json["seed"] = info.seed;
  json["host"] = host_name();
  json["machine"] = to_json(this_machine());
  json["started_utc"] = info.started_utc;
  json["wall_s"] = info.wall.si();
  json["events"] = info.events;
  json["peak_rss_bytes"] = static_cast<std::int64_t>(peak_resident_memory().si());
  json["broken_limits"] = info.broken_limits;
  json["outputs"] = Json::array();
  for (const auto& [name, sha256] : outputs) json["outputs"].push_back(file(name, sha256));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace aifactory
