#pragma once
/// @file A pipe that liquid passes without mixing.
#include <deque>

#include "models/units.h"

namespace aifactory {

/// Plug flow: what enters leaves, unchanged, once the pipe's volume has followed it.
///
///     T_out(t) = T_in(t - d),   d such that the integral of the flow from t - d to t is the volume
///
/// Inlet temperature and flow are constant between changes, so the contents are slugs of one temperature each and every
/// step is exact, whatever the flow does; without flow everything stays.  Heat content relative to `reference`, and heat in
/// minus out, agree to rounding.
///
/// Validity: volume > 0, flow >= 0 (no reversal).  *Not modelled*: axial mixing, heat to the surroundings or the wall.
/// Source: method of characteristics of the one-dimensional advection equation.
class TransportLine {
 public:
  /// @throws InputError for a volume that is not positive.
  TransportLine(Volume volume, Temperature start);

  /// Lets liquid of `inlet` in at `flow` for `t`.  @return mean temperature of what has left; the present outlet without flow.
  Temperature pass(Temperature inlet, VolumeFlow flow, Duration t) { return pass(inlet, flow * t); }
  /// The same for a volume of liquid, however long it takes.
  Temperature pass(Temperature inlet, Volume through);
  /// What leaves next.
  [[nodiscard]] Temperature outlet() const { return slugs_.front().temperature; }
  /// Until the outlet changes at this flow; infinite when the pipe holds one temperature or stands still.
  [[nodiscard]] Duration until_change(VolumeFlow flow) const;
  /// Sum over slugs of volume times temperature above `reference`, m3 K: times density and heat, the heat content.
  [[nodiscard]] double content_m3_k(Temperature reference) const;
  [[nodiscard]] std::size_t slugs() const { return slugs_.size(); }

 private:
  struct Slug {
    double volume_m3;
    Temperature temperature;
  };
  std::deque<Slug> slugs_;  ///< outlet first
};

}  // namespace aifactory
