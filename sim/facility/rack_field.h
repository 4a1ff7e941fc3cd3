#pragma once
/// @file All racks of one cluster: who runs on which node, and what each rack draws.
#include <array>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/compute/rack.h"
#include "models/workload/job.h"
#include "sim/results/accumulator.h"

namespace aifactory {

/// Power of nodes, racks and jobs of one cluster.  Changes are collected and worked off by flush(): a job's start
/// costs what its racks cost, never what the cluster costs.
///
/// Powers are held on a grid of 2^-10 W, so that sums and differences of them are exact in doubles (below 2^43 W) and
/// do not depend on the order of events: sum of jobs + idle nodes + shelf losses = rack input, to the last bit.
/// A rack may also be given its input power from outside, in place of jobs (set_rack_load): what it draws behind its
/// shelves then counts with the idle nodes.  Throttling and caps take away from it as from a job: at speed s its DC
/// power is idle + (given - idle) s^a.
/// A gang runs at its slowest rack: racks that wait keep their own frequency s and stay busy for rate/s of the time,
/// so a node's power is that of utilization u rate/s at speed s.
class RackField {
 public:
  /// @param nodes in the cluster; the last rack may be partly filled.
  RackField(const Rack& model, std::int64_t nodes);

  /// Nodes and their racks come in behind those that are there: idle from now on.  @pre all racks are full.
  void grow(std::int64_t nodes, Tick now);
  /// Nodes pass from idle to the job.  It runs at rate 1 until set_job_rate.
  void assign(JobId job, const Allocation& allocation, double utilization, Tick now);
  /// Nodes pass back to idle.  @return the job's energy at its nodes (before shelf losses).
  Energy release(JobId job, Tick now);
  void set_job_rate(JobId job, double rate);
  /// What the job does is another work now: it has paused, or goes on.
  void set_job_utilization(JobId job, double utilization);
  /// Frequency of a rack over full speed, from throttling and caps.
  void set_rack_speed(std::int64_t rack, double speed);
  /// What each accelerator of a rack draws beyond (or below) its work, from leakage at its temperature.
  void set_rack_leakage(std::int64_t rack, Power change);
  /// Share of a rack's power shelves that works, above 0: they carry what it draws, each at a higher load.
  void set_rack_shelves(std::int64_t rack, double share);
  /// A rack that is off draws nothing; its nodes belong to no job by then.
  void set_rack_on(std::int64_t rack, bool on);
  /// The rack draws `input` at full speed from now on.  @pre no job holds its nodes, now or later.
  void set_rack_load(std::int64_t rack, Power input);
  /// Jobs that hold nodes of a rack, ascending, each once.
  [[nodiscard]] std::vector<JobId> jobs_on(std::int64_t rack) const;
  /// Racks that a running job holds nodes of: half-open ranges.
  [[nodiscard]] std::vector<std::pair<std::int64_t, std::int64_t>> racks_of(JobId job) const;
  /// Slowest of the job's racks: the rate of the gang.
  [[nodiscard]] double slowest_rack(JobId job) const;

  /// Works off what has changed.  @param changed called once for each rack that something has happened to, in their order.
  template <class Changed>
  void flush(Tick now, Changed&& changed) {
    settle(now);
    for (std::size_t word = changed_first_; word < changed_end_; ++word) {
      for (std::uint64_t bits = std::exchange(changed_[word], 0); bits != 0; bits &= bits - 1) {
        changed(static_cast<std::int64_t>(64 * word) + std::countr_zero(bits));
      }
    }
    changed_first_ = changed_.size();
    changed_end_ = 0;
  }

  [[nodiscard]] std::int64_t racks() const { return static_cast<std::int64_t>(racks_.size()); }
  [[nodiscard]] std::int64_t nodes() const { return static_cast<std::int64_t>(node_job_.size()); }
  [[nodiscard]] Power input(std::int64_t rack) const { return Power(racks_[idx(rack)].input_w); }
  /// All accelerators of the rack, and one of its most loaded node.
  [[nodiscard]] Power accelerators(std::int64_t rack) const { return Power(racks_[idx(rack)].accelerators_w); }
  [[nodiscard]] Power hottest_accelerator(std::int64_t rack) const { return Power(racks_[idx(rack)].hottest_accelerator_w); }
  [[nodiscard]] double speed(std::int64_t rack) const { return racks_[idx(rack)].speed; }
  /// Behind its shelves, what the rack would draw at `speed` with its jobs held back by no other rack.
  [[nodiscard]] Power dc_at(std::int64_t rack, double speed) const;
  [[nodiscard]] bool on(std::int64_t rack) const { return racks_[idx(rack)].on; }
  [[nodiscard]] Power total_input() const { return Power(input_w_); }
  /// Accelerators of running jobs (their nodes' accelerators).
  [[nodiscard]] double busy_accelerators() const { return static_cast<double>(busy_nodes_ * model_.accelerators_per_node()); }
  [[nodiscard]] std::int64_t busy_nodes() const { return busy_nodes_; }
  /// What running jobs and given loads draw above idle nodes, before shelf losses: the part that a cap can take away.
  [[nodiscard]] Power dynamic_power() const {
    return Power(jobs_w_ - static_cast<double>(busy_nodes_) * (idle_node_w_ + base_w_) + given_w_ - given_floor_w_);
  }

