#include "sim/policy_program/message_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "models/scheduling/actions.h"
#include "models/scheduling/view.h"
#include "sim/policy_program/message_text.h"
#include "sim/results/decision_log.h"

namespace aifactory {
namespace {
using scheduling::View;

constexpr std::int64_t kIdleCalls = 100'000;
constexpr Channel::Milliseconds kPatience{2000};  ///< for its end, once it is told that the run is over
}  // namespace

MessagePolicy::MessagePolicy(const scheduling::PolicyParts& parts, Peer peer, const std::vector<Job>& jobs,
                             const std::vector<scheduling::PoolSpec>& pools)
    : OutsidePolicy(parts), peer_(std::move(peer)), jobs_(jobs) {
  names_.reserve(jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const auto id = static_cast<JobId>(i);
    std::string name = peer_.call ? peer_.call(jobs[i].name) : jobs[i].name;
    while (!by_name_.emplace(name, id).second) name = fmt::format("{}#{}", name, i);
    names_.push_back(std::move(name));
  }
  std::vector<JobId> in_order(jobs.size());
  std::iota(in_order.begin(), in_order.end(), 0);
  std::stable_sort(in_order.begin(), in_order.end(), [&](JobId a, JobId b) { return job(a).submit < job(b).submit; });
  if (!in_order.empty()) last_submission_ = job(in_order.back()).submit;
  ranks_.resize(jobs.size());
  for (std::size_t i = 0; i < in_order.size(); ++i) ranks_[static_cast<std::size_t>(in_order[i])] = static_cast<std::int64_t>(i);
  first_node_.push_back(0);
  for (const scheduling::PoolSpec& pool : pools) {
    first_node_.push_back(first_node_.back() + pool.nodes);
    down_.emplace_back(std::max<std::int64_t>(pool.nodes, 0));
  }
  std::copy_if(in_order.begin(), in_order.end(), std::back_inserter(expected_), [&](JobId id) { return possible(job(id)); });
  stage_.assign(jobs.size(), Stage::unknown);
  held_.resize(jobs.size());
  began_.assign(jobs.size(), 0);
  seen_.assign(jobs.size(), 0);
}

MessagePolicy::~MessagePolicy() {
  if (!channel_ || over_) return;
  try {
    events_ = Json::array();
    tell("SIMULATION_ENDS", Json::object());
    channel_->dismiss(text_of({{"now", to_seconds(now_)}, {"events", events_}}), kPatience);
  } catch (const std::exception&) {  // out of memory at the end of a run: the other side is left all the same
  }
}

bool MessagePolicy::possible(const Job& job) const {
  for (std::size_t pool = 0; pool + 1 < first_node_.size(); ++pool) {
    if (job.runs_in(static_cast<std::int32_t>(pool)) && job.nodes <= first_node_[pool + 1] - first_node_[pool]) return true;
  }
  return false;
}

void MessagePolicy::schedule(const View& view, scheduling::Actions& actions) {
  if (over_) return;
  try {
    converse(view, actions);
  } catch (const std::exception& error) {
    over_ = true;
    channel_.reset();
    ports_.fail(fmt::format("scheduling: at {} s {} {}", to_seconds(view.now()), peer_.title, error.what()));
  }
}

void MessagePolicy::converse(const View& view, scheduling::Actions& actions) {
  now_ = view.now();
  ++pass_;
  if (!channel_) {
    channel_ = peer_.open();
    tell_beginning(view);
    exchange(view, actions);
    if (over_) return;
  }
  tell_ended(view);
  tell_nodes(view);
  tell_submitted(view);
  tell_no_more();
  const bool news = !events_.empty();
  tell_calls();
  acted_ = false;
  while (!later_.empty() && later_.begin()->first <= now_) {
    const Json event = std::move(later_.extract(later_.begin()).mapped());
    carry_out(event, view, actions);
  }
  exchange(view, actions);
  if (over_) return;
  idle_calls_ = news || acted_ || !running_.empty() ? 0 : idle_calls_ + 1;
  if (idle_calls_ > kIdleCalls) {
    throw Trouble(fmt::format("has asked to be called {} times in a row while nothing runs, and starts nothing", kIdleCalls));
  }
  if (!calls_.empty()) (void)actions.wake_at(*calls_.begin());
  if (!later_.empty()) (void)actions.wake_at(later_.begin()->first);
  if (!events_.empty()) (void)actions.wake_at(busy_until_);
}

void MessagePolicy::exchange(const View& view, scheduling::Actions& actions) {
  while (!events_.empty() && now_ >= busy_until_) {
    Json message = {{"now", to_seconds(now_)}, {"events", std::exchange(events_, Json::array())}};
    describe_now(view, message);
    const auto answer = channel_->ask(text_of(message), peer_.timeout);
    if (!answer) {  // the run is interrupted: nothing more is asked
      over_ = true;
      channel_.reset();
      return;
    }
    obey(*answer, view, actions);
  }
}

void MessagePolicy::tell(std::string_view type, Json data) {
  events_.push_back({{"timestamp", to_seconds(now_)}, {"type", std::string(type)}, {"data", std::move(data)}});
}

void MessagePolicy::tell_beginning(const View& view) {
  Json data = {{"nb_resources", first_node_.back()},  {"nb_compute_resources", first_node_.back()},
               {"nb_storage_resources", 0},           {"allow_compute_sharing", false},
               {"allow_storage_sharing", false}};
  describe_machine(view, data);
  tell("SIMULATION_BEGINS", std::move(data));
}

MessagePolicy::Json MessagePolicy::described(JobId id) const {
  const Job& of = job(id);
  Json out = {{"id", name_of(id)}, {"res", of.nodes}, {"subtime", to_seconds(of.submit)}, {"profile", of.profile}};
  if (of.estimate != kNever) out["walltime"] = to_seconds(of.estimate);
  // As policies of the table see it: the run time stands for a limit that nobody has given.
  out["planned_time"] = to_seconds(of.estimate == kNever ? of.work : of.estimate);
  out["rank"] = rank(id);
  if (of.pool >= 0) out["pool"] = of.pool;
  if (!of.staging_on.empty()) {
    Json& staging = out["staging"] = Json::array();
    for (const Tick here : of.staging_on) staging.push_back(here == kNever ? Json(nullptr) : Json(to_seconds(here)));
  }
  if (!of.tenant.empty()) out["tenant"] = of.tenant;
  if (!of.kind.empty()) out["kind"] = of.kind;
  if (of.priority != 0) out["priority"] = of.priority;
  if (of.tier != 0) out["tier"] = of.tier;
  if (of.deadline != kNever) out["deadline"] = to_seconds(of.deadline);
  if (of.elastic()) out["res_min"] = of.min_nodes, out["res_max"] = of.max_nodes;
  if (!of.preemptible) out["preemptible"] = false;
  return out;
}

std::string MessagePolicy::nodes_of(std::int32_t pool, std::vector<NodeRange> ranges) const {
  for (NodeRange& range : ranges) {
    range.first += first_node(pool);
    range.last += first_node(pool);
  }
  std::string text;
  append_node_list(text, ranges);
  return text;
}

void MessagePolicy::tell_completed(JobId id, std::string_view state, bool well) {
  const auto at = static_cast<std::size_t>(id);
  tell("JOB_COMPLETED", {{"job_id", names_[at]}, {"job_state", std::string(state)}, {"return_code", well ? 0 : 1},
                         {"kill_reason", ""}, {"alloc", held_[at]}});
}

void MessagePolicy::rename(JobId id, std::string name) {
  std::string& known = names_[static_cast<std::size_t>(id)];
  by_name_.erase(known);
  past_names_.insert(std::move(known));
  by_name_.emplace(name, id);
  known = std::move(name);
}

void MessagePolicy::tell_ended(const View& view) {
  if (running_.empty()) return;
  for (std::int32_t p = 0; p < view.pools(); ++p) {
    for (const scheduling::RunningJob& running : view.pool(p).running) seen_[static_cast<std::size_t>(running.job)] = pass_;
  }
  const auto fresh = view.fresh();
  std::size_t kept = 0;
  for (const JobId id : running_) {
    const auto at = static_cast<std::size_t>(id);
    if (seen_[at] == pass_) {
      running_[kept++] = id;
      continue;
    }
    if (std::find(fresh.begin(), fresh.end(), id) != fresh.end()) {
      tell_interrupted(id);
      stage_[at] = Stage::unknown;
    } else {
      const FinalState state = ports_.state_of(id);
      tell_completed(id, aifactory::name_of(state), state == FinalState::completed_successfully);
      stage_[at] = Stage::gone;
    }
    held_[at] = {};
  }
  running_.resize(kept);
}

void MessagePolicy::tell_nodes(const View& view) {
  for (std::int32_t p = 0; p < view.pools(); ++p) {
    const scheduling::NodeSet& is = view.pool(p).down;
    scheduling::NodeSet& was = down_[static_cast<std::size_t>(p)];
    if (is.count() == 0 && was.count() == 0) continue;
    const auto tell_more = [&](const char* type, const scheduling::NodeSet& more, const scheduling::NodeSet& less) {
      scheduling::NodeSet changed = more;
      changed.erase_all(less);
      if (changed.count() == 0) return;
      std::vector<NodeRange> ranges;
      changed.append_lowest(changed.count(), ranges);
      tell("NOTIFY", {{"type", type}, {"resources", nodes_of(p, std::move(ranges))}});
    };
    tell_more("event_machine_available", was, is);
    tell_more("event_machine_unavailable", is, was);
    was = is;
  }
}

void MessagePolicy::tell_submitted(const View& view) {
  for (const JobId id : view.fresh()) {
    Stage& stage = stage_[static_cast<std::size_t>(id)];
    if (stage == Stage::waiting) continue;
    stage = Stage::waiting;
    Json data = {{"job_id", name_of(id)}, {"job", described(id)}};
    describe_job(id, data);
    tell("JOB_SUBMITTED", std::move(data));
  }
}

void MessagePolicy::tell_no_more() {
  if (expected_.empty() || now_ < last_submission_) return;
  std::erase_if(expected_, [&](JobId id) {
    return stage_[static_cast<std::size_t>(id)] != Stage::unknown || ports_.state_of(id) == FinalState::rejected;
  });
  if (expected_.empty()) tell("NOTIFY", {{"type", "no_more_static_job_to_submit"}});
}

void MessagePolicy::tell_calls() {
  while (!calls_.empty() && *calls_.begin() <= now_) {
    calls_.erase(calls_.begin());
    tell("REQUESTED_CALL", Json::object());
  }
}

}  // namespace aifactory
