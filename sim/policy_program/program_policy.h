#pragma once
#include <string>
#include <vector>

#include "sim/policy_program/message_policy.h"

namespace aifactory {

/// A process of our own that is asked by lines of JSON on its standard input.  It knows pools, counts of free nodes and
/// the order of submission; a job that was interrupted is submitted to it again under its own name.
class ProgramPolicy final : public MessagePolicy {
 public:
  struct Params {
    std::vector<std::string> command;
    Channel::Milliseconds timeout{60'000};
  };
  ProgramPolicy(const scheduling::PolicyParts& parts, const Params& params, const std::vector<Job>& jobs,
                const std::vector<scheduling::PoolSpec>& pools);

 private:
  void describe_machine(const scheduling::View& view, Json& beginning) const override;
  void describe_job(JobId, Json&) const override {}
  void tell_interrupted(JobId id) override;
  void describe_now(const scheduling::View& view, Json& message) const override;
};

}  // namespace aifactory
