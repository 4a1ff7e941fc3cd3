#include "sim/facility/waveform_recorder.h"

#include <algorithm>
#include <cmath>

namespace aifactory {
namespace {

/// Work that is so near an edge has reached it.
constexpr Duration kHalfTick{0.5e-6};

void constant(PowerTimeline& timeline, std::size_t lane, double start_s, double power_w) {
  timeline.add(lane, Duration(start_s), timeline.waveform(PeriodicPower({{1.0 * s, Power(power_w)}})));
}

/// Keeps what holds at the begin of the window and what changes in it; the last of one instant counts.
template <class T, class At>
void keep(std::vector<T>& list, const T& next, Tick from, At&& at) {
  if (!list.empty() && (at(list.back()) == at(next) || at(next) <= from)) {
    list.back() = next;
  } else {
    list.push_back(next);
  }
}

}  // namespace

void WaveformRecorder::it(Tick now, Power total) {
  if (!over(now)) keep(it_, {now, total.si()}, to_ticks(from_), [](const auto& step) { return step.first; });
}

void WaveformRecorder::job(JobId id, const Piece& piece) {
  keep(jobs_[id], piece, to_ticks(from_), [](const Piece& p) { return p.at; });
}

/// What a stretch of work draws beyond what the run has held.  @param work done at its begin
void WaveformRecorder::add_work(PowerTimeline& timeline, std::size_t lane, const Piece& piece, Duration work, double from_s, double to_s) const {
  const PowerProfile& profile = piece.power->profile;
  if (profile.repeats()) {
    std::vector<PowerPhase> phases;
    for (const PowerProfile::Level& level : profile.levels()) phases.push_back({level.length / piece.rate, (level.utilization - piece.working) * piece.swing});
    const PeriodicPower turn(std::move(phases));
    const double into_s = std::fmod(work.si() / piece.rate, turn.period().si());
    timeline.add(lane, Duration(from_s), timeline.waveform(turn), 1.0, Duration(into_s));
    return;
  }
  while (from_s < to_s) {
    constant(timeline, lane, from_s, (profile.at(work + kHalfTick) - piece.working) * piece.swing.si());
    const Duration edge = profile.next_edge(work + kHalfTick);
    from_s += (edge - work).si() / piece.rate;
    work = edge;
  }
}

/// Times of the timeline count from the begin of the window.
void WaveformRecorder::add_job(PowerTimeline& timeline, std::size_t lane, const std::vector<Piece>& pieces, double end_s) const {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = pieces[i];
    double t = to_seconds(piece.at) - from_.si();
    const double until = i + 1 < pieces.size() ? to_seconds(pieces[i + 1].at) - from_.si() : end_s;
    if (!piece.runs || piece.rate <= 0.0) {
      constant(timeline, lane, std::max(0.0, t), 0.0);
      continue;
    }
    CheckpointCourse course = piece.course;
    if (t < 0.0) {
      course.advance(Duration(-t * piece.rate));
      t = 0.0;
    }
    while (t < until) {
      const double left_s = course.activity_left().si() / piece.rate;
      if (course.pausing().si() > 0.0) {
        constant(timeline, lane, t, 0.0);  // the run has it at this level
      } else if (course.stalled()) {
        constant(timeline, lane, t, (piece.paused - piece.working) * piece.swing.si());
      } else {
        add_work(timeline, lane, piece, course.work(), t, std::min(until, t + left_s));
      }
      if (!(t + left_s < until)) break;
      // A step of nothing would never end.
      const double next = std::max(left_s, 1e-9);
      course.advance(Duration(next * piece.rate));
      t += next;
    }
  }
}

Series WaveformRecorder::finish(Tick end) const {
  Series rows({"it_w", "it_mean_w"});
  const double span_s = std::min(to_.si(), to_seconds(end)) - from_.si(), rate_hz = rate_.si();
  if (!(span_s > 0.0)) return rows;
  PowerTimeline mean, swing;
  for (const auto& [at, power_w] : it_) {
    mean.add(0, Duration(std::max(0.0, to_seconds(at) - from_.si())), mean.waveform(PeriodicPower({{1.0 * s, Power(power_w)}})));
  }
  std::size_t lane = 0;
  for (const auto& [id, pieces] : jobs_) add_job(swing, lane++, pieces, span_s);
  const auto bins = static_cast<std::size_t>(std::floor(span_s * rate_hz * (1.0 + 1e-12)));
  const std::vector<Power> base = mean.render(Duration(0.0), rate_, bins), more = swing.render(Duration(0.0), rate_, bins);
  for (std::size_t i = 0; i < bins; ++i) {
    rows.add(to_ticks(from_ + Duration(static_cast<double>(i) / rate_hz)), {(base[i] + more[i]).si(), base[i].si()});
  }
  return rows;
}

}  // namespace aifactory
