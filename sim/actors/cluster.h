#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "models/scheduling/scheduler_core.h"
#include "sim/engine/kernel.h"
#include "sim/facility/interruptions.h"
#include "sim/facility/job_table.h"
#include "sim/facility/liquid_bank.h"
#include "sim/facility/load_replay.h"
#include "sim/facility/rack_field.h"
#include "sim/facility/running_jobs.h"
#include "sim/facility/storage_config.h"
#include "sim/facility/time_meter.h"

namespace aifactory {

/// One pool of like racks: runs the jobs it is given, or replays a load in their place; knows what each rack draws, throttles, trips and recovers.
class Cluster {
 public:
  /// Neighbouring racks on one supply and one CDU.
  struct Bank {
    std::int64_t first_rack = 0, racks = 0;
    LiquidBank* liquid = nullptr;  ///< what cools the chips: a technology loop, or a hall's air; none: nobody knows
    bool by_air = false;           ///< it is air, and takes all heat of the racks
    std::int64_t liquid_first = 0; ///< the rack that is the liquid bank's rack 0
    [[nodiscard]] std::int64_t in_liquid(std::int64_t rack) const { return rack - liquid_first; }
  };
  /// Why a rack is off.
  enum class Out : std::uint8_t { supply, failed, maintained };
  struct Params {
    std::string name;  ///< site.hall.cluster
    std::int32_t pool = 0;
    bool kill_at_walltime = true;  ///< a job dies at its wall-clock limit even when throttling made it late
    Duration recovery = 600.0 * s;
    Duration prolog{0.0};               ///< on its nodes before a job's work begins
    Duration burn_in{0.0};              ///< after a repair, before a rack or node takes jobs again
    scheduling::PoolSpec fabric = {};   ///< for its blocks
    Duration throttle_hold = 10.0 * s;  ///< a throttled rack stays so at least this long
    double power_brake = 0.5;           ///< speed of a rack whose shelves would carry too much
    std::int32_t site = 0;
    std::int64_t most_racks = 0;        ///< that it will ever have; fewer than the field has: those
    std::uint64_t seed = 1;             ///< for what outlives an interruption
    std::optional<StorageConfig> storage = {};  ///< of the site
    std::optional<InterruptionsConfig> interruptions = {};
  };
  struct Ports {
    std::function<void(JobId)> ended, interrupted;        ///< to the scheduler
    std::function<void(JobId)> put_back = {};             ///< a policy has preempted it
    std::function<void(NodeRange, scheduling::NodeState)> nodes;  ///< to the scheduler: what they are from now on
    std::function<void(JobId)> staged = {};               ///< its data are on their way, for fate.staging
    std::function<void(JobId, bool runs)> follow = {};    ///< a job does something else from now on, or is about to stop
    std::function<void(std::size_t bank)> heat_changes;   ///< before a bank's heat changes
    std::function<void(std::size_t bank, Power input, Power liquid_other, Power air)> heat;  ///< after it has
  };
  Cluster(engine::Kernel& kernel, std::uint32_t rank, Params params, RackField& field, std::vector<Bank> banks,
          RunningJobs& running, JobTable& jobs, EventLog& log, Ports ports, LoadReplay* load = nullptr);
  void operator()();

