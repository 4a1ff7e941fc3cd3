#pragma once
/// @file Order: which waiting job comes first.
#include <span>
#include <string_view>

#include "models/workload/job.h"

namespace aifactory::scheduling {

/// One rule of order.  A job's key is computed once, when it is submitted; the smallest key is first and equal
/// keys fall to the earlier submission, so every order is total.
struct OrderInfo {
  std::string_view name, summary;
  double (*key)(const Job& job, Tick planned);  ///< planned: the estimate, or the run time where there is none
};

/// Every order, in the order of the documentation.
[[nodiscard]] std::span<const OrderInfo> known_orders();
[[nodiscard]] const OrderInfo* find_order(std::string_view name);  ///< null: none of that name

}  // namespace aifactory::scheduling
