#include "sim/weather/design_conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/error.h"
#include "sim/weather/text.h"

namespace aifactory {
namespace {

constexpr TemperatureDelta kDryStep{5.0}, kWetStep{3.0};        // from 0.4 % values to twenty years; assumed
constexpr TemperatureDelta kDesignRecirculation{2.0};           // assumed: 1-3 K
constexpr TemperatureDelta kDailyRange{11.0};                   // assumed where nobody says: a continental summer day

double number_or_unset(const std::vector<std::string_view>& cells, std::size_t at) {
  return at < cells.size() ? number_of(cells[at]).value_or(kUnset) : kUnset;
}

bool known(Temperature t) { return !std::isnan(t.in_kelvin()); }
bool known(TemperatureDelta d) { return !std::isnan(d.si()); }

/// What the weather itself says of extremes, on a twenty-year basis.
struct Basis {
  Temperature dry, dry_wet, wet, wet_dry;
  TemperatureDelta range;
  Temperature mean_yearly_dry;
  TemperatureDelta deviation;
  std::string source;
};

Basis basis_of(const WeatherConfig& weather) {
  Basis basis;
  if (weather.climate) {
    const ClimateNormals::Params& p = weather.climate->value;
    basis = {.dry = p.hot_dry_bulb + kDryStep, .dry_wet = p.hot_wet_bulb, .wet = p.humid_wet_bulb + kWetStep,
             .wet_dry = p.humid_dry_bulb, .range = {}, .mean_yearly_dry = {}, .deviation = {},
             .source = "0.4 % values of the climate and assumed steps"};
    const auto hottest = std::max_element(p.mean_dry_bulb.begin(), p.mean_dry_bulb.end());
    basis.range = p.mean_daily_range[static_cast<std::size_t>(hottest - p.mean_dry_bulb.begin())];
  } else if (weather.epw) {
    const std::string text = read_text_file(weather.epw->path);
    const auto lines = lines_of(text);
    const auto line = lines.size() > 1 ? parse_epw_design_conditions(std::string(lines[1])) : std::nullopt;
    if (!line) return basis;
    basis = {.dry = known(line->twenty_year_dry_bulb) ? line->twenty_year_dry_bulb : line->hot_dry_bulb + kDryStep,
             .dry_wet = line->hot_wet_bulb,
             .wet = known(line->extreme_wet_bulb) ? line->extreme_wet_bulb : line->humid_wet_bulb + kWetStep,
             .wet_dry = line->humid_dry_bulb, .range = line->daily_range, .mean_yearly_dry = line->mean_yearly_dry_bulb,
             .deviation = line->dry_bulb_deviation, .source = "design conditions of the EPW file"};
  } else if (weather.constant) {
    const ConstantWeather& c = *weather.constant;
    basis.dry = basis.wet_dry = c.dry_bulb;
    if (c.wet_bulb) basis.dry_wet = basis.wet = *c.wet_bulb;
    basis.range = TemperatureDelta(0.0);
    basis.source = "the constant weather";
  }
  return basis;
}

}  // namespace

std::optional<EpwDesignConditions> parse_epw_design_conditions(const std::string& line) {
  const auto cells = cells_of(line);
  if (cells.size() < 3 || cells[0] != "DESIGN CONDITIONS") return std::nullopt;
  const auto at = [&](const char* name) {
    return static_cast<std::size_t>(std::find(cells.begin(), cells.end(), name) - cells.begin());
  };
  const std::size_t cooling = at("Cooling"), extremes = at("Extremes");
  if (cooling == cells.size() || extremes == cells.size()) return std::nullopt;
  const auto celsius = [&](std::size_t i) { return Temperature::celsius(number_or_unset(cells, i)); };
  EpwDesignConditions out;
  // Cooling: month, range, then dry bulb and coincident wet bulb at 0.4, 1, 2 %, then wet bulb and coincident dry bulb.
  out.daily_range = TemperatureDelta(number_or_unset(cells, cooling + 2));
  out.hot_dry_bulb = celsius(cooling + 3);
  out.hot_wet_bulb = celsius(cooling + 4);
  out.humid_wet_bulb = celsius(cooling + 9);
  out.humid_dry_bulb = celsius(cooling + 10);
  // Extremes: wind at three levels, in older files the extreme wet bulb, then mean yearly minimum and maximum, their
  // deviations, and minimum and maximum of 5, 10, 20 and 50 years.
  const std::size_t count = cells.size() - extremes - 1;
  if (count != 15 && count != 16) return out;
  const std::size_t mean = extremes + 4 + (count - 15);
  if (count == 16) out.extreme_wet_bulb = celsius(extremes + 4);
  out.mean_yearly_dry_bulb = celsius(mean + 1);
  out.dry_bulb_deviation = TemperatureDelta(number_or_unset(cells, mean + 3));
  out.twenty_year_dry_bulb = celsius(mean + 9);
  return out;
}

std::optional<DesignConditions> design_conditions(const WeatherConfig& weather, const SiteLocation& location, const std::string& path) {
  const Basis basis = basis_of(weather);
  const DesignDayConfig given = weather.design_day.value_or(DesignDayConfig{});
  const double years = given.return_period / year;
  const bool other_period = std::fabs(years - 20.0) > 1e-6;
  Temperature dry = basis.dry, wet = basis.wet;
  std::string source = basis.source;
  if (other_period) {
    // The extremes of the weather are those of twenty years; only ASHRAE's mean and deviation lead to others.
    dry = known(basis.mean_yearly_dry) && known(basis.deviation) ? n_year_extreme(basis.mean_yearly_dry, basis.deviation, years) : Temperature();
  }
  if (given.dry_bulb) dry = *given.dry_bulb;
  if (!given.yearly_dry_bulbs.empty()) dry = n_year_extreme(given.yearly_dry_bulbs, years);
  if (given.wet_bulb) wet = *given.wet_bulb;
  if (!given.yearly_wet_bulbs.empty()) wet = n_year_extreme(given.yearly_wet_bulbs, years);
  if (weather.design_day && (given.dry_bulb || given.wet_bulb || !given.yearly_dry_bulbs.empty() || !given.yearly_wet_bulbs.empty())) source = "the scenario";
  const auto refuse = [&](const char* key, const char* what) {
    throw InputError(fmt::format("{}.design_day{}: {}", path, weather.design_day ? std::string(".") + key : std::string(), what));
  };
  if (!known(dry) || !known(wet)) {
    if (weather.design_day && other_period && !known(dry)) refuse("return_period", "the weather tells extremes of 20 years only: give dry_bulb or yearly_dry_bulbs");
    if (weather.design_day && !known(dry)) refuse("dry_bulb", "is missing: this weather does not tell extremes");
    if (weather.design_day) refuse("wet_bulb", "is missing: this weather does not tell extremes");
    if (weather.use != WeatherUse::given) throw InputError(fmt::format("{}.use: a design day needs `design_day: {{dry_bulb: ..., wet_bulb: ...}}`: this weather does not tell extremes", path));
    return std::nullopt;
  }
  const bool asked = weather.design_day || weather.use != WeatherUse::given;
  Temperature dry_wet = given.coincident_wet_bulb.value_or(basis.dry_wet), wet_dry = given.coincident_dry_bulb.value_or(basis.wet_dry);
  if (!asked && (!known(dry_wet) || !known(wet_dry))) return std::nullopt;
  if (!known(dry_wet)) refuse("coincident_wet_bulb", "is missing: the wet bulb that comes with the highest dry bulb");
  if (!known(wet_dry)) refuse("coincident_dry_bulb", "is missing: the dry bulb that comes with the highest wet bulb");
  // Coincident values are means; those of the weather give way where they contradict an extreme.
  if (!given.coincident_dry_bulb) wet_dry = std::max(wet_dry, wet);
  if (!given.coincident_wet_bulb) dry_wet = std::min(dry_wet, dry);
  if (dry_wet > dry) refuse("coincident_wet_bulb", "must not be above the highest dry bulb");
  if (wet_dry < wet) refuse("coincident_dry_bulb", "must not be below the highest wet bulb");
  const TemperatureDelta range = given.daily_range.value_or(known(basis.range) ? basis.range : kDailyRange);
  Pressure pressure = psychro::standard_pressure(location.elevation);
  if (weather.climate) pressure = weather.climate->value.pressure;
  if (weather.constant && weather.constant->pressure) pressure = *weather.constant->pressure;
  return DesignConditions{.dry = {dry, dry_wet, range, pressure}, .wet = {wet_dry, wet, range, pressure},
                          .recirculation = weather.recirculation.value_or(kDesignRecirculation), .source = source};
}

std::unique_ptr<const Weather> make_site_weather(const WeatherConfig& weather, const SiteLocation& location, const SiteClock& clock,
                                                 Duration horizon, const std::optional<DesignConditions>& design, const std::string& path) {
  if (weather.use == WeatherUse::given) {
    const TemperatureDelta rise = weather.recirculation.value_or(TemperatureDelta(0.0));
    auto out = make_weather(weather, location, clock, horizon);
    if (rise.si() == 0.0) return out;
    return std::make_unique<const Weather>(out->changed([&](const OutdoorAir& air) { return recirculated(air, rise); }));
  }
  AIF_CHECK(design.has_value(), path + ": a design day was asked for and checked");
  const DesignDay& extreme = weather.use == WeatherUse::dry_day ? design->dry : design->wet;
  std::vector<OutdoorAir> hours = extreme.hours(), year_hours;
  for (OutdoorAir& air : hours) air = recirculated(air, design->recirculation);
  for (int date = 0; date < 365; ++date) year_hours.insert(year_hours.end(), hours.begin(), hours.end());
  return std::make_unique<const Weather>(Weather::repeating_year(std::move(year_hours), clock));
}

Temperature hottest_air(const std::optional<DesignConditions>& design, const Weather* weather) {
  if (design) return design->dry.dry_bulb;
  if (!weather) return {};
  Temperature hottest = Temperature::kelvin(0.0);
  for (const OutdoorAir& air : weather->rows()) hottest = std::max(hottest, air.dry_bulb);
  return hottest;
}

}  // namespace aifactory
