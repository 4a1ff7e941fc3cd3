#include "models/thermal/transport_eval.h"

#include <algorithm>

#include "models/eval/list_text.h"
#include "models/thermal/transport_line.h"

namespace aifactory {
namespace {

double value_at(const std::vector<ListStep>& steps, double t_s) {
  double value = steps.front().value;
  for (const ListStep& step : steps) {
    if (step.at_s <= t_s) value = step.value;
  }
  return value;
}

std::vector<EvalOutput> transport_line(const EvalArgs& args) {
  const auto flow = parse_step_list("flow", args.text("flow"), "m3/s");
  const auto inlet = parse_step_list("inlet", args.text("inlet"), "degC");
  const double until_s = args["until"];
  const double volume_m3 = args["volume"];
  TransportLine line(volume_m3 * m3, Temperature::celsius(args["start"]));
  std::vector<double> events{0.0, until_s};
  for (const auto* steps : {&flow, &inlet}) {
    for (const ListStep& step : *steps) {
      if (step.at_s < until_s) events.push_back(step.at_s);
    }
  }
  for (const ListStep& step : flow) {
    if (step.value < 0.0) throw InputError("flow: must not be negative; a pipe in plug flow is not reversed");
  }
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());

  std::vector<double> times_s, outlets_c;
  for (std::size_t e = 0; e + 1 < events.size(); ++e) {
    const VolumeFlow now(value_at(flow, events[e]));
    const Temperature in = Temperature::celsius(value_at(inlet, events[e]));
    for (double t = events[e]; t < events[e + 1];) {
      const Temperature before = line.outlet();
      const Duration wait = std::min(line.until_change(now), Duration(events[e + 1] - t));
      // A pipe of one temperature does not know yet what begins to enter.
      const Duration whole = line.slugs() == 1 && in != before && now.si() > 0.0 ? std::min(wait, volume_m3 * m3 / now) : wait;
      line.pass(in, now, whole);
      t = whole < Duration(events[e + 1] - t) ? t + whole.si() : events[e + 1];
      if (line.outlet() == before) continue;
      times_s.push_back(t);
      outlets_c.push_back(line.outlet().in_celsius());
    }
  }
  return {{"change_times", "s", times_s}, {"outlets", "degC", outlets_c}, {"outlet", "degC", line.outlet().in_celsius()}};
}

}  // namespace

EvalModel transport_line_eval() {
  return {"transport_line",
          "liquid that passes a pipe without mixing: when steps of its inlet temperature come out",
          "T_out(t) = T_in(t - d), d such that the integral of the flow from t - d to t is the volume",
          "flow >= 0; no mixing, no heat to the wall",
          "method of characteristics of the one-dimensional advection equation",
          {{"volume", "m3", kPositive, kUnset, "liquid in the pipe"},
           {"start", "degC", kCelsius, kUnset, "temperature of all of it at the beginning"},
           {"flow", "m3/s", kAny, kUnset, "in steps: 0s:20L/s,300s:10L/s", true, "", false},
           {"inlet", "degC", kAny, kUnset, "temperature of what enters, in steps: 0s:35degC", true, "", false},
           {"until", "s", kPositive, 3600.0, "length of the run"}},
          {{"change_times", "s", kAny, kUnset, "when the outlet changes"},
           {"outlets", "degC", kAny, kUnset, "to what, each time"},
           {"outlet", "degC", kAny, kUnset, "at the end"}},
          transport_line};
}

}  // namespace aifactory
