// Models of grid/ by name.
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/error.h"
#include "models/eval/eval_rows.h"
#include "models/grid/demand.h"
#include "models/unit_strings.h"

namespace aifactory {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

template <class Q>
Q quantity(const char* key, std::string_view text) {
  const Parsed<Q> parsed = parse_as<Q>(text);
  if (!parsed) throw InputError(fmt::format("{}: \"{}\" {}", key, text, parsed.error));
  return parsed.value;
}

using eval_rows::number;
using eval_rows::text;

std::vector<EvalOutput> coincident_peak(const EvalArgs& args) {
  std::vector<Power> peaks;
  Power sum(0.0);
  for (const std::string_view part : split(args.text("peaks"), ',')) {
    peaks.push_back(quantity<Power>("peaks", part));
    sum += peaks.back();
  }
  return {{"mean_power", "W", (sum / static_cast<double>(peaks.size())).si()},
          {"charge", "USD", coincident_peak_charge(peaks, PowerPrice(args["rate"])).si()}};
}

std::vector<EvalOutput> demand_charge(const EvalArgs& args) {
  const DemandMeter meter(args["window"] * s, SiteClock());
  DemandMeter::State state;
  Power power;
  Tick last = -1;
  for (const std::string_view part : split(args.text("steps"), ',')) {
    const auto sides = split(part, ':');
    if (sides.size() != 2) throw InputError(fmt::format("steps: \"{}\" must be TIME:POWER, e.g. 10min:3MW", part));
    const Tick from = to_ticks(quantity<Duration>("steps", sides[0]));
    if (last < 0 && from != 0) throw InputError("steps: the first must begin at 0 s");
    if (from <= last) throw InputError(fmt::format("steps: \"{}\" must be later than the step before", part));
    if (from > 0) meter.advance(state, power, from);
    power = quantity<Power>("steps", sides[1]);
    last = from;
  }
  const Tick end = to_ticks(args["until"] * s);
  if (end <= last) throw InputError("until: must be later than the last step");
  meter.advance(state, power, end);
  const auto months = meter.demand(state);
  DemandMeter::Month greatest = months.front();
  for (const auto& month : months) greatest = month.demand > greatest.demand ? month : greatest;
  return {{"demand", "W", greatest.demand.si()},
          {"window_start", "s", to_seconds(greatest.window_start)},
          {"charge", "USD", meter.charge(state, PowerPrice(args["rate"])).si()}};
}

}  // namespace

std::vector<EvalModel> grid_eval_models() {
  EvalModel peak{
      .name = "coincident_peak",
      .summary = "charge on the power drawn while the whole system peaked, such as ERCOT's 4CP",
      .equations = "charge = mean(peaks) x rate",
      .validity = "powers are means over the metering interval of each peak",
      .source = "ERCOT transmission cost allocation: the four monthly system peaks of June to September",
      .inputs = {text("peaks", "power at each peak, e.g. 900MW,850MW,0MW,700MW"),
                 number("rate", "USD/W", kNonNegative, "per year")},
      .outputs = {number("mean_power", "W", kAny, "over the peaks"), number("charge", "USD", kAny, "per year")},
      .evaluate = coincident_peak};
  EvalModel demand{
      .name = "demand_charge",
      .summary = "greatest mean power over the metering windows of a month, and what it costs",
      .equations = "demand = max over windows of the mean power; charge = sum over months of demand x rate",
      .validity = "windows stand end to end from the start, months are those of a year that begins at 0 s",
      .source = "US tariff sheets: non-coincident demand over 15 or 30 minutes",
      .inputs = {text("steps", "power from each time on, e.g. 0s:1MW,60min:3MW,70min:0MW"),
                 number("until", "s", kPositive, "end"), number("window", "s", between(60.0, 86400.0), "length", 900.0),
                 number("rate", "USD/W", kNonNegative, "per month")},
      .outputs = {number("demand", "W", kAny, "greatest of all months"),
                  number("window_start", "s", kAny, "of the window that set it"),
                  number("charge", "USD", kAny, "all months")},
      .evaluate = demand_charge};
  std::vector<EvalModel> models;
  models.push_back(std::move(peak));
  models.push_back(std::move(demand));
  return models;
}

}  // namespace aifactory
