#pragma once
/// @file Simulated time: the SimGrid engine, driven by our calendar.  SimGrid's headers stay in kernel.cc.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/time.h"
#include "sim/engine/calendar.h"

namespace aifactory::engine {

/// What one actor waits for.  Raised from calendar handlers (SimGrid's maestro context), where raising never blocks.
class Signal {
 public:
  Signal();
  ~Signal();
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  void raise();
  void wait();  ///< actor context only

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

enum class RunEnd { finished, interrupted };

/// One simulation: the SimGrid engine with one host per rack in a flat star zone per site, the calendar as a
/// kernel model of that engine, and the actors.  One Kernel per process (a limit of SimGrid).
class Kernel {
 public:
  explicit Kernel(const std::string& name);
  ~Kernel();
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  /// Adds a site's zone: `hosts` rack hosts named `<site>.<cluster>.rack_<n>` and one control host `<site>`.
  void add_site(const std::string& site, const std::vector<std::pair<std::string, std::int64_t>>& clusters);
  /// After the last site, before the first actor.
  void seal();
  /// Starts an actor on the control host of `site`; it is ended with the run.
  void spawn(const std::string& name, const std::string& site, std::function<void()> body);

  [[nodiscard]] Calendar& calendar() { return calendar_; }
  [[nodiscard]] Tick now() const { return now_; }
  /// Phase of the present instant that is being worked off.
  [[nodiscard]] Phase phase() const { return calendar_.phase(); }
  /// Wakes the actor that waits for the signal, once the phase is over.  From calendar handlers.
  void wake(Signal& signal) {
    ++wakes_;
    signal.raise();
  }
  /// Ends the run: no further entry is handled and every actor is ended.  Call it in Phase::record, when the
  /// present instant has come to rest.
  void stop();
  /// Called once, from the calendar, when SIGINT or SIGTERM asks the run to end early.
  void on_interrupt(std::function<void()> call) { interrupt_ = std::move(call); }
  /// Called about every 0.2 s of wall-clock time with the present tick.
  void on_progress(std::function<void(Tick)> call) { progress_ = std::move(call); }
  /// Runs until stop().  @throws std::runtime_error when nothing is left to happen before that (our bug).
  RunEnd run();
  /// Kernel steps and calendar entries handled so far.
  [[nodiscard]] std::uint64_t events() const { return calendar_.handled(); }

 private:
  struct Impl;
  Calendar calendar_;
  Tick now_ = 0;
  bool stopping_ = false;
  std::uint64_t wakes_ = 0;  ///< of actors so far
  std::function<void(Tick)> progress_;
  std::function<void()> interrupt_;
  std::unique_ptr<Impl> impl_;
};

/// A typed queue with one reading actor, the only place where an actor of ours waits.
///
/// A post goes through the calendar (this instant, this phase, the reader's rank), so any number of posts wake the
/// reader once, readers wake in the order of their ranks, and posting never lets another actor run: between two
/// take() calls an actor has the whole state to itself.
template <class Message>
class Inbox final : private EventTarget {
 public:
  Inbox(Kernel& kernel, std::uint32_t rank) : kernel_(kernel), rank_(rank) {}
  void post(Message message) {
    messages_.push_back(std::move(message));
    if (!called_) {
      called_ = true;
      kernel_.calendar().add(kernel_.now(), kernel_.phase(), rank_, *this, kCall);
    }
  }
  /// Delivers `message` at a later instant (or later in this one).
  void post_at(Tick at, Phase phase, Message message) {
    std::size_t slot = free_.empty() ? timed_.size() : free_.back();
    if (free_.empty()) {
      timed_.push_back(std::move(message));
    } else {
      free_.pop_back();
      timed_[slot] = std::move(message);
    }
    // Messages of one instant arrive in the order in which they were posted.
    kernel_.calendar().add(at, phase, rank_, *this, ++sequence_, slot);
  }
  /// Waits for at least one message and takes all there are, oldest first.
  std::vector<Message> take() {
    signal_.wait();
    called_ = false;
    return std::exchange(messages_, {});
  }

 private:
  static constexpr std::int64_t kCall = -1;
  void on_event(Tick /*now*/, std::int64_t id, std::uint64_t slot) override {
    if (id != kCall) {
      messages_.push_back(std::move(timed_[slot]));
      free_.push_back(slot);
      if (called_) return;
      called_ = true;
    }
    kernel_.wake(signal_);
  }
  Kernel& kernel_;
  std::uint32_t rank_;
  Signal signal_;
  bool called_ = false;  ///< the reader has been or will be woken for what is in messages_
  std::vector<Message> messages_;
  std::vector<Message> timed_;  ///< slots of messages on their way
  std::vector<std::size_t> free_;
  std::int64_t sequence_ = 0;
};

}  // namespace aifactory::engine
