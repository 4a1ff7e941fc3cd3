#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "models/inference/service_course.h"
#include "sim/engine/kernel.h"
#include "sim/facility/job_table.h"
#include "sim/facility/running_jobs.h"

namespace aifactory {

/// Carries the load of services onto the nodes that their jobs hold, step by step, and counts what they answer.
///
/// A service's course is that of full speed.  In a step in which its job holds its nodes for the share a of the time and
/// does, running, the share v of what full speed does, it answers
///
///     a min(1, v / busy)
///
/// of the requests that the course answers in that step; the others are lost, not late.  Racks slowed to v work longer:
/// busy share and utilization grow by min(1 / busy, 1 / v), as their speed is when a step begins.
/// *Not modelled*: queues that a disturbance leaves behind, answers that are given again, replicas that go on while others
/// of the same service have lost their racks.
class ServiceHost {
 public:
  struct Service {
    const std::string* name;
    const ServiceCourse* course;
    JobId job = kNoJob;
    double used_frac = 1.0;  ///< of the accelerators of its nodes
  };
  /// So far; requests are counts of the undisturbed course, in part where a disturbance took a share of them.
  struct Tally {
    double arrived = 0, answered = 0, within = 0, input_tokens = 0, output_tokens = 0;
    double busy_s = 0, replica_s = 0;  ///< shares and counts over time
    double held_s = 0;                 ///< its job held its nodes
  };
  struct Ports {
    std::function<double(JobId)> speed;                      ///< of its slowest rack, now
    std::function<void(JobId, double utilization)> working;  ///< to its cluster
  };
  ServiceHost(engine::Kernel& kernel, std::uint32_t rank, const std::vector<Service>& services, const JobTable& jobs, const RunningJobs& running,
              EventLog& log, Ports ports);
  void operator()();

  /// Up to now; a step that goes on counts in part.
  [[nodiscard]] Tally tally(std::size_t service) const;
  /// What it does now; at rest while its job holds no nodes.
  [[nodiscard]] ServiceStep now(std::size_t service) const;

 private:
  struct Wake {
    std::size_t service = 0;
  };
  struct State {
    Service service;
    std::size_t step = 0;  ///< that goes on
    Tick begun = 0;
    Tick held = 0;         ///< by its job until then
    double done = 0;       ///< work of its job until then, ticks at full speed
    double shown = -1.0;   ///< utilization that its cluster knows ...
    Tick shown_to = kNever;  ///< ... of the run of its job that began then
    bool short_of = false;   ///< it did not answer all in the step before
    Tally tally = {};
  };
  [[nodiscard]] std::pair<Tick, double> progress(JobId job) const;
  /// Adds what the step that goes on has come to.  @return share of its requests that is answered.
  double book(const State& state, Tally& tally) const;
  void begin(State& state, std::size_t index);
  void carry(State& state);
  [[nodiscard]] Tick due(const State& state, std::size_t step) const;

  engine::Kernel& kernel_;
  const JobTable& jobs_;
  const RunningJobs& running_;
  EventLog& log_;
  Ports ports_;
  engine::Inbox<Wake> inbox_;
  std::vector<State> states_;
};

}  // namespace aifactory
