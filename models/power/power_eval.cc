#include <algorithm>

#include "models/eval/eval.h"
#include "models/eval/list_text.h"
#include "models/power/breaker.h"
#include "models/power/conversion.h"
#include "models/power/derating.h"
#include "models/power/frontier.h"

namespace aifactory {
namespace {

constexpr const char* kUpsPoints = "0.25:0.955,0.5:0.966,1:0.96";
constexpr const char* kTitaniumPoints = "0.1:0.9,0.2:0.94,0.5:0.96,1:0.91";

std::vector<LoadPoint> load_points(const EvalArgs& args) {
  std::vector<LoadPoint> points;
  for (const auto& [load, efficiency] : parse_pair_list("points", args.text("points"), "", "")) {
    points.push_back({load, efficiency});
  }
  return points;
}

std::vector<EvalOutput> stage_outputs(const LossCurve& curve, Power output) {
  return {{"input", "W", curve.input(output).si()},
          {"loss", "W", curve.loss(output).si()},
          {"efficiency", "", curve.input(output) > 0.0 * W ? curve.efficiency(output) : kUnset}};
}

const std::vector<EvalKey> kStageOutputs{{"input", "W", kAny, kUnset, "drawn from the source"},
                                         {"loss", "W", kAny, kUnset, "input minus output"},
                                         {"efficiency", "", kAny, kUnset, "output over input"}};

std::vector<EvalKey> with(std::vector<EvalKey> keys, std::initializer_list<EvalKey> more) {
  keys.insert(keys.end(), more);
  return keys;
}

std::vector<EvalOutput> transformer(const EvalArgs& args) {
  Transformer::Params params;
  params.rating = Power(args["rating"]);
  if (args["efficiency"] > 0.0) {
    params.efficiency = args["efficiency"];
    params.efficiency_load = args["efficiency_load"];
  } else {
    params.no_load_loss = Power(args["no_load_loss"]);
    params.load_loss = Power(args["load_loss"]);
  }
  const Transformer model(params);
  auto out = stage_outputs(model.curve(), Power(args["output"]));
  out.push_back({"no_load_loss", "W", model.no_load_loss().si()});
  out.push_back({"load_loss", "W", model.load_loss().si()});
  return out;
}

std::vector<EvalOutput> ups(const EvalArgs& args) {
  const Ups model({.rating = Power(args["rating"]), .double_conversion = load_points(args), .eco = {}});
  auto out = stage_outputs(model.curve(UpsMode::double_conversion), Power(args["output"]));
  const auto [a, b, c] = model.curve(UpsMode::double_conversion).coefficients();
  out.push_back({"coefficients", "", std::vector<double>{a, b, c}});
  return out;
}

std::vector<EvalOutput> psu(const EvalArgs& args) {
  const Psu model({.rating = Power(args["rating"]), .points = load_points(args)});
  return stage_outputs(model.curve(), Power(args["output"]));
}

std::vector<EvalOutput> breaker(const EvalArgs& args) {
  Breaker::Params params;
  const std::string& wanted = args.text("curve");
  const auto* row = std::find_if(std::begin(kBreakerCurveNames), std::end(kBreakerCurveNames),
                                 [&](const auto& entry) { return wanted == entry.first; });
  if (row == std::end(kBreakerCurveNames)) {
    std::string names;
    for (const auto& [name, curve] : kBreakerCurveNames) names += names.empty() ? name : fmt::format(", {}", name);
    throw InputError(fmt::format("curve: \"{}\" must be one of {}", wanted, names));
  }
  params.curve = row->second;
  params.time_multiplier = args["time_multiplier"];
  params.pickup = args["pickup"];
  if (args["instantaneous"] > 0.0) params.instantaneous = args["instantaneous"];
  params.reset = Duration(args["reset"]);
  const Breaker model(params);

  const auto profile = parse_step_list("profile", args.text("profile"), "");
  Breaker::State state;
  double tripped_at_s = kUnset, share = 0.0;
  for (std::size_t i = 0; i < profile.size(); ++i) {
    const auto left = model.time_to_trip(state, profile[i].value);
    const bool last = i + 1 == profile.size();
    const Duration span = last ? Duration(0.0) : Duration(profile[i + 1].at_s - profile[i].at_s);
    if (left && (last || *left <= span)) {
      tripped_at_s = profile[i].at_s + left->si();
      share = 1.0;
      break;
    }
    if (!last) state = model.advance(state, profile[i].value, span);
    share = state.share;
  }
  return {{"tripped", "", !std::isnan(tripped_at_s)}, {"trip_time", "s", tripped_at_s}, {"share", "", share}};
}

std::vector<EvalOutput> frontier(const EvalArgs& args) {
  const FrontierPower model;
  const double cpu = args["cpu_utilization"], gpu = args["gpu_utilization"];
  return {{"node", "W", model.node(cpu, gpu).si()},
          {"rack", "W", model.rack(cpu, gpu).si()},
          {"system", "W", model.system(cpu, gpu).si()}};
}

}  // namespace

std::vector<EvalModel> power_eval_models() {
  const EvalKey rating{"rating", "W", kPositive, kUnset, "rated output"};
  const EvalKey output{"output", "W", kNonNegative, kUnset, "power delivered"};
  return {
      {"transformer",
       "loss of a distribution transformer",
       "loss = P0 + Pk x^2, x = output / rating",
       "unity power factor, loads 0..1.5",
       "10 CFR 431.196; IEC 60076-1",
       {rating,
        output,
        {"efficiency", "", kFraction, 0.0, "certified efficiency; 0: no_load_loss and load_loss are given instead"},
        {"efficiency_load", "", kPositiveFraction, 0.35, "load at which it is certified"},
        {"no_load_loss", "W", kNonNegative, 0.0, "core loss, without efficiency"},
        {"load_loss", "W", kNonNegative, 0.0, "winding loss at rating, without efficiency"}},
       with(kStageOutputs, {{"no_load_loss", "W", kAny, kUnset, "P0"}, {"load_loss", "W", kAny, kUnset, "Pk"}}),
       transformer},
      {"ups",
       "loss of a UPS from certified points",
       "three points: loss = rating (a + b x + c x^2); otherwise loss straight between points",
       "loads 0..1.5",
       "IEC 62040-3",
       {rating, output, {"points", "", kAny, kUnset, "LOAD:EFFICIENCY,...", true, kUpsPoints, false}},
       with(kStageOutputs, {{"coefficients", "", kAny, kUnset, "a, b, c of the quadratic"}}),
       ups},
      {"psu",
       "loss of a power supply from certified points",
       "loss straight between points",
       "loads 0..1.5",
       "80 PLUS",
       {rating, output, {"points", "", kAny, kUnset, "LOAD:EFFICIENCY,...", true, kTitaniumPoints, false}},
       kStageOutputs,
       psu},
      {"breaker",
       "inverse-time trip under a load that changes in steps",
       "integral of dt / t(M) = 1; IEC t = T A/(M^p - 1), IEEE t = T (A/(M^p - 1) + B)",
       "saturates at M = 20",
       "IEC 60255-151; IEEE C37.112",
       {{"profile", "", kAny, kUnset, "load over rated in steps, the last one held: 0s:2,10s:4", true, "", false},
        {"curve", "", kAny, kUnset, "characteristic", true, "iec_extremely_inverse", false},
        {"time_multiplier", "", kPositive, 1.0, "time multiplier (IEC) or time dial (IEEE)"},
        {"pickup", "", kPositive, 1.0, "load at which timing starts"},
        {"instantaneous", "", kNonNegative, 0.0, "multiple of pickup that trips at once; 0: none"},
        {"reset", "s", kNonNegative, 0.0, "full reset time at zero current; 0: at once"}},
       {{"tripped", "", kAny, kUnset, "whether it trips"},
        {"trip_time", "s", kAny, kUnset, "when; undefined if never"},
        {"share", "", kAny, kUnset, "of the way to the trip, at the end"}},
       breaker},
      {"frontier_power",
       "power of ORNL's Frontier with every node alike",
       "SIVOC (P + 13 W)/.98, rectifier (P + 17 W)/.96, 74 racks, 25 CDUs",
       "utilizations 0..1",
       "ExaDigiT/RAPS",
       {{"cpu_utilization", "", kFraction, kUnset, "of every CPU"},
        {"gpu_utilization", "", kFraction, kUnset, "mean of every node's GPUs"}},
       {{"node", "W", kAny, kUnset, "DC power of a node"},
        {"rack", "W", kAny, kUnset, "AC input of a rack"},
        {"system", "W", kAny, kUnset, "racks and CDUs"}},
       frontier,
       "frontier"},
      {"derating",
       "what is left of the ratings of power units at a high or hot site",
       "transformers 0.3 % (indoors) and 0.4 % (outdoors) for each 100 m above 1,000 m; UPS rho/rho(1000 m); generating sets 3 % for each "
       "500 m above 1,000 m or 3.5 % for each 300 m above 1,500 m, 3 % for each 5 K above 40 degC; gas turbine p/p0, 0.7 %/K above 15 degC",
       "-500..5000 m, up to 60 degC",
       "IEEE C57.91, C57.96, C37.20.1; IEC 62040-3; makers' sizing sheets; models/power/derating.h",
       {{"elevation", "m", between(-500.0, 5000.0), kUnset, "above sea level"},
        {"hottest", "degC", between(-60.0, 60.0), 25.0, "hottest outdoor air"}},
       {{"transformer_indoors", "", kAny, kUnset, "dry type in a cooled room"},
        {"transformer_outdoors", "", kAny, kUnset, "liquid-filled"},
        {"ups", "", kAny, kUnset, "forced air"},
        {"switchgear", "", kAny, kUnset, "boards and busways"},
        {"generator", "", kAny, kUnset, "diesel generating set"},
        {"gas_turbine", "", kAny, kUnset, "output at full fuel"},
        {"air_density", "", kAny, kUnset, "of the standard atmosphere over sea level"}},
       [](const EvalArgs& args) -> std::vector<EvalOutput> {
         const SiteConditions site{.elevation = Length(args["elevation"]), .hottest = Temperature::celsius(args["hottest"])};
         return {{"transformer_indoors", "", transformer_derating(site, false)},
                 {"transformer_outdoors", "", transformer_derating(site, true)},
                 {"ups", "", ups_derating(site)},
                 {"switchgear", "", switchgear_derating(site)},
                 {"generator", "", generator_derating(site)},
                 {"gas_turbine", "", gas_turbine_derating(site)},
                 {"air_density", "", air_density_ratio(site.elevation)}};
       }},
  };
}

}  // namespace aifactory
