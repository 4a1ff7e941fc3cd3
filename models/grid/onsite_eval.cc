// Generation on site and storage, by name.
#include <array>

#include "models/eval/eval_rows.h"
#include "models/eval/list_text.h"
#include "models/grid/battery.h"
#include "models/grid/onsite.h"

namespace aifactory {
namespace {

using namespace eval_rows;

EvalModel pv() {
  return {.name = "pv",
          .summary = "photovoltaic field behind an inverter",
          .equations = "P = min(rating G/1000 (1 + g (T_cell - 25)), inverter); T_cell = T_air + (NOCT - 20)/800 G",
          .validity = "irradiance 0..1400 W/m2 on the plane of the modules",
          .source = "linear model of module data sheets; IEC 61215; g and NOCT assumed",
          .inputs = with_params({number("irradiance", "W/m2", between(0.0, 1600.0), "on the plane of the modules"),
                                 number("cell", "degC", kOptionalCelsius, "temperature of the cells; or air", kNoTemperature_c),
                                 number("air", "degC", kOptionalCelsius, "air, when cell is left out", kNoTemperature_c)},
                                PvField::Params{}),
          .outputs = {output("power", "W", "to the grid"), output("dc", "W", "before the inverter"),
                      output("clipped", "W", "what the inverter does not pass"), output("cell", "degC", "of the cells")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const PvField field(read_params<PvField::Params>(args));
            const bool has_cell = given(args["cell"], kNoTemperature_c), has_air = given(args["air"], kNoTemperature_c);
            if (has_cell == has_air) throw InputError("pv: give exactly one of cell, air");
            const double g = args["irradiance"];
            const Temperature cell = has_cell ? celsius(args["cell"]) : field.cell(g, celsius(args["air"]));
            const Power dc = field.dc(g, cell), power = field.power(g, cell);
            return {{"power", "W", power.si()}, {"dc", "W", dc.si()}, {"clipped", "W", (dc - power).si()}, {"cell", "degC", cell.in_celsius()}};
          }};
}

EvalModel wind() {
  const WindFarm::Params p;
  return {.name = "wind",
          .summary = "wind turbines by the cubic law between cut-in and rated wind",
          .equations = "P = rating (v^3 - v_ci^3)/(v_r^3 - v_ci^3) below rated wind, rating up to cut-out, else 0",
          .validity = "mean wind at hub height",
          .source = "usual cubic approximation of power curves; speeds assumed",
          .inputs = {number("wind", "m/s", kNonNegative, "at hub height"), number("rating", "W", kPositive, "power at rated wind"),
                     number("cut_in", "m/s", kNonNegative, "wind at which it starts (assumed)", p.cut_in_m_s),
                     number("rated_wind", "m/s", kPositive, "wind of full power (assumed)", p.rated_m_s),
                     number("cut_out", "m/s", kPositive, "wind at which it stops (assumed)", p.cut_out_m_s)},
          .outputs = {output("power", "W", "electric"), output("capacity", "", "power over rating")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const WindFarm farm({.rating = Power(args["rating"]), .cut_in_m_s = args["cut_in"], .rated_m_s = args["rated_wind"], .cut_out_m_s = args["cut_out"]});
            const Power power = farm.power(args["wind"]);
            return {{"power", "W", power.si()}, {"capacity", "", power / Power(args["rating"])}};
          }};
}

EvalModel turbine() {
  GasTurbine::Params p;
  p.ramp = PowerRamp(5e6 / 60.0);  // assumed: 5 MW/min
  return {.name = "gas_turbine",
          .summary = "gas turbine or engine: output in warm air, fuel, CO2, time to a set point",
          .equations = "capacity = rating (1 - d (T - 15)); heat rate = HR0 (1 - b + b/x); CO2 = fuel x factor",
          .validity = "from the minimum load to capacity; below it the machine does not run",
          .source = "Willans line; ISO 3977 reference air; IPCC 2006 for natural gas; coefficients assumed",
          .inputs = with_params({number("power", "W", kNonNegative, "set point"), number("air", "degC", kCelsius, "at the inlet", 15.0),
                                 number("previous", "W", kNonNegative, "power before the set point", 0.0)},
                                p),
          .outputs = {output("power", "W", "delivered"), output("capacity", "W", "in this air"),
                      output("heat_rate", "", "fuel over electricity; undefined at rest"), output("efficiency", "", "electricity over fuel; undefined at rest"),
                      output("fuel", "W", "lower heating value"), output("heat", "W", "to exhaust and coolers"),
                      output("carbon", "kg/kWh", "CO2 of its electricity; undefined at rest"), output("time", "s", "from the previous power to this one")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const GasTurbine machine(read_params<GasTurbine::Params>(args));
            const auto out = machine.at(Power(args["power"]), celsius(args["air"]));
            return {{"power", "W", out.power.si()},
                    {"capacity", "W", out.capacity.si()},
                    {"heat_rate", "", out.heat_rate},
                    {"efficiency", "", 1.0 / out.heat_rate},
                    {"fuel", "W", out.fuel.si()},
                    {"heat", "W", out.heat().si()},
                    {"carbon", "kg/kWh", out.carbon.si() * 3.6e6},
                    {"time", "s", machine.time_to(Power(args["previous"]), out.power).si()}};
          },
          .alias = "turbine"};
}

EvalModel battery() {
  BatteryStorage::Params p;
  p.charge_efficiency = p.discharge_efficiency = std::sqrt(0.85);  // assumed: .85 for a round trip
  return {.name = "battery",
          .summary = "state of charge of a battery after a power over a span",
          .equations = "E dsoc/dt = P eta_c (charging, P > 0) or P/eta_d, less the idle loss; power and window clipped",
          .validity = "constant efficiencies; the step ends at the bound of the window",
          .source = "energy balance; round trip of .85 assumed",
          .inputs = with_params({number("soc", "", kFraction, "state of charge at the beginning"), number("power", "W", kAny, "at the terminals, positive when it charges"),
                                 number("span", "s", kNonNegative, "how long")},
                                [&] {
                                  p.max_charge = p.max_discharge = Power(1e12);  // none unless given
                                  return p;
                                }()),
          .outputs = {output("soc", "", "at the end"), output("power", "W", "that it takes or gives"), output("lasted", "s", "until the end or a bound of the window"),
                      output("lasts", "s", "until a bound at that power; undefined: for ever"), output("stored", "J", "at the end"), output("loss", "J", "over the time it lasted")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const BatteryStorage model(read_params<BatteryStorage::Params>(args));
            const BatteryStorage::State before{args["soc"]};
            if (before.soc < model.params().min_soc || before.soc > model.params().max_soc) throw InputError("battery: soc must be within min_soc..max_soc");
            const Power power = model.accept(before, Power(args["power"]));
            const Duration lasts = model.lasts(before, power), lasted = std::min(Duration(args["span"]), lasts);
            const auto after = model.advance(before, power, lasted);
            return {{"soc", "", after.soc},
                    {"power", "W", power.si()},
                    {"lasted", "s", lasted.si()},
                    {"lasts", "s", lasts.si()},
                    {"stored", "J", model.stored(after).si()},
                    {"loss", "J", (model.loss(power) * lasted).si()}};
          }};
}

EvalModel ups_battery() {
  return {.name = "ups_battery",
          .summary = "energy that a UPS battery gives for a load over a time",
          .equations = "E = P t / efficiency",
          .validity = "constant load",
          .source = "energy balance",
          .inputs = {number("power", "W", kNonNegative, "of the load"), number("span", "s", kNonNegative, "how long"),
                     number("efficiency", "", kPositiveFraction, "battery to load (assumed)", 0.97)},
          .outputs = {output("energy", "kWh", "out of the battery"), output("loss", "kWh", "of it, in the inverter")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const Energy energy = ride_through_energy(Power(args["power"]), Duration(args["span"]), args["efficiency"]);
            return {{"energy", "kWh", energy.in(kWh)}, {"loss", "kWh", energy.in(kWh) * (1.0 - args["efficiency"])}};
          }};
}

EvalModel clean_share() {
  return {.name = "clean_share",
          .summary = "share of a load that clean generation covers hour by hour",
          .equations = "sum of min(load, clean) / sum of load",
          .validity = "lists of equal spans",
          .source = "24/7 carbon-free energy, hourly matching",
          .inputs = {text("load", "powers, e.g. 10MW,10MW,10MW"), text("clean", "powers of the same hours")},
          .outputs = {output("matched", "", "CFE share"), output("annual", "", "share by totals, as yearly certificates count it")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            std::vector<Power> load, clean;
            double load_w = 0.0, clean_w = 0.0;
            for (const double v : parse_number_list("load", args.text("load"), "W")) load.emplace_back(v), load_w += v;
            for (const double v : parse_number_list("clean", args.text("clean"), "W")) clean.emplace_back(v), clean_w += v;
            if (load.size() != clean.size()) throw InputError(fmt::format("clean: {} powers for {} of load", clean.size(), load.size()));
            return {{"matched", "", matched_share(load, clean)}, {"annual", "", std::min(1.0, clean_w / load_w)}};
          }};
}

}  // namespace

std::vector<EvalModel> supply_eval_models() { return {pv(), wind(), turbine(), battery(), ups_battery(), clean_share()}; }

}  // namespace aifactory
