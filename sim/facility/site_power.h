#pragma once
/// @file The power network of one site over time: meters at the feed and at every use.
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/grid/demand.h"
#include "models/power/network.h"
#include "sim/engine/kernel.h"
#include "sim/results/accumulator.h"

namespace aifactory {

/// What a load is for.  IT is rack input; everything that moves heat is cooling.
enum class Use : std::uint8_t { it, cdu_pumps, loop_pumps, tower_fans, air_fans, condenser_pumps, compressors };
inline constexpr std::size_t kUses = 7;
inline constexpr const char* kUseNames[kUses] = {"it", "cdu_pumps", "facility_water_pumps", "heat_rejection_fans", "air_handler_fans", "condenser_water_pumps", "chillers"};

/// Ramps of one-second means, exact for a power that is constant between changes.
class RampMeter {
 public:
  /// The power was `power` from the last call up to `now`.
  void advance(Power power, Tick now);
  [[nodiscard]] double max_up_w_per_s() const { return up_; }
  [[nodiscard]] double max_down_w_per_s() const { return down_; }

 private:
  void close(double mean_w);
  Tick now_ = 0;
  double in_second_j_ = 0;  ///< energy of the second that is open
  std::optional<double> previous_w_;
  double up_ = 0, down_ = 0;
};

/// Loads of one site, carried to the feeds once an instant and integrated exactly between instants.
class SitePower final : private engine::EventTarget {
 public:
  /// @param indoors for each unit: its loss heats the building.
  /// @param uses for each unit that is a load: what it is for.
  SitePower(engine::Kernel& kernel, PowerNetwork network, std::vector<bool> indoors,
            std::vector<std::pair<PowerNetwork::UnitId, Use>> uses, DemandMeter demand,
            std::optional<CoincidentPeakMeter> coincident_peak = std::nullopt);

  /// Takes effect when the instant has come to rest.
  void set_load(PowerNetwork::UnitId load, Power power);
  /// Fails or restores a unit now.  @return loads that lost or regained all supply.
  PowerNetwork::SupplyChange set_available(PowerNetwork::UnitId unit, bool available);
  /// Changes how the network is fed, now.  @return loads that lost or regained all supply.
  PowerNetwork::SupplyChange apply(std::span<const PowerNetwork::Change> changes);
  /// Charging power of a store; takes effect when the instant has come to rest.
  void set_charge(PowerNetwork::UnitId unit, Power power);
  /// What a store's converter and cells lose from now on; heat of the building where the unit is indoors.
  void set_store_loss(PowerNetwork::UnitId unit, Power loss);
  /// Cost and CO2 of generation from now on, per second.
  void set_generation(MoneyRate cost, MassFlow carbon);
  void set_price(Tick now, EnergyPrice price);
  void set_carbon(Tick now, CarbonIntensity intensity);
  /// Units whose power may be another than when on_settled() was called last; for that call.
  [[nodiscard]] const std::vector<PowerNetwork::UnitId>& moved() const { return moved_; }
  /// Called after each change with the power drawn from feeds and generators.
  void on_settled(std::function<void(Power)> call) { settled_ = std::move(call); }
  /// Called before that, when the network has carried the changes of an instant.
  void on_carried(std::function<void()> call) { carried_ = std::move(call); }
  /// Another network takes the place of the present one, with its loads at what the present one asks for under the same names (other
  /// loads: nothing) and no stores in use; meters go on.  Takes effect at once, flows when the instant has come to rest.
  void exchange(PowerNetwork network, std::vector<bool> indoors, const std::vector<std::pair<PowerNetwork::UnitId, Use>>& uses);
  /// Books up to `now`; for the end of the run.
  void book(Tick now);

  [[nodiscard]] const PowerNetwork& network() const { return network_; }
  /// Drawn from feeds and generators.
  [[nodiscard]] Power facility() const { return Power(facility_w_); }
  [[nodiscard]] Power grid() const { return Power(facility_w_ - generated_w_); }
  [[nodiscard]] Power generated() const { return Power(generated_w_); }
  [[nodiscard]] Power from_stores() const { return Power(stored_w_); }
  [[nodiscard]] Power into_stores() const { return Power(charge_w_); }
  [[nodiscard]] Power it() const { return Power(use_w_[0]); }
  [[nodiscard]] Power use(Use use) const { return Power(use_w_[static_cast<std::size_t>(use)]); }
  [[nodiscard]] Power loss() const { return network_.total_loss(); }
  [[nodiscard]] Power indoor_loss() const { return Power(indoor_w_); }
  // Greatest power that lasted, as of the last book() or change.
  [[nodiscard]] Power peak_facility() const { return Power(peak_w_); }
  [[nodiscard]] Power peak_it() const { return Power(peak_it_w_); }

