#include "sim/policy_program/batsim_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/error.h"
#include "models/scheduling/view.h"
#include "sim/policy_program/zmq_requester.h"

namespace aifactory {
namespace {

constexpr const char* kWorkload = "w0";

/// "w0!NAME": marks of workloads and attempts may not stand within a name.
std::string called(std::string name) {
  std::replace(name.begin(), name.end(), '!', '%');
  std::replace(name.begin(), name.end(), '#', '%');
  return fmt::format("{}!{}", kWorkload, name);
}

/// Checked before anything is built from it.
const std::string& checked(const std::string& endpoint, const std::vector<scheduling::PoolSpec>& pools) {
  if (!is_zmq_endpoint(endpoint)) {
    throw InputError(fmt::format("scheduling.policy: batsim:{} must be batsim:tcp://HOST:PORT or batsim:ipc://PATH", endpoint));
  }
  if (pools.size() != 1) {
    throw InputError(fmt::format("scheduling.policy: batsim:{}: a scheduler of Batsim knows one machine, and this scenario has {} "
                                 "clusters that run jobs", endpoint, pools.size()));
  }
  return endpoint;
}

}  // namespace

BatsimPolicy::BatsimPolicy(const scheduling::PolicyParts& parts, const Params& params, const std::vector<Job>& jobs,
                           const std::vector<scheduling::PoolSpec>& pools)
    : MessagePolicy(parts,
                    {.title = fmt::format("the scheduler at {}", checked(params.endpoint, pools)),
                     .open = [endpoint = params.endpoint]() -> std::unique_ptr<Channel> { return std::make_unique<ZmqRequester>(endpoint); },
                     .timeout = params.timeout,
                     .call = called},
                    jobs, pools),
      attempts_(jobs.size(), 0) {}

void BatsimPolicy::describe_machine(const scheduling::View& view, Json& beginning) const {
  beginning["config"] = {{"redis-enabled", false},        {"redis-hostname", "127.0.0.1"},
                         {"redis-port", 6379},            {"redis-prefix", "default"},
                         {"profiles-forwarded-on-submission", true}, {"dynamic-jobs-enabled", false},
                         {"dynamic-jobs-acknowledged", false},       {"profile-reuse-enabled", false},
                         {"forward-unknown-events", false}};
  const scheduling::PoolSpec& spec = view.pool(0).spec;
  Json nodes = Json::array();
  for (std::int64_t node = 0; node < spec.nodes; ++node) {
    nodes.push_back({{"id", node}, {"name", fmt::format("{}_{}", spec.name, node)}, {"state", "idle"},
                     {"properties", Json::object()}, {"zone_properties", Json::object()}});
  }
  beginning["compute_resources"] = std::move(nodes);
  beginning["storage_resources"] = Json::array();
  beginning["workloads"] = {{kWorkload, ""}};
  beginning["profiles"] = {{kWorkload, Json::object()}};
}

void BatsimPolicy::describe_job(JobId id, Json& submission) const {
  const double seconds = to_seconds(job(id).work);
  submission["job"]["profile"] = fmt::format("delay_{}", seconds);
  if (attempts_[static_cast<std::size_t>(id)] > 0) submission["job"]["subtime"] = to_seconds(now());
  submission["profile"] = {{"type", "delay"}, {"delay", seconds}};
}

void BatsimPolicy::tell_interrupted(JobId id) {
  tell_completed(id, "COMPLETED_FAILED", false);
  const std::int32_t attempt = ++attempts_[static_cast<std::size_t>(id)];
  std::string name = name_of(id);
  if (attempt > 1) name = name.substr(0, name.rfind('#'));
  rename(id, fmt::format("{}#{}", name, attempt));
}

Tick BatsimPolicy::effective(double seconds) const {
  const double ticks = std::round(seconds * static_cast<double>(kTicksPerSecond));
  if (!(ticks >= static_cast<double>(now()) && ticks < 9e18)) {
    throw Trouble(fmt::format("decided something at {} s, which is not now or later", seconds));
  }
  return static_cast<Tick>(ticks);
}

}  // namespace aifactory
