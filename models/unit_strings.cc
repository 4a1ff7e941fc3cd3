#include "models/unit_strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "models/error.h"
#include "models/suggest.h"

namespace aifactory {
namespace {

enum class Prefixes { none, large, all, bytes };  // large: k and above; bytes: large and Ki .. Pi

struct Symbol {
  const char* name;
  double multiplier, divisor;
  Dimension dimension;
  Prefixes prefixes = Prefixes::none;
  Unit::Scale scale = Unit::Scale::none;
};

constexpr Dimension kNone = {};
constexpr Dimension kMass = dimension_of<Mass::Dimension>;
constexpr Dimension kLength = dimension_of<Length::Dimension>;
constexpr Dimension kVolume = dimension_of<Volume::Dimension>;
constexpr Dimension kTime = dimension_of<Duration::Dimension>;
constexpr Dimension kPerTime = dimension_of<Frequency::Dimension>;
constexpr Dimension kFlow = dimension_of<VolumeFlow::Dimension>;
constexpr Dimension kTemperature = dimension_of<TemperatureDelta::Dimension>;
constexpr Dimension kPressure = dimension_of<Pressure::Dimension>;
constexpr Dimension kEnergy = dimension_of<Energy::Dimension>;
constexpr Dimension kPower = dimension_of<Power::Dimension>;
constexpr Dimension kMoney = dimension_of<Money::Dimension>;
constexpr Dimension kData = dimension_of<DataSize::Dimension>;
constexpr Dimension kDataRate = dimension_of<DataRate::Dimension>;
constexpr Dimension kFlop = {{0, 0, 0, 0, 0, 0, 1, 0}};
constexpr Dimension kFlopRate = dimension_of<FlopRate::Dimension>;
constexpr Dimension kToken = {{0, 0, 0, 0, 0, 0, 0, 1}};
constexpr Dimension kForce = {{1, 1, -2, 0, 0, 0, 0, 0}};

using enum Prefixes;
// Factors: NIST SP 811 (2008), appendix B.8 and B.9.  1 Btu(IT) = 1055.05585262 J, 1 lb = 0.45359237 kg, 1 US gal = 231
// in3 = 3.785411784 L, 1 psi = 6894.757293168 Pa, 1 hp (550 ft lbf/s) = 745.69987158227 W, conventional inH2O =
// 249.08891 Pa.
constexpr Symbol kSymbols[] = {
    {"%", 1, 100, kNone},
    {"m", 1, 1, kLength, all},
    {"cm", 1, 100, kLength},
    {"in", 0.0254, 1, kLength},
    {"ft", 0.3048, 1, kLength},
    {"yd", 0.9144, 1, kLength},
    {"L", 1, 1e3, kVolume, all},
    {"l", 1, 1e3, kVolume, all},
    {"gal", 3.785411784, 1e3, kVolume, large},
    {"s", 1, 1, kTime, all},
    {"sec", 1, 1, kTime},
    {"second", 1, 1, kTime},
    {"seconds", 1, 1, kTime},
    {"min", 60, 1, kTime},
    {"minute", 60, 1, kTime},
    {"minutes", 60, 1, kTime},
    {"h", 3600, 1, kTime},
    {"hr", 3600, 1, kTime},
    {"hour", 3600, 1, kTime},
    {"hours", 3600, 1, kTime},
    {"d", 86400, 1, kTime},
    {"day", 86400, 1, kTime},
    {"days", 86400, 1, kTime},
    {"week", 604800, 1, kTime},
    {"weeks", 604800, 1, kTime},
    {"year", 31536000, 1, kTime},
    {"years", 31536000, 1, kTime},
    {"yr", 31536000, 1, kTime},
    {"Hz", 1, 1, kPerTime, all},
    {"rpm", 1, 60, kPerTime},
    {"g", 1, 1e3, kMass, all},
    {"gCO2", 1, 1e3, kMass, all},
    {"gCO2e", 1, 1e3, kMass, all},
    {"t", 1e3, 1, kMass, large},
    {"tonne", 1e3, 1, kMass, large},
    {"tCO2", 1e3, 1, kMass, large},
    {"tCO2e", 1e3, 1, kMass, large},
    {"lb", 0.45359237, 1, kMass},
    {"gpm", 3.785411784, 60e3, kFlow},
    {"lpm", 1, 60e3, kFlow},
    {"cfm", 0.028316846592, 60, kFlow},
    {"K", 1, 1, kTemperature, none, Unit::Scale::kelvin},
    {"mK", 1, 1e3, kTemperature},
    {"degC", 1, 1, kTemperature, none, Unit::Scale::celsius},
    {"C", 1, 1, kTemperature, none, Unit::Scale::celsius},
    {"degF", 5, 9, kTemperature, none, Unit::Scale::fahrenheit},
    {"F", 5, 9, kTemperature, none, Unit::Scale::fahrenheit},
    {"N", 1, 1, kForce, all},
    {"Pa", 1, 1, kPressure, all},
    {"hPa", 100, 1, kPressure},
    {"bar", 1e5, 1, kPressure, all},
    {"atm", 101325, 1, kPressure},
    {"psi", 6894.757293168, 1, kPressure},
    {"inH2O", 249.08891, 1, kPressure},
    {"ftH2O", 2989.067, 1, kPressure},
    {"J", 1, 1, kEnergy, all},
    {"Wh", 3600, 1, kEnergy, all},
    {"VAh", 3600, 1, kEnergy, large},
    {"BTU", 1055.05585262, 1, kEnergy},
    {"Btu", 1055.05585262, 1, kEnergy},
    {"MMBtu", 1055.05585262e6, 1, kEnergy},
    {"MMBTU", 1055.05585262e6, 1, kEnergy},
    {"W", 1, 1, kPower, all},
    {"VA", 1, 1, kPower, large},
    {"hp", 745.69987158227022, 1, kPower},
    {"ton", 12e3 * 1055.05585262, 3600, kPower},
    {"tons", 12e3 * 1055.05585262, 3600, kPower},
    {"USD", 1, 1, kMoney, large},
    {"$", 1, 1, kMoney},
    {"B", 1, 1, kData, bytes},
    {"byte", 1, 1, kData},
    {"bytes", 1, 1, kData},
    {"bit", 1, 8, kData, bytes},
    {"b", 1, 8, kData, large},
    {"bps", 1, 8, kDataRate, large},
    {"FLOP", 1, 1, kFlop, large},
    {"FLOPS", 1, 1, kFlopRate, large},
    {"token", 1, 1, kToken, large},
    {"tokens", 1, 1, kToken, large},
    {"tok", 1, 1, kToken, large},
};

struct Prefix {
  const char* name;
  double multiplier, divisor;
  bool large, binary;
};
constexpr Prefix kPrefixes[] = {
    {"n", 1, 1e9, false, false},
    {"u", 1, 1e6, false, false},
    {"m", 1, 1e3, false, false},
    {"k", 1e3, 1, true, false},
    {"M", 1e6, 1, true, false},
    {"G", 1e9, 1, true, false},
    {"T", 1e12, 1, true, false},
    {"P", 1e15, 1, true, false},
    {"E", 1e18, 1, true, false},
    {"Ki", 1024.0, 1, true, true},
    {"Mi", 1048576.0, 1, true, true},
    {"Gi", 1073741824.0, 1, true, true},
    {"Ti", 1099511627776.0, 1, true, true},
    {"Pi", 1125899906842624.0, 1, true, true},
};

bool takes(const Symbol& symbol, const Prefix& prefix) {
  if (prefix.binary) return symbol.prefixes == bytes;
  return symbol.prefixes == all || (symbol.prefixes != none && prefix.large);
}

/// A symbol with or without a prefix.  Whole symbols first: "min" is a minute, "ft" a foot.
std::optional<Unit> look_up(std::string_view name) {
  for (const Symbol& symbol : kSymbols) {
    if (name == symbol.name) return Unit{symbol.multiplier, symbol.divisor, symbol.dimension, symbol.scale};
  }
  for (const Prefix& prefix : kPrefixes) {
    if (!name.starts_with(prefix.name)) continue;
    const std::string_view rest = name.substr(std::string_view(prefix.name).size());
    for (const Symbol& symbol : kSymbols) {
      if (rest == symbol.name && takes(symbol, prefix)) {
        return Unit{symbol.multiplier * prefix.multiplier, symbol.divisor * prefix.divisor, symbol.dimension};
      }
    }
  }
  return std::nullopt;
}

bool same_letters_as(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// ` (did you mean kW?)` for the usual slip, wrong case; else by edit distance among bare symbols.
std::string hint(std::string_view name) {
  std::vector<std::string> same_letters, symbols;
  for (const Symbol& symbol : kSymbols) {
    symbols.emplace_back(symbol.name);
    if (same_letters_as(name, symbol.name)) same_letters.emplace_back(symbol.name);
    for (const Prefix& prefix : kPrefixes) {
      const std::string whole = std::string(prefix.name) + symbol.name;
      if (takes(symbol, prefix) && same_letters_as(name, whole)) same_letters.push_back(whole);
    }
  }
  if (!same_letters.empty()) return fmt::format(" (did you mean {}?)", join_or(same_letters));
  if (name.starts_with("month")) return " (months differ in length; write days, e.g. 30 d)";
  if (name == "EUR" || name == "GBP" || name == "JPY") return " (money is in USD)";
  const std::string near = name.size() < 3 ? "" : nearest(name, symbols);
  return near.empty() ? "" : fmt::format(" (did you mean {}?)", near);
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

void multiply(Unit& product, const Unit& factor, int power) {
  for (int i = 0; i < std::abs(power); ++i) {
    product.multiplier *= power > 0 ? factor.multiplier : factor.divisor;
    product.divisor *= power > 0 ? factor.divisor : factor.multiplier;
  }
  for (std::size_t i = 0; i < product.dimension.exponent.size(); ++i) {
    product.dimension.exponent[i] += factor.dimension.exponent[i] * power;
  }
}

/// Reads a unit expression from left to right.
class UnitReader {
 public:
  explicit UnitReader(std::string_view text) : text_(text) {}

  Parsed<Unit> read() {
    Parsed<Unit> result;
    result.value = product(0);
    if (error_.empty() && at_ < text_.size()) error_ = unreadable();
    // A power or a quotient of temperatures is no longer a point on a scale.
    if (factors_ != 1) result.value.scale = Unit::Scale::none;
    result.error = error_;
    return result;
  }

 private:
  static bool is_symbol(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '%' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] std::string unreadable() const { return fmt::format("unreadable unit \"{}\"", text_); }
  void skip_blanks() {
    while (peek() == ' ') ++at_;
  }

  Unit product(int depth) {
    Unit unit;
    bool first = true;
    while (error_.empty()) {
      skip_blanks();
      int sign = 1;
      if (peek() == '/') {
        sign = -1;
        ++at_;
        ++factors_;  // "/K" is no point
      } else if (!first && (peek() == '*' || peek() == '.')) {
        ++at_;
      } else if (!first && !is_symbol(peek()) && peek() != '(') {
        break;
      }
      skip_blanks();
      const Unit one = factor(depth, sign);
      if (first && sign > 0) unit.scale = one.scale;
      first = false;

      multiply(unit, one, 1);
    }
    return unit;
  }

  /// One symbol or parenthesis with its power, already inverted for a quotient.
  Unit factor(int depth, int sign) {
    Unit unit;
    if (peek() == '(') {
      ++at_;
      if (depth > 3) {
        error_ = unreadable();
        return unit;
      }
      const Unit inner = product(depth + 1);
      if (error_.empty() && peek() != ')') error_ = unreadable();
      ++at_;
      multiply(unit, inner, sign * power());
      return unit;
    }
    std::size_t end = at_;
    while (end < text_.size() && is_symbol(text_[end])) ++end;
    std::string_view name = text_.substr(at_, end - at_);
    if (name.empty()) {
      error_ = unreadable();
      return unit;
    }
    if (name == "1") {
      at_ = end;
      return unit;
    }
    std::optional<Unit> one = look_up(name);
    if (!one) {  // digits at the end are a power: m2
      std::size_t letters = name.size();
      while (letters > 0 && is_digit(name[letters - 1])) --letters;
      end = at_ + letters;
      name = name.substr(0, letters);
      one = look_up(name);
    }
    if (!one) {
      error_ = name.empty() ? unreadable() : fmt::format("unknown unit \"{}\"{}", name, hint(name));
      return unit;
    }
    at_ = end;
    ++factors_;
    const int exponent = power();
    if (exponent != 1) ++factors_;
    multiply(unit, *one, sign * exponent);
    unit.scale = one->scale;
    return unit;
  }

  /// `^2`, `2`, `-1` after a symbol; 1 when there is none.
  int power() {
    std::size_t at = at_;
    if (at < text_.size() && text_[at] == '^') ++at;
    int sign = 1;
    if (at + 1 < text_.size() && text_[at] == '-' && is_digit(text_[at + 1])) {
      sign = -1;
      ++at;
    }
    if (at >= text_.size() || !is_digit(text_[at])) {
      if (at != at_) error_ = unreadable();
      return 1;
    }
    const int digit = text_[at] - '0';
    ++at;
    if (at < text_.size() && is_digit(text_[at])) error_ = unreadable();  // no unit has a two-digit power
    at_ = at;
    return sign * digit;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int factors_ = 0;
  std::string error_;
};

/// What messages call a dimension, an example, and the units to write it in.
struct KindRow {
  Dimension dimension;
  const char* symbol;
  const char* noun;
  const char* example;
  std::array<const char*, 6> units;  // the first is the coherent one
};
template <class Q>
constexpr KindRow kind(const char* noun, const char* example, std::array<const char*, 6> others = {}) {
  return {dimension_of<typename Q::Dimension>, symbol<typename Q::Dimension>, noun, example, others};
}
constexpr KindRow kKinds[] = {
    kind<Length>("a length", "12 m", {"mm", "km"}),
    kind<Area>("an area", "40 m2"),
    kind<Volume>("a volume", "250 L", {"L"}),
    kind<Duration>("a duration", "30 min", {"min", "h", "d", "ms", "us", "year"}),
    kind<Frequency>("a rate per time", "4 1/h", {"1/h", "1/d", "1/year"}),
    kind<Mass>("a mass", "500 kg", {"g", "t"}),
    kind<MassFlow>("a mass flow", "20 kg/s"),
    kind<VolumeFlow>("a volume flow", "900 L/min", {"L/min", "L/s"}),
    kind<VolumeFlowPerPower>("a volume flow per power", "1.5 L/min/kW", {"L/min/kW"}),
    kind<VolumePerPower>("a volume per power", "0.2 L/kW", {"L/kW"}),
    kind<Density>("a density", "997 kg/m3"),
    kind<Pressure>("a pressure", "150 kPa", {"kPa", "MPa"}),
    kind<Energy>("an energy", "50 kWh", {"kWh", "MWh", "kJ", "MJ", "GWh"}),
    kind<Power>("a power", "120 kW", {"kW", "MW", "GW"}),
    kind<PowerRamp>("a power ramp", "5 MW/min", {"kW/s", "MW/s", "MW/min"}),
    kind<TemperatureDelta>("a temperature difference", "5 K"),
    kind<SpecificHeat>("a specific heat", "4186 J/kg/K"),
    kind<SpecificEnergy>("a specific energy", "2430 kJ/kg", {"kJ/kg"}),
    kind<HeatCapacity>("a heat capacity", "800 J/K", {"kJ/K", "MJ/K"}),
    kind<ThermalConductance>("a thermal conductance", "50 kW/K", {"kW/K", "MW/K"}),
    kind<ThermalResistance>("a thermal resistance", "0.02 K/W", {"K/kW"}),
    kind<Money>("an amount of money", "3 MUSD", {"kUSD", "MUSD"}),
    kind<EnergyPrice>("a price per energy", "60 USD/MWh", {"USD/MWh", "USD/kWh"}),
    kind<PowerPrice>("a price per power", "12 USD/kW", {"USD/kW", "USD/MW"}),
    kind<WaterPrice>("a price per volume", "2 USD/m3"),
    kind<MoneyRate>("money per time", "2 USD/h", {"USD/h", "USD/year", "kUSD/year"}),
    kind<CarbonIntensity>("a carbon intensity", "350 g/kWh", {"g/kWh", "kg/MWh"}),
    kind<DataSize>("an amount of data", "80 GB", {"kB", "MB", "GB", "TB", "GiB"}),
    kind<DataRate>("a data rate", "50 GB/s", {"MB/s", "GB/s", "TB/s"}),
    kind<FlopRate>("a rate of floating-point operations", "2.5 PFLOP/s", {"GFLOP/s", "TFLOP/s", "PFLOP/s"}),
    kind<TokenRate>("a token rate", "900 token/s", {"ktoken/s", "Mtoken/s"}),
    kind<FlopCount>("an amount of floating-point operations", "3 EFLOP", {"TFLOP", "PFLOP", "EFLOP"}),
    kind<TokenCount>("an amount of tokens", "300 Gtoken", {"ktoken", "Mtoken", "Gtoken", "Ttoken"}),
};

const KindRow* kind_of(const Dimension& dimension) {
  for (const KindRow& row : kKinds) {
    if (row.dimension == dimension) return &row;
  }
  return nullptr;
}

/// "kg*m2*s-3": the coherent unit of a dimension that has no name of its own here.
std::string coherent_symbol(const Dimension& dimension) {
  constexpr std::array<const char*, 8> kBase = {"kg", "m", "s", "K", "USD", "B", "FLOP", "token"};
  std::string text;
  for (std::size_t i = 0; i < kBase.size(); ++i) {
    const int power = dimension.exponent[i];
    if (power == 0) continue;
    text += text.empty() ? "" : "*";
    text += power == 1 ? std::string(kBase[i]) : fmt::format("{}{}", kBase[i], power);
  }
  return text;
}

struct NumberAndUnit {
  double number = 0.0;
  std::string unit;
  std::string error;
};

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

NumberAndUnit split(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  std::size_t end = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  const std::size_t integer = end;
  while (end < text.size() && is_digit(text[end])) ++end;
  const bool leading_zero = end - integer > 1 && text[integer] == '0';
  std::size_t digits = end - integer;
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
    digits += end - fraction;
  }
  if (digits == 0) return {0.0, "", "is not a number"};
  if (end < text.size() &&
      (text[end] == 'e' || text[end] == 'E')) {  // an exponent only if digits follow: "2 EB", "2EB"
    std::size_t exponent = end + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    if (exponent < text.size() && is_digit(text[exponent])) {
      while (exponent < text.size() && is_digit(text[exponent])) ++exponent;
      end = exponent;
    }
  }
  if (leading_zero) return {0.0, "", "has a leading zero, which some readers take for octal; write it without"};
  if (end < text.size() && (text[end] == ',' || text[end] == '_' || text[end] == '\'')) {
    return {0.0, "", "is not a number; write it without separators between the digits, with a point for the decimals"};
  }
  const std::size_t begin = text[0] == '+' ? 1 : 0;  // from_chars takes no plus sign
  NumberAndUnit result;
  const auto [stop, status] = std::from_chars(text.data() + begin, text.data() + end, result.number);
  if (status != std::errc() || stop != text.data() + end) return {0.0, "", "is outside the range of numbers"};
  std::string_view unit = text.substr(end);
  while (!unit.empty() && is_blank(unit.front())) unit.remove_prefix(1);
  result.unit = unit;
  return result;
}

std::string shortest(double v) {
  std::string text = fmt::format("{}", v);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

/// Scale of a temperature point in degC, exactly as Temperature::celsius takes it.
double fahrenheit_to_celsius(double f) {
  return (f - 32.0) * 5.0 / 9.0;
}

/// Number and unit, checked against what is wanted.
struct Read {
  double number = 0.0;
  Unit unit;
  std::string error;
};
Read read_with_unit(std::string_view text, const Wanted& wanted) {
  NumberAndUnit parts = split(text);
  if (!parts.error.empty()) return {0.0, {}, fmt::format("{}; {}", parts.error, wanted.text())};
  const bool plain = wanted.dimension == Dimension{};
  if (parts.unit.empty()) {
    if (plain) return {parts.number, {}, ""};
    return {0.0, {}, fmt::format("has no unit; {}", wanted.text())};
  }
  if (plain && parts.unit != "%") {
    // "kW/ton" is a ratio too, but the reciprocal of what a COP wants: only percent is safe.
    return {0.0, {}, fmt::format("has a unit; {}", wanted.text())};
  }
  const Parsed<Unit> unit = parse_unit(parts.unit);
  if (!unit) return {0.0, {}, fmt::format("has the {}; {}", unit.error, wanted.text())};
  const bool is_point = unit.value.scale == Unit::Scale::celsius || unit.value.scale == Unit::Scale::fahrenheit;
  if (unit.value.dimension != wanted.dimension) {
    const KindRow* row = kind_of(unit.value.dimension);
    std::string what = row ? row->noun : "";
    if (row && is_point) what = "a temperature";
    if (what.empty() && unit.value.dimension == Dimension{}) what = "a plain number";
    if (what.empty()) what = fmt::format("a quantity in {}", coherent_symbol(unit.value.dimension));
    return {0.0, {}, fmt::format("is {}; {}", what, wanted.text())};
  }
  if (wanted.point && unit.value.scale == Unit::Scale::none) {
    return {0.0, {}, fmt::format("is not a point on a temperature scale; {}", wanted.text())};
  }
  return {parts.number, unit.value, ""};
}

constexpr KeySuffix kKeySuffixes[] = {
    {"_w", "W"},
    {"_kw", "kW"},
    {"_mw", "MW"},
    {"_gw", "GW"},
    {"_j", "J"},
    {"_kj", "kJ"},
    {"_kwh", "kWh"},
    {"_mwh", "MWh"},
    {"_gwh", "GWh"},
    {"_c", "degC"},
    {"_k", "K"},
    {"_s", "s"},
    {"_ms", "ms"},
    {"_us", "us"},
    {"_min", "min"},
    {"_h", "h"},
    {"_d", "d"},
    {"_years", "year"},
    {"_per_s", "1/s"},
    {"_per_h", "1/h"},
    {"_hz", "Hz"},
    {"_m", "m"},
    {"_mm", "mm"},
    {"_m2", "m2"},
    {"_m3", "m3"},
    {"_l", "L"},
    {"_kg", "kg"},
    {"_t", "t"},
    {"_kg_s", "kg/s"},
    {"_kg_per_s", "kg/s"},
    {"_m3_s", "m3/s"},
    {"_m3_per_s", "m3/s"},
    {"_l_s", "L/s"},
    {"_l_per_s", "L/s"},
    {"_l_min", "L/min"},
    {"_l_per_min", "L/min"},
    {"_m3_per_s_per_w", "m3/s/W"},
    {"_l_per_min_per_kw", "L/min/kW"},
    {"_m3_per_w", "m3/W"},
    {"_l_per_kw", "L/kW"},
    {"_l_per_kwh", "L/kWh"},
    {"_m3_per_j", "m3/J"},
    {"_kg_per_m3", "kg/m3"},
    {"_kg_m3", "kg/m3"},
    {"_pa", "Pa"},
    {"_kpa", "kPa"},
    {"_bar", "bar"},
    {"_w_per_s", "W/s"},
    {"_kw_per_s", "kW/s"},
    {"_mw_per_s", "MW/s"},
    {"_mw_per_min", "MW/min"},
    {"_j_per_kg_k", "J/kg/K"},
    {"_j_kg_k", "J/kg/K"},
    {"_j_per_kg", "J/kg"},
    {"_kj_per_kg", "kJ/kg"},
    {"_j_per_k", "J/K"},
    {"_kj_per_k", "kJ/K"},
    {"_w_per_k", "W/K"},
    {"_w_per_m2", "W/m2"},
    {"_m_per_s", "m/s"},
    {"_kw_per_k", "kW/K"},
    {"_k_per_w", "K/W"},
    {"_k_per_kw", "K/kW"},
    {"_usd", "USD"},
    {"_usd_per_j", "USD/J"},
    {"_usd_per_kwh", "USD/kWh"},
    {"_usd_per_mwh", "USD/MWh"},
    {"_usd_per_w", "USD/W"},
    {"_usd_per_kw", "USD/kW"},
    {"_usd_per_mw", "USD/MW"},
    {"_usd_per_m3", "USD/m3"},
    {"_usd_per_s", "USD/s"},
    {"_usd_per_h", "USD/h"},
    {"_usd_per_year", "USD/year"},
    {"_kg_per_j", "kg/J"},
    {"_kg_per_kwh", "kg/kWh"},
    {"_gco2_per_kwh", "g/kWh"},
    {"_g_per_kwh", "g/kWh"},
    {"_b", "B"},
    {"_gb", "GB"},
    {"_tb", "TB"},
    {"_b_per_s", "B/s"},
    {"_gb_per_s", "GB/s"},
    {"_flop_per_s", "FLOP/s"},
    {"_tflop_per_s", "TFLOP/s"},
    {"_pflop_per_s", "PFLOP/s"},
    {"_flop", "FLOP"},
    {"_token", "token"},
    {"_tokens", "token"},
    {"_token_per_s", "token/s"},
    {"_tokens_per_s", "token/s"},
    {"_frac", ""},
};

}  // namespace

Wanted Wanted::from_dimension(const Dimension& dimension, std::string_view symbol) {
  const bool named = symbol != "(SI)";  // the placeholder of dimensions without a symbol
  return {dimension, named ? std::string(symbol) : coherent_symbol(dimension), false};
}

Wanted Wanted::by_symbol(std::string_view symbol) {
  if (symbol.empty()) return {};
  if (symbol == "degC") return of<Temperature>();
  const Parsed<Unit> unit = parse_unit(symbol);
  AIF_CHECK(unit && unit.value.multiplier == unit.value.divisor, fmt::format("\"{}\" is not an SI symbol", symbol));
  return {unit.value.dimension, std::string(symbol), false};
}

std::string Wanted::noun() const {
  if (point) return "a temperature";
  if (dimension == Dimension{}) return "a number";
  const KindRow* row = kind_of(dimension);
  return row ? row->noun : fmt::format("a quantity in {}", symbol);
}

std::string Wanted::example() const {
  if (point) return "45 degC";
  if (dimension == Dimension{}) return "0.8 or 80 %";
  const KindRow* row = kind_of(dimension);
  return row ? row->example : fmt::format("1 {}", symbol);
}

std::string Wanted::text() const {
  if (dimension == Dimension{}) return "wants a plain number, e.g. 0.8 or 80 %";
  return fmt::format("wants {}, e.g. {}", noun(), example());
}

Parsed<Unit> parse_unit(std::string_view text) {
  std::string ascii(text);
  for (const auto& [from, to] : {std::pair{"\u00b2", "2"},
                                 {"\u00b3", "3"},
                                 {"\u00b7", "*"},
                                 {"\u00b5", "u"},
                                 {"\u03bc", "u"},
                                 {"\u00b0C", "degC"},
                                 {"\u00b0F", "degF"}}) {
    replace_all(ascii, from, to);
  }
  // Longer than any unit: do not spend time on it.
  if (ascii.empty() || ascii.size() > 60) return {{}, fmt::format("unreadable unit \"{}\"", text.substr(0, 60))};
  Parsed<Unit> unit = UnitReader(ascii).read();
  // Common factors cancel where that is exact: kg is 1000 g / 1000, and no bit may be lost on the way.
  if (std::fmod(unit.value.multiplier, unit.value.divisor) == 0.0) {
    unit.value = {unit.value.multiplier / unit.value.divisor, 1.0, unit.value.dimension, unit.value.scale};
  } else if (std::fmod(unit.value.divisor, unit.value.multiplier) == 0.0) {
    unit.value = {1.0, unit.value.divisor / unit.value.multiplier, unit.value.dimension, unit.value.scale};
  }
  const bool sane = std::isfinite(unit.value.multiplier) && std::isfinite(unit.value.divisor);
  if (unit && !(sane && unit.value.multiplier > 0.0 && unit.value.divisor > 0.0))
    unit.error = fmt::format("unreadable unit \"{}\"", text);
  return unit;
}

Parsed<double> parse_quantity(std::string_view text, const Wanted& wanted) {
  const Read read = read_with_unit(text, wanted);
  if (!read.error.empty()) return {kUnset, read.error};
  double value = read.number * read.unit.multiplier / read.unit.divisor;
  if (wanted.point) {
    value = read.number;
    if (read.unit.scale == Unit::Scale::kelvin) value -= 273.15;
    if (read.unit.scale == Unit::Scale::fahrenheit) value = fahrenheit_to_celsius(read.number);
  }
  if (!std::isfinite(value)) return {kUnset, fmt::format("is outside the range of numbers; {}", wanted.text())};
  return {value, ""};
}

Parsed<Temperature> parse_temperature(std::string_view text) {
  const Read read = read_with_unit(text, Wanted::of<Temperature>());
  if (!read.error.empty()) return {{}, read.error};
  if (read.unit.scale == Unit::Scale::kelvin) return {Temperature::kelvin(read.number), ""};
  if (read.unit.scale == Unit::Scale::celsius) return {Temperature::celsius(read.number), ""};
  return {Temperature::celsius(fahrenheit_to_celsius(read.number)), ""};
}

std::string format_quantity(double si, const Wanted& wanted) {
  AIF_CHECK(std::isfinite(si), fmt::format("{} {}", si, wanted.symbol));
  std::string best = shortest(si);
  if (wanted.symbol.empty()) return best;
  // The cheapest text wins: few digits, and no more zeros than a reader takes in at a glance.
  const auto cost = [](const std::string& number, double v) {
    return number.size() + (v != 0.0 && (std::abs(v) >= 1e4 || std::abs(v) < 1e-2) ? 4U : 0U);
  };
  std::size_t best_cost = cost(best, si);
  best += " " + wanted.symbol;
  const KindRow* row = wanted.point ? nullptr : kind_of(wanted.dimension);
  if (!row || si == 0.0) return best;
  for (const char* name : row->units) {
    if (!name) break;
    const Unit unit = parse_unit(name).value;
    const double guess = si * unit.divisor / unit.multiplier;
    if (!std::isfinite(guess)) continue;
    // The division rounds; one of the neighbours may be the number that reads back to the same bits.
    for (const double v : {guess, std::nextafter(guess, -1e308), std::nextafter(guess, 1e308)}) {
      const std::string number = shortest(v);
      if (v * unit.multiplier / unit.divisor == si && cost(number, v) < best_cost) {
        best_cost = cost(number, v);
        best = number + " " + name;
      }
    }
  }
  return best;
}

std::string format_temperature(Temperature t) {
  const double kelvin = t.in_kelvin();
  AIF_CHECK(std::isfinite(kelvin), fmt::format("{} K", kelvin));
  // Many Celsius readings share a kelvin value within its rounding; take the shortest that gives the same bits.
  for (int digits = 1; digits <= 17; ++digits) {
    const std::string text = fmt::format("{:.{}g}", t.in_celsius(), digits);
    if (Temperature::celsius(std::strtod(text.c_str(), nullptr)).in_kelvin() == kelvin) {
      return fmt::format("{} degC", shortest(std::strtod(text.c_str(), nullptr)));
    }
  }
  return shortest(kelvin) + " K";
}

std::span<const KeySuffix> key_suffixes() {
  return kKeySuffixes;
}

std::string key_suffix(std::string_view symbol) {
  if (symbol.empty()) return "";
  for (const KeySuffix& row : kKeySuffixes) {
    if (symbol == row.unit) return row.suffix;
  }
  std::string suffix = "_";  // of a dimension without a row: letters and digits of its symbol
  for (const char c : symbol) {
    if (std::isalnum(static_cast<unsigned char>(c))) {
      suffix += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (c == '/') {
      suffix += "_per_";
    } else if (c == '-') {
      suffix += "m";  // m-1 -> mm1
    } else {
      suffix += "_";
    }
  }
  return suffix;
}

std::vector<SuffixedKey> split_key_suffix(std::string_view key) {
  std::vector<SuffixedKey> readings;
  for (const KeySuffix& row : kKeySuffixes) {
    const std::string_view suffix = row.suffix;
    if (key.size() > suffix.size() && key.ends_with(suffix)) {
      readings.push_back({std::string(key.substr(0, key.size() - suffix.size())), row.unit});
    }
  }
  std::stable_sort(readings.begin(), readings.end(),
                   [](const auto& a, const auto& b) { return a.key.size() < b.key.size(); });
  return readings;
}

}  // namespace aifactory
