#pragma once
/// @file Short ways to write jobs and schedules in tests, in seconds.
#include <functional>
#include <string>
#include <vector>

#include "models/scheduling/replay.h"

namespace aifactory::scheduling {

struct Ask {
  double submit_s;
  std::int64_t nodes;
  double run_s;
  std::function<void(Job&)> more = {};
};

inline std::vector<Job> jobs_asking(const std::vector<Ask>& asks) {
  std::vector<Job> jobs;
  for (const Ask& ask : asks) {
    Job job;
    job.submit = to_ticks(ask.submit_s * s);
    job.nodes = ask.nodes;
    job.work = job.estimate = to_ticks(ask.run_s * s);
    if (ask.more) ask.more(job);
    jobs.push_back(job);
  }
  return jobs;
}

inline Tick sec(double seconds) { return to_ticks(seconds * s); }

inline std::vector<double> in_seconds(const std::vector<Tick>& ticks) {
  std::vector<double> out;
  for (const Tick tick : ticks) out.push_back(tick == kNever ? -1 : to_seconds(tick));
  return out;
}

using Options = std::vector<std::pair<std::string, std::string>>;
using Seconds = std::vector<double>;

inline std::function<void(Job&)> tier(std::int32_t level) {
  return [level](Job& job) { job.tier = level; };
}
inline std::function<void(Job&)> tenant(std::string name) {
  return [name](Job& job) { job.tenant = name; };
}

}  // namespace aifactory::scheduling
