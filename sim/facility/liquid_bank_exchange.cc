/// @file A bank made of racks that others have cooled so far.
#include <algorithm>

#include "models/error.h"
#include "sim/facility/liquid_bank.h"

namespace aifactory {
namespace {
constexpr std::size_t kChip = 0, kPlate = 1, kCoolant = 2, kStructure = 3;
}

LiquidBank::LiquidBank(Tick now, const Params& params, const Flow& flow, const LiquidBank* loop, Temperature facility, std::span<const Moved> racks)
    : LiquidBank(params, flow) {
  AIF_CHECK(racks.size() == racks_.size(), "a bank of other racks");
  now_.last = now;
  const Temperature coolant = loop ? loop->now_.state.node[kCoolant] : facility;
  now_.state.node[kCoolant] = coolant;
  now_.state.node[kStructure] = loop ? loop->now_.state.node[kStructure] : coolant;
  inputs_.boundary[0] = facility;

  // A rack's own chips differ from the mean of its bank by the difference of two responses (liquid_bank.h).  The mean of the new bank
  // is that of the banks that its racks come from, which keeps all heat; its response likewise, and each rack's is what leaves its
  // chips as warm as they are: the equations are linear, so they hold for any way to split a temperature into both.
  struct Own {
    Rise rise = {}, mean = {};
    Temperature chip, plate;
  };
  std::vector<Own> own;
  double chip_k = 0.0, plate_k = 0.0, mean_chip_k = 0.0, mean_plate_k = 0.0;
  for (const Moved& rack : racks) {
    Own one{.rise = mean_, .mean = mean_, .chip = coolant, .plate = coolant};
    if (rack.from) {
      AIF_CHECK(rack.from->now_.last == now, "a bank has not been advanced");
      one.rise = rack.from->advanced(rack.from->racks_[static_cast<std::size_t>(rack.rack)], now);
      one.mean = rack.from->advanced(rack.from->mean_, now);
      one.chip = rack.from->now_.state.node[kChip];
      one.plate = rack.from->now_.state.node[kPlate];
    }
    chip_k += one.chip.in_kelvin();
    plate_k += one.plate.in_kelvin();
    mean_chip_k += one.mean.state.node[kChip].in_kelvin();
    mean_plate_k += one.mean.state.node[kPlate].in_kelvin();
    own.push_back(one);
  }
  const double count = racks.empty() ? 1.0 : static_cast<double>(racks.size());
  now_.state.node[kChip] = racks.empty() ? coolant : Temperature::kelvin(chip_k / count);
  now_.state.node[kPlate] = racks.empty() ? coolant : Temperature::kelvin(plate_k / count);
  mean_.state.node[kChip] = Temperature::kelvin(mean_chip_k / count);
  mean_.state.node[kPlate] = Temperature::kelvin(mean_plate_k / count);
  mean_.last = now;
  for (std::size_t r = 0; r < racks.size(); ++r) {
    Rise& rise = racks_[r];
    rise = own[r].rise;
    rise.last = now;
    rise.state.node[kChip] = mean_.state.node[kChip] + ((own[r].chip - now_.state.node[kChip]) + (own[r].rise.state.node[kChip] - own[r].mean.state.node[kChip]));
    rise.state.node[kPlate] = mean_.state.node[kPlate] + ((own[r].plate - now_.state.node[kPlate]) + (own[r].rise.state.node[kPlate] - own[r].mean.state.node[kPlate]));
    if (racks[r].from) rack_chips_[r] = racks[r].from->rack_chips_[static_cast<std::size_t>(racks[r].rack)];
    chip_sum_ += rack_chips_[r];
    hottest_ = std::max(hottest_, rise.power);
  }
  mean_.power = chip_sum_ / accelerators_;
  inputs_.power[kChip] = chip_sum_;
  rebuild();
  changed();
  start_j_ = content(now_.state).si();
}

}  // namespace aifactory