  struct Meter {
    Energy energy;
    Money cost;
    Mass carbon;
  };
  // Since the start, as of the last book() or change.
  [[nodiscard]] Meter feed() const { return feed_.value(); }
  [[nodiscard]] Meter generation() const { return generation_.value(); }
  /// Into stores: its energy is in their content and losses; its cost and carbon are nobody else's.
  [[nodiscard]] Meter charging() const { return charging_.value(); }
  /// Cost and carbon of generators that ran without load.
  [[nodiscard]] Meter standby() const { return standby_.value(); }
  /// Losses of stores.
  [[nodiscard]] Energy store_loss_energy() const { return Energy(store_loss_j_.value()); }
  [[nodiscard]] Meter use_meter(Use use) const { return uses_meters_[static_cast<std::size_t>(use)].value(); }
  [[nodiscard]] Meter loss_meter(UnitKind kind) const { return loss_meters_[static_cast<std::size_t>(kind)].value(); }
  [[nodiscard]] Energy indoor_loss_energy() const { return Energy(indoor_j_.value()); }
  [[nodiscard]] Money demand_charge(PowerPrice rate) const { return demand_.charge(demand_state_, rate); }
  /// Calendar months that the demand charge has been counted for, begun ones included.
  [[nodiscard]] std::size_t demand_months() const { return demand_.demand(demand_state_).size(); }
  /// Mean power in the intervals of the system's peaks.  @pre a coincident-peak meter.
  [[nodiscard]] std::vector<Power> coincident_power() const { return coincident_->means(coincident_state_); }
  [[nodiscard]] const RampMeter& ramps() const { return ramps_; }
  [[nodiscard]] EnergyPrice price() const { return price_; }
  [[nodiscard]] CarbonIntensity carbon() const { return carbon_; }

 private:
  struct Counter {
    Accumulator energy_j, cost_usd, carbon_kg;
    void add(double power_w, double span_s, double price_usd_j, double carbon_kg_j);
    [[nodiscard]] Meter value() const;
  };
  void on_event(Tick now, std::int64_t id, std::uint64_t version) override;
  void arm();
  void take_changes();
  /// Meters of each unit of the network from nothing on.
  void begin_network(const std::vector<std::pair<PowerNetwork::UnitId, Use>>& uses);

  engine::Kernel& kernel_;
  PowerNetwork network_;
  std::vector<bool> indoors_;
  std::vector<std::int8_t> use_of_;  ///< of each unit, -1: no load
  DemandMeter demand_;
  DemandMeter::State demand_state_;
  std::optional<CoincidentPeakMeter> coincident_;
  CoincidentPeakMeter::State coincident_state_;
  RampMeter ramps_;
  std::function<void(Power)> settled_;
  std::function<void()> carried_;
  EnergyPrice price_{0.0};
  CarbonIntensity carbon_{0.0};
  Tick last_ = 0;
  bool armed_ = false;
  double facility_w_ = 0, indoor_w_ = 0, peak_w_ = 0, peak_it_w_ = 0;
  double generated_w_ = 0, stored_w_ = 0, charge_w_ = 0, store_loss_w_ = 0;
  double generation_usd_s_ = 0, generation_kg_s_ = 0;
  std::array<double, kUses> use_w_{};
  std::array<double, kUnitKinds> loss_w_{};
  std::vector<double> unit_loss_w_, unit_output_w_, unit_store_loss_w_;
  std::vector<PowerNetwork::UnitId> moved_;
  Counter feed_, generation_, charging_, standby_;
  Accumulator store_loss_j_;
  std::array<Counter, kUses> uses_meters_;
  std::array<Counter, kUnitKinds> loss_meters_;
  Accumulator indoor_j_;
};

}  // namespace aifactory
