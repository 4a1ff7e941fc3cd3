// Sags, ramps and key figures by name.
#include "models/eval/eval_rows.h"
#include "models/eval/list_text.h"
#include "models/grid/itic.h"
#include "models/grid/kpi.h"
#include "models/grid/ramp.h"
#include "models/grid/sag_counter.h"

namespace aifactory {
namespace {

using namespace eval_rows;

EvalModel itic() {
  return {.name = "itic",
          .summary = "whether electronics ride through a sag or swell",
          .equations = "below .7: 20 ms, below .8: .5 s, below .9: 10 s; above 1.1: .5 s, above 1.2: 3 ms",
          .validity = "single-phase supplies; steps instead of the figure's slanting lines below 3 ms",
          .source = "ITI (CBEMA) curve application note, 2000",
          .inputs = {number("voltage", "", kNonNegative, "over nominal"), number("span", "s", kNonNegative, "how long it lasts")},
          .outputs = {output("region", "", "ride, trip or damage"), output("rides", "", "goes on undisturbed"),
                      output("tolerated", "s", "how long that voltage may last; undefined: for ever")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const VoltageRegion region = itic_region(args["voltage"], Duration(args["span"]));
            return {{"region", "", std::string(name_of(region))}, {"rides", "", region == VoltageRegion::ride}, {"tolerated", "s", itic_tolerated(args["voltage"]).si()}};
          }};
}

EvalModel sag_counter() {
  return {.name = "sag_counter",
          .summary = "when a UPS that counts sags stays on battery",
          .equations = "latched with the n-th sag inside a window",
          .validity = "a sag counts from its beginning",
          .source = "NERC incident review of 10 July 2024; three in a minute assumed",
          .inputs = with_params({text("sags", "beginnings: 0s,16s,32s")}, SagCounter::Params{}),
          .outputs = {output("latched", "", "stays on battery"), output("latch_time", "s", "when; undefined if never"), output("sags", "", "counted until then")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const SagCounter counter(read_params<SagCounter::Params>(args));
            SagCounter::State state;
            double latch_s = kUnset, counted = 0.0;
            Tick last = -1;
            for (const double at_s : parse_number_list("sags", args.text("sags"), "s")) {
              const Tick at = to_ticks(Duration(at_s));
              if (at <= last) throw InputError("sags: times must ascend from 0 s");
              last = at;
              counted += 1.0;
              if (!counter.sag(state, at)) continue;
              latch_s = at_s;
              break;
            }
            return {{"latched", "", state.latched}, {"latch_time", "s", latch_s}, {"sags", "", counted}};
          }};
}

EvalModel kpi() {
  return {.name = "kpi",
          .summary = "PUE, WUE, CUE, ERF and ERE from totals of a period",
          .equations = "PUE = E_DC/E_IT, WUE = water/E_IT, CUE = CO2e/E_IT, ERF = E_reuse/E_DC, ERE = (1 - ERF) PUE",
          .validity = "totals of one period at one boundary",
          .source = "ISO/IEC 30134-2, -6, -8, -9; Green Grid for ERE",
          .inputs = {number("facility", "J", kPositive, "energy of the whole site"), number("it", "J", kPositive, "energy of IT"),
                     number("reused", "J", kNonNegative, "heat used by others", 0.0), number("water", "m3", kNonNegative, "site water", 0.0),
                     number("carbon", "kg", kOptionalNonNegative, "CO2e; or intensity", kNone),
                     number("intensity", "kg/J", kOptionalNonNegative, "of the electricity, all of it from the grid, instead of carbon", kNone)},
          .outputs = {output("pue", "", "power usage effectiveness"), output("wue", "L/kWh", "water usage effectiveness"),
                      output("cue", "kg/kWh", "carbon usage effectiveness; undefined without carbon"), output("erf", "", "energy reuse factor"),
                      output("ere", "", "energy reuse effectiveness")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            const bool has_carbon = given(args["carbon"], kNone), has_intensity = given(args["intensity"], kNone);
            if (has_carbon && has_intensity) throw InputError("kpi: give carbon or intensity, not both");
            KpiTotals t{.facility = Energy(args["facility"]), .it = Energy(args["it"]), .reused = Energy(args["reused"]), .water = Volume(args["water"])};
            if (t.it > t.facility) throw InputError("kpi: it must not be more than facility");
            if (has_carbon) t.carbon = Mass(args["carbon"]);
            if (has_intensity) t.carbon = CarbonIntensity(args["intensity"]) * t.facility;
            const double cue = has_carbon || has_intensity ? t.cue().in(g_per_kWh) / 1e3 : kUnset;
            return {{"pue", "", t.pue()}, {"wue", "L/kWh", t.wue_l_per_kwh()}, {"cue", "kg/kWh", cue}, {"erf", "", t.erf()}, {"ere", "", t.ere()}};
          }};
}

EvalModel ramp() {
  return {.name = "ramp",
          .summary = "fastest change of a sampled power over a window, and its swing in a band of frequencies",
          .equations = "ramp = max (mean of a window - mean of the one before)/window; swing^2 = sum of |X_k|^2/n^2 in the band",
          .validity = "samples at a fixed spacing; the window a whole multiple of it",
          .source = "ramp limits of interconnection agreements; Choukse et al., arXiv 2508.14318, for the band",
          .inputs = {text("samples", "powers: 10MW,13MW,11MW"), number("spacing", "s", kPositive, "between samples"),
                     number("window", "s", kOptionalNonNegative, "left out: the spacing", kNone), number("low", "1/s", kPositive, "of the band", 0.1),
                     number("high", "1/s", kPositive, "of the band", 20.0)},
          .outputs = {output("ramp_up", "W/s", "fastest rise"), output("ramp_down", "W/s", "fastest fall"), output("step_up", "W", "greatest rise from window to window"),
                      output("step_down", "W", "greatest fall"), output("swing", "W", "root mean square within the band")},
          .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
            std::vector<Power> samples;
            for (const double v : parse_number_list("samples", args.text("samples"), "W")) samples.emplace_back(v);
            const Duration spacing(args["spacing"]), window = given(args["window"], kNone) ? Duration(args["window"]) : spacing;
            const double per = window / spacing;
            if (samples.size() < 2) throw InputError("samples: at least two must be given");
            if (!(per >= 1.0) || std::abs(per - std::round(per)) > 1e-9) throw InputError("window: must be a whole multiple of spacing");
            if (args["high"] < args["low"]) throw InputError("high: must not be below low");
            const RampBand band = ramp_band(samples, spacing, window);
            return {{"ramp_up", "W/s", band.up.si()},
                    {"ramp_down", "W/s", band.down.si()},
                    {"step_up", "W", band.step_up.si()},
                    {"step_down", "W", band.step_down.si()},
                    {"swing", "W", band_swing(samples, spacing, Frequency(args["low"]), Frequency(args["high"])).si()}};
          }};
}

}  // namespace

std::vector<EvalModel> quality_eval_models() { return {itic(), sag_counter(), kpi(), ramp()}; }

}  // namespace aifactory
