/// @file What an answer asks for, and how it is done.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/scheduling/actions.h"
#include "models/scheduling/view.h"
#include "sim/policy_program/message_policy.h"
#include "sim/policy_program/message_text.h"
#include "sim/results/decision_log.h"

namespace aifactory {
namespace {
using scheduling::Refusal;
using scheduling::View;

void require(Refusal refusal, std::string_view type, std::string_view job) {
  if (refusal == Refusal::none) return;
  throw Channel::Trouble(fmt::format("asked for {} of job {}, which cannot be done: {}", type, job, scheduling::to_string(refusal)));
}

/// Text under a key; none: "".
std::string text_in(const nlohmann::ordered_json& data, const char* key) {
  const auto found = data.find(key);
  return found != data.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

void MessagePolicy::obey(const std::string& answer, const View& view, scheduling::Actions& actions) {
  const Json said = Json::parse(answer, nullptr, false);
  if (said.is_discarded()) throw Trouble(fmt::format("answered with no JSON: {}", quote(answer)));
  if (!said.is_object() || !said.contains("events") || !said["events"].is_array()) {
    throw Trouble(fmt::format("answered without a list of events: {}", quote(answer)));
  }
  if (said.contains("now") && said["now"].is_number()) busy_until_ = std::max(now_, effective(said["now"].get<double>()));
  for (const Json& event : said["events"]) {
    if (!event.is_object() || !event.contains("type") || !event["type"].is_string()) {
      throw Trouble(fmt::format("answered with an event that has no type: {}", quote(text_of(event))));
    }
    const bool dated = event.contains("timestamp") && event["timestamp"].is_number();
    const Tick at = dated ? effective(event["timestamp"].get<double>()) : now_;
    if (at > now_) {
      later_.emplace(at, event);
    } else {
      carry_out(event, view, actions);
    }
  }
}

void MessagePolicy::carry_out(const Json& event, const View& view, scheduling::Actions& actions) {
  const auto type = event["type"].get<std::string>();
  const Json data = event.contains("data") && event["data"].is_object() ? event["data"] : Json::object();
  if (type == "EXECUTE_JOB") {
    execute(data, view, actions);
  } else if (type == "REJECT_JOB") {
    const JobId id = job_in(data, type);
    const std::string reason = text_in(data, "reason");
    require(actions.reject(id, reason.empty() ? "by " + peer_.title : reason), type, name_of(id));
    stage_[static_cast<std::size_t>(id)] = Stage::gone;
    acted_ = true;
  } else if (type == "KILL_JOB") {
    kill(data, actions);
  } else if (type == "CALL_ME_LATER") {
    call_later(data);
  } else if (type == "SET_JOB_METADATA") {
    const JobId id = job_in(data, type);
    require(actions.note(id, "metadata", text_in(data, "metadata")), type, name_of(id));
  } else if (type == "NOTIFY") {
    if (const std::string text = text_in(data, "text"); data.contains("job_id") && !text.empty()) {
      const JobId id = job_in(data, type);
      require(actions.note(id, "note", text), type, name_of(id));
    }
  } else {
    throw Trouble(fmt::format("answered with an event of unknown type {} (known: EXECUTE_JOB, REJECT_JOB, KILL_JOB, CALL_ME_LATER, "
                              "SET_JOB_METADATA, NOTIFY)", quote(type)));
  }
}

JobId MessagePolicy::job_named(const Json& name, std::string_view type) const {
  if (!name.is_string()) throw Trouble(fmt::format("asked for {} without the name of a job", type));
  const auto found = by_name_.find(name.get<std::string>());
  if (found == by_name_.end()) throw Trouble(fmt::format("asked for {} of an unknown job {}", type, quote(name.get<std::string>())));
  return found->second;
}

JobId MessagePolicy::job_in(const Json& data, std::string_view type) const {
  const auto found = data.find("job_id");
  if (found == data.end()) throw Trouble(fmt::format("asked for {} without a job_id", type));
  return job_named(*found, type);
}

void MessagePolicy::execute(const Json& data, const View& view, scheduling::Actions& actions) {
  const JobId id = job_in(data, "EXECUTE_JOB");
  const auto at = static_cast<std::size_t>(id);
  if (data.contains("additional_io_job")) {
    throw Trouble(fmt::format("asked for EXECUTE_JOB of job {} with an additional_io_job, which does not exist here", name_of(id)));
  }
  const auto wanted = data.find("alloc");
  const bool placed = wanted != data.end() && !wanted->is_null();
  const std::int32_t pool = placed ? start_on(id, *wanted, actions) : start_anywhere(id, data, actions);
  for (const scheduling::RunningJob& running : view.pool(pool).running) {
    if (running.job == id) held_[at] = nodes_of(pool, view.allocation(running).nodes);
  }
  stage_[at] = Stage::running;
  began_[at] = now_;
  running_.push_back(id);
  acted_ = true;
}

std::int32_t MessagePolicy::start_on(JobId id, const Json& wanted, scheduling::Actions& actions) {
  Allocation nodes;
  if (!wanted.is_string() || !parse_nodes(wanted.get<std::string>(), nodes.nodes)) {
    throw Trouble(fmt::format("asked for EXECUTE_JOB of job {} with alloc {}, which is no list such as \"0-7 9\"", name_of(id),
                              quote(text_of(wanted))));
  }
  const auto above = std::upper_bound(first_node_.begin(), first_node_.end(), nodes.nodes.front().first);
  if (above == first_node_.end()) {
    throw Trouble(fmt::format("asked for EXECUTE_JOB of job {} on nodes that do not exist", name_of(id)));
  }
  nodes.pool = static_cast<std::int32_t>(above - first_node_.begin()) - 1;
  for (NodeRange& range : nodes.nodes) {
    range.first -= first_node(nodes.pool);
    range.last -= first_node(nodes.pool);
  }
  require(actions.start_on(id, nodes), "EXECUTE_JOB", name_of(id));
  return nodes.pool;
}

std::int32_t MessagePolicy::start_anywhere(JobId id, const Json& data, scheduling::Actions& actions) {
  const auto pools = static_cast<std::int32_t>(first_node_.size()) - 1;
  std::int32_t low = 0, high = pools;
  if (const auto chosen = data.find("pool"); chosen != data.end()) {
    if (!chosen->is_number_integer() || *chosen < 0 || *chosen >= pools) {
      throw Trouble(fmt::format("asked for EXECUTE_JOB of job {} in an unknown pool {}", name_of(id), quote(text_of(*chosen))));
    }
    low = chosen->get<std::int32_t>();
    high = low + 1;
  }
  Refusal refusal = Refusal::unknown_pool;
  for (std::int32_t p = low; p < high; ++p) {
    refusal = actions.start(id, {.pool = p});
    if (refusal == Refusal::none) return p;
  }
  require(refusal, "EXECUTE_JOB", name_of(id));
  return -1;
}

void MessagePolicy::kill(const Json& data, scheduling::Actions& actions) {
  if (!data.contains("job_ids") || !data["job_ids"].is_array()) throw Trouble("asked for KILL_JOB without a list job_ids");
  Json progress = Json::object();
  for (const Json& name : data["job_ids"]) {
    if (name.is_string() && past_names_.contains(name.get<std::string>())) continue;  // it has been interrupted meanwhile
    const JobId id = job_named(name, "KILL_JOB");
    const auto at = static_cast<std::size_t>(id);
    if (stage_[at] == Stage::gone) continue;  // it has ended meanwhile
    double done = 0.0;
    if (stage_[at] == Stage::running) {
      if (job(id).work > 0) done = std::min(1.0, static_cast<double>(now_ - began_[at]) / static_cast<double>(job(id).work));
      require(actions.preempt(id, scheduling::Checkpoint::last), "KILL_JOB", names_[at]);
      std::erase(running_, id);
    }
    require(actions.reject(id, "killed by " + peer_.title), "KILL_JOB", names_[at]);
    tell_completed(id, aifactory::name_of(FinalState::completed_killed), false);
    progress[names_[at]] = {{"profile", job(id).profile.text()}, {"progress", done}};
    stage_[at] = Stage::gone;
    held_[at] = {};
    acted_ = true;
  }
  tell("JOB_KILLED", {{"job_ids", data["job_ids"]}, {"job_progress", std::move(progress)}});
}

void MessagePolicy::call_later(const Json& data) {
  const Json at = data.contains("timestamp") ? data["timestamp"] : Json();
  const double seconds = at.is_number() ? at.get<double>() : NAN;
  if (!(seconds > to_seconds(now_) && seconds < 1e12)) {
    throw Trouble(fmt::format("asked for CALL_ME_LATER at {}, which is no time after now", quote(text_of(at))));
  }
  calls_.insert(std::max(now_ + 1, static_cast<Tick>(std::ceil(seconds * 1e6 - 1e-3))));
}

}  // namespace aifactory
