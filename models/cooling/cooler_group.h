#pragma once
#include <variant>
#include <vector>

#include "models/cooling/dry_cooler.h"
#include "models/cooling/merkel_tower.h"
#include "models/cooling/york_tower.h"

namespace aifactory {

/// Like cells of a tower, or like dry coolers, in parallel on one stream of water, with fans on a common speed.
///
///     heat = sum over working cells of share_i * whole(water / S, inlet, a_i r),   S = sum of their shares
///
/// `whole` is the equipment with the design heat of all cells together: water, air, heat and fan power of a cell go with
/// its share.  A cell that is out is shut off and the others take its water.  A degraded cell keeps its share of the water
/// but moves a share a_i of the air at the common speed r (blocked: fan power stays), or has a share of its conductance
/// (fouled).  With all working cells alike this is `whole` itself, at water / S.
/// Validity: as the equipment's.  Water that enters hotter than 90 degC meets air as if it had 90 degC: saturated air has no
/// state close to boiling.  *Not modelled*: uneven water, fans staged one by one.
class CoolerGroup {
 public:
  using Equipment = std::variant<MerkelTower, YorkTower, DryCooler>;
  struct Cell {
    double share = kUnset;     ///< of the whole
    bool out = false;
    double air = 1.0;          ///< share of the air at the common speed
    double conductance = 1.0;  ///< share of the clean conductance
    friend bool operator==(const Cell&, const Cell&) = default;
  };

  /// @pre shares add up to 1.
  CoolerGroup(Equipment whole, const std::vector<Cell>& cells);

  /// The common speed that rejects `heat`: rules as MerkelTower::holding.  Leaving water is that of the whole stream.
  [[nodiscard]] HeatRejection holding(MassFlow water, Temperature inlet, Power heat, const OutdoorAir& air) const;
  [[nodiscard]] HeatRejection at_fan_ratio(MassFlow water, Temperature inlet, const OutdoorAir& air, double fan_ratio) const;
  /// Share of the cells that work.
  [[nodiscard]] double working() const { return working_; }

 private:
  struct Alike {
    Equipment equipment;
    double share, air;
  };
  [[nodiscard]] HeatRejection scaled(HeatRejection out, MassFlow water, Temperature inlet) const;
  std::vector<Alike> alike_;  ///< working cells, those in the same condition together
  double working_ = 0.0;
  double min_fan_ratio_ = 0.0;
};

}  // namespace aifactory
