#pragma once
#include <array>
#include <cstdint>

#include "models/fields.h"

namespace aifactory {

/// What a job that has been interrupted does before it works again, in this order.
enum class CoursePause { detection, maintenance, restart, count };
inline constexpr std::size_t kCoursePauses = static_cast<std::size_t>(CoursePause::count);

/// How far a job is that writes checkpoints, as a function of the time that it has spent at full speed.
///
/// Its time t goes into pauses, then turn by turn into `interval` of work and `stall` of standstill, the last of which no
/// checkpoint follows:
///
///     work(t)  = n interval + min(interval, r),  n = floor(t / (interval + stall)),  r = t - n (interval + stall)
///     t(work)  = work + stall ceil(work / interval - 1)
///
/// counted from the last capture, so that millions of checkpoints cost one division and none of them needs an event.  A
/// checkpoint is captured at the end of its stall and can be restored from `commit` later.  Every `store_every`-th goes to
/// the store; when that is above 1 the others stay in memory, and those in the store need `store_commit`.  Both commits
/// count in time at full speed.  What is restored are the newest checkpoint that is there, or the work at the beginning.
///
/// gross work - rollback = work; gross work + stalls + pauses = t: nothing is a remainder.
/// *Not modelled*: checkpoints of different intervals in one tier; a commit that slows the work beside it.
/// Source: the renewal argument of Daly, "A higher order estimate of the optimum checkpoint interval for restart dumps",
/// FGCS 22 (2006), without its random interruptions, which come from outside.
class CheckpointCourse {
 public:
  struct Params {
    Duration interval{kInf};     ///< work between checkpoints; infinite: none are written
    Duration stall{0.0};         ///< standstill for one
    Duration commit{0.0};        ///< after it, until it can be restored from
    std::int64_t store_every = 1;
    Duration store_commit{0.0};  ///< the same of those in the store, when store_every > 1
  };
  CheckpointCourse() = default;
  explicit CheckpointCourse(const Params& params) : params_(params) {}

  // Durations below are at full speed.
  /// Until `total` work is done, everything that comes before included.  @pre total >= work()
  [[nodiscard]] Duration effort_for(Duration total) const;
  /// So much time has passed.
  void advance(Duration effort);
  /// Work that an interruption now would leave.  @param memory whether copies in memory have outlived it.
  [[nodiscard]] Duration safe(bool memory = true) const;
  /// Everything beyond `kept` is lost; its checkpoint is where work goes on.  Pauses under way are broken off.
  void restore(Duration kept);
  /// All work so far has been saved, beyond the order of checkpoints.
  void save();
  void pause(CoursePause kind, Duration length) { left_[static_cast<std::size_t>(kind)] += length.si(); }
  /// Another interval or stall from now on; a stall under way keeps its share.
  void change(const Params& params);

  [[nodiscard]] const Params& params() const { return params_; }
  [[nodiscard]] Duration work() const { return Duration(work_); }
  [[nodiscard]] Duration pausing() const;  ///< left of all pauses
  [[nodiscard]] bool stalled() const { return stall_left_ > 0.0; }
  /// Until it next begins or ends a pause or a stall: how long the present activity lasts; infinite for the last work.
  [[nodiscard]] Duration activity_left() const;

  // Sums since the beginning.
  [[nodiscard]] Duration spent(CoursePause kind) const { return Duration(spent_[static_cast<std::size_t>(kind)]); }
  [[nodiscard]] Duration stalls() const { return Duration(stalls_); }
  [[nodiscard]] Duration rollback() const { return Duration(rollback_); }
  [[nodiscard]] std::int64_t captures() const { return captures_; }

 private:
  /// Checkpoints of the stretch since a restoration or a change: evenly spaced, the newest at clock_at, with work_at.
  struct Stretch {
    double clock_at = 0.0, work_at = 0.0;
    std::int64_t count = 0;
  };
  [[nodiscard]] double cycle() const { return params_.interval.si() + params_.stall.si(); }
  void capture(std::int64_t count, double clock, double work);
  void rebase(double memory, double store);
  /// Steps back from the newest capture of the stretch to the newest that is committed; count of the stretch: none is.
  [[nodiscard]] std::int64_t committed(double commit) const;

  Params params_;
  double work_ = 0.0, since_ = 0.0, stall_left_ = 0.0, clock_ = 0.0;  ///< s
  std::array<double, kCoursePauses> left_{}, spent_{};
  double stalls_ = 0.0, rollback_ = 0.0;
  std::int64_t captures_ = 0;
  Stretch stretch_;
  double base_memory_ = 0.0, base_store_ = 0.0;  ///< work that is safe beside the stretch
};

}  // namespace aifactory