  // What other actors and the calendar tell it.
  void start(const scheduling::SchedulerCore::Start& start) { inbox_.post({.kind = Kind::start, .job = start.job, .allocation = start.allocation}); }
  void preempt(JobId job, bool checkpoint) { inbox_.post({.kind = Kind::preempt, .job = job, .on = checkpoint}); }
  void resize(const scheduling::SchedulerCore::Resize& resize) { inbox_.post({.kind = Kind::resize, .job = resize.job, .allocation = resize.allocation}); }
  /// A job that runs here does something else from now on.
  void working(JobId job, double utilization) { inbox_.post({.kind = Kind::working, .job = job, .speed = utilization}); }
  void job_ended(JobId job, RunningJobs::End end) { inbox_.post({.kind = Kind::ended, .job = job, .end = end}); }
  /// @param curtailed less than the site's own limit is the reason.
  void cap(double speed, bool curtailed = false) { inbox_.post({.kind = Kind::cap, .speed = speed, .on = curtailed}); }
  void bank_power(std::size_t bank, bool on, std::string cause) {
    inbox_.post({.kind = Kind::power, .bank = bank, .on = on, .cause = std::move(cause)});
  }
  /// Of the cords of a bank's racks the share `live` has supply, and the shelves that hang on them.
  void cords(std::size_t bank, double live, std::string cause) {
    inbox_.post({.kind = Kind::cords, .speed = live, .bank = bank, .cause = std::move(cause)});
  }
  /// A power shelf, counted rack by rack, is out or back.
  void shelf_fault(std::int64_t shelf, bool on, std::string cause) {
    inbox_.post({.kind = Kind::shelf, .rack = shelf, .on = on, .cause = std::move(cause)});
  }
  void rack_fault(std::int64_t rack, bool on, std::string cause, Out why = Out::supply) {
    inbox_.post({.kind = Kind::fault, .rack = rack, .on = on, .out = why, .cause = std::move(cause)});
  }
  /// A node interrupts what it runs.  @return whether it runs a job.
  bool strike(const Interruptions::Strike& strike);
  /// A health check finds something on a rack, or it has been dealt with: no new job; with `interrupts` no old one either.
  void drain(std::int64_t rack, bool begins, bool interrupts) {
    inbox_.post({.kind = Kind::drain, .rack = rack, .on = !begins, .interrupts = interrupts});
  }
  // cluster_layout.cc: racks come and go, and hang on other supplies and coolant, at an instant between actors.
  /// How racks hang on supplies and coolant from now on.
  struct Layout {
    std::vector<Bank> banks;
    std::vector<double> cords;   ///< of each bank: share of its cords that has supply
    std::vector<bool> supplied;  ///< of each bank
  };
  /// Takes back all heat that it has told, before what it was told to changes.
  void forget_heat();
  /// Other banks.  @pre the field has all their racks; forget_heat() has been called.
  void lay_out(Layout layout);
  /// So many racks are there from now on; others go as soon as no job holds them.  Tells heat and power of all.  @pre lay_out()
  void take_up(std::int64_t racks, const std::string& cause);
  [[nodiscard]] std::int64_t installed() const { return installed_; }
  [[nodiscard]] bool there(std::int64_t rack) const { return rack < static_cast<std::int64_t>(health_.size()) && health(rack).there; }

  /// The coolant of a bank is about to behave otherwise (flow, supply): thresholds are solved for again.
  void coolant_changed(std::size_t bank) { watch(bank); }

  [[nodiscard]] const RackField& field() const { return field_; }
  [[nodiscard]] std::int64_t throttled_racks() const { return throttled_count_; }
  [[nodiscard]] double cap_speed() const { return cap_; }
  /// Accelerator-seconds at throttled or capped speed lost so far are in the job table; this is time spent throttled.
  [[nodiscard]] double throttled_accelerator_s(Tick now) const;
  [[nodiscard]] Temperature max_chip() const { return max_chip_; }
  /// Updates max_chip() from the chips' temperatures now; called at control instants.
  void observe_chips(Tick now, std::size_t bank);
  /// Accelerator-seconds of racks that were off: failed, without power, tripped or recovering.
  [[nodiscard]] double down_accelerator_s(Tick now) const;
  /// Accelerator-seconds of nodes in repair after an interruption.
  [[nodiscard]] double repair_accelerator_s(Tick now) const;
  /// The same of nodes in burn-in.
  [[nodiscard]] double burn_in_accelerator_s(Tick now) const;
  [[nodiscard]] bool repairing() const { return !in_repair_.empty() || burn_in_.count() > 0; }

