#include "sim/policy_program/replay_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "models/error.h"
#include "models/scheduling/actions.h"
#include "models/scheduling/order.h"
#include "models/scheduling/place.h"
#include "models/scheduling/view.h"

namespace aifactory {
namespace {
using scheduling::Refusal;

scheduling::PolicyParts parts_of(const std::string& place, const scheduling::PolicyChoice& choice) {
  scheduling::PolicyParts parts;
  parts.order = scheduling::find_order("fcfs");
  parts.place = scheduling::find_place(place);
  parts.heat = place == "coolest";
  parts.weights = choice.weights;
  return parts;
}

}  // namespace

ReplayPolicy::ReplayPolicy(const std::string& path, const scheduling::PolicyChoice& choice, const std::vector<Job>& jobs,
                           const std::vector<scheduling::PoolSpec>& pools)
    : ReplayPolicy(read(path, jobs, pools), choice) {}

ReplayPolicy::ReplayPolicy(Log log, const scheduling::PolicyChoice& choice)
    : OutsidePolicy(parts_of(log.place, choice)), log_(std::move(log)) {}

std::string ReplayPolicy::log_of(const std::string& path) {
  std::error_code code;
  const bool results = std::filesystem::is_directory(path, code);
  return results ? (std::filesystem::path(path) / "decisions.csv").string() : path;
}

ReplayPolicy::Log ReplayPolicy::read(const std::string& path, const std::vector<Job>& jobs,
                                     const std::vector<scheduling::PoolSpec>& pools) {
  Log log{.path = log_of(path), .place = "first_fit", .steps = {}};
  std::error_code code;
  if (!std::filesystem::exists(log.path, code)) {
    throw InputError(fmt::format("scheduling.policy: replay:{}: {} does not exist; runs write decisions.csv into their results",
                                 path, log.path));
  }
  for (Decision& decision : read_decisions_csv(log.path)) {
    const auto fail = [&](std::string_view what) {
      throw InputError(fmt::format("{}:{}: {}", log.path, decision.line, what));
    };
    if (decision.kind == DecisionKind::note) {
      log.steps.push_back({std::move(decision), -1});
      continue;
    }
    if (decision.kind == DecisionKind::place) {
      if (!scheduling::find_place(decision.detail)) fail(fmt::format("there is no placement {}", decision.detail));
      log.place = decision.detail;
      continue;
    }
    const auto job = static_cast<std::size_t>(decision.job);
    if (job >= jobs.size() || jobs[job].name != decision.job_id) {
      fail(fmt::format("job {} of this workload is {}, not {}: the log is of another workload", decision.job,
                       job < jobs.size() ? jobs[job].name : std::string("missing"), decision.job_id));
    }
    std::int32_t pool = -1;
    if (!decision.nodes.empty()) {
      const auto found = std::find_if(pools.begin(), pools.end(), [&](const auto& p) { return p.name == decision.pool; });
      if (found == pools.end()) fail(fmt::format("there is no cluster {}", decision.pool));
      pool = static_cast<std::int32_t>(found - pools.begin());
    }
    log.steps.push_back({std::move(decision), pool});
  }
  return log;
}

std::string ReplayPolicy::repeat(const Step& step, const scheduling::View& view, scheduling::Actions& actions) {
  const Decision& decision = step.decision;
  const auto told = [](Refusal refusal) {
    return refusal == Refusal::none ? std::string() : std::string(scheduling::to_string(refusal));
  };
  switch (decision.kind) {
    case DecisionKind::start: return told(actions.start_on(decision.job, {step.pool, decision.nodes}));
    case DecisionKind::preempt:
      return told(actions.preempt(decision.job, decision.detail == "on_demand" ? scheduling::Checkpoint::on_demand
                                                                               : scheduling::Checkpoint::last));
    case DecisionKind::reject: {
      const Refusal refusal = actions.reject(decision.job, decision.detail);
      // A job that no pool can run has been rejected without the policy.
      return refusal == Refusal::not_waiting ? std::string() : told(refusal);
    }
    case DecisionKind::resize: {
      std::int64_t nodes = 0;
      for (const NodeRange& range : decision.nodes) nodes += range.count();
      if (const Refusal refusal = actions.resize(decision.job, nodes); refusal != Refusal::none) return told(refusal);
      for (const scheduling::RunningJob& running : view.pool(step.pool).running) {
        if (running.job == decision.job && view.allocation(running).nodes == decision.nodes) return {};
      }
      return "it has other nodes than in the log";
    }
    case DecisionKind::note: {
      const std::size_t equals = std::min(decision.detail.find('='), decision.detail.size());
      return told(actions.note(decision.job, decision.detail.substr(0, equals), decision.detail.substr(std::min(equals + 1, decision.detail.size()))));
    }
    case DecisionKind::place: break;
  }
  return {};
}

void ReplayPolicy::schedule(const scheduling::View& view, scheduling::Actions& actions) {
  const Tick now = view.now();
  while (!failed_ && next_ < log_.steps.size() && log_.steps[next_].decision.at <= now) {
    const Decision& decision = log_.steps[next_].decision;
    if (decision.at == now) {
      refused_ = repeat(log_.steps[next_], view, actions);
      if (refused_.empty()) {
        ++next_;
        continue;
      }
      (void)actions.wake_at(now + 1);
      return;
    }
    failed_ = true;
    ports_.fail(fmt::format("{}:{}: {} of job {} at {} s cannot be repeated: {}; the log is of another run", log_.path,
                            decision.line, name_of(decision.kind), decision.job_id, to_seconds(decision.at),
                            refused_.empty() ? "nothing was decided then" : refused_));
  }
  if (!failed_ && next_ < log_.steps.size()) (void)actions.wake_at(log_.steps[next_].decision.at);
}

}  // namespace aifactory
