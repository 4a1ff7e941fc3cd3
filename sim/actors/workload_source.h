#pragma once
#include <functional>
#include <vector>

#include "models/workload/job.h"
#include "sim/engine/kernel.h"

namespace aifactory {

/// Submits jobs at their submission instants, those of one instant together and in order.
class WorkloadSource {
 public:
  struct Ports {
    std::function<void(JobId)> submit;
    std::function<void()> exhausted;  ///< after the last job
  };
  /// @param jobs sorted by submission; must outlive the actor.
  WorkloadSource(engine::Kernel& kernel, std::uint32_t rank, const std::vector<Job>& jobs, Ports ports);
  void operator()();

 private:
  struct Wake {};
  void arm();
  engine::Kernel& kernel_;
  const std::vector<Job>& jobs_;
  Ports ports_;
  engine::Inbox<Wake> inbox_;
  std::size_t next_ = 0;
};

}  // namespace aifactory
