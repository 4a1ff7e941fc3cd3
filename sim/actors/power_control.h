#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/grid/sag_counter.h"
#include "models/power/battery.h"
#include "models/power/breaker.h"
#include "models/power/generator.h"
#include "sim/engine/kernel.h"
#include "sim/facility/disturbance.h"
#include "sim/facility/job_table.h"
#include "sim/facility/open_disturbances.h"
#include "sim/facility/site_power.h"

namespace aifactory {

/// Whatever acts by itself in a site's power network: breakers, batteries, transfer switches, generators.  It alone changes
/// how the network is fed, and tells loads that lose or regain all supply.
///
/// Acts at once when it is told something, and at instants that it has solved for (a breaker trips, a battery is empty, a
/// switch has changed over, a generator is ready).  Each such instant is an entry of the calendar with a version; a change of
/// the load makes the old one stale.  Nothing here costs anything while nothing changes.
///
///     breaker     share of the way to the trip += dt / t(load / pickup); opens at 1
///     UPS         input lost -> battery at once; input back -> load walks back in four steps; then the battery is charged
///     rack        shelves hold the load up for a moment without an event; recharged when supply is back
///     switch      source dead and another live -> open for `transfer`, then on; first source back for `retransfer` -> back, no gap
///     generator   started when a switch that it stands behind has lost its first source; stopped when none needs it
///
/// *Not modelled*: inrush, short circuits and selectivity beyond the curves, synchronisation, controls that fail.
class PowerControl final : private engine::EventTarget {
 public:
  using UnitId = PowerNetwork::UnitId;
  struct BreakerUnit {
    UnitId unit = 0;
    Breaker model;
    Power rating;
  };
  /// A UPS with battery, or the shelves of a group of racks.
  struct StoreUnit {
    UnitId unit = 0;
    Battery battery;
    bool ups = true;
    bool eco = false;
    Duration eco_gap{0.004};
  };
  struct SwitchUnit {
    UnitId unit = 0;
    Duration transfer{0.1}, retransfer{300.0};
  };
  struct GeneratorUnit {
    UnitId unit = 0;
    Generator model;
  };
  struct Params {
    std::string name;  ///< site.power
    std::vector<BreakerUnit> breakers = {};
    std::vector<StoreUnit> stores = {};
    std::vector<SwitchUnit> switches = {};
    std::vector<GeneratorUnit> generators = {};
    std::optional<Duration> reclose = {};
  };
  struct Ports {
    std::function<void(UnitId load, bool supplied, const std::string& cause)> supply;
    /// A load with several sources has another number of live ones.
    std::function<void(UnitId load, int live, int of, const std::string& cause)> cords;
    std::function<void(UnitId unit, bool open)> tripped = {};  ///< its own breaker has opened, or is closed again
  };
  PowerControl(engine::Kernel& kernel, std::uint32_t rank, Params params, SitePower& power, EventLog& log, Ports ports);

  /// @param part 0: the battery of the unit; -1: the whole unit.
  void disturb(UnitId unit, std::int64_t part, const Disturbance& disturbance, bool begins);
  /// The voltage of a feed falls by `depth` of its rated value, for `span`.
  void sag(UnitId feed, double depth, Duration span, const std::string& cause);
  /// What acts in another network, and which of its loads are told by others of the supply that they find in it.
  struct Exchanged {
    Params params;
    std::vector<UnitId> told = {};
  };
  /// Another network takes the place of the present one (power_exchange.cc).  Units of the same name go on as they are: what is out,
  /// degraded, open or shed, how full a battery is (as a share), which source a switch is on, a generator that starts or runs, and
  /// whatever is awaited.  What has befallen a unit that goes is kept for when it comes back; what a battery that goes held stays
  /// booked, and one that comes is full.
  /// @param swap puts the network in place (SitePower::exchange) and tells what acts in it.
  void exchange(const std::function<Exchanged()>& swap, const std::string& cause);
  /// A unit that is not in the network is disturbed, or no more: kept for when it comes.
  void befalls_absent(const std::string& name, std::int64_t part, const Disturbance& disturbance, bool begins);

  /// The network has carried the changes of this instant: breakers and batteries see other loads.
  void carried();

