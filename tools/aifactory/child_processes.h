#pragma once
/// @file Work in processes of its own, since one process holds one simulation.
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace aifactory::tools {

/// What has become of one child.
struct ChildOutcome {
  std::int64_t number = 0;
  std::string output;  ///< all that its work returned; empty when it did not end as it should
  std::string trouble;  ///< "" or "ended by signal 9 (Killed)", "ended with exit code 1"
};

/// Runs `work(1) ... work(count)`, each in a child of its own, at most `at_once` side by side, and hands on each outcome
/// as it comes.
///
/// A child whose work throws says why on standard error and ends with exit code 1.  SIGINT and SIGTERM are passed on to
/// the children (whose simulations then end early and still return what they have), and no further one is started.
/// Children do not outlive this process, however it ends.
/// @returns whether it was interrupted.
/// @throws std::runtime_error when no process can be made.
bool run_children(std::int64_t count, std::int64_t at_once, const std::function<std::string(std::int64_t)>& work,
                  const std::function<void(const ChildOutcome&)>& done);

}  // namespace aifactory::tools