  /// What running jobs and given loads would draw at full speed beyond what they draw, before shelf losses.
  [[nodiscard]] Power withheld_power() const { return Power(full_w_ - jobs_w_ + given_full_w_ - given_w_); }

  struct Energies {
    Energy jobs, idle, shelf_loss, input;
  };
  /// Since the start; each integrated on its own.
  [[nodiscard]] Energies energies(Tick now) const;
  /// Energy so far of a running job.
  [[nodiscard]] Energy job_energy(JobId job, Tick now) const;
  [[nodiscard]] double busy_node_seconds(Tick now) const;
  [[nodiscard]] const Rack& model() const { return model_; }

 private:
  struct RackState {
    double dc_w = 0, input_w = 0, accelerators_w = 0, hottest_accelerator_w = 0, speed = 1.0;
    double load_w = -1.0;  ///< given input power; negative: none is
    double given_w = 0, given_floor_w = 0, given_full_w = 0;  ///< DC of a given load: now, idle, at full speed
    double leakage_w = 0;  ///< of one accelerator, on the grid
    double shelves = 1.0;  ///< share that works
    bool on = true, dirty = false;
  };
  struct Held {
    JobId job = kNoJob;
    double utilization = 0, rate = 1, power_w = 0, full_w = 0;
    Accumulator energy_j = {};
    Tick last = 0;
    bool dirty = false;
    std::vector<NodeRange> nodes = {};
  };
  static std::size_t idx(std::int64_t i) { return static_cast<std::size_t>(i); }
  void mark(std::int64_t rack);
  void mark(const Held& held);
  void settle(Tick now);
  void recompute(std::int64_t rack);
  void recompute_load(std::int64_t rack);
  /// What a rack with a given load draws.
  struct Given {
    double load_w = -1.0, speed = 1.0;  ///< asked for
    double input_w = 0, dc_w = 0, full_w = 0, floor_w = 0, accelerator_w = 0;
  };
  [[nodiscard]] Given given(double load_w, double speed) const;
  [[nodiscard]] Held& held(JobId job);
  [[nodiscard]] const Held& held(JobId job) const;
  void integrate(Held& job, Tick now);

  const Rack& model_;
  std::int64_t nodes_per_rack_;
  double idle_node_w_, idle_accelerator_w_, base_w_, idle_dc_w_;  // on the grid
  std::vector<RackState> racks_;
  std::vector<std::int32_t> node_job_;  // slot in held_, or -1
  std::vector<double> node_w_;
  std::vector<Held> held_;
  std::vector<std::int32_t> free_slots_, slot_of_;
  std::vector<std::int64_t> dirty_;     ///< to be worked out again by settle()
  std::vector<std::uint64_t> changed_;  ///< by rack, a bit each: worked out again since the last flush()
  std::size_t changed_first_ = 0, changed_end_ = 0;  ///< words of it with bits
  double input_w_ = 0, dc_w_ = 0, idle_w_ = 0, jobs_w_ = 0, full_w_ = 0;
  double given_w_ = 0, given_floor_w_ = 0, given_full_w_ = 0;
  Given last_given_ = {};  ///< racks of a group have the same load: worked out once
  // Racks hold few different loads; a shelf's curve is walked once for each of them.
  struct Conversion {
    double dc_w = -1, input_w = 0;
  };
  std::array<Conversion, 16> conversions_ = {};  ///< by the load's bits: all shelves work
  [[nodiscard]] double input_w(double dc_w);
  // Nodes of a gang do the same: worked out once.
  struct {
    double busy = -1, speed = -1, node_w = 0, accelerator_w = 0;
  } last_node_ = {};
  std::int64_t busy_nodes_ = 0;
  double busy_node_s_ = 0;
  Accumulator jobs_j_, idle_j_, shelf_j_, input_j_;
  Tick last_ = 0;
};

}  // namespace aifactory
