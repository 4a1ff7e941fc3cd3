#pragma once
/// @file What a policy is chosen by and sees.  (View, Actions and the Order/Select/Place parts follow.)
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/units.h"

namespace aifactory::scheduling {

/// One pool of like nodes (a cluster), as the scheduler knows it.
struct PoolSpec {
  std::string name;
  std::int64_t nodes = 0;
  std::int64_t nodes_per_rack = 1;        ///< rack = node / nodes_per_rack; also the scale-up domain by default
  double accelerators_per_node = 0;
};

/// A policy by name, with its options as the user wrote them: `{name: easy_backfill, options: {depth: 1}}`.
struct PolicyChoice {
  std::string name = "easy_backfill";
  std::vector<std::pair<std::string, std::string>> options;
};

}  // namespace aifactory::scheduling
