#pragma once
/// @file What rows of the eval tables are written with: keys, and parameters by their fields() walk.
#include <cmath>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "models/eval/builtin_catalog.h"
#include "models/eval/eval.h"

namespace aifactory::eval_rows {

// A number that may be left out has a fallback that no state of nature has, inside its range so that every reader
// accepts it.
inline constexpr double kNoTemperature_c = -200.0;
inline constexpr double kNone = -1.0;
inline constexpr Range kOptionalCelsius{kNoTemperature_c, 200.0, true};
inline constexpr Range kOptionalFraction{kNone, 1.0, true};
inline constexpr Range kOptionalNonNegative{kNone, kInf, true};
inline bool given(double v, double none) { return v != none; }

[[nodiscard]] EvalKey number(const char* key, const char* unit, const Range& range, const char* doc, double fallback = kUnset);
[[nodiscard]] EvalKey output(const char* key, const char* unit, const char* doc);
/// @param fallback "": it must be given.
[[nodiscard]] EvalKey text(const char* key, const char* doc, const char* fallback = "");

/// Index in `words` of the word that a text argument must be.  @throws InputError when it is none of them.
[[nodiscard]] std::size_t choice(const EvalArgs& args, const char* key, const std::vector<std::string>& words);

inline Temperature celsius(double t) { return Temperature::celsius(t); }

/// The keys of a model's parameters, with `defaults` where they are set.
template <class Params>
std::vector<EvalKey> with_params(std::vector<EvalKey> keys, const Params& defaults) {
  Params::fields(defaults, [&](const char* key, const auto& value, const Range& range, const char* doc) {
    using T = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<T, std::string>) {
      keys.push_back(text(key, doc, value.c_str()));
    } else if constexpr (std::is_same_v<T, bool>) {
      keys.push_back(number(key, "", kFraction, doc, value ? 1.0 : 0.0));
      keys.back().flag = true;
    } else {
      keys.push_back(number(key, unit_of(value), range, doc, plain(value)));
    }
  });
  return keys;
}

/// The argument as a member's type.
template <class T>
T member_of(double value) {
  if constexpr (std::is_same_v<T, Temperature>) {
    return celsius(value);
  } else if constexpr (std::is_same_v<T, bool>) {
    return value != 0.0;
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return std::llround(value);
  } else {
    return T(value);
  }
}

template <class Params>
Params read_params(const EvalArgs& args) {
  Params params;
  Params::fields(params, [&](const char* key, auto& value, const Range&, const char*) {
    using T = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<T, std::string>) {
      value = args.text(key);
    } else {
      value = member_of<T>(args[key]);
    }
  });
  return params;
}

/// The keys of a catalogue entry: its name, and each parameter to change it; what is left out is as in the catalogue.
template <class Params>
std::vector<EvalKey> with_entry(std::vector<EvalKey> keys, const char* name, const char* fallback) {
  keys.push_back(text(name, "catalogue entry; the parameters below change it", fallback));
  const Params unset;
  Params::fields(unset, [&](const char* key, const auto& value, const Range&, const char* doc) {
    using T = std::remove_cvref_t<decltype(value)>;
    static_assert(!std::is_same_v<T, std::string>, "no entry has a text");
    const char* unit = "";
    if constexpr (!std::is_same_v<T, bool>) unit = unit_of(value);
    EvalKey out = number(key, unit, kAny, doc, kInf);  // the model checks the range
    out.optional = true;
    out.flag = std::is_same_v<std::remove_cvref_t<decltype(value)>, bool>;
    keys.push_back(std::move(out));
  });
  return keys;
}

/// @throws InputError when the name is unknown.
template <class Params>
Params read_entry(const EvalArgs& args, const char* name) {
  Params params = builtin_entry<Params>(args.text(name));
  Params::fields(params, [&](const char* key, auto& value, const Range&, const char*) {
    if (std::isfinite(args[key])) value = member_of<std::remove_cvref_t<decltype(value)>>(args[key]);
  });
  return params;
}

}  // namespace aifactory::eval_rows
