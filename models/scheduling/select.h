#pragma once
/// @file Select: which waiting jobs start, given the order and the free nodes.
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "models/scheduling/policy.h"

namespace aifactory::scheduling {

/// One option of a policy: its allowed values, default and meaning.
struct OptionInfo {
  std::string_view name;
  std::string_view fallback;
  std::string_view choices;  ///< words separated by '|'; empty: a whole number low..high
  std::int64_t low = 0, high = 0;
  std::string_view doc;
  [[nodiscard]] std::string range() const;  ///< "count|concrete", "0..1000"
};

/// Options after checking: every option of the policy has a value within its range.
class OptionValues {
 public:
  void set(std::string_view name, std::string_view value) { values_.emplace_back(name, value); }
  [[nodiscard]] const std::string& text(std::string_view name) const;  ///< @pre set
  [[nodiscard]] std::int64_t integer(std::string_view name) const;     ///< @pre set, a whole number

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

struct SelectInfo {
  std::string_view name, summary;
  std::unique_ptr<Policy> (*make)(const PolicyParts& parts, const OptionValues& options);
  std::span<const OptionInfo> options;
};

/// Every rule of selection, in the order of the documentation.
[[nodiscard]] std::span<const SelectInfo> known_selects();
[[nodiscard]] const SelectInfo* find_select(std::string_view name);  ///< null: none of that name

// One file each: select_<name>.cc.
std::unique_ptr<Policy> make_strict(const PolicyParts& parts, const OptionValues& options);
std::unique_ptr<Policy> make_greedy(const PolicyParts& parts, const OptionValues& options);
std::unique_ptr<Policy> make_easy(const PolicyParts& parts, const OptionValues& options);  ///< @throws InputError
std::unique_ptr<Policy> make_conservative(const PolicyParts& parts, const OptionValues& options);
std::unique_ptr<Policy> make_topology(const PolicyParts& parts, const OptionValues& options);
std::unique_ptr<Policy> make_power(const PolicyParts& parts, const OptionValues& options);
std::unique_ptr<Policy> make_fair(const PolicyParts& parts, const OptionValues& options);
std::unique_ptr<Policy> make_gang(const PolicyParts& parts, const OptionValues& options);
std::unique_ptr<Policy> make_carbon(const PolicyParts& parts, const OptionValues& options);
std::unique_ptr<Policy> make_price(const PolicyParts& parts, const OptionValues& options);
std::unique_ptr<Policy> make_slurm(const PolicyParts& parts, const OptionValues& options);

}  // namespace aifactory::scheduling
