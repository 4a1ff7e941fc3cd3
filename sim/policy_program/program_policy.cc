#include "sim/policy_program/program_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/error.h"
#include "models/scheduling/actions.h"
#include "models/scheduling/view.h"
#include "sim/results/decision_log.h"

namespace aifactory {
namespace {
using Json = nlohmann::ordered_json;
using scheduling::Refusal;
using scheduling::View;
using Trouble = LineProcess::Trouble;

constexpr std::int64_t kIdleCalls = 100'000;
constexpr LineProcess::Milliseconds kPatience{2000};  ///< for its end, once it is told that the run is over

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// The beginning of what it has said, on one line.
std::string quote(std::string_view text) {
  std::string out(text.substr(0, 120));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text.size() > 120 ? out + "..." : out;
}

void require(Refusal refusal, std::string_view type, std::string_view job) {
  if (refusal == Refusal::none) return;
  throw Trouble(fmt::format("asked for {} of job {}, which cannot be done: {}", type, job, scheduling::to_string(refusal)));
}

}  // namespace

ProgramPolicy::ProgramPolicy(const scheduling::PolicyParts& parts, Params params, const std::vector<Job>& jobs,
                             const std::vector<scheduling::PoolSpec>& pools)
    : OutsidePolicy(parts), params_(std::move(params)), jobs_(jobs) {
  names_.reserve(jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const auto id = static_cast<JobId>(i);
    std::string name = jobs[i].name;
    while (!by_name_.emplace(name, id).second) name = fmt::format("{}#{}", name, i);
    names_.push_back(std::move(name));
  }
  std::vector<JobId> in_order(jobs.size());
  std::iota(in_order.begin(), in_order.end(), 0);
  std::stable_sort(in_order.begin(), in_order.end(), [&](JobId a, JobId b) {
    return jobs[static_cast<std::size_t>(a)].submit < jobs[static_cast<std::size_t>(b)].submit;
  });
  ranks_.resize(jobs.size());
  for (std::size_t i = 0; i < in_order.size(); ++i) ranks_[static_cast<std::size_t>(in_order[i])] = static_cast<std::int64_t>(i);
  stage_.assign(jobs.size(), Stage::unknown);
  held_.resize(jobs.size());
  seen_.assign(jobs.size(), 0);
  first_node_.push_back(0);
  for (const scheduling::PoolSpec& pool : pools) {
    first_node_.push_back(first_node_.back() + pool.nodes);
    down_.emplace_back(std::max<std::int64_t>(pool.nodes, 0));
  }
}

ProgramPolicy::~ProgramPolicy() {
  if (!process_ || over_) return;
  Json events = Json::array();
  try {
    add(events, "SIMULATION_ENDS", Json::object());
    process_->dismiss(text_of({{"now", to_seconds(now_)}, {"events", events}}), kPatience);
  } catch (const std::exception&) {  // out of memory at the end of a run: the process is ended all the same
  }
}

void ProgramPolicy::schedule(const View& view, scheduling::Actions& actions) {
  if (over_) return;
  try {
    converse(view, actions);
  } catch (const std::exception& error) {
    over_ = true;
    process_.reset();
    ports_.fail(fmt::format("scheduling: at {} s the policy program {} {}", to_seconds(view.now()),
                            fmt::join(params_.command, " "), error.what()));
  }
}

void ProgramPolicy::converse(const View& view, scheduling::Actions& actions) {
  now_ = view.now();
  ++pass_;
  Json events = Json::array();
  if (!process_) {
    process_ = std::make_unique<LineProcess>(params_.command);
    add(events, "SIMULATION_BEGINS", beginning(view));
  }
  tell_nodes(view, events);
  tell_ended(view, events);
  tell_submitted(view, events);
  const bool news = !events.empty();
  tell_calls(events);
  acted_ = false;
  while (!events.empty()) {
    Json free = Json::array();
    for (std::int32_t pool = 0; pool < view.pools(); ++pool) free.push_back(view.free_nodes(pool));
    const auto answer =
        process_->ask(text_of({{"now", to_seconds(now_)}, {"events", events}, {"free", free}}), params_.timeout);
    if (!answer) {  // the run ends here, and nothing more is asked
      over_ = true;
      process_.reset();
      return;
    }
    events = Json::array();
    obey(*answer, view, actions, events);
  }
  idle_calls_ = news || acted_ || !running_.empty() ? 0 : idle_calls_ + 1;
  if (idle_calls_ > kIdleCalls) {
    throw Trouble(fmt::format("has asked to be called {} times in a row while nothing runs, and starts nothing", kIdleCalls));
  }
  if (!calls_.empty()) (void)actions.wake_at(*calls_.begin());
}

void ProgramPolicy::add(Json& events, std::string_view type, Json data) const {
  events.push_back({{"timestamp", to_seconds(now_)}, {"type", std::string(type)}, {"data", std::move(data)}});
}

Json ProgramPolicy::beginning(const View& view) const {
  Json pools = Json::array();
  for (std::int32_t p = 0; p < view.pools(); ++p) {
    const scheduling::PoolSpec& spec = view.pool(p).spec;
    pools.push_back({{"id", p}, {"name", spec.name}, {"first", first_node_[static_cast<std::size_t>(p)]}, {"nodes", spec.nodes},
                     {"nodes_per_rack", spec.nodes_per_rack}, {"nodes_per_domain", spec.domain_size()},
                     {"accelerators_per_node", spec.accelerators_per_node}});
  }
  return {{"nb_resources", first_node_.back()}, {"nb_compute_resources", first_node_.back()}, {"nb_storage_resources", 0},
          {"allow_compute_sharing", false}, {"allow_storage_sharing", false}, {"config", Json::object()},
          {"pools", std::move(pools)}};
}

Json ProgramPolicy::describe(const Job& job, JobId id, const View& view) const {
  Json out = {{"id", names_[static_cast<std::size_t>(id)]}, {"res", job.nodes}, {"subtime", to_seconds(job.submit)},
              {"profile", job.profile}};
  if (job.estimate != kNever) out["walltime"] = to_seconds(job.estimate);
  // As policies of the table see it: the run time stands for a limit that nobody has given.
  out["planned_time"] = to_seconds(job.estimate == kNever ? job.work : job.estimate);
  out["rank"] = ranks_[static_cast<std::size_t>(id)];
  if (job.pool >= 0) out["pool"] = job.pool;
  if (!job.tenant.empty()) out["tenant"] = job.tenant;
  if (!job.kind.empty()) out["kind"] = job.kind;
  if (job.priority != 0) out["priority"] = job.priority;
  if (job.tier != 0) out["tier"] = job.tier;
  if (job.deadline != kNever) out["deadline"] = to_seconds(job.deadline);
  if (job.elastic()) out["res_min"] = job.min_nodes, out["res_max"] = job.max_nodes;
  if (!job.preemptible) out["preemptible"] = false;
  (void)view;
  return out;
}

std::string ProgramPolicy::nodes_of(const View& /*view*/, std::int32_t pool, const std::vector<NodeRange>& ranges) const {
  std::vector<NodeRange> all = ranges;
  for (NodeRange& range : all) {
    range.first += first_node_[static_cast<std::size_t>(pool)];
    range.last += first_node_[static_cast<std::size_t>(pool)];
  }
  std::string text;
  append_node_list(text, all);
  return text;
}

void ProgramPolicy::tell_nodes(const View& view, Json& events) {
  for (std::int32_t p = 0; p < view.pools(); ++p) {
    const scheduling::NodeSet& is = view.pool(p).down;
    scheduling::NodeSet& was = down_[static_cast<std::size_t>(p)];
    if (is.count() == 0 && was.count() == 0) continue;
    const auto tell = [&](const char* type, const scheduling::NodeSet& more, const scheduling::NodeSet& less) {
      scheduling::NodeSet changed = more;
      changed.erase_all(less);
      if (changed.count() == 0) return;
      std::vector<NodeRange> ranges;
      changed.append_lowest(changed.count(), ranges);
      add(events, "NOTIFY", {{"type", type}, {"resources", nodes_of(view, p, ranges)}});
    };
    tell("event_machine_available", was, is);
    tell("event_machine_unavailable", is, was);
    was = is;
  }
}

void ProgramPolicy::tell_ended(const View& view, Json& events) {
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
    if (std::find(fresh.begin(), fresh.end(), id) != fresh.end()) {  // interrupted: it waits again
      add(events, "JOB_KILLED", {{"job_ids", Json::array({names_[at]})}, {"reason", "interrupted"}});
      stage_[at] = Stage::unknown;
    } else {
      const FinalState state = ports_.state_of(id);
      add(events, "JOB_COMPLETED",
          {{"job_id", names_[at]}, {"job_state", name_of(state)},
           {"return_code", state == FinalState::completed_successfully ? 0 : 1}, {"alloc", held_[at]}});
      stage_[at] = Stage::gone;
    }
    held_[at] = {};
  }
  running_.resize(kept);
}

