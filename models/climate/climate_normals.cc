#include "models/climate/climate_normals.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <utility>

#include "models/calendar.h"

namespace aifactory {
namespace {

constexpr double kWarmestHour = 15.0;
constexpr int kSpellDays = 6;
/// The spells' six hours have their middles at most this far from the warmest or coldest instant.
constexpr double kSpellHalfSpan = 2.5;
constexpr int kColdDay = 2, kHotDay = 11, kHumidDay = 21;  // of the month; apart, should months coincide

using Days = std::array<double, 365>;
using Months = std::array<double, 12>;

/// 1 at the warmest instant, -1 twelve hours later.
double swing(double hour) {
  return std::cos(2.0 * std::numbers::pi * (hour - kWarmestHour) / 24.0);
}

/// Days since 1 January of the middle of a month, and of the months beside the year.
double middle_of(int month) {
  const int wrapped = (month + 11) % 12 + 1;
  const double turns = month < 1 ? -365.0 : month > 12 ? 365.0 : 0.0;
  return kDaysBeforeMonth[wrapped - 1] + 0.5 * days_in_month(wrapped) + turns;
}

/// The month whose middle is the last before the middle of `date`, and how far on it is to the next, 0..1.
std::pair<int, double> between_middles(int date) {
  const double t = date + 0.5;
  int month = 0;
  while (month < 12 && middle_of(month + 1) <= t) ++month;
  return {month, (t - middle_of(month)) / (middle_of(month + 1) - middle_of(month))};
}

/// Knots in the middles of months for which the linear interpolation has the given monthly means: a cyclic
/// tridiagonal system, strictly dominated by its diagonal, hence always solvable without pivoting.
Months knots_for(const Months& means) {
  std::array<std::array<double, 13>, 12> a{};
  for (std::size_t row = 0; row < 12; ++row) {
    const int month = static_cast<int>(row) + 1;
    for (int date = kDaysBeforeMonth[row]; date < kDaysBeforeMonth[row + 1]; ++date) {
      const auto [before, part] = between_middles(date);
      a[row][static_cast<std::size_t>((before + 11) % 12)] += (1.0 - part) / days_in_month(month);
      a[row][static_cast<std::size_t>(before % 12)] += part / days_in_month(month);
    }
    a[row][12] = means[row];
  }
  for (std::size_t pivot = 0; pivot < 12; ++pivot) {
    for (std::size_t row = 0; row < 12; ++row) {
      if (row == pivot) continue;
      const double factor = a[row][pivot] / a[pivot][pivot];
      for (std::size_t column = pivot; column < 13; ++column) a[row][column] -= factor * a[pivot][column];
    }
  }
  Months knots;
  for (std::size_t row = 0; row < 12; ++row) knots[row] = a[row][12] / a[row][row];
  return knots;
}

Days daily(const Months& means) {
  const Months knots = knots_for(means);
  Days days;
  for (int date = 0; date < 365; ++date) {
    const auto [before, part] = between_middles(date);
    days[static_cast<std::size_t>(date)] = (1.0 - part) * knots[static_cast<std::size_t>((before + 11) % 12)] +
                                           part * knots[static_cast<std::size_t>(before % 12)];
  }
  return days;
}

/// Three sets of six days that keep their values when the rest of their month is moved.
class Spells {
 public:
  void add(int month, int first_day) {
    const auto first = static_cast<std::size_t>(kDaysBeforeMonth[month - 1] + first_day - 1);
    for (std::size_t i = 0; i < kSpellDays; ++i) held_[first + i] = true;
  }
  /// Moves the other days of every month so that its mean is the table's again.
  void restore_means(Days& days, const Months& means) const {
    for (std::size_t month = 0; month < 12; ++month) {
      const auto first = static_cast<std::size_t>(kDaysBeforeMonth[month]);
      const auto last = static_cast<std::size_t>(kDaysBeforeMonth[month + 1]);
      double excess = 0.0;
      int free = 0;
      for (std::size_t date = first; date < last; ++date) {
        excess += days[date] - means[month];
        free += held_[date] ? 0 : 1;
      }
      for (std::size_t date = first; date < last; ++date) {
        if (!held_[date]) days[date] -= excess / free;
      }
    }
  }
  [[nodiscard]] bool holds(std::size_t date) const { return held_[date]; }

