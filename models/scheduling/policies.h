#pragma once
/// @file The policies that users choose by name.
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/scheduling/policy.h"
#include "models/scheduling/select.h"

namespace aifactory::scheduling {

struct PluginPolicy;  // plugin.h

/// A named composition of Order, Select and Place.  Besides the options of its Select, every policy has `place`
/// and `same_instant`; `custom` names its own order, backfill order and selection.
struct PolicyInfo {
  std::string_view name, summary;
  std::string_view order, backfill_order;  ///< names in known_orders(); backfill_order "": the same
  std::string_view select;                 ///< name in known_selects(); "" (custom): by option
  std::string_view place = "first_fit";    ///< default of the option `place`
};

/// Every policy, in the order of the documentation.
[[nodiscard]] std::span<const PolicyInfo> known_policies();
/// Its options with ranges, defaults and meanings.
[[nodiscard]] std::vector<OptionInfo> options_of(const PolicyInfo& policy);
[[nodiscard]] std::vector<OptionInfo> options_of(const PluginPolicy& policy);

/// @throws InputError for an unknown policy, option or value, with the nearest known name.
[[nodiscard]] std::unique_ptr<Policy> make_policy(const PolicyChoice& choice);
/// The policy of a plug-in; the choice's name is not looked at.  @throws InputError as above, and for an order or a
/// placement that there is not.
[[nodiscard]] std::unique_ptr<Policy> make_policy(const PluginPolicy& policy, const PolicyChoice& choice);

}  // namespace aifactory::scheduling
