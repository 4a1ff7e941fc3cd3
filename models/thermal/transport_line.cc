#include "models/thermal/transport_line.h"

#include <algorithm>

#include <fmt/format.h>

#include "models/fields.h"

namespace aifactory {

TransportLine::TransportLine(Volume volume, Temperature start) {
  if (!(volume.si() > 0.0)) throw InputError(fmt::format("transport line: volume = {:g} m3 must be > 0 m3", volume.si()));
  slugs_.push_back({volume.si(), start});
}

Temperature TransportLine::pass(Temperature inlet, Volume through) {
  const double through_m3 = through.si();
  AIF_CHECK(through_m3 >= 0.0, fmt::format("{} m3 through a pipe", through_m3));
  if (through_m3 == 0.0) return outlet();
  if (slugs_.back().temperature == inlet) {
    slugs_.back().volume_m3 += through_m3;
  } else {
    slugs_.push_back({through_m3, inlet});
  }
  double left_m3 = through_m3, out_m3_k = 0.0;
  const Temperature from = slugs_.front().temperature;  // sums of differences keep their digits
  while (left_m3 > 0.0) {
    Slug& first = slugs_.front();
    const bool last = slugs_.size() == 1;
    const double out_m3 = last ? left_m3 : std::min(left_m3, first.volume_m3);
    out_m3_k += out_m3 * (first.temperature - from).si();
    left_m3 -= out_m3;
    first.volume_m3 -= out_m3;
    if (!last && first.volume_m3 <= 0.0) slugs_.pop_front();
  }
  return from + TemperatureDelta(out_m3_k / through_m3);
}

Duration TransportLine::until_change(VolumeFlow flow) const {
  if (slugs_.size() < 2 || !(flow.si() > 0.0)) return Duration(kInf);
  return Duration(slugs_.front().volume_m3 / flow.si());
}

double TransportLine::content_m3_k(Temperature reference) const {
  double sum = 0.0;
  for (const Slug& slug : slugs_) sum += slug.volume_m3 * (slug.temperature - reference).si();
  return sum;
}

}  // namespace aifactory
