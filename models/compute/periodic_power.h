#pragma once
#include <cstddef>
#include <vector>

#include "models/units.h"

namespace aifactory {

/// Constant power for a while.
struct PowerPhase {
  Duration length;
  Power power;
};

/// One line of a spectrum: a cosine of this peak value, amplitude cos(2 pi f t + angle).
struct SpectralLine {
  Frequency frequency;
  Power amplitude;
  double angle_rad = 0.0;
};

/// Power that repeats a list of phases for ever, kept as the list: nothing is sampled until somebody asks.
///
///     P(t)    = P_i for edge_i <= t mod T < edge_(i+1),   T sum of the lengths
///     E(a, b) = whole periods x E_T + the parts of phases at both ends
///     c_k     = (1 / (2 pi j k)) sum_i P_i (e^(-j w_k edge_i) - e^(-j w_k edge_(i+1))),   w_k = 2 pi k / T
///
/// and the line at k / T is a cosine of 2 |c_k|.  A rendered waveform holds means over its bins, from E(), so that the
/// energy of a window does not depend on the rate.  *Not modelled*: ramps between phases; filters of power supplies.
/// Source: Fourier series of a piecewise constant function.
class PeriodicPower {
 public:
  /// @throws InputError when there is no phase, a length is not above zero or a power is not finite.
  explicit PeriodicPower(std::vector<PowerPhase> phases);

  [[nodiscard]] const std::vector<PowerPhase>& phases() const { return phases_; }
  [[nodiscard]] Duration period() const { return Duration(edges_.back()); }
  [[nodiscard]] Power mean() const;
  [[nodiscard]] Power lowest() const;
  [[nodiscard]] Power highest() const;

  // Times count from the start of a first phase.  @pre finite, >= 0; from <= to.
  [[nodiscard]] Power at(Duration time) const;
  [[nodiscard]] Energy energy(Duration from, Duration to) const;
  /// Means over `bins` bins of 1 / rate from `from` on.
  [[nodiscard]] std::vector<Power> render(Duration from, Frequency rate, std::size_t bins) const;

  /// The lines at 1/T, 2/T ... count/T.
  [[nodiscard]] std::vector<SpectralLine> lines(std::size_t count) const;

 private:
  struct Position {
    double periods;  ///< whole periods before
    double rest_s;   ///< into the period
    std::size_t phase;
  };
  [[nodiscard]] Position position(Duration time) const;

  std::vector<PowerPhase> phases_;
  std::vector<double> edges_;  ///< s; edges_[0] is 0, the last one the period
  double period_energy_j_ = 0.0;
};

}  // namespace aifactory
