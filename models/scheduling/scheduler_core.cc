#include "models/scheduling/scheduler_core.h"

#include <fmt/format.h>

#include <cmath>

#include "models/error.h"
#include "models/scheduling/policies.h"
#include "models/scheduling/scheduler_state.h"

namespace aifactory::scheduling {

SchedulerCore::SchedulerCore(const std::vector<Job>& jobs, std::vector<PoolSpec> pools, const PolicyChoice& choice)
    : state_(std::make_unique<State>(jobs, std::move(pools), make_policy(choice))) {}
SchedulerCore::SchedulerCore(const std::vector<Job>& jobs, std::vector<PoolSpec> pools, std::unique_ptr<Policy> policy)
    : state_(std::make_unique<State>(jobs, std::move(pools), std::move(policy))) {}
SchedulerCore::~SchedulerCore() = default;

void SchedulerCore::submit(JobId job, Tick now) {
  state_->expect(job, State::Stage::absent, "submit");
  state_->happen({State::Event::submit, job, -1, {}, {}}, now);
}
void SchedulerCore::finish(JobId job, Tick now) {
  state_->expect(job, State::Stage::running, "finish");
  state_->happen({State::Event::finish, job, -1, {}, {}}, now);
}
void SchedulerCore::completing(JobId job, Tick now) {
  state_->expect(job, State::Stage::running, "completing");
  AIF_CHECK(now >= state_->now(), fmt::format("time runs back from {} to {}", state_->now(), now));
  state_->complete(job, now);
}
void SchedulerCore::set_overheads(Tick prolog, Tick epilog) {
  AIF_CHECK(prolog >= 0 && epilog >= 0 && state_->arrivals == 0, "a prolog or an epilog after the first job");
  state_->prolog = prolog;
  state_->epilog = epilog;
}
void SchedulerCore::requeue(JobId job, Tick now) {
  state_->expect(job, State::Stage::running, "requeue");
  state_->happen({State::Event::requeue, job, -1, {}, {}}, now);
}
void SchedulerCore::remove(JobId job, Tick now) {
  if (!state_->in_stage(job, State::Stage::held)) state_->expect(job, State::Stage::waiting, "remove");
  state_->happen({State::Event::remove, job, -1, {}, {}}, now);
}
void SchedulerCore::set_nodes_up(std::int32_t pool, NodeRange nodes, bool up, Tick now) {
  set_nodes(pool, nodes, up ? NodeState::idle : NodeState::down, now);
}
void SchedulerCore::set_nodes(std::int32_t pool, NodeRange nodes, NodeState state, Tick now) {
  AIF_CHECK(pool >= 0 && pool < state_->pools() && nodes.first >= 0 && nodes.first <= nodes.last &&
                nodes.last <= state_->pool(pool).spec.nodes,
            fmt::format("pool {}, nodes [{}, {})", pool, nodes.first, nodes.last));
  state_->happen({State::Event::nodes, kNoJob, pool, nodes, state}, now);
}
void SchedulerCore::add_outage(std::int32_t pool, const Outage& outage, Tick now) {
  state_->plan_outage(pool, outage, now);
}
void SchedulerCore::set_policy(std::unique_ptr<Policy> policy, Tick now) {
  state_->change_policy(std::move(policy), now);
}
void SchedulerCore::resize_pools(const std::vector<PoolSize>& sizes, std::unique_ptr<Policy> policy, Tick now) {
  for (const PoolSize& size : sizes) state_->resize_pool(size.pool, size.nodes);
  state_->change_policy(std::move(policy), now);
}
void SchedulerCore::set_power_headroom(Power headroom) {
  const bool unlimited = headroom.si() == INFINITY;
  AIF_CHECK(!std::isnan(headroom.si()), "power headroom");
  state_->limit(0, unlimited ? SiteSignals::kUnlimited
                             : std::llround(headroom.si() * 1e3) + state_->site(0).booked_mw);
}
void SchedulerCore::set_power_limit(std::int32_t site, Power limit) {
  AIF_CHECK(!std::isnan(limit.si()), "power limit");
  state_->limit(site, limit.si() == INFINITY ? SiteSignals::kUnlimited : std::llround(limit.si() * 1e3));
}
void SchedulerCore::set_forecasts(std::int32_t site, std::shared_ptr<const Forecast> price,
                                  std::shared_ptr<const Forecast> carbon) {
  state_->forecasts(site, std::move(price), std::move(carbon));
}
void SchedulerCore::set_headroom(std::int32_t pool, const std::vector<double>& headroom_k) {
  state_->headroom(pool, headroom_k);
}

SchedulerCore::PassResult SchedulerCore::pass(Tick now) {
  AIF_CHECK(now >= state_->now(), fmt::format("time runs back from {} to {}", state_->now(), now));
  state_->run_pass(now);
  PassResult result = std::move(state_->result);
  state_->result = PassResult{};
  return result;
}

const PolicyParts& SchedulerCore::parts() const {
  return state_->policy->parts();
}
std::int64_t SchedulerCore::queued() const {
  return static_cast<std::int64_t>(state_->queue().count()) + state_->held_count;
}
std::int64_t SchedulerCore::held() const {
  return state_->held_count;
}
std::int64_t SchedulerCore::running() const {
  return state_->running_count - state_->completing_count;
}
std::int64_t SchedulerCore::free_nodes(std::int32_t pool) const {
  return state_->free_nodes(pool);
}
const Allocation& SchedulerCore::allocation(JobId job) const {
  state_->expect(job, State::Stage::running, "allocation");
  return state_->held_by(job);
}
const View& SchedulerCore::view() const {
  return *state_;
}

}  // namespace aifactory::scheduling