void ProgramPolicy::tell_submitted(const View& view, Json& events) {
  for (const JobId id : view.fresh()) {
    Stage& stage = stage_[static_cast<std::size_t>(id)];
    if (stage == Stage::waiting) continue;
    stage = Stage::waiting;
    add(events, "JOB_SUBMITTED",
        {{"job_id", names_[static_cast<std::size_t>(id)]}, {"job", describe(view.job(id), id, view)}});
  }
}

void ProgramPolicy::tell_calls(Json& events) {
  while (!calls_.empty() && *calls_.begin() <= now_) {
    calls_.erase(calls_.begin());
    add(events, "REQUESTED_CALL", Json::object());
  }
}

JobId ProgramPolicy::job_named(const Json& name, std::string_view type) const {
  if (!name.is_string()) throw Trouble(fmt::format("asked for {} without the name of a job", type));
  const auto found = by_name_.find(name.get<std::string>());
  if (found == by_name_.end()) throw Trouble(fmt::format("asked for {} of an unknown job {}", type, quote(name.get<std::string>())));
  return found->second;
}

JobId ProgramPolicy::job_in(const Json& data, const char* key, std::string_view type) const {
  const auto found = data.find(key);
  if (found == data.end()) throw Trouble(fmt::format("asked for {} without a {}", type, key));
  return job_named(*found, type);
}

