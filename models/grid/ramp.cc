#include "models/grid/ramp.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "models/error.h"

namespace aifactory {

RampBand ramp_band(std::span<const Power> samples, Duration spacing, Duration window) {
  const auto per = static_cast<std::size_t>(std::llround(window / spacing));
  AIF_CHECK(per >= 1 && std::abs(window / spacing - static_cast<double>(per)) < 1e-9, fmt::format("windows of {:g} s over samples of {:g} s", window.si(), spacing.si()));
  RampBand band;
  double previous_w = kUnset;
  for (std::size_t first = 0; first + per <= samples.size(); first += per) {
    double sum_w = 0.0;
    for (std::size_t i = first; i < first + per; ++i) sum_w += samples[i].si();
    const double mean_w = sum_w / static_cast<double>(per);
    if (!std::isnan(previous_w)) {
      band.step_up = std::max(band.step_up, Power(mean_w - previous_w));
      band.step_down = std::max(band.step_down, Power(previous_w - mean_w));
    }
    previous_w = mean_w;
  }
  band.up = band.step_up / window;
  band.down = band.step_down / window;
  return band;
}

Power band_swing(std::span<const Power> samples, Duration spacing, Frequency low, Frequency high) {
  const std::size_t n = samples.size();
  AIF_CHECK(n >= 2 && low.si() > 0.0 && low <= high, "a band without samples");
  const double count = static_cast<double>(n), span_s = count * spacing.si();
  double mean_w = 0.0;
  for (const Power p : samples) mean_w += p.si() / count;
  const auto first = static_cast<std::size_t>(std::max(1.0, std::ceil(low.si() * span_s - 1e-9)));
  const auto last = std::min(n / 2, static_cast<std::size_t>(high.si() * span_s + 1e-9));
  double square = 0.0;
  // Bin by bin: a band is a small part of the spectrum, and the turn of each bin is advanced from its own start.
  for (std::size_t k = first; k <= last; ++k) {
    std::complex<double> sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      const double turns = static_cast<double>((k * i) % n) / count;
      sum += (samples[i].si() - mean_w) * std::polar(1.0, -2.0 * std::numbers::pi * turns);
    }
    const double both = 2 * k == n ? 1.0 : 2.0;  // the bin of the negative frequency beside it
    square += both * std::norm(sum) / (count * count);
  }
  return Power(std::sqrt(square));
}

}  // namespace aifactory
