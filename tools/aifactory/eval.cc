// aifactory eval MODEL key=value...: one model at one point.
#include "models/eval/eval.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "models/error.h"
#include "models/suggest.h"
#include "models/unit_strings.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {
namespace {
using Json = nlohmann::ordered_json;

struct Options {
  std::string model;
  std::vector<std::string> arguments;
  bool help = false;
};

std::string suffixed(const EvalKey& key) {
  return key.text ? key.key : key.key + key_suffix(key.unit);
}

std::vector<std::string> input_names(const EvalModel& model) {
  std::vector<std::string> names;
  for (const EvalKey& key : model.inputs) names.push_back(key.key);
  return names;
}

/// One argument as given, with the key that it is for.
struct Given {
  const EvalKey* key = nullptr;
  std::string unit;  ///< of a suffixed key; empty: the value carries its own
};

Given find_key(const EvalModel& model, const std::string& name) {
  const auto find = [&](const std::string& key) -> const EvalKey* {
    for (const EvalKey& candidate : model.inputs) {
      if (candidate.key == key || std::ranges::find(candidate.aliases, key) != candidate.aliases.end()) return &candidate;
    }
    return nullptr;
  };
  if (const EvalKey* key = find(name)) return {key, ""};
  for (const SuffixedKey& reading : split_key_suffix(name)) {
    const EvalKey* key = find(reading.key);
    if (key && !key->text && !key->unit.empty()) return {key, reading.unit};
  }
  std::vector<std::string> known = input_names(model);
  for (const EvalKey& key : model.inputs) {
    known.push_back(suffixed(key));
    known.insert(known.end(), key.aliases.begin(), key.aliases.end());
  }
  throw InputError(fmt::format("{}: unknown key {}{}; it takes {}", model.name, name, did_you_mean(name, known),
                               fmt::join(input_names(model), ", ")));
}

/// The number in SI (degC); checks unit and range.
double read_number(const EvalModel& model, const std::string& argument, const Given& given, const std::string& value) {
  const EvalKey& key = *given.key;
  if (key.flag) {
    if (value == "true") return 1.0;
    if (value == "false") return 0.0;
    if (const Parsed<double> parsed = parse_quantity(value, Wanted{}); parsed && (parsed.value == 0.0 || parsed.value == 1.0)) return parsed.value;
    throw InputError(fmt::format("{}: {}: \"{}\" must be true or false", model.name, key.key, value));
  }
  const Wanted wanted = Wanted::by_symbol(key.unit);
  if (given.unit.empty() && !key.unit.empty() && parse_quantity(value, Wanted{})) {
    throw InputError(
        fmt::format("{}: {} is a bare number: write it with its unit, as in {}=\"{}\", or with a suffixed key, as in "
                    "{}={}",
                    model.name, argument, key.key, wanted.example(), suffixed(key), value));
  }
  if (!given.unit.empty() && !parse_quantity(value, Wanted{})) {
    throw InputError(
        fmt::format("{}: {}: the key has the unit {} already, so its value must be a plain number, as in {}={}",
                    model.name, argument, given.unit, suffixed(key), "1.5"));
  }
  const std::string text = given.unit.empty() ? value : value + " " + given.unit;
  const Parsed<double> parsed = parse_quantity(text, wanted);
  if (!parsed) throw InputError(fmt::format("{}: {}: \"{}\" {}", model.name, argument, text, parsed.error));
  if (!key.range.contains(parsed.value)) {
    throw InputError(
        fmt::format("{}: {} = {} must be {}", model.name, key.key, text, key.range.text(key.unit.c_str())));
  }
  return parsed.value;
}

EvalArgs read_arguments(const EvalModel& model, const std::vector<std::string>& arguments) {
  EvalArgs args;
  std::set<std::string> seen;
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos) {
      throw UsageError(
          fmt::format("eval: {} must be key=value; `aifactory eval {} --help` lists the keys", argument, model.name));
    }
    const Given given = find_key(model, argument.substr(0, equals));
    const std::string value = argument.substr(equals + 1);
    if (!seen.insert(given.key->key).second) {
      throw InputError(fmt::format("{}: {} is given twice", model.name, given.key->key));
    }
    if (given.key->text) {
      args.texts[given.key->key] = value;
    } else {
      args.numbers[given.key->key] = read_number(model, argument, given, value);
    }
  }
  std::vector<std::string> missing;
  for (const EvalKey& key : model.inputs) {
    if (seen.contains(key.key)) continue;
    if (key.text ? key.text_fallback.empty() && !key.text_optional : std::isnan(key.fallback)) {
      missing.push_back(key.text ? fmt::format("{}=... ({})", key.key, key.doc)
                        : key.flag ? fmt::format("{}=true or {}=false ({})", key.key, key.key, key.doc)
                        : key.unit.empty()
                            ? fmt::format("{}=NUMBER ({})", key.key, key.doc)
                            : fmt::format("{}=\"{}\" ({})", key.key, Wanted::by_symbol(key.unit).example(), key.doc));
    } else if (key.text) {
      args.texts[key.key] = key.text_fallback;
    } else {
      args.numbers[key.key] = key.fallback;
    }
  }
  if (!missing.empty()) throw InputError(fmt::format("{}: not given: {}", model.name, fmt::join(missing, ", ")));
  return args;
}

