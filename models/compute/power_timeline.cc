#include "models/compute/power_timeline.h"

#include <algorithm>

#include "models/fields.h"

namespace aifactory {

std::size_t PowerTimeline::waveform(PeriodicPower waveform) {
  waveforms_.push_back(std::move(waveform));
  return waveforms_.size() - 1;
}

void PowerTimeline::add(std::size_t lane, Duration start, std::size_t waveform, double count, Duration phase) {
  AIF_CHECK(waveform < waveforms_.size(), fmt::format("waveform {} of {}", waveform, waveforms_.size()));
  if (lane >= lanes_.size()) lanes_.resize(lane + 1);
  if (!(start.si() >= 0.0) || (!lanes_[lane].empty() && !(start.si() >= lanes_[lane].back().start_s))) {
    throw InputError(fmt::format("power timeline: start = {:g} s must not be before the piece before", start.si()));
  }
  // One that starts with the one before it takes its place.
  if (!lanes_[lane].empty() && lanes_[lane].back().start_s == start.si()) lanes_[lane].pop_back();
  lanes_[lane].push_back({start.si(), phase.si(), count, waveform});
}

std::size_t PowerTimeline::pieces() const {
  std::size_t sum = 0;
  for (const Lane& lane : lanes_) sum += lane.size();
  return sum;
}

Power PowerTimeline::at(Duration time) const {
  Power sum(0.0);
  for (const Lane& lane : lanes_) {
    const auto next = std::upper_bound(lane.begin(), lane.end(), time.si(),
                                       [](double t, const Piece& piece) { return t < piece.start_s; });
    if (next == lane.begin()) continue;
    const Piece& piece = *(next - 1);
    sum += piece.count * waveforms_[piece.waveform].at(time - Duration(piece.start_s - piece.phase_s));
  }
  return sum;
}

Energy PowerTimeline::energy(const Lane& lane, double from_s, double to_s) const {
  Energy sum(0.0);
  auto piece =
      std::upper_bound(lane.begin(), lane.end(), from_s, [](double t, const Piece& p) { return t < p.start_s; });
  if (piece != lane.begin()) --piece;
  for (; piece != lane.end() && piece->start_s < to_s; ++piece) {
    const double begin_s = std::max(from_s, piece->start_s);
    const double end_s = piece + 1 == lane.end() ? to_s : std::min(to_s, (piece + 1)->start_s);
    if (!(end_s > begin_s) || piece->count == 0.0) continue;
    const double zero_s = piece->start_s - piece->phase_s;
    sum += piece->count * waveforms_[piece->waveform].energy(Duration(begin_s - zero_s), Duration(end_s - zero_s));
  }
  return sum;
}

Energy PowerTimeline::energy(Duration from, Duration to) const {
  Energy sum(0.0);
  for (const Lane& lane : lanes_) sum += energy(lane, from.si(), to.si());
  return sum;
}

std::vector<Power> PowerTimeline::render(Duration from, Frequency rate, std::size_t bins) const {
  std::vector<Power> out;
  out.reserve(bins);
  const auto edge = [&](std::size_t i) { return from + Duration(static_cast<double>(i) / rate.si()); };
  for (std::size_t i = 0; i < bins; ++i) out.push_back(energy(edge(i), edge(i + 1)) * rate);
  return out;
}

}  // namespace aifactory
