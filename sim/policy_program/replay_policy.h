#pragma once
#include <string>

#include "sim/policy_program/outside_policy.h"

namespace aifactory {

/// Repeats the decisions of a log: each at its instant, in its order, on its nodes.
///
/// A decision that cannot be done yet waits for a later pass of its instant (jobs of no duration make room within one);
/// when its instant is over, the log does not belong to this run, and the run ends.  When the log ends, nothing
/// starts any more.
class ReplayPolicy final : public OutsidePolicy {
 public:
  /// @throws InputError for a log that is damaged or of another workload.
  ReplayPolicy(const std::string& path, const scheduling::PolicyChoice& choice, const std::vector<Job>& jobs,
               const std::vector<scheduling::PoolSpec>& pools);
  void schedule(const scheduling::View& view, scheduling::Actions& actions) override;
  /// The log that `path` names: itself, or the one in a result directory.
  [[nodiscard]] static std::string log_of(const std::string& path);

 private:
  struct Step {
    Decision decision;
    std::int32_t pool;
  };
  struct Log {
    std::string path, place;
    std::vector<Step> steps;
  };
  ReplayPolicy(Log log, const scheduling::PolicyChoice& choice);
  static Log read(const std::string& path, const std::vector<Job>& jobs, const std::vector<scheduling::PoolSpec>& pools);
  /// Empty: done.
  [[nodiscard]] std::string repeat(const Step& step, const scheduling::View& view, scheduling::Actions& actions);

  Log log_;
  std::size_t next_ = 0;
  std::string refused_;  ///< why the next one could not be done when it was tried last
  bool failed_ = false;
};

}  // namespace aifactory