Json number_json(double value) {
  return std::isfinite(value) ? Json(value == 0.0 ? 0.0 : value) : Json();
}

int evaluate(const EvalModel& model, const std::vector<std::string>& arguments) {
  const EvalArgs args = read_arguments(model, arguments);
  Json inputs = Json::object();
  for (const EvalKey& key : model.inputs) {
    if (key.text) {
      inputs[key.key] = args.text(key.key);
    } else if (!key.optional || args[key.key] != key.fallback) {
      inputs[suffixed(key)] = key.flag ? Json(args[key.key] != 0.0) : number_json(args[key.key]);
    }
  }
  Json outputs = Json::object();
  for (const EvalOutput& output : model.evaluate(args)) {
    Json value;
    if (const auto* number = std::get_if<double>(&output.value)) {
      value = number_json(*number);
    } else if (const auto* list = std::get_if<std::vector<double>>(&output.value)) {
      value = Json::array();
      for (const double item : *list) value.push_back(number_json(item));
    } else if (const auto* flag = std::get_if<bool>(&output.value)) {
      value = *flag;
    } else {
      value = std::get<std::string>(output.value);
    }
    outputs[output.key + key_suffix(output.unit)] = std::move(value);
  }
  const Json whole{{"model", model.name}, {"inputs", std::move(inputs)}, {"outputs", std::move(outputs)}};
  fmt::print("{}\n", whole.dump(2));
  return kOk;
}

std::string fallback_text(const EvalKey& key) {
  if (key.text) return key.text_fallback.empty() ? (key.text_optional ? "" : "required") : key.text_fallback;
  if (key.optional) return "";
  if (std::isnan(key.fallback)) return "required";
  if (key.flag) return key.fallback != 0.0 ? "true" : "false";
  return format_quantity(key.fallback, Wanted::by_symbol(key.unit));
}

int explain(const EvalModel& model) {
  fmt::print("{}: {}\n\n", model.name, model.summary);
  for (const auto& [title, text] :
       {std::pair{"Equations", &model.equations}, {"Validity", &model.validity}, {"Source", &model.source}}) {
    if (!text->empty()) fmt::print("{}: {}\n\n", title, *text);
  }
  Table inputs({"input", "suffixed", "unit", "range", "default", "meaning"});
  for (const EvalKey& key : model.inputs) {
    inputs.add({key.key, suffixed(key), key.text ? "(text)" : key.unit,
                key.text ? "" : key.flag ? "true or false" : key.range.text(key.unit.c_str()), fallback_text(key),
                key.aliases.empty() ? key.doc : fmt::format("{} (also: {})", key.doc, fmt::join(key.aliases, ", "))});
  }
  Table outputs({"output", "unit", "meaning"});
  for (const EvalKey& key : model.outputs) outputs.add({suffixed(key), key.unit, key.doc});
  fmt::print("{}\n{}", inputs.text(), outputs.text());
  return kOk;
}

int list_models() {
  Table table({"model", "summary"});
  for (const EvalModel& model : eval_models()) table.add({model.name, model.alias.empty() ? model.summary : fmt::format("{} (also: {})", model.summary, model.alias)});
  fmt::print("{}", table.text());
  return kOk;
}

int eval(const Options& options, const CLI::App& verb) {
  if (options.model.empty()) {
    if (options.help) fmt::print("{}\n", verb.help());
    return list_models();
  }
  std::vector<std::string> names;
  for (const EvalModel& model : eval_models()) {
    if (model.name == options.model || (!model.alias.empty() && model.alias == options.model)) return options.help ? explain(model) : evaluate(model, options.arguments);
    names.push_back(model.name);
    if (!model.alias.empty()) names.push_back(model.alias);
  }
  throw InputError(fmt::format("eval: unknown model {}{}; `aifactory eval` lists all", options.model,
                               did_you_mean(options.model, names)));
}

}  // namespace

void add_eval(Program& program) {
  CLI::App& verb = program.verb("eval", "evaluate one model at one point");
  const auto options = std::make_shared<Options>();
  verb.set_help_flag();  // with a model, --help is about the model
  verb.add_flag("--help,-h", options->help, "keys, ranges, equations and sources of the model");
  verb.add_option("MODEL", options->model, "model; without it all models are listed");
  verb.add_option("ARGUMENTS", options->arguments, "key=value: dry_bulb=35degC, \"dry_bulb=35 degC\" or dry_bulb_c=35");
  program.runs([options, &verb] { return eval(*options, verb); });
}

}  // namespace aifactory::tools
