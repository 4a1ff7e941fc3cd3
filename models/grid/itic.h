#pragma once
/// @file What single-phase electronics ride through, by the ITIC curve.
#include "models/units.h"

namespace aifactory {

/// Where a voltage that lasts so long lies on the curve.
enum class VoltageRegion {
  ride,    ///< the equipment goes on
  trip,    ///< too low for too long: it stops, unharmed
  damage,  ///< too high for too long: it may be harmed
};
[[nodiscard]] const char* name_of(VoltageRegion region);

/// The ITIC (CBEMA) curve, in steps: a voltage of `pu` times nominal may last
///
///     below 0.7   20 ms       above 1.1  0.5 s
///     below 0.8   0.5 s       above 1.2  3 ms
///     below 0.9   10 s        above 1.4  1 ms
///     0.9 .. 1.1  forever     above 2    1/100 of a 60 Hz cycle;  above 5  no time
///
/// A bound itself belongs to the milder side: 0.7 for 0.5 s is ridden through.
/// Validity: 120 V, 60 Hz single-phase supplies, and by custom what hangs on 208..277 V. The envelope above 1.2 below
/// 3 ms is assumed: the published figure joins its points by slanting lines.
/// *Not modelled*: decaying ring waves; sags of one phase out of three; what follows when sags come in a row
/// (models/grid/sag_counter.h).
/// Source: Information Technology Industry Council, ITI (CBEMA) curve application note, 2000.
/// @pre pu >= 0.
[[nodiscard]] Duration itic_tolerated(double pu);
[[nodiscard]] VoltageRegion itic_region(double pu, Duration span);
/// Whether equipment on the curve goes on undisturbed.
[[nodiscard]] inline bool itic_rides(double pu, Duration span) { return itic_region(pu, span) == VoltageRegion::ride; }

}  // namespace aifactory
