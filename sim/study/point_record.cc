#include "sim/study/point_record.h"

#include <fmt/format.h>

#include <charconv>

#include "models/error.h"
#include "sim/results/manifest.h"

namespace aifactory {
namespace {
using Json = nlohmann::ordered_json;

constexpr std::string_view kStart = "{\"point\":", kState = ",\"status\":\"";

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string PointRecord::line() const {
  Json json;
  json["point"] = point;
  json["status"] = complete() ? "complete" : "failed";
  json["variant"] = variant;
  json["seed"] = seed;
  json["axes"] = axes;
  if (!complete()) json["trouble"] = trouble;
  if (!complete()) json["log"] = log;
  json["broken"] = broken;
  json["summary"] = summary;
  if (json["summary"].contains("time")) json["summary"]["time"].erase("wall_s");
  return text_of(json);
}

PointRecord PointRecord::parse(std::string_view line, const std::string& file) {
  try {
    Json json = Json::parse(line);
    PointRecord record;
    record.point = json.at("point").get<std::int64_t>();
    record.variant = json.at("variant").get<std::int64_t>();
    record.seed = json.at("seed").get<std::uint64_t>();
    record.axes = json.at("axes").get<std::vector<std::string>>();
    if (json.at("status") != "complete") record.trouble = json.at("trouble").get<std::string>();
    record.log = json.value("log", "");
    record.broken = json.at("broken").get<std::vector<std::string>>();
    record.summary = std::move(json.at("summary"));
    return record;
  } catch (const Json::exception& error) {
    throw InputError(fmt::format("{}: a record of a run is damaged: {}", file, error.what()));
  }
}

RecordHead record_head(std::string_view line) {
  RecordHead head;
  if (!line.starts_with(kStart) || !line.ends_with('}')) return head;
  std::int64_t point = 0;
  const auto [stop, status] = std::from_chars(line.data() + kStart.size(), line.data() + line.size(), point);
  if (status != std::errc()) return head;
  const std::string_view rest = line.substr(static_cast<std::size_t>(stop - line.data()));
  if (!rest.starts_with(kState)) return head;
  head.point = point;
  head.complete = rest.substr(kState.size()).starts_with("complete\"");
  return head;
}

Circumstances Circumstances::here(std::int64_t point, std::string started_utc, double wall_s) {
  return {.point = point, .host = host_name(), .started_utc = std::move(started_utc), .machine = this_machine(), .wall_s = wall_s,
          .peak_bytes = peak_resident_memory().si()};
}

std::string Circumstances::line() const {
  return text_of(Json{{"point", point}, {"host", host}, {"machine", to_json(machine)}, {"started_utc", started_utc}, {"wall_s", wall_s},
                      {"peak_bytes", peak_bytes}});
}

Circumstances Circumstances::parse(std::string_view line) {
  Circumstances out;
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return out;
  const auto text = [&](const char* key) { return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string(); };
  const auto number = [&](const char* key) { return json.contains(key) && json[key].is_number() ? json[key].get<double>() : 0.0; };
  out.point = static_cast<std::int64_t>(number("point"));
  out.host = text("host");
  out.started_utc = text("started_utc");
  if (json.contains("machine")) out.machine = machine_from(json["machine"]);
  out.wall_s = number("wall_s");
  out.peak_bytes = number("peak_bytes");
  return out;
}

}  // namespace aifactory
