#pragma once
/// @file "Did you mean": the nearest word of a list, for the messages about names that do not exist.
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aifactory {

/// Least number of insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`
/// (optimal string alignment distance; Damerau, Comm. ACM 7(3), 1964).  Upper and lower case are alike.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, or "" when none is near enough to be a slip: at most one edit for every
/// three letters.  Of equally near ones the first is taken.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// ` (did you mean "easy_backfill"?)`, or "" when nothing is near.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// `a, b or c`.
[[nodiscard]] std::string join_or(std::span<const std::string> words);

}  // namespace aifactory
