// Models of climate/ by name.
#include <algorithm>
#include <utility>

#include "models/climate/climate_normals.h"
#include "models/climate/design_day.h"
#include "models/eval/eval_rows.h"

namespace aifactory {
namespace {

using eval_rows::number;

}  // namespace

std::vector<EvalModel> climate_eval_models() {
  EvalModel hour{
      .name = "climate_hour",
      .summary = "outdoor air at an hour of an ordinary day, from a month's climate normals",
      .equations =
          "T = mean_dry_bulb + mean_daily_range/2 cos(2 pi (hour - 15)/24); "
          "dew point = min(mean_dew_point, T); wet bulb and humidity ratio by psychrometrics at `pressure`",
      .validity = "ordinary days of a month's mean; design days are shifted, not reshaped",
      .source =
          "diurnal cosine of daily range: ASHRAE Handbook Fundamentals 2021, chapter 14, simplified to one cosine",
      .inputs = {number("mean_dry_bulb", "degC", between(-60.0, 60.0), "mean of the month"),
                 number("mean_daily_range", "K", between(0.0, 30.0), "daily maximum - minimum"),
                 number("mean_dew_point", "degC", between(-60.0, 40.0), "mean of the month"),
                 number("pressure", "Pa", between(45e3, 110e3), "station pressure", kSeaLevelPressure.si()),
                 number("hour", "", between(0.0, 24.0), "time of day, site standard time")},
      .outputs = {number("dry_bulb", "degC", kAny, "at the hour"), number("wet_bulb", "degC", kAny, "at the hour"),
                  number("humidity_ratio", "", kAny, "kg water per kg dry air")},
      .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
        const Temperature dry_bulb =
            diurnal_dry_bulb(Temperature::celsius(args["mean_dry_bulb"]), args["mean_daily_range"] * K, args["hour"]);
        const Temperature dew_point = std::min(Temperature::celsius(args["mean_dew_point"]), dry_bulb);
        const OutdoorAir air = OutdoorAir::from_dew_point(dry_bulb, dew_point, args["pressure"] * Pa);
        return {{"dry_bulb", "degC", air.dry_bulb.in_celsius()},
                {"wet_bulb", "degC", air.wet_bulb.in_celsius()},
                {"humidity_ratio", "", air.humidity_ratio}};
      }};
  EvalModel extreme{
      .name = "design_extreme",
      .summary = "extreme to be expected once in n years, from yearly maxima",
      .equations = "x = M + F s, F = -sqrt(6)/pi (0.5772 + ln ln(n/(n - 1)))",
      .validity = "Gumbel's distribution of yearly maxima, n > 1",
      .source = "ASHRAE Handbook Fundamentals 2017, chapter 14",
      .inputs = {number("mean", "degC", between(-60.0, 60.0), "mean of yearly maxima"),
                 number("deviation", "K", between(0.0, 20.0), "their standard deviation"),
                 number("years", "", between(1.001, 1000.0), "return period", 20.0)},
      .outputs = {number("extreme", "degC", kAny, "once in n years"), number("factor", "", kAny, "F")},
      .evaluate = [](const EvalArgs& args) -> std::vector<EvalOutput> {
        const double years = args["years"];
        const Temperature x = n_year_extreme(Temperature::celsius(args["mean"]), args["deviation"] * K, years);
        return {{"extreme", "degC", x.in_celsius()}, {"factor", "", gumbel_factor(years)}};
      }};
  return {std::move(hour), std::move(extreme)};
}

}  // namespace aifactory
