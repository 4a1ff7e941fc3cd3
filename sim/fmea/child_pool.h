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
  std::string said;         ///< the last 4,000 bytes that it wrote to standard error
  int code = 0;             ///< its exit code; -1 when a signal ended it
};

/// What a pool asks while it works.  Each may be empty.
struct PoolHooks {
  std::function<bool(std::size_t running)> may_start;  ///< whether one more child is welcome; not asked while none runs
  std::function<bool()> closing;                       ///< whether no further child is to be begun; those that run go on to their end
  std::function<void(std::size_t running)> idle;       ///< called several times a second
};

/// Forks a child for each of `count` pieces of work, at most `jobs` at a time, and hands over what each returns, in the order
/// in which they end.  SimGrid allows one engine in a process: the caller has none.
///
/// A child shares the memory of this process until it writes to it.  `stop` may be set by a signal handler: no child is
/// begun after that, and those that run are ended by their ids.  Children do not outlive this process, however it ends.
/// @return whether all were done.  @throws std::runtime_error when no process or pipe can be made.
bool run_in_children(std::size_t count, std::size_t jobs, const std::function<std::string(std::size_t)>& work,
                     const std::function<void(std::size_t, ChildEnd)>& done, const std::atomic<bool>& stop, const PoolHooks& hooks = {});

}  // namespace aifactory
