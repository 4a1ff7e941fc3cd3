#pragma once
/// @file Work in child processes, several at a time; one that crashes takes nothing with it.
#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

namespace aifactory {

/// What became of one child.
struct ChildEnd {
  bool ok = false;          ///< it wrote its text and ended well
  std::string text;         ///< what the work returned
  std::string trouble;      ///< when not ok: "signal 6 (Aborted): last words", "exit code 1: last words"
};

/// Forks a child for each of `count` pieces of work, at most `jobs` at a time, and hands over what each returns, in the order
/// in which they end.  SimGrid allows one engine in a process: the caller has none.
///
/// A child shares the memory of this process until it writes to it.  `stop` may be set by a signal handler: no child is
/// begun after that, and those that run are ended by their ids.
/// @return whether all were done.  @throws std::runtime_error when no process or pipe can be made.
bool run_in_children(std::size_t count, std::size_t jobs, const std::function<std::string(std::size_t)>& work,
                     const std::function<void(std::size_t, ChildEnd)>& done, const std::atomic<bool>& stop);

}  // namespace aifactory
