#include "models/compute/periodic_power.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "models/fields.h"

namespace aifactory {

PeriodicPower::PeriodicPower(std::vector<PowerPhase> phases) : phases_(std::move(phases)), edges_{0.0} {
  if (phases_.empty()) throw InputError("periodic power: there is no phase");
  for (const PowerPhase& phase : phases_) {
    if (!(phase.length.si() > 0.0) || std::isinf(phase.length.si())) {
      throw InputError(fmt::format("periodic power: length = {:g} s must be > 0 s", phase.length.si()));
    }
    if (!std::isfinite(phase.power.si())) throw InputError("periodic power: a power is not set");
    edges_.push_back(edges_.back() + phase.length.si());
    // By the edges, as every other energy here, and not by the lengths, which may differ in the last bit.
    period_energy_j_ += phase.power.si() * (edges_[edges_.size() - 1] - edges_[edges_.size() - 2]);
  }
}

Power PeriodicPower::mean() const {
  return Energy(period_energy_j_) / period();
}
Power PeriodicPower::lowest() const {
  return std::min_element(phases_.begin(), phases_.end(), [](auto& a, auto& b) { return a.power < b.power; })->power;
}
Power PeriodicPower::highest() const {
  return std::max_element(phases_.begin(), phases_.end(), [](auto& a, auto& b) { return a.power < b.power; })->power;
}

PeriodicPower::Position PeriodicPower::position(Duration time) const {
  const double period_s = edges_.back();
  double periods = std::floor(time.si() / period_s);
  double rest_s = std::fma(-periods, period_s, time.si());
  // The quotient may round across a whole number.
  if (rest_s < 0.0) {
    periods -= 1.0;
    rest_s += period_s;
  }
  if (rest_s >= period_s) {
    periods += 1.0;
    rest_s -= period_s;
  }
  const auto next = std::upper_bound(edges_.begin(), edges_.end(), rest_s);
  const auto phase = static_cast<std::size_t>(next - edges_.begin()) - 1;
  return {periods, rest_s, std::min(phase, phases_.size() - 1)};
}

Power PeriodicPower::at(Duration time) const {
  return phases_[position(time).phase].power;
}

Energy PeriodicPower::energy(Duration from, Duration to) const {
  const Position a = position(from), b = position(to);
  // Added forwards only: no difference of large numbers loses the digits of a short window.
  const auto until_end_of_period = [&](const Position& p) {
    double sum_j = phases_[p.phase].power.si() * (edges_[p.phase + 1] - p.rest_s);
    for (std::size_t i = p.phase + 1; i < phases_.size(); ++i)
      sum_j += phases_[i].power.si() * (edges_[i + 1] - edges_[i]);
    return sum_j;
  };
  const auto from_start_of_period = [&](const Position& p) {
    double sum_j = 0.0;
    for (std::size_t i = 0; i < p.phase; ++i) sum_j += phases_[i].power.si() * (edges_[i + 1] - edges_[i]);
    return sum_j + phases_[p.phase].power.si() * (p.rest_s - edges_[p.phase]);
  };
  if (a.periods != b.periods) {
    return Energy(until_end_of_period(a) + (b.periods - a.periods - 1.0) * period_energy_j_ + from_start_of_period(b));
  }
  if (a.phase == b.phase) return Energy(phases_[a.phase].power.si() * (b.rest_s - a.rest_s));
  double sum_j = phases_[a.phase].power.si() * (edges_[a.phase + 1] - a.rest_s);
  for (std::size_t i = a.phase + 1; i < b.phase; ++i) sum_j += phases_[i].power.si() * (edges_[i + 1] - edges_[i]);
  return Energy(sum_j + phases_[b.phase].power.si() * (b.rest_s - edges_[b.phase]));
}

std::vector<Power> PeriodicPower::render(Duration from, Frequency rate, std::size_t bins) const {
  std::vector<Power> out;
  out.reserve(bins);
  const auto edge = [&](std::size_t i) { return from + Duration(static_cast<double>(i) / rate.si()); };
  for (std::size_t i = 0; i < bins; ++i) out.push_back(energy(edge(i), edge(i + 1)) * rate);
  return out;
}

std::vector<SpectralLine> PeriodicPower::lines(std::size_t count) const {
  std::vector<SpectralLine> out;
  out.reserve(count);
  const double period_s = edges_.back();
  for (std::size_t k = 1; k <= count; ++k) {
    const double cycles = static_cast<double>(k);
    const auto turn = [&](double edge_s) {
      return std::polar(1.0, -2.0 * std::numbers::pi * cycles * (edge_s / period_s));
    };
    std::complex<double> sum;
    for (std::size_t i = 0; i < phases_.size(); ++i) {
      // The last edge is the first again: written so, a constant power has no line at all.
      const std::complex<double> end = i + 1 == phases_.size() ? std::complex<double>(1.0) : turn(edges_[i + 1]);
      sum += phases_[i].power.si() * (turn(edges_[i]) - end);
    }
    const std::complex<double> c = sum / std::complex<double>(0.0, 2.0 * std::numbers::pi * cycles);
    out.push_back({Frequency(cycles / period_s), Power(2.0 * std::abs(c)), std::arg(c)});
  }
  return out;
}

}  // namespace aifactory
