// Chillers by name.
#include "models/cooling/chiller_carnot.h"
#include "models/cooling/chiller_eir.h"
#include "models/eval/eval_rows.h"

namespace aifactory {
namespace {

using namespace eval_rows;

EvalModel chiller_eir() {
  return {
      .name = "chiller_eir",
      .summary = "electric chiller by DOE-2 curves, by its name in the catalogue",
      .equations = "capacity = Q0 f1(Te, Tc); P = capacity/COP f2(Te, Tc) f3(PLR) CR; biquadratic f1, f2, quadratic f3",
      .validity = "the curves' temperature ranges (`inside`); held at the border outside unless clamp_outside = 0",
      .source = "EnergyPlus Engineering Reference, Chiller:Electric:EIR; data set Chillers.idf",
      .inputs =
          with_entry<ChillerEir::Params>({number("evaporator_leaving", "degC", kCelsius, "chilled water, leaving"),
                       number("condenser_entering", "degC", kCelsius, "condenser water or air, entering"),
                       number("heat", "W", kOptionalNonNegative, "taken up; left out: part_load of capacity", kNone),
                       number("part_load", "", between(0.0, 2.0), "when heat is left out", 1.0)},
                      "chiller", "carrier_19xr_1407"),
      .outputs = {output("power", "W", "electric"), output("cop", "", "heat over power"),
                  output("heat", "W", "taken up"), output("rejected", "W", "to the condenser"),
                  output("capacity", "W", "at these temperatures"), output("part_load", "", "heat over capacity"),
                  output("f1", "", "capacity curve"), output("f2", "", "temperature curve"),
                  output("f3", "", "part-load curve"), output("inside", "", "temperatures within the curves' range")},
      .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
        const ChillerEir unit(read_entry<ChillerEir::Params>(args, "chiller"));
        const Temperature te = celsius(args["evaporator_leaving"]), tc = celsius(args["condenser_entering"]);
        const Power heat = given(args["heat"], kNone) ? Power(args["heat"])
                                                      : args["part_load"] * unit.evaluate(Power(0.0), te, tc).capacity;
        const auto out = unit.evaluate(heat, te, tc);
        return {{"power", "W", out.power.si()},
                {"cop", "", out.power.si() > 0.0 ? out.cop() : 0.0},
                {"heat", "W", out.heat.si()},
                {"rejected", "W", out.rejected.si()},
                {"capacity", "W", out.capacity.si()},
                {"part_load", "", out.part_load},
                {"f1", "", out.f1},
                {"f2", "", out.f2},
                {"f3", "", out.f3},
                {"inside", "", out.inside}};
      }};
}

EvalModel chiller_carnot() {
  CarnotChiller::Params p;
  p.design_capacity = 2771.1 * kW;
  p.cop = 6.84;
  p.rated_evaporator_leaving = celsius(6.67);
  p.rated_condenser_leaving = celsius(31.67);
  return {.name = "chiller_carnot",
          .summary = "electric chiller as a fixed share of Carnot, for warm-water loops",
          .equations = "COP = eta (Te - ae)/max(Tc + ac - (Te - ae), min_lift); P = heat/COP",
          .validity = "leaving temperatures; COP stops rising at the minimum lift (8 K, assumed)",
          .source = "Modelica Buildings, Fluid.Chillers.Carnot_TEva",
          .inputs = with_params({number("heat", "W", kNonNegative, "taken up; left out: 1 MW", 1e6),
                                 number("evaporator_leaving", "degC", kCelsius, "chilled water, leaving"),
                                 number("condenser_leaving", "degC", kCelsius, "condenser water, leaving")},
                                p),
          .outputs = {output("cop", "", "heat over power"), output("power", "W", "electric"),
                      output("heat", "W", "taken up"), output("rejected", "W", "to the condenser"),
                      output("effectiveness", "", "eta, from the rating")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const CarnotChiller unit(read_params<CarnotChiller::Params>(args));
            const auto out = unit.evaluate(Power(args["heat"]), celsius(args["evaporator_leaving"]),
                                           celsius(args["condenser_leaving"]));
            return {{"cop", "", out.cop},
                    {"power", "W", out.power.si()},
                    {"heat", "W", out.heat.si()},
                    {"rejected", "W", out.rejected.si()},
                    {"effectiveness", "", unit.effectiveness()}};
          }};
}

}  // namespace

std::vector<EvalModel> chiller_eval_models() { return {chiller_eir(), chiller_carnot()}; }

}  // namespace aifactory