  // For the end of a run, as of `now`.
  [[nodiscard]] Energy stored_change(Tick now) const;  ///< content of all stores against the beginning
  [[nodiscard]] Volume fuel(Tick now) const;
  [[nodiscard]] Duration on_battery(Tick now) const;   ///< summed over UPSs
  [[nodiscard]] std::int64_t trips() const { return trips_; }
  [[nodiscard]] std::int64_t transfers() const { return transfers_; }
  [[nodiscard]] std::int64_t generator_starts() const { return starts_; }
  [[nodiscard]] Duration generator_hours(Tick now) const;
  [[nodiscard]] Duration low_load(Tick now) const;  ///< of generators below their minimum load
  [[nodiscard]] bool has_batteries() const { return has_batteries_; }  ///< or has had some
  [[nodiscard]] bool has_generators() const { return has_generators_; }
  /// Least content over capacity among UPS batteries now, and since the beginning; unset without one.
  [[nodiscard]] double least_charge(Tick now) const;
  [[nodiscard]] double least_charge_seen(Tick now) const { return std::fmin(least_seen_, least_charge(now)); }

 private:
  using Change = PowerNetwork::Change;
  enum class Timer : std::uint8_t { trip, reclose, store, walk_in, gap, release, change_over, retransfer, ready, ride, sag_over };
  static constexpr std::size_t kTimers = 11;
  static constexpr int kWalkInSteps = 4;

  struct BreakerState : BreakerUnit {
    Breaker::State state = {};
    double load = 0.0;   ///< over what the unit may carry now
    Tick since = 0;
    bool over = false, open = false;
    std::string cause = {};
  };
  enum class Mode : std::uint8_t { on_input, gap, on_battery, walking_in };
  struct StoreState : StoreUnit {
    Battery::State state = {};
    Power charge = 0.0 * W, discharge = 0.0 * W;
    Tick since = 0;
    Mode mode = Mode::on_input;
    bool latched = false, empty = false, charging = false;
    bool flagged = false;  ///< the network knows it as ready
    int step = 0;
    std::int32_t failed = 0;        ///< open failures of the battery itself
    OpenDisturbances degraded = {};
    double left = 1.0;              ///< of its capacity
    Tick on_battery_since = -1, on_battery = 0;
    Tick carried_from = 0;          ///< when its battery began to carry, the last time
    std::optional<SagCounter> counter = {};
    SagCounter::State sags = {};
    std::string cause = {};
  };
  static_assert(kTimers == static_cast<std::size_t>(Timer::sag_over) + 1);
  struct SwitchState : SwitchUnit {
    int position = 0;
    bool open = false, waiting = false;
    std::string cause = {};
  };
  struct GeneratorState : GeneratorUnit {
    enum class Run : std::uint8_t { off, starting, running } run = Run::off;
    Tick since = 0, ran = 0, next_block = 0;
    Power output = 0.0 * W, fuel = 0.0 * W;
    double fuel_m3 = 0.0;
    Tick fuel_since = 0;
    bool low = false;  ///< below its minimum load
    Tick low_since = 0, low_time = 0;
    std::string cause = {};
  };
  /// What stands in the way of a unit.
  struct UnitState {
    std::int32_t faults = 0;
    bool tripped = false, gap = false, shed = false, still = false;
    OpenDisturbances degraded = {};
    double left = 1.0;  ///< of its rating
    std::int32_t breaker = -1, store = -1, generator = -1;
    double voltage = 1.0;
    std::uint64_t ride_version = 0;
    bool riding = false;
    int live_sources = 0;
    [[nodiscard]] bool available() const { return faults == 0 && !tripped && !gap && !shed && !still; }
  };

  void on_event(Tick now, std::int64_t id, std::uint64_t version) override;
  void timer(Timer kind, std::size_t index, Duration in);
  void timer_at(Timer kind, std::size_t index, Tick at);
  void cancel(Timer kind, std::size_t index) {
    ++version(kind, index);
    due_[static_cast<std::size_t>(kind)][index] = kNever;
  }
  void room_for_timers(std::size_t count);
  std::uint64_t& version(Timer kind, std::size_t index) { return versions_[static_cast<std::size_t>(kind)][index]; }
  [[nodiscard]] const PowerNetwork& network() const { return power_.network(); }
  [[nodiscard]] std::string name_of(UnitId unit) const;
  UnitState& unit(UnitId id) { return units_[static_cast<std::size_t>(id)]; }
  [[nodiscard]] const UnitState& unit(UnitId id) const { return units_[static_cast<std::size_t>(id)]; }
  void note(const char* kind, UnitId unit, const std::string& what, double value, const std::string& cause);