 private:
  enum class Kind : std::uint8_t { start, preempt, resize, ended, cap, power, cords, shelf, fault, drain, crossing, recover, load, strike, notice, node_back, resume, begin, working, tested, edge };
  enum class Thermal : std::uint8_t { normal, throttled, tripped };
  struct Message {
    Kind kind = Kind::start;
    JobId job = kNoJob;
    Allocation allocation = {};
    RunningJobs::End end = RunningJobs::End::work_done;
    double speed = 1.0;
    std::size_t bank = 0;
    std::int64_t rack = 0;
    bool on = false;
    bool interrupts = false;
    Out out = Out::supply;
    std::string cause = {};
    const StrikeCause* why = nullptr;
    Tick notice = 0;
    std::uint64_t version = 0;
  };
  struct RackHealth {
    Thermal thermal = Thermal::normal;
    Tick held_until = 0;       ///< throttled: not restored before
    std::int16_t faults = 0;   ///< open failures, loss of power included
    std::int16_t shelves_out = 0;
    bool dark = false;         ///< no shelf is left that has supply
    bool braked = false;       ///< its shelves would carry too much at full speed
    std::int16_t drains = 0;   ///< open findings of health checks
    bool there = true;         ///< it stands in the hall
    bool leaving = false;      ///< it goes when no job holds it
    bool up = true;            ///< on, as counted in down_count_
    std::int16_t maintained = 0;  ///< of the faults, those that are planned
    bool repaired = false;     ///< it has failed by itself: burn-in is due
    Tick tested_at = kNever;   ///< end of its burn-in
    scheduling::NodeState told{};  ///< to the scheduler: what its nodes are; idle: it may use them
    Tick recover_at = kNever;  ///< kNever: nothing to wait for
    Temperature leakage_at = Temperature::kelvin(0.0);      ///< of the chip when its leakage was last worked out
    Temperature leakage_before = Temperature::kelvin(0.0);  ///< what the field's power holds
    bool runaway = false;
  };
  void handle(const Message& message);
  void start_job(const Message& message);
  void end_job(JobId job, RunningJobs::End end);
  void interrupt(JobId job);
  void stop(JobId job, bool written, bool unexpected = true);
  void put_back(JobId job, bool checkpoint);
  /// Takes a job off the calendar and its nodes, and books what it has got and lost.  @return work reached from its beginning.
  double take_off(JobId job);
  void resize(const Message& message);
  void run(JobId job);
  void crossing(std::size_t bank);
  void cross(std::int64_t rack, double chip_c);
  [[nodiscard]] bool leaks() const { return field_.model().params().leakage.has_value(); }
  /// Leakage at the chip's temperature now, and whether it has a balance.
  void set_leakage(std::int64_t rack);
  void fault(std::int64_t rack, bool on, const std::string& cause, Out why = Out::supply);
  // cluster_supply.cc: cords, power shelves and what they leave.
  void cords_changed(const Message& message);
  void shelf_changed(const Message& message);
  void supply_changed(std::int64_t rack, const std::string& cause);
  [[nodiscard]] double shelves_left(std::int64_t rack) const;
  [[nodiscard]] double braked_speed(std::int64_t rack, double speed, bool by_supply);
  void tell_overload(std::int64_t rack);
  void recover(std::int64_t rack);
  void tested(std::int64_t rack);
  void end_burn_in(std::int64_t rack);
  [[nodiscard]] scheduling::NodeState state_of(std::int64_t rack) const;
  void replay();
  // cluster_courses.cc: checkpoints, interruptions by nodes, pauses.
  void begin_course(JobId job);
  void struck(const Message& message);
  void noticed(const Message& message);
  void lose_node(JobId job, std::int64_t share, bool needs_node, const std::string& why);
  void restart_in_place(JobId job, CoursePause pause);
  void resume_work(const Message& message);
  void arm_resume(JobId job);
  /// What its work draws from here on, and in pauses.  @param now how far it is
  void set_levels(JobId job, const CheckpointCourse& now);
  void pass_edge(JobId job);
  void arm_edge(JobId job);
  [[nodiscard]] CheckpointCourse course_now(JobId job) const;
  void node_back(std::int64_t first);
  void set_pauses(JobId job, std::optional<CoursePause> first);
  void book_course(JobId job);
  [[nodiscard]] double utilization(JobId job) const;
  [[nodiscard]] Duration kept_work(JobId job);
  // Of the node of a share; where nodes are not shared, each has one.
  [[nodiscard]] NodeRange node_of(std::int64_t share) const;
  [[nodiscard]] std::string node_name(std::int64_t share) const;
  [[nodiscard]] JobId job_near(std::int64_t share) const;
  void lose_share(JobId id, std::int64_t share, bool needs_node, const std::string& why);
  [[nodiscard]] JobId job_on(std::int64_t node) const;
  void tell_nodes(std::int64_t rack, scheduling::NodeState state);
  void drained(const Message& message);
  void update_usable(std::int64_t rack);
  /// @param by_supply its cords or shelves have changed; else its chips, the cap or its load.
  void apply_speed(std::int64_t rack, bool by_supply = false);
  void work_at(JobId job, double utilization);
  void rate_jobs();
  [[nodiscard]] double work_rate(JobId job, double clock) const;
  [[nodiscard]] bool in_prolog(JobId job) const {
    return prolog_ > 0 && kernel_.now() < jobs_.fate(job).last_start + prolog_;
  }
  /// After prolog and staging.
  [[nodiscard]] Tick work_begins(JobId job) const;
  void begin_staging(JobId job);
  /// What the blocks of the fabric that it lies in leave of its speed.
  [[nodiscard]] double pace(JobId job) const;
  void publish();
  void tell_heat(std::size_t bank);
  void come(std::int64_t rack, const std::string& cause);
  void go(std::int64_t rack, const std::string& cause);
  void let_go();
  void take_powers(std::size_t bank, std::span<const std::int64_t> racks);
  void watch(std::size_t bank);
  void schedule_recovery(std::int64_t rack);
  void count_throttled(std::int64_t change);
  void count_down(std::int64_t change);
  [[nodiscard]] std::size_t bank_of(std::int64_t rack) const { return rack_bank_[static_cast<std::size_t>(rack)]; }
  /// One line for neighbouring racks to which the same happens.
  void note(std::int64_t rack, const char* kind, const char* what, double value, const std::string& cause);
  void flush_notes();
  RackHealth& health(std::int64_t rack) { return health_[static_cast<std::size_t>(rack)]; }
  [[nodiscard]] const RackHealth& health(std::int64_t rack) const { return health_[static_cast<std::size_t>(rack)]; }

