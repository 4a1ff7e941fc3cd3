// aifactory explain RUN --at TIME: what held the run back then, and what led there; --from, --to: what was lost, by cause.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "models/unit_strings.h"
#include "sim/report/explain.h"
#include "sim/weather/text.h"
#include "tools/aifactory/result_verbs.h"

namespace aifactory::tools {
namespace {

struct Options {
  std::string run, at, from, to;
  bool json = false;
};

/// Seconds after the start: a duration ("2 h") or a date within the run.
double time_of(const char* flag, const std::string& text, const History& history) {
  double seconds = NAN;
  if (const auto duration = parse_as<Duration>(text)) {
    seconds = duration.value.si();
  } else if (const auto date = stamp_of(text)) {
    const auto start = stamp_of(history.facts().value("start", std::string()));
    if (start) seconds = static_cast<double>(date->seconds - start->seconds);
  }
  if (std::isnan(seconds)) throw UsageError(fmt::format("explain: {} \"{}\" must be a time after the start (\"2 h\") or a date (2026-07-01T06:00)", flag, text));
  if (!(seconds >= 0.0 && seconds <= history.end_s())) {
    throw UsageError(fmt::format("explain: {} {} is outside of the run, which lasts {:g} s", flag, text, history.end_s()));
  }
  return seconds;
}

std::string time_text(double seconds) {
  const double hours = std::floor(seconds / 3600.0), minutes = std::floor((seconds - 3600.0 * hours) / 60.0);
  return fmt::format("{:.0f} h {:02.0f} min {:06.3f} s", hours, minutes, seconds - 3600.0 * hours - 60.0 * minutes);
}

std::string link_text(const ExplainedLink& link) {
  const std::string value = std::isnan(link.value) ? "" : fmt::format(" {}", short_number(link.value));
  return fmt::format("{}  {} of {}: {}{}; because of {}", time_text(link.time_s), link.kind, link.unit, link.what, value,
                     link.cause.empty() ? "nothing that the log names" : link.cause);
}

void print(const Explanation& of) {
  fmt::print("At {} ({:g} s)\n", time_text(of.time_s), of.time_s);
  bool first = true;
  for (const Constraint& constraint : of.constraints) {
    fmt::print("{} {}\n", first ? "binding:" : "also:   ", constraint.text);
    const bool held = constraint.kind == "out" || constraint.kind == "throttle" || constraint.kind == "cap";
    if (held) fmt::print("         holds back {:g} accelerators\n", constraint.accelerators_held);
    if (!constraint.chain.empty()) fmt::print("         what led there, nearest first\n");
    for (const ExplainedLink& link : constraint.chain) fmt::print("           {}\n", link_text(link));
    first = false;
  }
  if (!of.open.empty()) fmt::print("open then\n");
  for (const ExplainedLink& link : of.open) fmt::print("  {}\n", link_text(link));
  if (of.open_left_out > 0) fmt::print("  ... and {} more\n", of.open_left_out);
  if (of.recorded.empty()) return;
  fmt::print("recorded at {}\n", time_text(of.recorded_at_s));
  Table table({"quantity", ">value"});
  for (const auto& [name, value] : of.recorded) table.add({name, short_number(value)});
  fmt::print("{}", table.text("  "));
}

void print(const std::vector<Loss>& lines, double from, double to) {
  fmt::print("Lost between {} and {}\n", time_text(from), time_text(to));
  if (lines.empty()) {
    fmt::print("  nothing\n");
    return;
  }
  Table table({"cause", ">accelerator h", "from"});
  for (const Loss& line : lines) table.add({line.cause, short_number(line.accelerator_h), line.how});
  fmt::print("{}", table.text("  "));
}

int explain_run(const Options& options) {
  if (options.at.empty() && options.from.empty() && options.to.empty()) throw UsageError("explain: give --at TIME, or --from TIME --to TIME");
  const RunFolder run(options.run);
  const History history(run);
  nlohmann::ordered_json json;
  if (!options.at.empty()) {
    const Explanation of = explain(run, history, time_of("--at", options.at, history));
    if (options.json) {
      json = to_json(of);
    } else {
      print(of);
    }
  }
  if (!options.from.empty() || !options.to.empty()) {
    const double from = options.from.empty() ? 0.0 : time_of("--from", options.from, history);
    const double to = options.to.empty() ? history.end_s() : time_of("--to", options.to, history);
    if (!(from < to)) throw UsageError("explain: --from must be before --to");
    const std::vector<Loss> lines = losses(run, history, from, to);
    if (options.json) {
      json["from_s"] = from;
      json["to_s"] = to;
      json["lost"] = nlohmann::ordered_json::array();
      for (const Loss& line : lines) json["lost"].push_back({{"cause", line.cause}, {"accelerator_h", line.accelerator_h}, {"from", line.how}});
    } else {
      print(lines, from, to);
    }
  }
  if (options.json) fmt::print("{}\n", json.dump(2));
  return kOk;
}

}  // namespace

void add_explain(Program& program) {
  CLI::App& verb = program.verb("explain", "what held a finished run back at a time, what led there, and what was lost between two times");
  const auto options = std::make_shared<Options>();
  verb.add_option("RUN", options->run, "result directory of `aifactory run`")->required();
  verb.add_option("--at", options->at, "the time: after the start (\"2 h\") or a date (2026-07-01T06:00)")->type_name("TIME");
  verb.add_option("--from", options->from, "what was lost, by cause, from this time; default: the start")->type_name("TIME");
  verb.add_option("--to", options->to, "and to this one; default: the end")->type_name("TIME");
  verb.add_flag("--json", options->json, "JSON in place of text");
  verb.footer("It reads events.csv, series.csv, jobs.csv, limits.csv and the scenario of the run; nothing is simulated again.");
  program.runs([options] { return explain_run(*options); });
}

}  // namespace aifactory::tools
