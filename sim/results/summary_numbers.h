#pragma once
/// @file The numbers of a summary.json by dotted path, as those see it who read many of them.
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aifactory {

/// The number at a dotted path of nested objects; nullopt when it is null or not there.  A key may itself hold dots: the longest that fits is
/// taken.
[[nodiscard]] std::optional<double> number_at(const nlohmann::ordered_json& json, std::string_view path);

/// Every number of the whole run with its dotted path, in the order of the summary.  Blocks of sites and clusters are left out, and what the
/// wall clock says.
void for_each_number(const nlohmann::ordered_json& summary, const std::function<void(const std::string& path, double value)>& use);

/// Adds the paths that for_each_number() meets and that `paths` does not have.
void add_number_paths(const nlohmann::ordered_json& summary, std::vector<std::string>& paths);

}  // namespace aifactory
