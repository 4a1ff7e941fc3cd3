#include "sim/policy_program/program_policy.h"

#include <fmt/format.h>

#include "models/scheduling/view.h"
#include "sim/policy_program/line_process.h"

namespace aifactory {
using scheduling::View;

ProgramPolicy::ProgramPolicy(const scheduling::PolicyParts& parts, const Params& params, const std::vector<Job>& jobs,
                             const std::vector<scheduling::PoolSpec>& pools)
    : MessagePolicy(parts,
                    {.title = fmt::format("the policy program {}", fmt::join(params.command, " ")),
                     .open = [command = params.command]() -> std::unique_ptr<Channel> { return std::make_unique<LineProcess>(command); },
                     .timeout = params.timeout},
                    jobs, pools) {}

void ProgramPolicy::describe_machine(const View& view, Json& beginning) const {
  Json pools = Json::array();
  for (std::int32_t p = 0; p < view.pools(); ++p) {
    const scheduling::PoolSpec& spec = view.pool(p).spec;
    pools.push_back({{"id", p}, {"name", spec.name}, {"first", first_node(p)}, {"nodes", spec.nodes},
                     {"nodes_per_rack", spec.nodes_per_rack}, {"shares_per_node", spec.shares_per_node}, {"nodes_per_domain", spec.domain_size()},
                     {"accelerators_per_node", spec.accelerators_per_node}});
  }
  beginning["config"] = Json::object();
  beginning["pools"] = std::move(pools);
}

void ProgramPolicy::tell_interrupted(JobId id) {
  tell("JOB_KILLED", {{"job_ids", Json::array({name_of(id)})}, {"reason", "interrupted"}});
}

void ProgramPolicy::describe_now(const View& view, Json& message) const {
  Json free = Json::array();
  for (std::int32_t pool = 0; pool < view.pools(); ++pool) free.push_back(view.free_nodes(pool));
  message["free"] = std::move(free);
}

}  // namespace aifactory
