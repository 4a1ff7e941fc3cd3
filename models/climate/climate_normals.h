#pragma once

#include <vector>

#include "models/cooling/psychrometrics.h"
#include "models/fields.h"

namespace aifactory {

/// A synthetic year of outdoor air from a place's climate normals and design conditions: for places without a
/// weather file that may be shipped.  No randomness; equal tables give equal years.
///
/// Ordinary days, hour i from midnight of day d, held over the hour at its middle t = i + 1/2 of site standard time:
///
///     T(d, i)  = Tm(d) + R(d)/2 cos(2 pi (t - 15 h) / 24 h)          dry bulb; warmest at 15:00
///     Td(d, i) = min(Tdm(d), T(d, i))                                dew point, held through the day up to saturation
///
/// Tm, R, Tdm run linearly from the middle of one month to the next through twelve knots that are solved for, so that
/// the mean over each month's days is the month's table value exactly.
///
/// Design spells of six days each stand in for the variation from day to day.  Six hours of each of their days (the
/// middles within 2.5 h of the warmest or coldest) reach the design value, 36 hours a year in all, so that the value
/// exceeded 0.4 % of the time (the 36th of 8,760) is the table's:
///     cold   days  2..7  of the coldest month:      T = cold_dry_bulb at 2.5 h from the coldest, dew point lowered
///     alike hot    days 11..16 of the hottest month:      T = hot_dry_bulb with hot_wet_bulb humid  days 21..26 of the
///     most humid month:   T = humid_dry_bulb with humid_wet_bulb
/// (humid days are cooler than humid_dry_bulb where their afternoons would pass hot_dry_bulb).  The other days of those
/// months move by a constant so that the monthly means of Tm and Tdm stay.
///
/// Against the typical years of Dallas, Denver and Chicago that a table was made from: annual mean wet bulb within
/// 0.2 K; 0.4 % dry bulb, 0.4 % wet bulb and 99.6 % dry bulb within 0.1 K; 5 %, 50 % and 95 % values of dry bulb and wet
/// bulb within 4 K, 2 K and 2 K, the middle of the year being too even.
/// *Not modelled*: spells other than the three, so that the year has too few mild hot and cold days; fronts within a
/// day; changes of pressure; wind; trends.
/// Source: the diurnal cosine and the 0.4 % and 99.6 % conditions are those of ASHRAE Handbook Fundamentals 2021,
/// chapter 14; the design spells are our own.
class ClimateNormals {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "climates";
    double latitude = kUnset;   ///< degrees north
    double longitude = kUnset;  ///< degrees east
    Length elevation;
    Duration utc_offset;                             ///< standard time minus UTC
    Pressure pressure;                               ///< annual mean station pressure
    std::vector<Temperature> mean_dry_bulb;          ///< January to December
    std::vector<TemperatureDelta> mean_daily_range;  ///< mean of (daily maximum - daily minimum)
    std::vector<Temperature> mean_dew_point;
    Temperature hot_dry_bulb, hot_wet_bulb;      ///< 0.4 % dry bulb, mean coincident wet bulb
    Temperature humid_wet_bulb, humid_dry_bulb;  ///< 0.4 % wet bulb, mean coincident dry bulb
    Temperature cold_dry_bulb;                   ///< 99.6 % dry bulb

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("latitude", p.latitude, between(-90.0, 90.0), "degrees north");
      visit("longitude", p.longitude, between(-180.0, 180.0), "degrees east");
      visit("elevation", p.elevation, between(-500.0, 6000.0), "above sea level");
      visit("utc_offset", p.utc_offset, between(-43200.0, 50400.0), "standard time minus UTC");
      visit("pressure", p.pressure, between(45e3, 110e3), "annual mean station pressure");
      visit("mean_dry_bulb", p.mean_dry_bulb, between(-60.0, 60.0), "monthly mean dry bulb, January to December");
      visit("mean_daily_range", p.mean_daily_range, between(0.0, 30.0),
            "monthly mean of daily maximum minus daily minimum");
      visit("mean_dew_point", p.mean_dew_point, between(-60.0, 40.0), "monthly mean dew point");
      visit("hot_dry_bulb", p.hot_dry_bulb, between(-60.0, 60.0), "dry bulb exceeded 0.4 % of the hours");
      visit("hot_wet_bulb", p.hot_wet_bulb, between(-60.0, 40.0), "mean wet bulb that comes with hot_dry_bulb");
      visit("humid_wet_bulb", p.humid_wet_bulb, between(-60.0, 40.0), "wet bulb exceeded 0.4 % of the hours");
      visit("humid_dry_bulb", p.humid_dry_bulb, between(-60.0, 60.0), "mean dry bulb that comes with humid_wet_bulb");
      visit("cold_dry_bulb", p.cold_dry_bulb, between(-70.0, 60.0), "dry bulb exceeded 99.6 % of the hours");
    }
  };

  /// @throws InputError naming the first parameter outside its range, a list that has not twelve values, or design
  /// conditions that contradict each other or the monthly means.
  explicit ClimateNormals(const Params& params);

  [[nodiscard]] const Params& params() const { return params_; }
  /// 8,760 hours from 1 January 00:00 site standard time.
  [[nodiscard]] const std::vector<OutdoorAir>& year() const { return year_; }
  /// Of an ordinary day in the middle of a month, without spells and what they displace.  `hour` in 0..24 is a
  /// point in time, not an index.  @pre month in 1..12.
  [[nodiscard]] OutdoorAir ordinary(int month, double hour) const;

 private:
  Params params_;
  std::vector<OutdoorAir> year_;
};

/// Dry bulb of a day with mean `mean` and range `range` at a time of day.
[[nodiscard]] Temperature diurnal_dry_bulb(Temperature mean, TemperatureDelta range, double hour);

}  // namespace aifactory
