#pragma once
/// @file A kernel with one site, and a calendar of what a test does.
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "models/units.h"
#include "sim/engine/kernel.h"

namespace aifactory {

/// What is done at() an instant is done in its phase when run_until() comes to it.
class TestClock : public engine::EventTarget {
 public:
  /// @param phase of all that the test does, @param rank within it.
  explicit TestClock(engine::Phase phase, std::uint32_t rank) : kernel("test"), phase_(phase), rank_(rank) {
    kernel.add_site("site", {});
    kernel.seal();
  }
  void at(double seconds, std::function<void()> action) {
    kernel.calendar().add(to_ticks(seconds * s), phase_, rank_, *this, static_cast<std::int64_t>(actions_.size()));
    actions_.push_back(std::move(action));
  }
  void run_until(double end_s) {
    kernel.calendar().add(to_ticks(end_s * s), engine::Phase::record, 1, *this, -1);
    kernel.run();
  }
  void on_event(Tick, std::int64_t id, std::uint64_t) override {
    if (id < 0) {
      kernel.stop();
    } else {
      actions_[static_cast<std::size_t>(id)]();
    }
  }

  engine::Kernel kernel;

 private:
  engine::Phase phase_;
  std::uint32_t rank_;
  std::vector<std::function<void()>> actions_;
};

}  // namespace aifactory
