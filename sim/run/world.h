#pragma once
/// @file Everything that lives while a run goes on, in the order in which it must be destroyed.
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/actors/fault_injector.h"
#include "sim/actors/power_control.h"
#include "sim/actors/recorder.h"
#include "sim/actors/scheduler.h"
#include "sim/actors/service_host.h"
#include "sim/actors/workload_source.h"
#include "sim/facility/limit_watch.h"
#include "sim/run/limit_graph.h"
#include "sim/facility/time_meter.h"
#include "sim/facility/unit_book.h"
#include "sim/results/block_meter.h"
#include "sim/facility/waveform_recorder.h"
#include "sim/run/prepared.h"

namespace aifactory {

struct ClusterWorld {
  const ClusterPlan* plan = nullptr;
  std::unique_ptr<Rack> rack = nullptr;
  std::unique_ptr<RackField> field = nullptr;
  std::unique_ptr<LoadReplay> load = nullptr;  ///< none: it runs jobs
  std::unique_ptr<Cluster> actor = nullptr;
  std::unique_ptr<Interruptions> interruptions = nullptr;  ///< none: its nodes interrupt nobody by themselves
  std::vector<PowerNetwork::UnitId> leaves = {};  ///< of its banks
  std::vector<std::int32_t> cdus = {};            ///< of its banks: what cools their chips, among the site's banks; -1: none
  std::vector<double> air_w = {}, other_w = {};   ///< of its banks: heat to air, heat to coolant beside the chips
  std::vector<double> liquid_w = {};              ///< of its banks: all heat to coolant
  TimeMeter nodes = {}, accelerators = {};   ///< that are there
  std::int64_t first_node = 0;               ///< number of its node 0 over all clusters of the scenario
  std::int32_t pool = -1;                    ///< its place among the pools; -1: it runs no jobs
};

struct SiteWorld {
  const PreparedSite* site = nullptr;  ///< as the run begins
  const SitePlan* plan = nullptr;      ///< in force
  std::vector<ClusterWorld> clusters;
  std::unique_ptr<SitePower> power;
  std::unique_ptr<PowerControl> power_control;
  bool tells_batteries = false, tells_generators = false;  ///< series.csv has columns of them: as the run begins
  std::vector<LiquidBank> banks;  ///< one for each CDU, then one for the air of each room
  std::vector<std::vector<std::pair<std::size_t, std::size_t>>> cdu_banks;  ///< of each CDU: cluster, bank within it
  std::unique_ptr<WaterLoop> loop;
  std::unique_ptr<CduControl> cdus;
  std::unique_ptr<RoomControl> rooms;
  std::unique_ptr<CoolingPlant> plant;
  std::unique_ptr<GridFeed> grid;
  std::vector<PowerNetwork::UnitId> cdu_leaves;  ///< of each place of a CDU; -1: none is there
  std::vector<Cdu> cdu_models;                   ///< of each place: of its CDU, or the first that comes
  /// Racks that the CDU of a place serves.
  struct Served {
    std::size_t cluster = 0;
    std::int64_t first = 0, racks = 0;  ///< 0 racks: no CDU is there
    friend bool operator==(const Served&, const Served&) = default;
  };
  std::vector<Served> served;
  std::vector<std::vector<PowerNetwork::UnitId>> room_leaves;  ///< of each room: of its supplies
  std::vector<double> room_loss_w;  ///< indoor losses in the air of each room
  std::vector<std::size_t> cdu_of;  ///< of each cooling unit of the run: the place of its CDU, or as many as there are places
  std::vector<std::size_t> cooling_units;  ///< of each cooling unit of the plan in force: its number in the run
  std::unique_ptr<LimitGraph> limit_graph;
  std::unique_ptr<LimitWatch> limits;          ///< meters of the units of limit_graph
  std::vector<std::int32_t> limit_of;          ///< of each of those units: its meter, -1: none
  /// Meters by name, and what became of the units that have gone.
  struct Metered {
    std::size_t meter = 0;
    LimitGraph::Node node;
    bool gone = false;
  };
  std::map<std::string, Metered> metered;
  std::vector<double> cdu_heat_w, room_heat_w;  ///< of each CDU and room: heat that its racks put into it
  PowerNetwork::UnitId pumps = -1, fans = -1, air_fans = -1, condenser_pumps = -1, compressors = -1;
  std::vector<std::string> plant_notes;  ///< what building the plant had to say
  double kept_stored_j = 0, kept_lost_j = 0;  ///< of technology loops and chips as they were before they were laid out anew
  bool hot_air = false;                       ///< racks are off because of it
  /// What stands at the site from an instant on, for what it costs.
  struct Stand {
    Tick since = 0;
    Power rated_it = 0.0 * W;
    std::vector<std::int64_t> racks = {};  ///< of each cluster
  };
  std::vector<Stand> stands;
  double air_w = 0;                 ///< of racks outside rooms
  Power facility = 0.0 * W, it = 0.0 * W;  ///< as last settled
  Tick next_look = 0;  ///< of the scheduler at room below the limit
};

/// The technology loop that serves so many racks of a cluster, or a place where no CDU is; and its flow then.
LiquidBank::Params bank_params(const SiteWorld& site, const SiteWorld::Served& served, HeatCapacity coolant, Temperature start);
LiquidBank::Flow resting_flow();
/// Indoor losses to where air is cooled: the plant's air handlers, or the rooms.
void settle_losses(SiteWorld& site);
/// A rack's coolant line leaks, or has been mended.
void leak_coolant(SiteWorld& site, const ClusterWorld& cluster, std::int64_t rack, const std::string& cause, bool begins);
/// Warmest air that racks of a hall with a room have drawn in; unset without one.
Temperature max_supply_air(SiteWorld& site, Tick now);
/// Their part of series.csv.
void room_columns(const SiteWorld& site, std::vector<std::string>& columns);
void room_row(const SiteWorld& site, Tick now, std::vector<double>& row);

/// The state of a run.  Actors are wired to each other through it.
struct World {
  explicit World(PreparedRun& prepared);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  PreparedRun& run;
  const PreparedRun* settings = &run;  ///< those in force: the run's own, or what a change has brought
  engine::Kernel kernel;
  std::shared_ptr<JobTable> shared_table = std::make_shared<JobTable>();  ///< rows of the results are made of it
  JobTable& table = *shared_table;
  std::function<void(JobId, bool runs)> follow_job;  ///< empty: nobody looks at what jobs do
  std::optional<WaveformRecorder> waveform;
  EventLog log;
  DecisionLog decisions;
  std::string failure;  ///< what ends the run early; empty: nothing
  UnitBook book;
  std::vector<SiteWorld> sites;
  std::vector<ClusterWorld*> pools;  ///< clusters that run jobs
  std::vector<BlockMeter> blocks;    ///< of each of them
  SlipMeter slips;
  std::unique_ptr<RunningJobs> running;
  std::unique_ptr<scheduling::SchedulerCore> core;
  std::unique_ptr<Scheduler> scheduler;
  std::unique_ptr<WorkloadSource> source;
  std::unique_ptr<ServiceHost> services;  ///< none: no model is served
  std::unique_ptr<FaultInjector> faults;
  std::unique_ptr<Recorder> recorder;
  std::vector<ServiceHost::Tally> service_tallies;  ///< at the end of the run
  Series series;
  bool all_submitted = false;
  std::int64_t never_started = 0;  ///< jobs that waited for nodes which did not come back
  Power total_facility = 0.0 * W, total_it = 0.0 * W, peak_facility = 0.0 * W, peak_it = 0.0 * W;  ///< of all sites together
  Tick total_since = 0;
  void follow_total(Power facility_change, Power it_change);
  /// A disturbance of a unit begins or ends now.
  void disturb(const UnitRef& unit, const std::string& name, const Disturbance& disturbance, bool begins);
  /// Charges a job for the energy that it has drawn and not been charged for, at the site's present price and carbon.
  void charge(SiteWorld& site, JobId job);
  /// The same for every job that runs there.
  void charge_running(SiteWorld& site);
  /// A unit's own protection has taken it out, or it is closed again; who calls it tells the event.
  void unit_went(const std::string& name, bool out);
  /// A rack or CDU leaks from now on, or no more.
  void leak(const UnitRef& unit, const std::string& name, const std::string& cause, bool begins);
  /// The voltage of a feed dips now by `depth` (share of rated) for `span`.
  void sag(const UnitRef& unit, const std::string& name, double depth, Duration span, const std::string& cause);
  /// A load of a site's power network has lost all supply, or has it again.
  void tell_supply(SiteWorld& site, PowerNetwork::UnitId load, bool supplied, const std::string& cause);

