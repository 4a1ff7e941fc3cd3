#pragma once
/// @file Lists in text arguments of `eval`: `45degC,50degC` and steps such as `0s:1kW,10s:2kW`.
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "models/fields.h"

namespace aifactory {

/// A value that holds from `at` (s) until the next step.
struct ListStep {
  double at_s = kUnset;
  double value = kUnset;  ///< SI; degC for a temperature point
};

namespace list_text {

struct UnitRow {
  std::string_view quantity, text;  ///< SI symbol of the quantity; what people write
  double factor, offset;
};
inline constexpr UnitRow kUnits[] = {
    {"s", "s", 1, 0},        {"s", "ms", 1e-3, 0},      {"s", "min", 60, 0},      {"s", "h", 3600, 0},
    {"s", "d", 86400, 0},    {"W", "W", 1, 0},          {"W", "kW", 1e3, 0},      {"W", "MW", 1e6, 0},
    {"degC", "degC", 1, 0},  {"degC", "K", 1, -273.15}, {"J/K", "J/K", 1, 0},     {"J/K", "kJ/K", 1e3, 0},
    {"J/K", "MJ/K", 1e6, 0}, {"K/W", "K/W", 1, 0},      {"K/W", "mK/W", 1e-3, 0}, {"K/W", "K/kW", 1e-3, 0},
    {"USD", "USD", 1, 0},    {"USD", "kUSD", 1e3, 0},   {"USD", "MUSD", 1e6, 0},  {"USD", "GUSD", 1e9, 0},
    {"m3/s", "m3/s", 1, 0},  {"m3/s", "L/s", 1e-3, 0},  {"m3/s", "L/min", 1e-3 / 60.0, 0}, {"m3/s", "gpm", 3.785411784e-3 / 60.0, 0},
    {"", "", 1, 0},
};

/// One number with its unit.  @throws InputError `key: "TEXT" must be a number with unit such as 1 kW`.
inline double number(std::string_view key, std::string_view text, std::string_view quantity) {
  const auto trim = [](std::string_view t) {
    while (!t.empty() && t.front() == ' ') t.remove_prefix(1);
    while (!t.empty() && t.back() == ' ') t.remove_suffix(1);
    return t;
  };
  const std::string_view whole = trim(text);
  double value = kUnset;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
  if (error == std::errc() && std::isfinite(value)) {
    const std::string_view unit = trim(whole.substr(static_cast<std::size_t>(end - whole.data())));
    for (const UnitRow& row : kUnits) {
      if (row.quantity == quantity && row.text == unit) return value * row.factor + row.offset;
    }
  }
  std::string known;
  for (const UnitRow& row : kUnits) {
    if (row.quantity != quantity || row.text.empty()) continue;
    known += known.empty() ? " with unit " : ", ";
    known += row.text;
  }
  throw InputError(fmt::format("{}: \"{}\" must be a number{}", key, whole, known));
}

inline std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(mark);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace list_text

/// `60J/K,900J/K` -> {60, 900}.  Empty text is an empty list.  @throws InputError
inline std::vector<double> parse_number_list(std::string_view key, std::string_view text, std::string_view quantity) {
  std::vector<double> values;
  if (text.empty()) return values;
  for (const auto part : list_text::split(text, ',')) values.push_back(list_text::number(key, part, quantity));
  return values;
}

/// `0.25:0.955,1:0.96` -> pairs in the quantities given.  @throws InputError
inline std::vector<ListStep> parse_pair_list(std::string_view key, std::string_view text, std::string_view first,
                                             std::string_view second) {
  std::vector<ListStep> pairs;
  for (const auto part : list_text::split(text, ',')) {
    const auto colon = part.find(':');
    if (colon == std::string_view::npos) {
      throw InputError(fmt::format("{}: \"{}\" must be a pair such as A:B", key, part));
    }
    pairs.push_back(
        {list_text::number(key, part.substr(0, colon), first), list_text::number(key, part.substr(colon + 1), second)});
  }
  return pairs;
}

/// `0s:1kW,10s:2kW`: times ascending from 0 s.  @throws InputError
inline std::vector<ListStep> parse_step_list(std::string_view key, std::string_view text, std::string_view quantity) {
  const auto steps = parse_pair_list(key, text, "s", quantity);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i == 0 ? steps[i].at_s != 0.0 : !(steps[i].at_s > steps[i - 1].at_s)) {
      throw InputError(fmt::format("{}: times must ascend from 0 s", key));
    }
  }
  return steps;
}

}  // namespace aifactory
