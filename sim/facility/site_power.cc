#include "sim/facility/site_power.h"

#include <algorithm>

namespace aifactory {
namespace {
constexpr std::uint32_t kRank = 0;
}

void RampMeter::close(double mean_w) {
  if (previous_w_) {
    up_ = std::max(up_, mean_w - *previous_w_);
    down_ = std::max(down_, *previous_w_ - mean_w);
  }
  previous_w_ = mean_w;
}

void RampMeter::advance(Power power, Tick now) {
  while (now_ < now) {
    const Tick second_end = (now_ / kTicksPerSecond + 1) * kTicksPerSecond;
    if (now_ % kTicksPerSecond == 0 && now >= second_end) {
      // Whole seconds at one power: the first may be a step, the others are not.
      close(power.si());
      now_ = now / kTicksPerSecond * kTicksPerSecond;
      continue;
    }
    const Tick until = std::min(now, second_end);
    in_second_j_ += power.si() * to_seconds(until - now_);
    now_ = until;
    if (now_ == second_end) {
      close(in_second_j_);
      in_second_j_ = 0.0;
    }
  }
}

void SitePower::Counter::add(double power_w, double span_s, double price_usd_j, double carbon_kg_j) {
  if (power_w == 0.0) return;
  const double energy = power_w * span_s;
  energy_j.add(energy);
  cost_usd.add(energy * price_usd_j);
  carbon_kg.add(energy * carbon_kg_j);
}

SitePower::Meter SitePower::Counter::value() const {
  return {.energy = Energy(energy_j.value()), .cost = Money(cost_usd.value()), .carbon = Mass(carbon_kg.value())};
}

SitePower::SitePower(engine::Kernel& kernel, PowerNetwork network, std::vector<bool> indoors,
                     std::vector<std::pair<PowerNetwork::UnitId, Use>> uses, DemandMeter demand,
                     std::optional<CoincidentPeakMeter> coincident_peak)
    : kernel_(kernel), network_(std::move(network)), indoors_(std::move(indoors)), demand_(std::move(demand)),
      coincident_(std::move(coincident_peak)) {
  if (coincident_) coincident_state_ = coincident_->start();
  begin_network(uses);
}

void SitePower::begin_network(const std::vector<std::pair<PowerNetwork::UnitId, Use>>& uses) {
  const auto units = static_cast<std::size_t>(network_.size());
  use_of_.assign(units, -1);
  for (const auto& [id, use] : uses) use_of_[static_cast<std::size_t>(id)] = static_cast<std::int8_t>(use);
  unit_loss_w_.assign(units, 0.0);
  unit_output_w_.assign(units, 0.0);
  unit_store_loss_w_.assign(units, 0.0);
  network_.settle();
  for (PowerNetwork::UnitId u = 0; u < network_.size(); ++u) {
    const auto i = static_cast<std::size_t>(u);
    unit_loss_w_[i] = network_.loss(u).si();  // no-load losses, drawn from the first instant on
    if (indoors_[i]) indoor_w_ += unit_loss_w_[i];
  }
  take_changes();
}

void SitePower::exchange(PowerNetwork network, std::vector<bool> indoors, const std::vector<std::pair<PowerNetwork::UnitId, Use>>& uses) {
  book(kernel_.now());
  for (const auto load : network.loads()) {
    const auto before = network_.find(network.unit(load).name);
    if (before >= 0 && network_.unit(before).kind == UnitKind::load) network.set_load(load, network_.demand(before));
  }
  network_ = std::move(network);
  indoors_ = std::move(indoors);
  use_w_.fill(0.0);
  indoor_w_ = store_loss_w_ = 0.0;
  moved_.clear();
  begin_network(uses);
  moved_.clear();
  for (PowerNetwork::UnitId u = 0; u < network_.size(); ++u) moved_.push_back(u);
  arm();
}

void SitePower::arm() {
  if (armed_) return;
  armed_ = true;
  kernel_.calendar().add(kernel_.now(), engine::Phase::record, kRank, *this, 0);
}

void SitePower::set_load(PowerNetwork::UnitId load, Power power) {
  network_.set_load(load, power);
  arm();
}

void SitePower::book(Tick now) {
  if (now == last_) return;
  // Only power that lasts is a peak: within an instant loads fail and follow one after the other.
  peak_w_ = std::max(peak_w_, facility_w_);
  peak_it_w_ = std::max(peak_it_w_, use_w_[0]);
  const double span_s = to_seconds(now - last_), grid_w = facility_w_ - generated_w_;
  double price = price_.si(), carbon = carbon_.si();
  feed_.add(grid_w, span_s, price, carbon);
  if (generated_w_ != 0.0 || stored_w_ != 0.0 || charge_w_ != 0.0 || generation_usd_s_ != 0.0 || generation_kg_s_ != 0.0) {
    // What feeds and generators cost falls on everything that draws, stores that charge included, in equal measure; what a
    // store gives has been paid for.
    const double cost_usd_s = grid_w * price + generation_usd_s_, carbon_kg_s = grid_w * carbon + generation_kg_s_;
    const double consumed_w = facility_w_ + stored_w_;
    generation_.energy_j.add(generated_w_ * span_s);
    generation_.cost_usd.add(generation_usd_s_ * span_s);
    generation_.carbon_kg.add(generation_kg_s_ * span_s);
    if (consumed_w > 0.0) {
      price = cost_usd_s / consumed_w;
      carbon = carbon_kg_s / consumed_w;
    } else {
      standby_.cost_usd.add(cost_usd_s * span_s);
      standby_.carbon_kg.add(carbon_kg_s * span_s);
    }
    charging_.add(charge_w_, span_s, price, carbon);
    store_loss_j_.add(store_loss_w_ * span_s);
  }
  for (std::size_t u = 0; u < kUses; ++u) uses_meters_[u].add(use_w_[u], span_s, price, carbon);
  for (std::size_t k = 0; k < loss_w_.size(); ++k) loss_meters_[k].add(loss_w_[k], span_s, price, carbon);
  indoor_j_.add(indoor_w_ * span_s);
  demand_.advance(demand_state_, Power(grid_w), now);
  if (coincident_) coincident_->advance(coincident_state_, Power(grid_w), now);
  ramps_.advance(Power(facility_w_), now);
  last_ = now;
}

void SitePower::take_changes() {
  for (const PowerNetwork::UnitId u : network_.changed()) {
    const auto i = static_cast<std::size_t>(u);
    const double loss_w = network_.loss(u).si(), output_w = network_.output(u).si();
    if (indoors_[i]) indoor_w_ += loss_w - unit_loss_w_[i];
    if (use_of_[i] >= 0) use_w_[static_cast<std::size_t>(use_of_[i])] += output_w - unit_output_w_[i];
    unit_loss_w_[i] = loss_w;
    unit_output_w_[i] = output_w;
    moved_.push_back(u);
  }
  facility_w_ = network_.total_input().si();
  generated_w_ = network_.total_generated().si();
  stored_w_ = network_.total_stored_out().si();
  charge_w_ = network_.total_charge().si();
  for (int k = 0; k < kUnitKinds; ++k) loss_w_[static_cast<std::size_t>(k)] = network_.loss_of_kind(static_cast<UnitKind>(k)).si();
}

PowerNetwork::SupplyChange SitePower::set_available(PowerNetwork::UnitId unit, bool available) {
  const PowerNetwork::Change change{unit, PowerNetwork::Change::What::available, available ? 1.0 : 0.0};
  return apply(std::span(&change, 1));
}

PowerNetwork::SupplyChange SitePower::apply(std::span<const PowerNetwork::Change> changes) {
  book(kernel_.now());
  auto change = network_.apply(changes);
  take_changes();
  arm();
  return change;
}

void SitePower::set_charge(PowerNetwork::UnitId unit, Power power) {
  network_.set_charge(unit, power);
  arm();
}

void SitePower::set_store_loss(PowerNetwork::UnitId unit, Power loss) {
  book(kernel_.now());
  const auto i = static_cast<std::size_t>(unit);
  const double change_w = loss.si() - unit_store_loss_w_[i];  // exact: both are on the load grid
  unit_store_loss_w_[i] = loss.si();
  store_loss_w_ += change_w;
  if (indoors_[i]) indoor_w_ += change_w;
}

void SitePower::set_generation(MoneyRate cost, MassFlow carbon) {
  book(kernel_.now());
  generation_usd_s_ = cost.si();
  generation_kg_s_ = carbon.si();
}

void SitePower::set_price(Tick now, EnergyPrice price) {
  book(now);
  price_ = price;
}

void SitePower::set_carbon(Tick now, CarbonIntensity intensity) {
  book(now);
  carbon_ = intensity;
}

void SitePower::on_event(Tick now, std::int64_t /*id*/, std::uint64_t /*version*/) {
  armed_ = false;
  book(now);
  network_.settle();
  take_changes();
  if (carried_) carried_();
  if (settled_) settled_(Power(facility_w_));
  moved_.clear();
}

}  // namespace aifactory
