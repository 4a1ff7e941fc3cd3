#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "models/inference/service_course.h"
#include "sim/engine/kernel.h"
#include "sim/facility/job_table.h"
#include "sim/facility/running_jobs.h"
#include "sim/facility/service_part.h"

namespace aifactory {

/// Carries the load of services onto the nodes that their jobs hold, step by step, and counts what they answer.
///
/// A service's course is that of full speed.  Its replicas are in parts, a job each.  Let w be a part's share of the replicas,
/// a the share of a step in which its job holds its nodes, v what it does meanwhile over what full speed does, and l the
/// answers of the course in a step over what all replicas could answer (ServingCurve).  The share
///
///     min(max a, sum(w a v) / l)
///
/// of them is given: replicas that are left take over from those that are gone as far as they can, and nobody answers while
/// all are gone.  Busy share and utilization grow as they do along the curve from l to l / sum(w v), by the state in which a
/// step begins.
///
/// Requests that are not answered wait: those of a service with patience for itself, those of a group for each other.  At the
/// beginning of a step each service takes of them what it has room for; what has waited for longer than the patience of the
/// service that it came to is lost, which is at once where it has none.
/// *Not modelled*: an order among requests within a step; latencies of answers that are late.
class ServiceHost {
 public:
  struct Service {
    const std::string* name = nullptr;
    const ServiceCourse* course = nullptr;
    std::vector<ServicePart> parts = {};
    std::size_t group = 0;  ///< services with the same one take over from each other
    Duration patience{0.0};
  };
  /// So far; requests are counts of the undisturbed course, in part where a disturbance took a share of them.  One that another
  /// of the group takes over is counted there, as come and as answered.
  struct Tally {
    double arrived = 0, answered = 0, within = 0, input_tokens = 0, output_tokens = 0;
    double late = 0;                       ///< answered, but not in the step of the course
    double taken_over = 0, given_away = 0;  ///< after disturbances; by the course itself: ServiceCourse::spilled_in, _out
    double busy_s = 0, replica_s = 0;      ///< shares and counts over time
    double held_s = 0;                     ///< its jobs held their nodes, by their shares of the replicas
    std::vector<double> tokens_of_part = {};
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
  /// What it does now; at rest while its jobs hold no nodes.
  [[nodiscard]] ServiceStep now(std::size_t service) const;

 private:
  struct Wake {};
  /// Requests that a disturbance has kept from their answers.
  struct Late {
    std::size_t service = 0;  ///< that they came to, or that took them over last
    double requests = 0, input_tokens = 0, output_tokens = 0;
    Tick since = 0;
    Tick until = 0;  ///< then they are lost
  };
  struct PartState {
    Tick held = 0;           ///< by its job until the step began
    double done = 0;         ///< work of its job until then, ticks at full speed
    double shown = -1.0;     ///< utilization that its cluster knows ...
    Tick shown_to = kNever;  ///< ... of the run of its job that began then
  };
  struct State {
    Service service;
    std::vector<PartState> parts;
    std::size_t step = 0;           ///< that goes on
    Tick begun = 0;
    std::vector<Late> taken = {};   ///< that it answers in this step beside those of the course
    double load = 0;                ///< of this step, with what it has taken, over what all replicas could answer
    bool short_of = false;          ///< it did not answer all in the step before
    Tally tally = {};
  };
  [[nodiscard]] std::pair<Tick, double> progress(JobId job) const;
  [[nodiscard]] double capacity(const State& state) const;
  /// Busy share or utilization of a step with its load on the capacity that there is.
  [[nodiscard]] double on_curve(const State& state, double of_course, double (ServingCurve::*curve)(double) const, double capacity) const;
  /// Adds what the step that goes on has come to.  @return share of its requests that is answered.
  double book(const State& state, Tally& tally) const;
  void wait();
  void end(std::size_t index);
  void begin(std::size_t index);
  void take_late(std::size_t index);
  void carry(State& state);
  [[nodiscard]] Tick due(const State& state, std::size_t step) const;

  engine::Kernel& kernel_;
  const JobTable& jobs_;
  const RunningJobs& running_;
  EventLog& log_;
  Ports ports_;
  engine::Inbox<Wake> inbox_;
  std::vector<State> states_;
  std::vector<std::deque<Late>> late_;  ///< by group, the oldest first
};

}  // namespace aifactory
