#pragma once
/// @file The energy, water and carbon figures of a data center.
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Totals of one period, all measured at the same boundary:
///
///     PUE = E_DC / E_IT                 ISO/IEC 30134-2
///     WUE = site water / E_IT           ISO/IEC 30134-9
///     CUE = CO2e / E_IT = CI x PUE      ISO/IEC 30134-8; the last for grid electricity alone
///     ERF = E_reuse / E_DC              ISO/IEC 30134-6
///     ERE = (1 - ERF) PUE               Green Grid; energy that neither computes nor heats others
///
/// They are ratios of totals, never means of ratios.  PUE depends on where IT is metered: here at the racks' input, so that
/// what a power shelf loses is IT, and what a UPS loses is not.
/// Validity: E_IT > 0.  *Not modelled*: partial PUE, water and carbon of the supply chain.
/// Source: the standards named; the forms of WUE, CUE, ERF and ERE are as commonly quoted, not read in the standards.
struct KpiTotals {
  Energy facility, it;
  Energy reused{0.0};
  Volume water{0.0};
  Mass carbon{0.0};

  [[nodiscard]] double pue() const { return facility / it; }
  [[nodiscard]] double wue_l_per_kwh() const { return water.in(liter) / it.in(kWh); }
  [[nodiscard]] CarbonIntensity cue() const { return carbon / it; }
  [[nodiscard]] double erf() const { return reused / facility; }
  [[nodiscard]] double ere() const { return (1.0 - erf()) * pue(); }
};

}  // namespace aifactory
