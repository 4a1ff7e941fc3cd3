/// @file Racks of a cluster whose cords or power shelves are lost in part: the rest carries them, braked where it must.
#include <algorithm>

#include "sim/actors/cluster.h"

namespace aifactory {

/// Share of a rack's shelves that carries it.  Shelves are spread evenly over the cords; one that has failed counts as one
/// of those whose cord is live, since nobody says which it hangs on.
double Cluster::shelves_left(std::int64_t rack) const {
  const RackHealth& state = health_[static_cast<std::size_t>(rack)];
  const double shelves = static_cast<double>(field_.model().params().power_shelves.value_or(1));
  return std::max(0.0, bank_cords_[bank_of(rack)] - static_cast<double>(state.shelves_out) / shelves);
}

void Cluster::cords_changed(const Message& message) {
  const Bank& bank = banks_[message.bank];
  if (bank_cords_[message.bank] == message.speed) return;
  bank_cords_[message.bank] = message.speed;
  for (std::int64_t r = bank.first_rack; r < bank.first_rack + bank.racks; ++r) supply_changed(r, message.cause);
  for (std::int64_t r = bank.first_rack; r < bank.first_rack + bank.racks; ++r) tell_overload(r);
}

void Cluster::shelf_changed(const Message& message) {
  // Several causes may have one shelf out; it is back when the last has ended.
  std::int32_t& open = shelf_faults_[message.rack];
  open += message.on ? -1 : 1;
  const bool changes = message.on ? open == 0 : open == 1;
  if (open == 0) shelf_faults_.erase(message.rack);
  if (!changes) return;
  const std::int64_t rack = message.rack / *field_.model().params().power_shelves;
  RackHealth& state = health(rack);
  state.shelves_out = static_cast<std::int16_t>(state.shelves_out + (message.on ? -1 : 1));
  if (!state.there) return;
  supply_changed(rack, message.cause);
  tell_overload(rack);
}

void Cluster::supply_changed(std::int64_t rack, const std::string& cause) {
  const double left = shelves_left(rack);
  short_[rack] = cause;
  const std::int64_t shelves = field_.model().params().power_shelves.value_or(1), working = shelves - health(rack).shelves_out;
  if (working > 0) field_.set_rack_shelves(rack, static_cast<double>(working) / static_cast<double>(shelves));
  const bool dark = left <= 0.0;
  if (dark != health(rack).dark) {
    health(rack).dark = dark;
    fault(rack, !dark, cause);
  }
  apply_speed(rack, true);
  if (left >= 1.0) short_.erase(rack);
}

/// Speed of a rack that its chips and the site's cap would let run at `speed`: cut to the power brake while what is left of
/// its shelves could not carry it then.
double Cluster::braked_speed(std::int64_t rack, double speed, bool by_supply) {
  RackHealth& state = health(rack);
  const auto lack = short_.find(rack);
  if (lack == short_.end()) return speed;
  const double left = shelves_left(rack);
  const bool needed = left < 1.0 && field_.dc_at(rack, speed) > field_.model().params().psu_rating * left;
  if (needed != state.braked) {
    state.braked = needed;
    braked_count_ += needed ? 1 : -1;
    const std::string cause = needed || by_supply ? lack->second : "it draws less";
    if (field_.on(rack)) note(rack, "power_brake", "speed_frac", needed ? params_.power_brake : 1.0, cause);
  }
  return needed ? std::min(speed, params_.power_brake) : speed;
}

/// A rack may be too much for its last shelves at the brake's speed too.
void Cluster::tell_overload(std::int64_t rack) {
  if (!health(rack).braked || !field_.on(rack)) return;
  const Power able = field_.model().params().psu_rating * shelves_left(rack);
  const double load = field_.dc_at(rack, field_.speed(rack)) / able;
  if (load > 1.0) note(rack, "overload", "braked, and still above the rating of its shelves, load_frac", load, short_.at(rack));
}

}  // namespace aifactory
