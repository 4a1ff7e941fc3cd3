#include "sim/actors/workload_source.h"

namespace aifactory {

WorkloadSource::WorkloadSource(engine::Kernel& kernel, std::uint32_t rank, const std::vector<Job>& jobs, Ports ports)
    : kernel_(kernel), jobs_(jobs), ports_(std::move(ports)), inbox_(kernel, rank) {
  arm();
}

void WorkloadSource::arm() {
  if (next_ < jobs_.size()) inbox_.post_at(jobs_[next_].submit, engine::Phase::submit, {});
}

void WorkloadSource::operator()() {
  if (jobs_.empty()) ports_.exhausted();
  while (true) {
    inbox_.take();
    while (next_ < jobs_.size() && jobs_[next_].submit <= kernel_.now()) ports_.submit(static_cast<JobId>(next_++));
    if (next_ == jobs_.size()) ports_.exhausted();
    arm();
  }
}

}  // namespace aifactory
