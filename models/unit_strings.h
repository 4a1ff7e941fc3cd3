#pragma once
/// @file Quantities as people write them: `120 kW`, `45 degC`, `1.5 L/min/kW`, `80 %`, and back to text.
///
/// Grammar: NUMBER UNIT, the blank between them optional.  UNIT is a product or quotient of symbols, read from
/// left to right: `J/kg/K`, `J/(kg K)`, `kg*m2*s-3`, `1/s`, `m^3/s`.  Powers are whole numbers.  Symbols are
/// case-sensitive (mW and MW differ by 1e9) and take the SI prefixes n u m k M G T P E where they are usual; bytes also
/// Ki Mi Gi Ti Pi.  A number is decimal; `010`, hexadecimal, `nan`, `inf` and thousands separators are errors.
///
/// value in SI = number * multiplier / divisor, multiplier and divisor being exact wherever the definition of
/// the unit is, so that `3 ms` is the double nearest to 0.003.
///
/// A temperature is a point (`45 degC`, `318.15 K`, `113 degF`) or a difference (`5 K`, `5 degC`, `9 degF`);
/// which of the two a key wants is in its type.  MVA is read as MW, i.e. at unity power factor.
///
/// *Not modelled*: currencies other than USD, calendar months, gauge pressure.
/// Source of the conversion factors: NIST Special Publication 811 (2008), appendix B; the ton of refrigeration is
/// 12000 Btu(IT)/h; a year is 365 d.
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "models/units.h"

namespace aifactory {

/// Exponents of the base dimensions at run time, in the order of `Dim`.
struct Dimension {
  std::array<int, 8> exponent{};
  friend bool operator==(const Dimension&, const Dimension&) = default;
};
template <class D>
inline constexpr Dimension dimension_of{
    {D::mass, D::length, D::time, D::temperature, D::usd, D::byte, D::flop, D::token}};

/// The outcome of reading a text: a value, or an error that completes the sentence `"TEXT" ...`.
template <class T>
struct Parsed {
  T value{};
  std::string error;  ///< empty: `value` holds
  explicit operator bool() const { return error.empty(); }
};

struct Unit {
  double multiplier = 1.0, divisor = 1.0;  ///< SI value = number * multiplier / divisor
  Dimension dimension;
  enum class Scale {
    none,
    kelvin,
    celsius,
    fahrenheit
  } scale = Scale::none;  ///< set when it can tell a temperature point
};

/// What a key wants: a dimension, whether it is a temperature point, and the symbol to name it by.
struct Wanted {
  Dimension dimension;
  std::string symbol;  ///< SI symbol as in models/units.h; "degC" for a temperature point; "" for a plain number
  bool point = false;

  /// From the symbol, as EvalKey::unit gives it.  @pre the symbol is one of models/units.h, "degC" or "".
  static Wanted by_symbol(std::string_view symbol);
  /// From a type: double, a Quantity or Temperature.
  template <class T>
  static Wanted of() {
    if constexpr (std::is_same_v<T, Temperature>) {
      return {dimension_of<TemperatureDelta::Dimension>, "degC", true};
    } else if constexpr (std::is_arithmetic_v<T>) {
      return {};
    } else {
      return from_dimension(dimension_of<typename T::Dimension>, symbol_of<T>());
    }
  }
  /// "a power"; "a number" without a dimension.
  [[nodiscard]] std::string noun() const;
  /// "120 kW".
  [[nodiscard]] std::string example() const;
  /// "wants a power, e.g. 120 kW".
  [[nodiscard]] std::string text() const;

 private:
  template <class T>
  static std::string_view symbol_of() {
    return aifactory::symbol<typename T::Dimension>;
  }
  static Wanted from_dimension(const Dimension& dimension, std::string_view symbol);
};

/// "J/(kg K)" and the like.
[[nodiscard]] Parsed<Unit> parse_unit(std::string_view text);

/// A number with a unit of the wanted dimension, in SI (a temperature point: degC).  A plain number may be written
/// in percent.
[[nodiscard]] Parsed<double> parse_quantity(std::string_view text, const Wanted& wanted);
/// As above; `45 degC` gives exactly Temperature::celsius(45), `318.15 K` exactly Temperature::kelvin(318.15).
[[nodiscard]] Parsed<Temperature> parse_temperature(std::string_view text);

/// Reads `text` as a T: double, a Quantity or Temperature.
template <class T>
[[nodiscard]] Parsed<T> parse_as(std::string_view text) {
  if constexpr (std::is_same_v<T, Temperature>) {
    return parse_temperature(text);
  } else {
    auto read = parse_quantity(text, Wanted::of<T>());
    return {T(read.value), std::move(read.error)};
  }
}

/// A quantity as short text in a readable unit; reading the text gives the same bits.  @pre `si` is finite.
[[nodiscard]] std::string format_quantity(double si, const Wanted& wanted);
[[nodiscard]] std::string format_temperature(Temperature t);
template <class D>
[[nodiscard]] std::string to_text(Quantity<D> q) {
  return format_quantity(q.si(), Wanted::of<Quantity<D>>());
}
[[nodiscard]] inline std::string to_text(Temperature t) {
  return format_temperature(t);
}
[[nodiscard]] inline std::string to_text(double v) {
  return format_quantity(v, Wanted{});
}

/// One row of the table of key suffixes: `_kw` says that a bare number is in `kW`.
struct KeySuffix {
  const char* suffix;
  const char* unit;
};
/// Every suffix that a key in CSV, JSON or on the command line may end with.
[[nodiscard]] std::span<const KeySuffix> key_suffixes();
/// The suffix of a key that holds SI values of this symbol: "W" -> "_w", "degC" -> "_c"; "" -> "".
[[nodiscard]] std::string key_suffix(std::string_view symbol);
/// The readings of `dry_bulb_c` as key and unit, the longest suffix first; empty when it has no known suffix.
/// `flow_kg_s` reads as {flow, kg/s} and as {flow_kg, s}: the caller takes the first whose key it knows.
struct SuffixedKey {
  std::string key;
  std::string unit;
};
[[nodiscard]] std::vector<SuffixedKey> split_key_suffix(std::string_view key);

}  // namespace aifactory