void ProgramPolicy::execute(const Json& data, const View& view, scheduling::Actions& actions) {
  const JobId id = job_in(data, "job_id", "EXECUTE_JOB");
  const auto at = static_cast<std::size_t>(id);
  std::int32_t pool = -1;
  if (const auto wanted = data.find("alloc"); wanted != data.end() && !wanted->is_null()) {
    Allocation nodes;
    if (!wanted->is_string() || !parse_nodes(wanted->get<std::string>(), nodes.nodes)) {
      throw Trouble(fmt::format("asked for EXECUTE_JOB of job {} with alloc {}, which is no list such as \"0-7 9\"", names_[at], quote(text_of(*wanted))));
    }
    const auto above = std::upper_bound(first_node_.begin(), first_node_.end(), nodes.nodes.front().first);
    if (above == first_node_.end()) throw Trouble(fmt::format("asked for EXECUTE_JOB of job {} on nodes that do not exist", names_[at]));
    pool = static_cast<std::int32_t>(above - first_node_.begin()) - 1;
    nodes.pool = pool;
    for (NodeRange& range : nodes.nodes) {
      range.first -= first_node_[static_cast<std::size_t>(pool)];
      range.last -= first_node_[static_cast<std::size_t>(pool)];
    }
    require(actions.start_on(id, nodes), "EXECUTE_JOB", names_[at]);
  } else {
    const auto chosen = data.find("pool");
    std::int32_t low = 0, high = view.pools();
    if (chosen != data.end()) {
      if (!chosen->is_number_integer() || *chosen < 0 || *chosen >= view.pools()) {
        throw Trouble(fmt::format("asked for EXECUTE_JOB of job {} in an unknown pool {}", names_[at], quote(text_of(*chosen))));
      }
      low = chosen->get<std::int32_t>();
      high = low + 1;
    }
    Refusal refusal = Refusal::unknown_pool;
    for (std::int32_t p = low; p < high && refusal != Refusal::none; ++p) {
      refusal = actions.start(id, {.pool = p});
      if (refusal == Refusal::none) pool = p;
    }
    require(refusal, "EXECUTE_JOB", names_[at]);
  }
  for (const scheduling::RunningJob& running : view.pool(pool).running) {
    if (running.job == id) held_[at] = nodes_of(view, pool, view.allocation(running).nodes);
  }
  stage_[at] = Stage::running;
  running_.push_back(id);
  acted_ = true;
}

