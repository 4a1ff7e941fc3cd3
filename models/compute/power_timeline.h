#pragma once
#include <cstddef>
#include <vector>

#include "models/compute/periodic_power.h"

namespace aifactory {

/// Power of many units over a long time: each piece repeats one waveform until the next piece of its unit starts.
///
/// A job of 54 days is a few thousand pieces (between checkpoints, failures, restarts), whatever the length of a step;
/// a rendered window costs what it shows.  Waveforms are kept once and named by their index.
/// *Not modelled*: as PeriodicPower; inertia between pieces.
class PowerTimeline {
 public:
  /// Keeps a waveform; the index names it.
  std::size_t waveform(PeriodicPower waveform);
  /// From `start` on `count` units follow the waveform, which begins with its first phase `phase` ago; a unit count of
  /// 0 is no power.  A piece that starts with the one before it takes its place.
  /// @throws InputError when it starts before that one.
  void add(std::size_t lane, Duration start, std::size_t waveform, double count = 1.0, Duration phase = Duration(0.0));

  [[nodiscard]] std::size_t pieces() const;
  /// Sum over the lanes.  @pre 0 <= from <= to
  [[nodiscard]] Power at(Duration time) const;
  [[nodiscard]] Energy energy(Duration from, Duration to) const;
  /// Means over `bins` bins of 1 / rate from `from` on.
  [[nodiscard]] std::vector<Power> render(Duration from, Frequency rate, std::size_t bins) const;

 private:
  struct Piece {
    double start_s, phase_s, count;
    std::size_t waveform;
  };
  using Lane = std::vector<Piece>;
  [[nodiscard]] Energy energy(const Lane& lane, double from_s, double to_s) const;

  std::vector<PeriodicPower> waveforms_;
  std::vector<Lane> lanes_;
};

}  // namespace aifactory
