#include "sim/policy_program/zmq_requester.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>
#include <zmq.hpp>

#include "sim/engine/interrupt.h"

namespace aifactory {
namespace {
using Clock = std::chrono::steady_clock;
constexpr const char* kEvents = "inproc://events";
constexpr Channel::Milliseconds kSlice{200};  ///< a signal that comes just before a poll does not wake it
}  // namespace

struct ZmqRequester::Sockets {
  explicit Sockets(const std::string& endpoint) {
    request.set(zmq::sockopt::linger, 0);
    if (zmq_socket_monitor(request.handle(), kEvents, ZMQ_EVENT_CONNECTED | ZMQ_EVENT_DISCONNECTED) != 0) throw zmq::error_t();
    events.set(zmq::sockopt::linger, 0);
    events.connect(kEvents);
    request.connect(endpoint);
  }
  ~Sockets() { zmq_socket_monitor(request.handle(), nullptr, 0); }
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;

  /// Reads what has become of the connection.
  void learn() {
    zmq::message_t number, address;
    while (events.recv(number, zmq::recv_flags::dontwait)) {
      (void)events.recv(address, zmq::recv_flags::dontwait);
      std::uint16_t event = 0;
      if (number.size() >= sizeof event) std::memcpy(&event, number.data(), sizeof event);
      if (event == ZMQ_EVENT_CONNECTED) connected = true;
      if (event == ZMQ_EVENT_DISCONNECTED) gone = true;
    }
  }
  /// Waits for an answer, for the end of the connection, or until `until`.
  std::optional<std::string> answer(Clock::time_point until) {
    zmq::message_t reply;
    while (!engine::interrupt_requested()) {
      learn();
      // Who has answered and then gone away has answered.
      if (request.recv(reply, zmq::recv_flags::dontwait)) return reply.to_string();
      const auto left = std::chrono::duration_cast<Channel::Milliseconds>(until - Clock::now());
      if (gone || left.count() <= 0) return std::nullopt;
      std::array<zmq::pollitem_t, 2> wanted{{{request.handle(), 0, ZMQ_POLLIN, 0}, {events.handle(), 0, ZMQ_POLLIN, 0}}};
      try {
        zmq::poll(wanted.data(), wanted.size(), std::min(left, kSlice));
      } catch (const zmq::error_t& error) {
        if (error.num() != EINTR) throw;
      }
    }
    return std::nullopt;
  }

  zmq::context_t context{1};
  zmq::socket_t request{context, zmq::socket_type::req};
  zmq::socket_t events{context, zmq::socket_type::pair};
  bool connected = false, gone = false;
};

ZmqRequester::ZmqRequester(const std::string& endpoint) {
  try {
    sockets_ = std::make_unique<Sockets>(endpoint);
  } catch (const zmq::error_t& error) {
    throw Trouble(fmt::format("cannot be connected to: {}", error.what()));
  }
}

ZmqRequester::~ZmqRequester() = default;

std::optional<std::string> ZmqRequester::ask(const std::string& message, Milliseconds timeout) {
  try {
    sockets_->request.send(zmq::buffer(message), zmq::send_flags::none);
    std::optional<std::string> answer = sockets_->answer(Clock::now() + timeout);
    if (answer || engine::interrupt_requested()) return answer;
  } catch (const zmq::error_t& error) {
    throw Trouble(fmt::format("cannot be asked: {}", error.what()));
  }
  if (sockets_->gone) throw Trouble("has closed the connection without an answer");
  const double seconds = static_cast<double>(timeout.count()) / 1e3;
  if (!sockets_->connected) throw Trouble(fmt::format("is not there: nobody has answered the connection within {} s", seconds));
  throw Trouble(fmt::format("has not answered within {} s", seconds));
}

void ZmqRequester::dismiss(const std::string& message, Milliseconds patience) noexcept {
  try {
    sockets_->request.send(zmq::buffer(message), zmq::send_flags::dontwait);
    (void)sockets_->answer(Clock::now() + patience);
  } catch (const std::exception&) {  // it does not listen any more
  }
}

bool is_zmq_endpoint(const std::string& text) {
  constexpr std::string_view kTcp = "tcp://", kIpc = "ipc://";
  if (text.starts_with(kIpc)) return text.size() > kIpc.size();
  const std::size_t colon = text.rfind(':');
  if (!text.starts_with(kTcp) || colon <= kTcp.size()) return false;
  int port = 0;
  const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0 && port < 65536;
}

}  // namespace aifactory
