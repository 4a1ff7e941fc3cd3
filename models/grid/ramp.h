#pragma once
/// @file How fast a power swings, and at which frequencies.
#include <span>

#include "models/units.h"

namespace aifactory {

/// Greatest rise and fall of the mean over one window to the mean over the next, windows end to end:
///
///     ramp = max over k of (mean_{k+1} - mean_k) / w
///
/// Windows of 1 s give a ramp in MW/s as a grid sees it, of 60 s one in MW/min.  A rest shorter than a window is left out.
struct RampBand {
  PowerRamp up{0.0}, down{0.0};   ///< both >= 0
  Power step_up{0.0}, step_down{0.0};  ///< the same as differences of means
};
/// @param samples powers at a fixed spacing, each holding for it.  @pre window a whole multiple of the spacing.
[[nodiscard]] RampBand ramp_band(std::span<const Power> samples, Duration spacing, Duration window);

/// Power spectrum of a sampled power within a band of frequencies:
///
///     share = sum over f_low <= |f_k| <= f_high of |X_k|^2 / n^2,  X the discrete Fourier transform
///
/// the mean square (W2) of the swing in that band: a sine of amplitude A within the band gives A^2/2, and all bands above
/// 0 together give the variance (Parseval).  Utilities look at 0.1-20 Hz, where shafts and controls of generators
/// answer.
/// Validity: samples finer than half a period of f_high.  *Not modelled*: windows against leakage, flicker (Pst).
/// Source: Choukse et al., Power Stabilization for AI Training Datacenters, arXiv 2508.14318, for the use.
/// @return root mean square of the swing in the band.  @pre at least two samples, 0 < low <= high.
[[nodiscard]] Power band_swing(std::span<const Power> samples, Duration spacing, Frequency low, Frequency high);

}  // namespace aifactory
