#pragma once
/// @file Every model at one point, by name: the table behind `aifactory eval`.
///
/// Numbers cross this boundary in SI (temperatures in degC) under the key's plain name; the program adds the
/// unit suffix (`dry_bulb` -> `dry_bulb_c`) and parses unit strings.
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "models/fields.h"

namespace aifactory {

/// One input or output of a model.
struct EvalKey {
  std::string key;
  std::string unit;          ///< SI symbol as in models/units.h, "degC" for a temperature point, "" for a plain number
  Range range = kAny;        ///< inputs: what is allowed (SI; degC)
  double fallback = kUnset;  ///< inputs: value when not given; NaN: must be given
  std::string doc;
  bool text = false;             ///< a word or a list such as `steps=0s:1kW,10s:2kW` instead of a number
  std::string text_fallback{};   ///< text inputs: value when not given ("" and !text_optional: must be given)
  bool text_optional = false;
  bool optional = false;  ///< number inputs: may be left out; `fallback` is then what tells the model so
  std::vector<std::string> aliases{};  ///< further names that find it: `tp` for `tensor`
  bool flag = false;      ///< number inputs: true (1) or false (0)
};

/// Arguments after checking: every number key is present and in range, every text key is present.
struct EvalArgs {
  std::map<std::string, double> numbers;
  std::map<std::string, std::string> texts;
  [[nodiscard]] double operator[](const std::string& key) const { return numbers.at(key); }
  [[nodiscard]] const std::string& text(const std::string& key) const { return texts.at(key); }
};

using EvalValue = std::variant<double, std::string, std::vector<double>, bool>;
/// Outputs in order: key (plain), unit, value.  The program prints `key` + suffix of unit.
struct EvalOutput {
  std::string key, unit;
  EvalValue value;
};

struct EvalModel {
  std::string name, summary;
  std::string equations, validity, source;  ///< printed by `eval MODEL --help`
  std::vector<EvalKey> inputs;
  std::vector<EvalKey> outputs;             ///< key, unit, doc
  std::function<std::vector<EvalOutput>(const EvalArgs&)> evaluate;  ///< @throws InputError
  std::string alias = {};  ///< a shorter name that also finds it
};

/// Every model of the library, in the order of the documentation.
std::span<const EvalModel> eval_models();

// One table per folder; eval.cc joins them.
std::vector<EvalModel> cooling_eval_models();
// Parts of the cooling table.
std::vector<EvalModel> outdoor_eval_models();
std::vector<EvalModel> chiller_eval_models();
std::vector<EvalModel> power_eval_models();
std::vector<EvalModel> thermal_eval_models();
std::vector<EvalModel> compute_eval_models();
std::vector<EvalModel> step_power_eval_models();  ///< phases and waveforms, power caps
std::vector<EvalModel> training_eval_models();
std::vector<EvalModel> reliability_eval_models();
std::vector<EvalModel> training_run_eval_models();  ///< runs with failures, checkpoint writes
std::vector<EvalModel> inference_eval_models();
std::vector<EvalModel> finance_eval_models();
std::vector<EvalModel> climate_eval_models();
std::vector<EvalModel> grid_eval_models();
std::vector<EvalModel> supply_eval_models();   ///< generation on site, batteries
std::vector<EvalModel> quality_eval_models();  ///< sags, ramps, key figures

}  // namespace aifactory
