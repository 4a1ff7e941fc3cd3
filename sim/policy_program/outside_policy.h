#pragma once
/// @file Policies that live outside the program: a library, a log of decisions to repeat, a process that is asked.
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/scheduling/policy.h"
#include "models/workload/job.h"
#include "sim/results/run_result.h"

namespace aifactory {

/// A policy that may fail.  An exception must not leave an actor, so that it tells its failure and then decides nothing.
class OutsidePolicy : public scheduling::Policy {
 public:
  struct Ports {
    std::function<void(std::string)> fail = [](const std::string&) {};  ///< called once
    std::function<FinalState(JobId)> state_of = [](JobId) { return FinalState::completed_successfully; };
  };
  using Policy::Policy;
  void connect(Ports ports) { ports_ = std::move(ports); }
  /// It stands for one run: a copy would have to repeat what has been said.  @throws std::logic_error
  [[nodiscard]] std::unique_ptr<Policy> clone() const override;

 protected:
  Ports ports_;
};

/// One way to name a policy from outside: `prefix` and what follows it.
struct OutsideKind {
  struct Option {
    std::string_view name, fallback, range, doc;
  };
  std::string_view prefix;  ///< "replay:"
  std::string_view usage;   ///< "replay:FILE"
  std::string_view summary;
  std::span<const Option> options;
  bool begins_with_run = false;  ///< it must be asked when the run begins, even if nothing happens then
};
/// All of them, in the order of the documentation.
[[nodiscard]] std::span<const OutsideKind> known_outside_policies();

[[nodiscard]] const OutsideKind* find_outside_policy(std::string_view name);  ///< null: one of the table

/// The files that a policy of this name consists of, for the manifest: the log, or the program and those of its
/// arguments that are files.  None for a policy of the table.  @throws InputError
[[nodiscard]] std::vector<std::string> files_of_policy(const std::string& name);

/// The policy of a run: one of the table by its name, or one of known_outside_policies().  A program is started when it is asked for the first time.
/// `jobs` must outlive the policy.  @throws InputError
[[nodiscard]] std::unique_ptr<scheduling::Policy> make_run_policy(const scheduling::PolicyChoice& choice,
                                                                  const std::vector<Job>& jobs,
                                                                  const std::vector<scheduling::PoolSpec>& pools);

}  // namespace aifactory
