#pragma once
/// @file Someone outside who answers each message with one.
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

namespace aifactory {

class Channel {
 public:
  /// What went wrong over there, in words that follow its name: "ended with exit code 1 without an answer".
  class Trouble : public std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  using Milliseconds = std::chrono::milliseconds;

  virtual ~Channel() = default;
  /// Sends a message and waits for its answer.  @return none when the run is interrupted meanwhile.
  /// @throws Trouble when it takes longer than `timeout`, or none can come.
  virtual std::optional<std::string> ask(const std::string& message, Milliseconds timeout) = 0;
  /// Sends a last message and gives the other side so long to end.
  virtual void dismiss(const std::string& message, Milliseconds patience) noexcept = 0;
};

}  // namespace aifactory
