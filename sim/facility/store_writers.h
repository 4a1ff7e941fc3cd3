#pragma once
#include <cmath>
#include <cstdint>
#include <map>

namespace aifactory {

/// How much of their time the running jobs of each site write to its store, all together.
///
/// Shares are counted in whole parts of 2^-44, so that the sum is the same whatever order jobs come and go in, and nothing is left
/// of those that have gone: half a million jobs that write all the time fit.
class StoreWriters {
 public:
  using Parts = std::int64_t;

  /// @param share of its time that the job writes, 0 to 1  @return what leave() must be given
  Parts enter(std::int32_t site, double share) {
    const Parts parts = std::llround(share * kWhole);
    sum_[site] += parts;
    return parts;
  }
  void leave(std::int32_t site, Parts parts) { sum_[site] -= parts; }
  [[nodiscard]] double share(std::int32_t site) const {
    const auto found = sum_.find(site);
    return found == sum_.end() ? 0.0 : static_cast<double>(found->second) / kWhole;
  }

 private:
  static constexpr double kWhole = 0x1p44;
  std::map<std::int32_t, Parts> sum_;
};

}  // namespace aifactory