  struct Before;
  void carry_units(const Before& before);
  void carry_stores(const Before& before, std::vector<Change>& changes);
  void carry_switches(const Before& before, std::vector<Change>& changes);
  void carry_generators(const Before& before);
  void carry_timers(const Before& before);
  /// Sets up all that acts, as at the beginning of a run.
  void take_params(Params params, std::vector<Change>& changes);
  void find_generators();  ///< behind each source of each switch
  /// Applies what has changed and everything that follows from it at this instant.
  void follow(std::vector<Change> changes, const std::string& cause);
  void availability(std::vector<Change>& changes, UnitId unit) const;
  void tell_loads(const std::string& cause);

  void breaker_load(std::size_t b);
  void trip(std::size_t b);
  void reclose();

  // power_stores.cc: batteries and shelves; power_backup.cc: switches and generators.
  void follow_stores(std::vector<Change>& changes, const std::string& cause);
  void follow_store(std::size_t index, std::vector<Change>& changes, const std::string& cause);
  void lose_input(StoreState& store, std::size_t index, std::vector<Change>& changes, const std::string& cause);
  void store_powers(std::size_t index);
  void store_limit(std::size_t index);
  void walk_in(std::size_t index);
  void end_gap(std::size_t index);
  void release(std::size_t index, const std::string& cause);
  void charge(StoreState& store, bool on);
  void to_input(StoreState& store, std::vector<Change>& changes, const std::string& cause);
  [[nodiscard]] static Energy content(const StoreState& store, Tick now);
  /// What a degraded battery cannot give any more.
  [[nodiscard]] static Energy floor_of(const StoreState& store) { return store.battery.capacity() * (1.0 - store.left); }
  [[nodiscard]] static double charge_frac(const StoreState& store, Tick now);
  static void settle(StoreState& store, Tick now);
  [[nodiscard]] bool input_good(const StoreState& store) const;
  void count_battery(StoreState& store, bool on);
  void follow_switches(std::vector<Change>& changes, const std::string& cause);
  void change_over(std::size_t index);
  void retransfer(std::size_t index);
  [[nodiscard]] int first_live(UnitId unit) const;
  void follow_generators(std::vector<Change>& changes, const std::string& cause);
  void generator_ready(std::size_t index);
  void generator_power(std::size_t index);
  void set_generation();
  /// Generators that a source of a switch can draw on.
  [[nodiscard]] std::vector<std::size_t> generators_behind(UnitId source) const;
  void voltages();
  void sag_over(std::size_t index);
  void follow_sag(UnitId feed);
  [[nodiscard]] bool sagging() const { return open_sags_ > 0; }
  void ride_out(UnitId load);

  engine::Kernel& kernel_;
  std::uint32_t rank_;
  std::string name_;
  SitePower& power_;
  EventLog& log_;
  Ports ports_;
  std::optional<Duration> reclose_;
  std::vector<UnitState> units_;
  std::vector<BreakerState> breakers_;
  std::vector<StoreState> stores_;
  std::vector<SwitchState> switches_;
  std::vector<GeneratorState> generators_;
  std::vector<std::vector<std::vector<std::size_t>>> behind_;  ///< generators behind each source of each switch
  std::array<std::vector<std::uint64_t>, kTimers> versions_;
  std::array<std::vector<Tick>, kTimers> due_;  ///< of the timer that is awaited; kNever: none
  std::vector<bool> supplied_;                                 ///< of each unit that is a load
  std::vector<bool> told_;                                     ///< of each unit, during exchange(): others tell it
  struct Sag {
    UnitId feed = 0;
    double depth = 0.0;
    bool over = false;
    std::string cause = {};
  };
  std::vector<Sag> sags_;
  int open_sags_ = 0;
  std::string cause_;   ///< of the last change, for what follows from the loads that it moved
  bool fed_otherwise_ = true, has_batteries_ = false, has_generators_ = false;
  std::map<std::string, UnitState> absent_;  ///< what has befallen units that are not in the network
  /// Of units that have gone, or have been exchanged for others.
  struct Gone {
    double stored_j = 0.0, fuel_m3 = 0.0;
    Tick on_battery = 0, ran = 0, low_time = 0;
  } gone_;
  double least_seen_ = kUnset;
  std::int64_t trips_ = 0, transfers_ = 0, starts_ = 0;
};

}  // namespace aifactory
