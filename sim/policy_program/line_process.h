#pragma once
/// @file A child process that is asked by lines on its standard input and answers by lines on its standard output.
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/policy_program/channel.h"

namespace aifactory {

/// One child in a process group of its own, so that Ctrl-C at a terminal is ours alone and nothing of it is left behind.
/// It dies with us; its standard error is ours.
class LineProcess final : public Channel {
 public:
  /// @throws Trouble when it cannot be started.
  explicit LineProcess(const std::vector<std::string>& command);
  /// Ends it, and everything that it has started, if it has not ended by itself.
  ~LineProcess() override;
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;

  /// A message is one line without its end; more than one line for an answer is trouble.
  std::optional<std::string> ask(const std::string& line, Milliseconds timeout) override;
  /// Sends the line and closes the child's input.
  void dismiss(const std::string& line, Milliseconds patience) noexcept override;

 private:
  enum class Wait { ready, timed_out, interrupted };
  [[nodiscard]] bool has_ended() const noexcept;
  [[nodiscard]] std::string how_it_ended();
  /// Writes what there is to write and reads what there is to read, until a line is there or `sending` is over.
  Wait exchange(std::string_view sending, std::chrono::steady_clock::time_point until, bool for_line);

  pid_t pid_ = -1;
  int input_ = -1, output_ = -1;  ///< the child's, non-blocking
  bool output_ended_ = false;
  std::string got_;
};

}  // namespace aifactory