 private:
  std::array<bool, 365> held_{};
};

template <class T>
Months months_of(const std::vector<T>& values) {
  Months months;
  for (std::size_t i = 0; i < 12; ++i) months[i] = plain(values[i]);
  return months;
}

const ClimateNormals::Params& checked_normals(const ClimateNormals::Params& p) {
  checked("climate", p);
  ClimateNormals::Params::fields(p, [](const char* key, const auto& value, const Range& range, const char*) {
    if constexpr (requires { value.size(); }) {
      if (value.size() != 12) {
        throw InputError(fmt::format("climate: {} has {} values; one for each month is needed", key, value.size()));
      }
      for (std::size_t i = 0; i < 12; ++i) {
        const double v = plain(value[i]);
        const char* unit = unit_of(value[i]);
        if (!range.contains(v)) {
          throw InputError(
              fmt::format("climate: {}: month {}: {:g} {} must be {}", key, i + 1, v, unit, range.text(unit)));
        }
      }
    }
  });
  const auto ordered = [](const char* low_key, Temperature low, const char* high_key, Temperature high) {
    if (low <= high) return;
    throw InputError(fmt::format("climate: {} = {:g} degC must not be above {} = {:g} degC", low_key, low.in_celsius(),
                                 high_key, high.in_celsius()));
  };
  ordered("hot_wet_bulb", p.hot_wet_bulb, "hot_dry_bulb", p.hot_dry_bulb);
  ordered("humid_wet_bulb", p.humid_wet_bulb, "humid_dry_bulb", p.humid_dry_bulb);
  ordered("humid_dry_bulb", p.humid_dry_bulb, "hot_dry_bulb", p.hot_dry_bulb);
  ordered("hot_wet_bulb", p.hot_wet_bulb, "humid_wet_bulb", p.humid_wet_bulb);
  for (std::size_t i = 0; i < 12; ++i) {
    if (p.mean_dew_point[i] <= p.mean_dry_bulb[i]) continue;
    throw InputError(
        fmt::format("climate: mean_dew_point: month {}: {:g} degC must not be above the mean dry bulb {:g} degC", i + 1,
                    p.mean_dew_point[i].in_celsius(), p.mean_dry_bulb[i].in_celsius()));
  }
  return p;
}

double dew_point_c(Temperature dry_bulb, Temperature wet_bulb, Pressure pressure) {
  return psychro::dew_point(OutdoorAir::from_wet_bulb(dry_bulb, wet_bulb, pressure).humidity_ratio, pressure)
      .in_celsius();
}

OutdoorAir air(double dry_bulb_c, double dew_point, Pressure pressure) {
  return OutdoorAir::from_dew_point(Temperature::celsius(dry_bulb_c),
                                    Temperature::celsius(std::min(dew_point, dry_bulb_c)), pressure);
}

/// The month (1..12) for which `score` is greatest.
template <class Score>
int month_of_greatest(Score score) {
  int best = 1;
  for (int month = 2; month <= 12; ++month) {
    if (score(static_cast<std::size_t>(month - 1)) > score(static_cast<std::size_t>(best - 1))) best = month;
  }
  return best;
}

std::vector<OutdoorAir> make_year(const ClimateNormals::Params& p) {
  const Months dry_means = months_of(p.mean_dry_bulb);
  const Months ranges = months_of(p.mean_daily_range);
  const Months dew_means = months_of(p.mean_dew_point);
  Days dry = daily(dry_means), range = daily(ranges), dew = daily(dew_means);
  for (double& r : range) r = std::max(r, 0.0);  // A knot may undershoot zero where ranges vanish.

  const int cold_month = month_of_greatest([&](std::size_t i) { return -(dry_means[i] - 0.5 * ranges[i]); });
  const int hot_month = month_of_greatest([&](std::size_t i) { return dry_means[i] + 0.5 * ranges[i]; });
  const int humid_month = month_of_greatest([&](std::size_t i) { return dew_means[i]; });
  const double reach = swing(kWarmestHour + kSpellHalfSpan);
  const double hot_dew = dew_point_c(p.hot_dry_bulb, p.hot_wet_bulb, p.pressure);
  const double extreme = swing(kWarmestHour + 0.5);
  Spells spells;
  spells.add(cold_month, kColdDay);
  spells.add(hot_month, kHotDay);
  spells.add(humid_month, kHumidDay);
  for (int i = 0; i < kSpellDays; ++i) {
    const auto date = [i](int month, int first) {
      return static_cast<std::size_t>(kDaysBeforeMonth[month - 1] + first - 1 + i);
    };
    const std::size_t cold = date(cold_month, kColdDay), hot = date(hot_month, kHotDay);
    const std::size_t humid = date(humid_month, kHumidDay);
    const double cold_mean = p.cold_dry_bulb.in_celsius() + 0.5 * range[cold] * reach;
    dew[cold] += cold_mean - dry[cold];  // Cold air holds less water: the depression stays.
    dry[cold] = cold_mean;
    dry[hot] = p.hot_dry_bulb.in_celsius() - 0.5 * range[hot] * reach;
    dew[hot] = hot_dew;
    // The afternoon of a humid day stays below the hot design value, or there would be more hours above it.
    const double ceiling = p.hot_dry_bulb.in_celsius() - 0.1 - 0.5 * range[humid] * (extreme - reach);
    const double humid_dry = std::min(p.humid_dry_bulb.in_celsius(), ceiling);
    dry[humid] = humid_dry - 0.5 * range[humid] * reach;
    dew[humid] = dew_point_c(Temperature::celsius(humid_dry),
                             std::min(p.humid_wet_bulb, Temperature::celsius(humid_dry)), p.pressure);
  }
  spells.restore_means(dry, dry_means);
  spells.restore_means(dew, dew_means);

  for (std::size_t date = 0; date < 365; ++date) {
    if (spells.holds(date)) continue;
    const double high = dry[date] + 0.5 * range[date] * extreme, low = dry[date] - 0.5 * range[date] * extreme;
    if (high > p.hot_dry_bulb.in_celsius()) {
      throw InputError(
          fmt::format("climate: hot_dry_bulb = {:g} degC lies below ordinary afternoons, which reach {:.1f} degC",
                      p.hot_dry_bulb.in_celsius(), high));
    }
    if (low < p.cold_dry_bulb.in_celsius()) {
      throw InputError(
          fmt::format("climate: cold_dry_bulb = {:g} degC lies above ordinary nights, which reach {:.1f} degC",
                      p.cold_dry_bulb.in_celsius(), low));
    }
  }

  std::vector<OutdoorAir> year;
  year.reserve(8760);
  for (std::size_t date = 0; date < 365; ++date) {
    for (int hour = 0; hour < 24; ++hour) {
      year.push_back(air(dry[date] + 0.5 * range[date] * swing(hour + 0.5), dew[date], p.pressure));
    }
  }
  return year;
}

}  // namespace

Temperature diurnal_dry_bulb(Temperature mean, TemperatureDelta range, double hour) {
  return mean + 0.5 * swing(hour) * range;
}

ClimateNormals::ClimateNormals(const Params& params) : params_(checked_normals(params)), year_(make_year(params_)) {}

OutdoorAir ClimateNormals::ordinary(int month, double hour) const {
  AIF_CHECK(month >= 1 && month <= 12, fmt::format("month = {}", month));
  const auto i = static_cast<std::size_t>(month - 1);
  return air(diurnal_dry_bulb(params_.mean_dry_bulb[i], params_.mean_daily_range[i], hour).in_celsius(),
             params_.mean_dew_point[i].in_celsius(), params_.pressure);
}

}  // namespace aifactory
