#pragma once
/// @file How urgent the finding of a health check is.
#include <cstdint>
#include <utility>

#include "sim/scenario/types.h"

namespace aifactory {

/// What happens to the jobs on nodes that are drained.
enum class DrainSeverity : std::uint8_t {
  after_job,  ///< they go on; their nodes are out when they have ended
  now,        ///< they are interrupted and queued again
};
template <>
struct EnumNames<DrainSeverity> {
  static constexpr std::pair<const char*, DrainSeverity> values[] = {{"after_job", DrainSeverity::after_job}, {"now", DrainSeverity::now}};
};

}  // namespace aifactory
