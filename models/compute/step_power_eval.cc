#include <cmath>

#include "models/compute/accelerator.h"
#include "models/compute/periodic_power.h"
#include "models/compute/power_cap.h"
#include "models/eval/eval_rows.h"
#include "models/eval/list_text.h"

namespace aifactory {
namespace {
using namespace eval_rows;

std::vector<EvalOutput> power_cap(const EvalArgs& args) {
  PowerCapParams p;
  if (!args.text("accelerator").empty()) {
    const auto sheet = builtin_entry<AcceleratorParams>(args.text("accelerator"));
    if (sheet.idle_power) p.idle = *sheet.idle_power;
    if (sheet.tdp) p.max = *sheet.tdp;
  }
  if (given(args["idle"], kNone)) p.idle = Power(args["idle"]);
  if (given(args["max"], kNone)) p.max = Power(args["max"]);
  for (const auto& [key, value] : {std::pair{"idle", p.idle}, std::pair{"max", p.max}}) {
    if (!std::isnan(value.si())) continue;
    const std::string& name = args.text("accelerator");
    throw InputError(name.empty() ? fmt::format("power_cap: not given: accelerator=... (its idle and rated power), or {}", std::isnan(p.max.si()) && std::isnan(p.idle.si()) ? "idle=\"85 W\" and max=\"700 W\"" : fmt::format("{}=\"...\"", key))
                                  : fmt::format("power_cap: the catalogue does not say the power of {} ({}); give {}=\"...\"", name, key, key));
  }
  p.power_exponent = args["power_exponent"];
  p.voltage_floor = args["voltage_floor"];
  p.lowest_clock = args["lowest_clock"];
  WorkloadKind kind = workload_kind(args.text("workload"));
  if (given(args["compute_share"], kNone)) kind.compute_share = args["compute_share"];
  if (given(args["utilization"], kNone)) kind.utilization = args["utilization"];
  if (given(args["clocked_share"], kNone)) kind.clocked_share = args["clocked_share"];
  const PowerCap law(p, kind);
  if (args["cap"] > 0.0 && args["pace"] > 0.0) throw InputError("power_cap: give a cap or a pace, not both");
  const PowerCap::Point point = args["cap"] > 0.0    ? law.under(Power(args["cap"]))
                                : args["pace"] > 0.0 ? law.for_pace(args["pace"])
                                                     : law.at(args["clock"]);
  return {{"clock_frac", "", point.clock},
          {"power", "W", point.power.si()},
          {"full_power", "W", law.power(1.0).si()},
          {"pace_frac", "", point.pace},
          {"energy_per_work_frac", "", point.energy},
          {"work_per_energy_frac", "", 1.0 / point.energy},
          {"cap_held", "", point.held}};
}

std::vector<EvalOutput> waveform_row(const EvalArgs& args) {
  std::vector<PowerPhase> phases;
  for (const ListStep& pair : parse_pair_list("phases", args.text("phases"), "s", "W")) {
    phases.push_back({Duration(pair.at_s), Power(pair.value)});
  }
  const PeriodicPower wave(std::move(phases));
  const double rate = args["sampling"];
  const auto bins = static_cast<std::size_t>(std::llround(args["window"] * rate));
  if (bins > 100000) throw InputError(fmt::format("window: {} bins are more than 100000", bins));
  std::vector<double> powers, frequencies, amplitudes;
  for (const Power power : wave.render(Duration(args["from"]), Frequency(rate), bins)) powers.push_back(power.si());
  for (const SpectralLine& line : wave.lines(static_cast<std::size_t>(args["lines"]))) {
    frequencies.push_back(line.frequency.si());
    amplitudes.push_back(line.amplitude.si());
  }
  return {{"period", "s", wave.period().si()},
          {"mean", "W", wave.mean().si()},
          {"lowest", "W", wave.lowest().si()},
          {"highest", "W", wave.highest().si()},
          {"energy", "J",
           wave.energy(Duration(args["from"]), Duration(args["from"] + static_cast<double>(bins) / rate)).si()},
          {"bins", "W", powers},
          {"line_frequencies", "1/s", frequencies},
          {"line_amplitudes", "W", amplitudes}};
}

}  // namespace

std::vector<EvalModel> step_power_eval_models() {
  const Range optional_power{-1.0, kInf, true};
  EvalKey accelerator = text("accelerator", "name in scenarios/catalog/accelerators: its rated and idle power", "");
  accelerator.text_optional = true;
  accelerator.aliases = {"hardware"};
  return {
      {"power_cap",
       "clock, power and pace of an accelerator under a power cap, by kind of work",
       "P = idle + (max - idle) u (1 - k + k g(f)), g = f^a above the voltage floor, linear below; pace = 1/(c/f + 1 - "
       "c)",
       "clock 0.2 to 1",
       "dynamic power of scaled CMOS; shares assumed, see models/compute/power_cap.cc",
       {text("workload", "gemm, training, prefill, decode or mixed_serving", "training"), accelerator,
        number("idle", "W", optional_power, "idle power; -1 W: as the accelerator", kNone),
        number("max", "W", optional_power, "at full load and clock; -1 W: as the accelerator", kNone),
        number("cap", "W", kNonNegative, "power cap; 0: none", 0.0),
        number("pace", "", kFraction, "wanted pace; 0: none", 0.0),
        number("clock", "", between(0.05, 1.0), "over full clock, without cap and pace", 1.0),
        number("compute_share", "", kOptionalFraction, "time that shrinks with the clock; -1: as the workload", kNone),
        number("utilization", "", kOptionalFraction, "dynamic power at full clock; -1: as the workload", kNone),
        number("clocked_share", "", kOptionalFraction, "dynamic power that follows the clock; -1: as the workload",
               kNone),
        number("power_exponent", "", between(1.0, 4.0), "of dynamic power in the clock (assumed)", 2.4),
        number("voltage_floor", "", kFraction, "clock below which voltage stays (assumed)", 0.5),
        number("lowest_clock", "", kPositiveFraction, "over full clock (assumed)", 0.2)},
       {output("clock_frac", "", "over full clock"), output("power", "W", "at that clock"),
        output("full_power", "W", "at full clock"), output("pace_frac", "", "work per time over that at full clock"),
        output("energy_per_work_frac", "", "over that at full clock"),
        output("work_per_energy_frac", "", "its inverse"), output("cap_held", "", "the lowest clock is low enough")},
       power_cap,
       ""},
      {"waveform",
       "power that repeats a list of phases: means of bins, energy, spectral lines",
       "bins are exact means; line k: 2 |c_k|, c_k the Fourier coefficient of the piecewise constant period",
       "constant power within a phase",
       "Fourier series",
       {text("phases", "LENGTH:POWER,... of one period, e.g. 0.25s:1kW,0.25s:0.4kW"),
        number("from", "s", kNonNegative, "start of the window", 0.0),
        number("window", "s", kNonNegative, "its length", 1.0),
        number("sampling", "1/s", kPositive, "bins per second", 10.0),
        number("lines", "", between(0.0, 1000.0), "spectral lines", 5.0)},
       {output("period", "s", "of the phases"), output("mean", "W", "over a period"),
        output("lowest", "W", "of the phases"), output("highest", "W", "of the phases"),
        output("energy", "J", "of the window"), output("bins", "W", "means of the window"),
        output("line_frequencies", "1/s", "multiples of 1 / period"),
        output("line_amplitudes", "W", "peak values of the cosines")},
       waveform_row,
       ""},
  };
}

}  // namespace aifactory
