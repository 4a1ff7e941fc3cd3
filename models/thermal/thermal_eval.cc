#include <algorithm>

#include "models/eval/eval.h"
#include "models/eval/list_text.h"
#include "models/cooling/fluid.h"
#include "models/thermal/chip.h"
#include "models/thermal/heat_up.h"
#include "models/thermal/thermal_network.h"
#include "models/thermal/transport_eval.h"

namespace aifactory {
namespace {

/// The step in force at `t_s`.
double value_at(const std::vector<ListStep>& steps, double t_s) {
  double value = steps.front().value;
  for (const ListStep& step : steps) {
    if (step.at_s <= t_s) value = step.value;
  }
  return value;
}

std::vector<EvalOutput> thermal_network(const EvalArgs& args) {
  const auto capacities = parse_number_list("capacities", args.text("capacities"), "J/K");
  const auto resistances = parse_number_list("resistances", args.text("resistances"), "K/W");
  const auto heat = parse_step_list("power", args.text("power"), "W");
  const auto coolant = parse_step_list("coolant", args.text("coolant"), "degC");
  const auto thresholds = parse_number_list("thresholds", args.text("thresholds"), "degC");
  const double until_s = args["until"];
  if (capacities.size() != resistances.size()) {
    throw InputError(
        fmt::format("resistances: {} must be as many as the {} capacities (the last one leads to the coolant)",
                    resistances.size(), capacities.size()));
  }
  ThermalNetwork::Params params;
  const int last = static_cast<int>(capacities.size()) - 1;
  for (int i = 0; i <= last; ++i) {
    const auto k = static_cast<std::size_t>(i);
    if (!(resistances[k] > 0.0)) throw InputError(fmt::format("resistances: {:g} K/W must be > 0 K/W", resistances[k]));
    params.capacities.emplace_back(capacities[k]);
    const ThermalConductance g(1.0 / resistances[k]);
    if (i < last) params.links.push_back({i, i + 1, g});
    if (i == last) params.boundary_links.push_back({i, 0, g});
  }
  const ThermalNetwork network(params);
  const int node = static_cast<int>(args["node"]);
  if (node != args["node"] || node > last) {
    throw InputError(fmt::format("node: {:g} must be a whole number in 0..{}", args["node"], last));
  }

  const auto initial = parse_number_list("initial", args.text("initial"), "degC");
  if (initial.size() > 1 && initial.size() != capacities.size()) {
    throw InputError("initial: must be one temperature or one for each node");
  }
  ThermalNetwork::State state;
  for (int i = 0; i <= last; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const double celsius = initial.empty() ? coolant.front().value : initial[initial.size() == 1 ? 0 : k];
    state.node[k] = Temperature::celsius(celsius);
  }
  const double start_c = state.node[static_cast<std::size_t>(node)].in_celsius();

  std::vector<double> events{0.0, until_s};
  for (const auto* steps : {&heat, &coolant}) {
    for (const ListStep& step : *steps) {
      if (step.at_s < until_s) events.push_back(step.at_s);
    }
  }
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());

  std::vector<double> crossings_s(thresholds.size(), kUnset);
  ThermalNetwork::Inputs inputs;
  inputs.power.fill(0.0 * W);
  double heat_j = 0.0;
  for (std::size_t e = 0; e + 1 < events.size(); ++e) {
    inputs.power[0] = Power(value_at(heat, events[e]));
    inputs.boundary[0] = Temperature::celsius(value_at(coolant, events[e]));
    const Duration span(events[e + 1] - events[e]);
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
      if (!std::isnan(crossings_s[i])) continue;
      const auto direction = start_c < thresholds[i] ? Crossing::rising : Crossing::falling;
      const auto t = network.next_crossing(state, inputs, node, Temperature::celsius(thresholds[i]), direction, span);
      if (t) crossings_s[i] = events[e] + t->si();
    }
    heat_j += network.integrate(state, inputs, span).heat_to_boundary[0].si();
    state = network.advance(state, inputs, span);
  }
  inputs.power[0] = Power(value_at(heat, until_s));
  inputs.boundary[0] = Temperature::celsius(value_at(coolant, until_s));

  std::vector<double> temperatures_c, steady_c, time_constants_s;
  const auto steady = network.steady(inputs);
  for (int i = 0; i <= last; ++i) {
    const auto k = static_cast<std::size_t>(i);
    temperatures_c.push_back(state.node[k].in_celsius());
    if (steady) steady_c.push_back(steady->node[k].in_celsius());
    time_constants_s.push_back(1.0 / network.rate(i).si());
  }
  std::sort(time_constants_s.begin(), time_constants_s.end());
  return {{"temperatures", "degC", temperatures_c},
          {"steady", "degC", steady_c},
          {"crossing_times", "s", crossings_s},
          {"time_constants", "s", time_constants_s},
          {"heat_to_coolant", "J", heat_j}};
}

std::vector<EvalOutput> chip_leakage(const EvalArgs& args) {
  const LeakageModel model({.leakage_at_reference = Power(args["leakage"]),
                            .reference = Temperature::celsius(args["reference"]),
                            .e_folding = TemperatureDelta(args["e_folding"])});
  const auto out = model.evaluate(Power(args["dynamic_power"]), Temperature::celsius(args["coolant"]),
                                  ThermalResistance(args["resistance"]));
  return {{"junction", "degC", out.junction.in_celsius()},
          {"power", "W", out.power.si()},
          {"loop_gain", "", out.loop_gain},
          {"runaway", "", out.runaway}};
}

