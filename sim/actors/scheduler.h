#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/scheduling/availability_profile.h"
#include "models/scheduling/scheduler_core.h"
#include "sim/engine/kernel.h"
#include "sim/results/fragmentation_meter.h"
#include "sim/results/machine_states.h"
#include "sim/results/queue_meter.h"

namespace aifactory {

/// Asks the policy once an instant, after everything that the instant has brought, and sends jobs to their clusters.
class Scheduler {
 public:
  struct Ports {
    std::function<void(const scheduling::SchedulerCore::Start&)> start;
    std::function<void(JobId, const std::string& reason)> reject;
    std::function<void()> idle;   ///< nothing queued, nothing running after a pass
    std::function<void()> stuck;  ///< jobs queued, none running: only a change of capacity can start one
    std::function<void(const scheduling::SchedulerCore::Preemption&)> preempt = {};
    std::function<void(const scheduling::SchedulerCore::Resize&)> resize = {};
    std::function<void(const scheduling::SchedulerCore::PassResult&)> decided = {};  ///< before it is carried out
    std::function<void()> signals = {};  ///< before each pass: tells the book what has changed around the jobs
  };
  /// @param epilog after a job's end before its nodes are free
  Scheduler(engine::Kernel& kernel, std::uint32_t rank, scheduling::SchedulerCore& core, Ports ports, Duration epilog = Duration(0.0));
  void operator()();

  [[nodiscard]] const QueueMeter& meter() const { return meter_; }
  /// Of each pool.
  [[nodiscard]] const std::vector<FragmentationMeter>& fragmentation() const { return fragmentation_; }
  [[nodiscard]] const MachineStates& machine_states() const { return states_; }

  // What the instant brings; any actor may call these.
  void submitted(JobId job) { post({.kind = Kind::submit, .job = job}); }
  void ended(JobId job) {
    if (epilog_ == 0) return post({.kind = Kind::finish, .job = job});
    post({.kind = Kind::completing, .job = job});
    inbox_.post_at(scheduling::after(kernel_.now(), epilog_), engine::Phase::schedule, {.kind = Kind::finish, .job = job});
  }
  void interrupted(JobId job) { post({.kind = Kind::requeue, .job = job}); }
  /// What nodes are from now on; idle: in service.
  void nodes(std::int32_t pool, NodeRange range, scheduling::NodeState state) {
    post({.kind = state == scheduling::NodeState{} ? Kind::nodes_up : Kind::nodes_down, .pool = pool, .range = range, .state = state});
  }
  /// Something that the policy looks at has changed, or will have by then.
  void look() { post({.kind = Kind::look}); }
  void look_at(Tick at) { inbox_.post_at(at, engine::Phase::schedule, {.kind = Kind::look}); }

 private:
  /// In the order in which one instant's events are applied: failures first, then completions, then submissions.
  enum class Kind : std::uint8_t { nodes_down, completing, finish, requeue, nodes_up, submit, look, pass };
  struct Message {
    Kind kind = Kind::pass;
    JobId job = kNoJob;
    std::int32_t pool = -1;
    NodeRange range = {};
    scheduling::NodeState state{};
  };
  void post(const Message& message) { inbox_.post(message); }
  void arm(Tick at);
  void pass();
  void apply(const Message& message);
  std::int64_t count_nodes();  ///< notes what nodes are doing; @return those that are free

  engine::Kernel& kernel_;
  scheduling::SchedulerCore& core_;
  Ports ports_;
  engine::Inbox<Message> inbox_;
  std::vector<Message> pending_;
  Tick armed_ = -1;
  Tick epilog_;
  QueueMeter meter_;
  std::vector<FragmentationMeter> fragmentation_;
  MachineStates states_;
};

}  // namespace aifactory
