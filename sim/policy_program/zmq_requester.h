#pragma once
/// @file The asking side of a ZeroMQ request-reply pair.
#include <memory>
#include <string>

#include "sim/policy_program/channel.h"

namespace aifactory {

/// A REQ socket that is connected to the one who answers (a REP socket bound to `endpoint`), who may come up later.
/// That it has gone is seen at once; one that is silent, by the time that it takes.
class ZmqRequester final : public Channel {
 public:
  /// @throws Trouble
  explicit ZmqRequester(const std::string& endpoint);
  ~ZmqRequester() override;
  std::optional<std::string> ask(const std::string& message, Milliseconds timeout) override;
  void dismiss(const std::string& message, Milliseconds patience) noexcept override;

 private:
  struct Sockets;
  std::unique_ptr<Sockets> sockets_;
};

/// Is it `tcp://HOST:PORT` or `ipc://PATH`?
[[nodiscard]] bool is_zmq_endpoint(const std::string& text);

}  // namespace aifactory
