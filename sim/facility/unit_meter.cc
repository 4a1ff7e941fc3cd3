#include "sim/facility/unit_meter.h"

#include <algorithm>
#include <cmath>

#include "models/error.h"

namespace aifactory {

UnitMeter::UnitMeter(Power scale, Power rating, Power continuous, Tick since)
    : bins_per_w_(kBinsPerScale / scale.si()), rating_w_(rating.si()), continuous_w_(continuous.si()), since_(since), last_(since) {
  AIF_CHECK(scale.si() > 0.0 && std::isfinite(scale.si()), "the scale of a meter must be positive");
}

void UnitMeter::advance(Tick now) {
  const Tick span = now - last_;
  if (span <= 0) return;
  last_ = now;
  const double w = value_w_;
  energy_j_.add(w * to_seconds(span));
  peak_w_ = std::max(peak_w_, w);
  if (w > rating_w_ * kAbove) above_rating_ += span;
  if (w > continuous_w_ * kAbove) above_continuous_ += span;
  const double place = std::max(0.0, w * bins_per_w_);
  const auto bin = std::min(kMostBins - 1, static_cast<std::size_t>(std::min(place, 1e9)));
  if (bin >= bins_.size()) bins_.resize(bin + 1);
  bins_[bin].span += span;
  bins_[bin].greatest_w = std::max(bins_[bin].greatest_w, w);
}

Power UnitMeter::peak() const { return span() > 0 ? Power(peak_w_) : Power(); }

Power UnitMeter::mean() const { return span() > 0 ? Power(energy_j_.value() / to_seconds(span())) : Power(); }

Power UnitMeter::quantile(double q) const {
  if (span() <= 0) return Power();
  const double allowed = (1.0 - q) * static_cast<double>(span()) * (1.0 + 1e-12);  // 1 - 0.9 is a little less than 0.1
  double above = 0.0;
  for (std::size_t b = bins_.size(); b-- > 0;) {
    if (bins_[b].span == 0) continue;
    above += static_cast<double>(bins_[b].span);
    if (above > allowed) return Power(bins_[b].greatest_w);
  }
  // q = 0: the lowest value there was.
  for (const Bin& bin : bins_) {
    if (bin.span > 0) return Power(bin.greatest_w);
  }
  return Power();
}

}  // namespace aifactory
