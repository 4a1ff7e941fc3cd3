#include "sim/results/run_result.h"

#include <fmt/format.h>

#include "models/error.h"

namespace aifactory {

const char* name_of(FinalState state) {
  constexpr std::array kNames{"COMPLETED_SUCCESSFULLY",
                              "COMPLETED_FAILED",
                              "COMPLETED_WALLTIME_REACHED",
                              "COMPLETED_KILLED",
                              "REJECTED",
                              "RUNNING",
                              "QUEUED"};
  return kNames[static_cast<std::size_t>(state)];
}

const char* name_of(LossCause cause) {
  constexpr std::array kNames{"thermal", "cap", "fault", "rollback", "restart", "checkpoint", "queue", "curtailment", "spread", "staging"};
  return kNames[static_cast<std::size_t>(cause)];
}

const char* name_of(RunStatus status) {
  constexpr std::array kNames{"complete", "incomplete", "failed"};
  return kNames[static_cast<std::size_t>(status)];
}

void Series::add(Tick at, const std::vector<double>& row) {
  AIF_CHECK(row.size() == columns_.size(), fmt::format("{} values for {} columns", row.size(), columns_.size()));
  AIF_CHECK(times_.empty() || at >= times_.back(), fmt::format("row at tick {} after {}", at, times_.back()));
  times_.push_back(at);
  cells_.insert(cells_.end(), row.begin(), row.end());
}

}  // namespace aifactory
