/// @file The scheduler's book, its policy, and the log of what the policy decides.
#include <cstdlib>

#include "models/scheduling/blocks.h"
#include "models/scheduling/place.h"
#include "models/scheduling/view.h"
#include "sim/policy_program/outside_policy.h"
#include "sim/run/world.h"

namespace aifactory {
namespace {
using scheduling::SchedulerCore;

void log_decisions(DecisionLog& log, const SchedulerCore::PassResult& pass, Tick now) {
  std::size_t preempted = 0, resized = 0, started = 0, rejected = 0;
  for (const SchedulerCore::Step step : pass.steps) {
    switch (step) {
      case SchedulerCore::Step::preempt: {
        const auto& preemption = pass.preemptions[preempted++];
        log.add(now, DecisionKind::preempt, preemption.job, {},
                preemption.checkpoint == scheduling::Checkpoint::on_demand ? "on_demand" : "last");
        break;
      }
      case SchedulerCore::Step::resize: {
        const auto& resize = pass.resizes[resized++];
        log.add(now, DecisionKind::resize, resize.job, resize.allocation);
        break;
      }
      case SchedulerCore::Step::start: {
        const auto& start = pass.starts[started++];
        log.add(now, DecisionKind::start, start.job, start.allocation);
        break;
      }
      case SchedulerCore::Step::reject: {
        const auto& rejection = pass.rejections[rejected++];
        log.add(now, DecisionKind::reject, rejection.job, {}, rejection.reason);
        break;
      }
    }
  }
  for (const auto& note : pass.notes) log.add(now, DecisionKind::note, note.job, {}, note.key + "=" + note.value);
}

}  // namespace

std::unique_ptr<scheduling::Policy> World::connected_policy(const scheduling::PolicyChoice& choice) {
  auto policy = make_run_policy(choice, table.jobs, run.pools);
  if (auto* outside = dynamic_cast<OutsidePolicy*>(policy.get())) {
    outside->connect({.fail =
                          [this](std::string why) {
                            failure = std::move(why);
                            recorder->finish();
                          },
                      .state_of = [this](JobId job) { return table.fate(job).state; }});
  }
  return policy;
}

void World::build_scheduler() {
  auto policy = connected_policy(run.policy);
  decisions.add(0, DecisionKind::place, kNoJob, {}, std::string(policy->parts().place->name));
  blocks.resize(run.pools.size());
  core = std::make_unique<SchedulerCore>(table.jobs, run.pools, std::move(policy));
  core->set_overheads(to_ticks(run.config.scheduling.prolog), to_ticks(run.config.scheduling.epilog));
}

void World::log_pass(const SchedulerCore::PassResult& pass) {
  for (const auto& start : pass.starts) {
    const auto p = static_cast<std::size_t>(start.allocation.pool);
    if (run.pools[p].has_blocks()) blocks[p].add(scheduling::blocks_spanned(run.pools[p].nodes_per_block, start.allocation.nodes));
  }
  for (const auto& note : pass.notes) {
    if (note.key != "slip") continue;
    const std::size_t blank = note.value.find(' ');
    const std::string_view why = std::string_view(note.value).substr(0, blank);
    ++(why == "fault" ? slips.fault : why == "cap" ? slips.cap : slips.overrun);
    slips.seconds += std::strtod(note.value.c_str() + blank + 1, nullptr);
  }
  if (run.config.record.jobs) log_decisions(decisions, pass, kernel.now());
}

}  // namespace aifactory
