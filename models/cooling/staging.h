#pragma once
#include <cstdint>
#include <vector>

#include "models/fields.h"
#include "models/time.h"
#include "models/units.h"

namespace aifactory {

/// How many of several like machines (chillers) run: a sequencer with delays, hysteresis and the machines' own timers.
///
///     up    load > stage_up * on for up_delay                ->  as many as ceil(load / stage_up)
///     down  load < stage_down * (on - 1) for down_delay      ->  one less; the last one below `least_load`
///
/// load is the heat asked for over the capacity of one machine at present; `on` counts machines that run or start.
/// stage_down below stage_up keeps one less machine from being too few at once.  A machine takes `start` from the command
/// until it carries load, runs at least `min_run`, and stays off at least `min_off` before it starts again, whatever
/// stopped it: after a loss of electric supply chillers therefore come back after minutes.  A machine that fails is
/// replaced at once by one that stands by, without the delay.  The longest off starts first; the longest running stops first.
/// The first call finds the plant as if it had been running before: machines for the load run.
/// *Not modelled*: rotation by hours, soft loading, shutdown time.
/// Source: the usual sequence of chilled-water plants (ASHRAE Guideline 36-2021, section 5.20: stage-up and -down delays,
/// minimum times); the numbers are assumed.
class Staging {
 public:
  struct Params {
    double stage_up = 0.9, stage_down = 0.75, least_load = 0.05;
    Duration up_delay = 5.0 * minute, down_delay = 10.0 * minute;
    Duration min_run = 20.0 * minute, min_off = 5.0 * minute, start = 3.0 * minute;

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("stage_up", p.stage_up, kPositiveFraction, "another machine starts above this share of the running capacity (assumed 0.9)");
      visit("stage_down", p.stage_down, kFraction, "one stops below this share of what would remain (assumed 0.75)");
      visit("least_load", p.least_load, kFraction, "the last one stops below this share of one machine's capacity, and the first starts above it (assumed 0.05)");
      visit("up_delay", p.up_delay, kNonNegative, "for so long before another starts (assumed 5 min)");
      visit("down_delay", p.down_delay, kNonNegative, "for so long before one stops (assumed 10 min)");
      visit("min_run", p.min_run, kNonNegative, "a machine runs at least so long (assumed 20 min)");
      visit("min_off", p.min_off, kNonNegative, "and stays off at least so long before it starts again (assumed 5 min)");
      visit("start", p.start, kNonNegative, "from the command to start until it carries load (assumed 3 min)");
    }
  };
  enum class Mode : std::uint8_t { off, starting, running };
  struct Machine {
    Mode mode = Mode::off;
    bool available = true;
    Tick since = INT64_MIN / 2;  ///< in this mode
  };
  struct State {
    std::vector<Machine> machines;
    std::int64_t wanted = 0;
    Tick up_since = kNever, down_since = kNever;  ///< the condition has held since; kNever: it does not hold
    bool begun = false;
    [[nodiscard]] std::int64_t running() const;
    [[nodiscard]] std::int64_t on() const;  ///< running or starting
  };

  /// @throws InputError naming the first parameter outside its range, or stage_down >= stage_up.
  explicit Staging(const Params& params);
  /// Brings the machines to `now`.  @param load in capacities of one machine.  @param powered electric supply is there.
  void advance(State& state, Tick now, double load, bool powered) const;
  /// First instant after `now` at which a starting machine carries load; kNever.
  [[nodiscard]] Tick next_start(const State& state, Tick now) const;
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  Params params_;
  Tick up_delay_, down_delay_, min_run_, min_off_, start_;
};

}  // namespace aifactory