std::vector<EvalOutput> heat_up(const EvalArgs& args) {
  const HeatStore store{.solid = Mass(args["solid"]),
                        .solid_heat = SpecificHeat(args["solid_heat"]),
                        .liquid = Volume(args["liquid"]),
                        .liquid_density = Density(args["liquid_density"]),
                        .liquid_heat = SpecificHeat(args["liquid_heat"])};
  if (!(store.capacity().si() > 0.0)) throw InputError("heat_up: give solid, liquid or both");
  if (args["to"] < args["from"]) throw InputError("heat_up: to must not be below from");
  const Power power(args["power"]);
  const double rate = store.rate_k_per_s(power);
  return {{"capacity", "J/K", store.capacity().si()},
          {"rate", "K/s", rate},
          {"rate", "K/min", rate * 60.0},
          {"time", "s", store.time_to_rise(power, TemperatureDelta(args["to"] - args["from"])).si()}};
}

}  // namespace

std::vector<EvalModel> thermal_eval_models() {
  return {
      {"thermal_network",
       "chain of heat capacities to a coolant, heated at its first node, with threshold times",
       "C_i dT_i/dt = P_i + sum G (T_j - T_i), solved exactly",
       "1..8 nodes, constant conductances",
       "Incropera et al., Fundamentals of Heat and Mass Transfer, ch. 5",
       {{"capacities", "J/K", kAny, kUnset, "of each node: 60J/K,900J/K", true, "", false},
        {"resistances", "K/W", kAny, kUnset, "to the next node, the last one to the coolant: 0.013K/W,0.012K/W", true,
         "", false},
        {"power", "W", kAny, kUnset, "heat into the first node in steps: 0s:1kW,10s:2kW", true, "", false},
        {"coolant", "degC", kAny, kUnset, "coolant temperature in steps: 0s:45degC", true, "", false},
        {"initial", "degC", kAny, kUnset, "all nodes, or one for each; not given: the first coolant temperature", true,
         "", true},
        {"thresholds", "degC", kAny, kUnset, "temperatures to time: 65degC,87degC", true, "", true},
        {"node", "", between(0, 7), 0.0, "the node they are timed at"},
        {"until", "s", kPositive, 3600.0, "length of the run"}},
       {{"temperatures", "degC", kAny, kUnset, "of the nodes at the end"},
        {"steady", "degC", kAny, kUnset, "where the last inputs lead"},
        {"crossing_times", "s", kAny, kUnset, "first time each threshold is reached; undefined where never"},
        {"time_constants", "s", kAny, kUnset, "of the modes"},
        {"heat_to_coolant", "J", kAny, kUnset, "over the whole run"}},
       thermal_network},
      {"chip_leakage",
       "junction temperature of a chip whose leakage grows with it",
       "T_j = T_c + P R, P = P_d + P_l0 exp((T_j - T_0)/theta)",
       "the stable root; runaway where there is none",
       "Liao, He and Lepak, IEEE TCAD 24(7), 2005",
       {{"dynamic_power", "W", kNonNegative, kUnset, "power without leakage"},
        {"coolant", "degC", kCelsius, kUnset, "coolant temperature"},
        {"resistance", "K/W", kPositive, kUnset, "junction to coolant"},
        {"leakage", "W", kNonNegative, kUnset, "leakage at the reference temperature"},
        {"reference", "degC", kCelsius, 60.0, "junction temperature that the leakage is given for"},
        {"e_folding", "K", kPositive, 60.0, "rise that multiplies leakage by e; assumed, middle of 50-70 K"}},
       {{"junction", "degC", kAny, kUnset, "undefined in runaway"},
        {"power", "W", kAny, kUnset, "with leakage"},
        {"loop_gain", "", kAny, kUnset, "R dP/dT, below 1"},
        {"runaway", "", kAny, kUnset, "no stable temperature exists"}},
       chip_leakage,
       "leakage"},
      {"heat_up",
       "warming of a part or a loop that nothing cools",
       "dT/dt = P/C, C = m c + V rho c_l",
       "no heat leaves",
       "energy balance; copper 385 J/kg/K, PG25 as in the coolant table",
       {{"power", "W", kPositive, kUnset, "heat that goes on"},
        {"from", "degC", kCelsius, kUnset, "temperature at the beginning"},
        {"to", "degC", kCelsius, kUnset, "temperature to reach"},
        {"solid", "kg", kNonNegative, 0.0, "mass of metal"},
        {"solid_heat", "J/kg/K", kPositive, 385.0, "of the metal; copper"},
        {"liquid", "m3", kNonNegative, 0.0, "volume of coolant in it"},
        {"liquid_density", "kg/m3", kPositive, kPg25.density.si(), "of the coolant; PG25"},
        {"liquid_heat", "J/kg/K", kPositive, kPg25.specific_heat.si(), "of the coolant; PG25"}},
       {{"capacity", "J/K", kAny, kUnset, "heat capacity"},
        {"rate", "K/s", kAny, kUnset, "warming"},
        {"rate", "K/min", kAny, kUnset, "the same by the minute"},
        {"time", "s", kAny, kUnset, "from one temperature to the other"}},
       heat_up},
      transport_line_eval(),
  };
}

}  // namespace aifactory
