#pragma once
#include <functional>
#include <vector>

#include "sim/engine/kernel.h"

namespace aifactory {

/// Writes a row at every interval and ends the run.  Reads only: it can change no total.
class Recorder {
 public:
  struct Ports {
    std::function<void(Tick)> row;
  };
  /// @param interval ticks between rows, 0: none.  @param end ends the run then; kNever: when told.
  Recorder(engine::Kernel& kernel, std::uint32_t rank, Tick interval, Tick end, Ports ports)
      : kernel_(kernel), interval_(interval), ports_(std::move(ports)), inbox_(kernel, rank) {
    if (interval_ > 0) inbox_.post_at(0, engine::Phase::record, {Kind::row});
    if (end != kNever) inbox_.post_at(end, engine::Phase::record, {Kind::end});
  }
  void operator()() {
    while (true) {
      bool row = false, end = false;
      for (const Message& message : inbox_.take()) {
        row = row || message.kind == Kind::row;
        end = end || message.kind == Kind::end;
      }
      if (row || (end && interval_ > 0)) ports_.row(kernel_.now());
      if (end) {
        kernel_.stop();
        return;
      }
      if (row && interval_ > 0) inbox_.post_at(kernel_.now() + interval_, engine::Phase::record, {Kind::row});
    }
  }
  /// Ends the run when this instant has come to rest.
  void finish() { inbox_.post_at(kernel_.now(), engine::Phase::record, {Kind::end}); }

 private:
  enum class Kind : unsigned char { row, end };
  struct Message {
    Kind kind = Kind::row;
  };
  engine::Kernel& kernel_;
  Tick interval_;
  Ports ports_;
  engine::Inbox<Message> inbox_;
};

}  // namespace aifactory
