#pragma once
/// @file The parameter walk.  A struct that users can set lists its members once:
///
///     template <class Self, class Visitor>
///     static void fields(Self& p, Visitor&& visit) {
///       visit("rated_heat", p.rated_heat, kPositive, "heat rejected at the rating point");
///     }
///
/// The YAML reader, the checks, the JSON schema, the reference page and the dump of the effective scenario
/// all walk it.  What ranges widely has no default: an unset number is NaN, NaN is outside every range.
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include <fmt/format.h>

#include "models/error.h"
#include "models/units.h"

namespace aifactory {

inline double plain(double v) { return v; }
/// Counts: INT64_MIN is "nobody has set it".
inline double plain(std::int64_t v) { return v == INT64_MIN ? kUnset : static_cast<double>(v); }
template <class D>
double plain(Quantity<D> v) {
  return v.si();
}
inline double plain(Temperature v) { return v.in_celsius(); }  // ranges of temperatures are written in degC
inline const char* unit_of(double) { return ""; }
inline const char* unit_of(std::int64_t) { return ""; }
template <class D>
const char* unit_of(Quantity<D>) {
  return symbol<D>;
}
inline const char* unit_of(Temperature) { return "degC"; }

/// An interval of allowed values, in SI (temperatures: degC).
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_allowed = true;
  /// Written so that NaN is outside every range.
  [[nodiscard]] bool contains(double v) const { return (low_allowed ? v >= low : v > low) && v <= high; }
  /// "in 0..1", "> 0 W", ">= 0 K", "finite".
  [[nodiscard]] std::string text(const char* unit) const {
    const char* gap = *unit ? " " : "";
    if (std::isinf(low) && std::isinf(high)) return "finite";
    if (std::isinf(low)) return fmt::format("<= {:g}{}{}", high, gap, unit);
    if (std::isinf(high)) return fmt::format("{} {:g}{}{}", low_allowed ? ">=" : ">", low, gap, unit);
    return fmt::format("in {}{:g}..{:g}{}{}", low_allowed ? "" : "above ", low, high, gap, unit);
  }
};
inline constexpr double kInf = std::numeric_limits<double>::infinity();
inline constexpr Range kAny{};
inline constexpr Range kPositive{0.0, kInf, false};
inline constexpr Range kNonNegative{0.0, kInf, true};
inline constexpr Range kFraction{0.0, 1.0, true};
inline constexpr Range kPositiveFraction{0.0, 1.0, false};
inline constexpr Range kCelsius{-100.0, 200.0, true};  ///< any temperature a facility can have, degC
constexpr Range above(double low) { return {low, kInf, false}; }
constexpr Range at_least(double low) { return {low, kInf, true}; }
constexpr Range between(double low, double high) { return {low, high, true}; }

/// @throws InputError naming the first numeric field of `params` that is unset or outside its range.
/// For flat structs of numbers, quantities, temperatures, bools and strings (bools and strings pass).
template <class Params>
const Params& checked(std::string_view model, const Params& params) {
  Params::fields(params, [&](const char* key, const auto& value, const Range& range, const char* /*doc*/ = "") {
    if constexpr (requires { plain(value); } && !std::is_same_v<std::remove_cvref_t<decltype(value)>, bool>) {
      const double v = plain(value);
      if (std::isnan(v)) throw InputError(fmt::format("{}: {} is not set", model, key));
      if (!range.contains(v)) {
        const char* unit = unit_of(value);
        throw InputError(fmt::format("{}: {} = {:g}{}{} must be {}", model, key, v, *unit ? " " : "", unit, range.text(unit)));
      }
    }
  });
  return params;
}

}  // namespace aifactory