void ProgramPolicy::obey(const std::string& answer, const View& view, scheduling::Actions& actions, Json& events) {
  const Json said = Json::parse(answer, nullptr, false);
  if (said.is_discarded()) throw Trouble(fmt::format("answered with no JSON: {}", quote(answer)));
  if (!said.is_object() || !said.contains("events") || !said["events"].is_array()) {
    throw Trouble(fmt::format("answered without a list of events: {}", quote(answer)));
  }
  Json killed = Json::array();
  for (const Json& event : said["events"]) {
    if (!event.is_object() || !event.contains("type") || !event["type"].is_string()) {
      throw Trouble(fmt::format("answered with an event that has no type: {}", quote(text_of(event))));
    }
    const auto type = event["type"].get<std::string>();
    const Json data = event.contains("data") && event["data"].is_object() ? event["data"] : Json::object();
    if (type == "EXECUTE_JOB") {
      execute(data, view, actions);
    } else if (type == "REJECT_JOB") {
      const JobId id = job_in(data, "job_id", type);
      const std::string reason = data.contains("reason") && data["reason"].is_string() ? data["reason"].get<std::string>() : "by the policy program";
      require(actions.reject(id, reason), type, names_[static_cast<std::size_t>(id)]);
      stage_[static_cast<std::size_t>(id)] = Stage::gone;
      acted_ = true;
    } else if (type == "KILL_JOB") {
      if (!data.contains("job_ids") || !data["job_ids"].is_array()) throw Trouble("asked for KILL_JOB without a list job_ids");
      for (const Json& name : data["job_ids"]) {
        const JobId id = job_named(name, type);
        const auto at = static_cast<std::size_t>(id);
        if (stage_[at] == Stage::gone) continue;  // it has ended meanwhile
        if (stage_[at] == Stage::running) {
          require(actions.preempt(id, scheduling::Checkpoint::last), type, names_[at]);
          std::erase(running_, id);
        }
        require(actions.reject(id, "killed by the policy program"), type, names_[at]);
        stage_[at] = Stage::gone;
        held_[at] = {};
        killed.push_back(names_[at]);
        acted_ = true;
      }
    } else if (type == "CALL_ME_LATER") {
      const Json at = data.contains("timestamp") ? data["timestamp"] : Json();
      const double seconds = at.is_number() ? at.get<double>() : NAN;
      if (!(seconds > to_seconds(now_) && seconds < 1e12)) {
        throw Trouble(fmt::format("asked for CALL_ME_LATER at {}, which is no time after now", quote(text_of(at))));
      }
      calls_.insert(std::max(now_ + 1, static_cast<Tick>(std::ceil(seconds * 1e6 - 1e-3))));
    } else if (type == "NOTIFY") {
      if (data.contains("job_id") && data.contains("text") && data["text"].is_string()) {
        const JobId id = job_in(data, "job_id", type);
        require(actions.note(id, "note", data["text"].get<std::string>()), type, names_[static_cast<std::size_t>(id)]);
      }
    } else {
      throw Trouble(fmt::format("answered with an event of unknown type {} (known: EXECUTE_JOB, REJECT_JOB, KILL_JOB, CALL_ME_LATER, NOTIFY)", quote(type)));
    }
  }
  if (!killed.empty()) add(events, "JOB_KILLED", {{"job_ids", std::move(killed)}});
}

}  // namespace aifactory