 private:
  void build_site(std::size_t index);
  void build_clusters(std::size_t index);
  void build_plant_of(std::size_t index);
  void build_power_control(std::size_t index);
  /// Names of loads in the power network that is in force: where each of them is.
  void find_leaves(SiteWorld& site);
  [[nodiscard]] PowerControl::Params power_params(const SiteWorld& site) const;
  /// CDUs of the plan in force in their places.
  [[nodiscard]] std::vector<CduControl::Unit> cdu_units(const SiteWorld& site, const PlantEquipment& equipment, const std::vector<std::size_t>& places) const;
  [[nodiscard]] static std::vector<Cluster::Bank> banks_of(SiteWorld& site, const ClusterWorld& cluster);
  void find_cdu_banks(SiteWorld& site);
  void build_rooms(std::size_t index, Temperature start);  ///< their banks
  void control_rooms(std::size_t index);
  void build_faults();
  void build_limits(std::size_t index);
  void relay_limits(SiteWorld& site);  ///< for the plan that is in force now
  /// Tells the meters of a site what its units carry, now that the instant has come to rest.
  void follow_limits(SiteWorld& site);
  void build_scheduler();
  /// A policy that tells its failures to the run.
  [[nodiscard]] std::unique_ptr<scheduling::Policy> connected_policy(const scheduling::PolicyChoice& choice);
  void build_courses();
  void build_waveform();
  void build_services();
  void tell_staging(JobId job);
  void log_pass(const scheduling::SchedulerCore::PassResult& pass);
  void build_signals();
  void give_forecasts(std::size_t site);  ///< price and carbon to a policy that looks at them
  void build_changes();
  void change(const PlannedChange& change);  ///< from now on
  void change_policy(const PreparedRun& to, const std::vector<scheduling::SchedulerCore::PoolSize>& sizes, bool other);
  /// The plant's machines and water; its CDUs are told by whoever calls.
  PlantEquipment exchange_plant(std::size_t site, const PlannedChange& change);
  void change_plant(std::size_t site, const PlannedChange& change);
  // world_layout.cc: racks, CDUs and the power network.
  void change_layout(std::size_t site, const PlannedChange& change, std::vector<scheduling::SchedulerCore::PoolSize>& sizes);
  void rehang_coolant(SiteWorld& site, const PlantEquipment& equipment, const std::vector<CduControl::Unit>& units, const SitePlan& before,
                      const std::vector<std::vector<std::int32_t>>& cooled_by);
  void exchange_network(SiteWorld& site, const std::string& cause);
  void look_who_is_there(std::size_t site);
  [[nodiscard]] bool is_there(const UnitRef& unit) const;
  void update_signals();              ///< before a pass
  void follow_power(std::size_t site);  ///< the limit that a power-aware policy keeps
  [[nodiscard]] std::string supply_name(const SiteWorld& site, PowerNetwork::UnitId load) const;
  void spawn();
  void finish_if_done();
  /// Ends a run that lasts until its workload ends when that cannot happen any more.
  void give_up();
  engine::Callback give_up_due{[this](std::int64_t, std::uint64_t) { give_up(); }};
  engine::Callback change_due{[this](std::int64_t number, std::uint64_t) { change(run.changes[static_cast<std::size_t>(number)]); }};
  Tick last_event = 0;  ///< the scenario's last what-if begins or ends here
};

/// Columns of series.csv, and one row of it.
std::vector<std::string> series_columns(const World& world);
std::vector<double> series_row(const World& world, Tick now);

/// Rows of limits.csv and the keys `limits.*`.
void summarize_limits(World& world, RunResult& result);

class JobRows;

/// Rows of goodput.csv, and what they add up to in the summary.
void summarize_goodput(World& world, const JobRows& rows, RunResult& result);

/// Served models: their part of series.csv; their blocks of the summary and rows of services.csv, once those of jobs stand.
void service_columns(const World& world, std::vector<std::string>& columns);
void service_row(const World& world, std::vector<double>& row);
void summarize_services(World& world, RunResult& result);

/// Fills summary, ledger, jobs and events of the result at the end of a run.
void summarize(World& world, RunResult& result, double wall_s);

}  // namespace aifactory