  engine::Kernel& kernel_;
  std::uint32_t rank_;
  Params params_;
  RackField& field_;
  std::vector<Bank> banks_;
  RunningJobs& running_;
  JobTable& jobs_;
  EventLog& log_;
  Ports ports_;
  LoadReplay* load_;  ///< none: racks run jobs
  engine::Inbox<Message> inbox_;
  engine::Callback watch_due_;  ///< solved threshold crossings come back through the calendar, by bank
  engine::Callback edge_due_;   ///< the next edges of jobs' power profiles, by job
  std::vector<RackHealth> health_;
  std::vector<std::size_t> rack_bank_;
  std::vector<LiquidBank::RackPower> powers_;  ///< room for take_powers()
  std::vector<std::int64_t> falling_;
  std::vector<std::int64_t> changed_;          ///< room for publish(): racks, ascending, so those of a bank stand together
  std::vector<std::size_t> touched_;           ///< room for publish(): their banks
  std::vector<double> rack_input_w_, bank_input_w_, bank_chip_w_, rack_chip_w_;
  std::vector<std::uint64_t> watch_version_;
  std::vector<bool> bank_slow_;  ///< some rack of the bank is throttled
  std::vector<JobId> to_rate_;
  Tick prolog_;
  struct Note {
    std::int64_t first = 0, last = 0;
    std::string kind, what, cause;
    double value = kUnset;
  };
  std::optional<Note> note_;
  double cap_ = 1.0;
  bool curtailed_ = false;
  std::vector<double> bank_cords_;                  ///< share of its cords that has supply
  std::vector<bool> bank_supplied_;
  std::vector<std::pair<bool, double>> supply_before_;  ///< of each rack, while it is laid out anew: supplied, cords
  std::int64_t installed_ = 0;                      ///< racks that are there to stay
  std::map<std::int64_t, std::string> leaving_;     ///< racks that go, and why
  std::map<std::int64_t, std::int32_t> shelf_faults_;  ///< open failures of shelves
  std::map<std::int64_t, std::string> short_;       ///< racks with less than all of their shelves, and why
  std::int64_t braked_count_ = 0;
  std::int64_t throttled_count_ = 0;
  double throttled_s_ = 0, down_s_ = 0;  ///< rack-seconds
  Tick throttled_since_ = 0, down_since_ = 0;
  std::int64_t down_count_ = 0;
  std::map<std::int64_t, bool> in_repair_;  ///< nodes, and whether they are in burn-in already
  TimeMeter repair_, burn_in_;              ///< of nodes; burn-in of whole racks too
  Temperature max_chip_ = Temperature::kelvin(0.0);
};

}  // namespace aifactory
