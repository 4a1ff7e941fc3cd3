#include "sim/report/run_page.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/report/csv_stream.h"
#include "sim/report/job_columns.h"
#include "sim/report/scenario_facts.h"
#include "sim/report/series_digest.h"

namespace aifactory {
namespace {
using Json = nlohmann::ordered_json;

constexpr std::size_t kMostEvents = 20'000;

Json cell_value(const CsvStream& table, std::size_t column, bool is_text) {
  const std::string_view cell = table.cell(column);
  if (is_text) return std::string(cell);
  const double value = table.number(column);
  return std::isnan(value) ? Json() : Json(value);
}

/// A small table: {"columns": [...], "rows": [[...], ...]}.
/// @param texts columns that are no numbers.
template <class Keep>
Json table_of(const std::string& file, std::initializer_list<std::string_view> texts, Keep&& keep) {
  CsvStream table(file);
  std::vector<bool> is_text;
  for (const std::string& name : table.header()) is_text.push_back(std::find(texts.begin(), texts.end(), name) != texts.end());
  Json rows = Json::array();
  while (table.next()) {
    if (!keep(table)) continue;
    Json row = Json::array();
    for (std::size_t c = 0; c < table.header().size(); ++c) row.push_back(cell_value(table, c, is_text[c]));
    rows.push_back(std::move(row));
  }
  return {{"columns", table.header()}, {"rows", std::move(rows)}};
}

const auto kAll = [](const CsvStream&) { return true; };

/// Beyond a size the first of each kind, so that a rare kind is never crowded out by a frequent one.
Json events_of(const std::string& file) {
  std::map<std::string, std::size_t, std::less<>> counts;
  std::size_t total = 0;
  {
    CsvStream table(file);
    const std::size_t kind = table.column("kind");
    for (; table.next(); ++total) ++counts.try_emplace(std::string(table.cell(kind))).first->second;
  }
  const std::size_t most = total <= kMostEvents ? total : kMostEvents / std::max<std::size_t>(1, counts.size());
  std::map<std::string, std::size_t, std::less<>> taken;
  const std::size_t kind = CsvStream(file).column("kind");
  Json json = table_of(file, {"kind", "unit", "what", "cause"},
                       [&](const CsvStream& table) { return taken.try_emplace(std::string(table.cell(kind))).first->second++ < most; });
  json["counts"] = counts;
  json["left_out"] = total - json["rows"].size();
  return json;
}

Json series_of(const std::string& file, Payload& payload) {
  const SeriesDigest digest = digest_series(file);
  Json json{{"rows", digest.rows}, {"rows_per_point", digest.rows_per_point}, {"time_s", payload.doubles(digest.time_s)}};
  json["columns"] = Json::array();
  for (const DigestColumn& column : digest.columns) {
    Json of{{"name", column.name}, {"mean", payload.floats(column.mean)}};
    if (!column.low.empty()) {
      of["low"] = payload.floats(column.low);
      of["high"] = payload.floats(column.high);
    }
    json["columns"].push_back(std::move(of));
  }
  json["durations"] = Json::array();
  for (const DurationCurve& curve : digest.durations) {
    json["durations"].push_back({{"name", curve.name}, {"share", payload.floats(curve.share)}, {"value", payload.floats(curve.value)}});
  }
  return json;
}

/// Units that something befell; of the others only the number.
Json units_of(const std::string& file) {
  std::size_t all = 0;
  std::vector<std::size_t> watched;
  {
    CsvStream table(file);
    for (const char* name : {"failures", "trips", "maintenances", "down_s", "maintain_s", "degraded_s"}) watched.push_back(table.column(name));
  }
  Json json = table_of(file, {"unit", "class"}, [&](const CsvStream& table) {
    ++all;
    for (const std::size_t column : watched) {
      if (table.number(column) > 0.0) return true;
    }
    return false;
  });
  json["units"] = all;
  return json;
}

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '"': html += "&quot;"; break;
      default: html += c;
    }
  }
  return html;
}

}  // namespace

Payload run_payload(const RunFolder& run) {
  Payload payload;
  Json& json = payload.json;
  const Json& manifest = run.manifest();
  for (const char* key : {"status", "version", "build", "scenario", "inputs", "seed", "broken_limits", "events"}) {
    json["manifest"][key] = manifest.contains(key) ? manifest.at(key) : Json();
  }
  json["summary"] = run.summary();
  if (json["summary"].contains("time") && json["summary"]["time"].is_object()) json["summary"]["time"].erase("wall_s");
  const auto part = [&](const char* key, const char* file, auto&& read) { json[key] = run.has(file) ? read(run.file(file)) : Json(); };
  part("facts", "scenario.resolved.yaml", [](const std::string& file) { return scenario_facts(file); });
  part("series", "series.csv", [&](const std::string& file) { return series_of(file, payload); });
  part("jobs", "jobs.csv", [&](const std::string& file) { return job_columns(file, payload); });
  part("events", "events.csv", events_of);
  part("ledger", "ledger.csv", [](const std::string& file) { return table_of(file, {"account", "side", "leaf", "unit"}, kAll); });
  part("limits", "limits.csv", [](const std::string& file) {
    return table_of(file, {"site", "unit", "kind", "quantity", "basis", "binds", "fed_by", "cooled_by"}, kAll);
  });
  part("units", "units.csv", units_of);
  part("sources", "sources.csv", [](const std::string& file) {
    return table_of(file, {"key", "value", "kind", "entry", "source", "confidence"}, kAll);
  });
  return payload;
}

std::string page_text(const std::string& title, std::string_view kind, const Payload& payload, const PageParts& parts) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      // Nothing is fetched, whatever the data hold.
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
      "style-src 'unsafe-inline'; img-src data: blob:\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n<title>";
  html += escaped(title);
  html += "</title>\n<style>\n";
  html += parts.style;
  html += "</style>\n</head>\n<body data-kind=\"";
  html += escaped(kind);
  html += "\">\n<noscript>This page draws its charts with a script that it carries itself; the same numbers are in the CSV and JSON files "
          "beside it.</noscript>\n<main id=\"page\" aria-busy=\"true\"></main>\n<script id=\"payload\" type=\"application/octet-stream\">";
  html += payload.text();
  html += "</script>\n";
  for (const std::string_view script : parts.scripts) {
    html += "<script>\n";
    html += script;
    html += "\n</script>\n";
  }
  html += "</body>\n</html>\n";
  return html;
}

std::string run_page(const RunFolder& run, const PageParts& parts) {
  const Payload payload = run_payload(run);
  std::string name = "run";
  if (payload.json["facts"].is_object()) name = payload.json["facts"].value("name", name);
  return page_text(name + " - aifactory", "run", payload, parts);
}

}  // namespace aifactory
