#pragma once
#include <string>
#include <vector>

#include "sim/policy_program/message_policy.h"

namespace aifactory {

/// A scheduler written for Batsim 4, unmodified: this side is what Batsim is to it, the asking side of a ZeroMQ pair.
///
/// One machine whose resources are the nodes of the scenario's only cluster; one workload, `w0`, whose jobs are called
/// `w0!NAME` and have a profile of kind `delay` with their run time at full speed, sent with each submission.  A job
/// that was interrupted has failed (COMPLETED_FAILED) and is submitted again as `w0!NAME#1`, `#2`, ..., as resubmitted
/// jobs are called there.  A decision takes effect at its timestamp, and no message is sent before the `now` of the
/// answer before it: a scheduler may take simulated time.
/// *Not there*: states and sharing of machines, jobs and profiles registered by the scheduler, queries, Redis.
/// Source: Batsim's documentation, "Protocol" (version 4), and what its Python client reads of each event.
class BatsimPolicy final : public MessagePolicy {
 public:
  struct Params {
    std::string endpoint;  ///< tcp://HOST:PORT
    Channel::Milliseconds timeout{60'000};
  };
  /// @throws InputError when there is another number of clusters than one, or no such endpoint.
  BatsimPolicy(const scheduling::PolicyParts& parts, const Params& params, const std::vector<Job>& jobs,
               const std::vector<scheduling::PoolSpec>& pools);

 private:
  void describe_machine(const scheduling::View& view, Json& beginning) const override;
  void describe_job(JobId id, Json& submission) const override;
  void tell_interrupted(JobId id) override;
  [[nodiscard]] Tick effective(double seconds) const override;

  std::vector<std::int32_t> attempts_;  ///< by job, beyond the first
};

}  // namespace aifactory
