#pragma once
/// @file What is left of a rating at a high or hot site.
///
///     transformer     1 - a (z - 1000 m)+ - b (T - 40 degC)+
///                     dry type indoors a = 0.3 %/100 m; liquid outdoors a = 0.4 %/100 m, b = 1.5 %/K (assumed)
///     UPS             rho(z) / rho(1000 m), at most 1: forced air carries heat in proportion to its density
///     switchgear      1 to 2,000 m, 0.99 at 2,600 m, 0.96 at 3,900 m, straight between and beyond
///     generating set  the lower of alternator  1 - 3 %/500 m (z - 1000 m)+ - 3 %/5 K (T - 40 degC)+
///                             and  engine      1 - 3.5 %/300 m (z - 1500 m)+ - 3 %/5 K (T - 40 degC)+
///     gas turbine     p(z)/p(0) (1 - 0.7 %/K (T - 15 degC)), not above p(z)/p(0)
///
/// z altitude, T hottest air at the unit (degC), (x)+ = max(x, 0), rho density and p pressure of the standard atmosphere
/// (6.5 K/km).  Where the temperature is not known (unset) only the altitude counts.  Every factor is in 0.1..1.
///
/// Validity: -500 to 5,000 m, up to 60 degC.  *Not modelled*: load profiles of the day, oil temperature, voltage limits
/// of insulation, extra cooling, makers' margins; a maker's own curve stands before these rules.
/// Source: dry transformer Eaton application note (0.3 % for each 100 m above 1,000 m), as IEEE C57.96; liquid IEEE C57.91
/// (assumed); UPS the altitude table of IEC 62040-3, which is this density ratio to 0.01; switchgear IEEE C37.20.1
/// (assumed); alternator Stamford sizing sheet (3 % for each 500 m above 1,000 m and each 5 K above 40 degC); engine
/// Pramac operating manual (3.5 % for each 300 m above 1,500 m, 3 % for each 5 K above 40 degC); gas turbine 0.5-0.9 %/K
/// above 15 degC, of which the middle (assumed).
#include "models/units.h"

namespace aifactory {

/// Where a unit stands.
struct SiteConditions {
  Length elevation{0.0};
  Temperature hottest;  ///< outdoor air of the design day; unset: not known
};

/// @param outdoors liquid-filled in outdoor air; else dry type in a room that is cooled.
[[nodiscard]] double transformer_derating(const SiteConditions& site, bool outdoors);
[[nodiscard]] double ups_derating(const SiteConditions& site);
[[nodiscard]] double switchgear_derating(const SiteConditions& site);
[[nodiscard]] double generator_derating(const SiteConditions& site);
[[nodiscard]] double gas_turbine_derating(const SiteConditions& site);
/// Density of the standard atmosphere over that at sea level: what a fan at full speed still moves.
[[nodiscard]] double air_density_ratio(Length elevation);

}  // namespace aifactory
