#pragma once
#include <functional>
#include <vector>

#include "sim/engine/kernel.h"

namespace aifactory {

/// Carries the stated what-ifs out: each begins at its date and, where it has one, ends at another.
class FaultInjector {
 public:
  struct Effect {
    Tick at = 0, until = kNever;
    std::function<void(bool on)> apply;  ///< false: it begins; true: it is over
  };
  FaultInjector(engine::Kernel& kernel, std::uint32_t rank, std::vector<Effect> effects)
      : effects_(std::move(effects)), inbox_(kernel, rank) {
    for (std::size_t i = 0; i < effects_.size(); ++i) {
      inbox_.post_at(effects_[i].at, engine::Phase::fault, {i, false});
      if (effects_[i].until != kNever) inbox_.post_at(effects_[i].until, engine::Phase::fault, {i, true});
    }
  }
  void operator()() {
    while (true) {
      for (const Change& change : inbox_.take()) effects_[change.effect].apply(change.on);
    }
  }

 private:
  struct Change {
    std::size_t effect = 0;
    bool on = false;
  };
  std::vector<Effect> effects_;
  engine::Inbox<Change> inbox_;
};

}  // namespace aifactory
