#include "sim/workload/lublin.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <vector>

#include "models/error.h"
#include "models/random.h"

namespace aifactory {
namespace {

constexpr int kBuckets = 48;
constexpr double kBucket_s = 1800.0;
constexpr int kDayBegins = 11;            // half-hour at which the fitted day begins, counted from 1
constexpr double kLongestRun = 12.0;      // of ln(run time / s)
constexpr double kLongestArrival = 13.0;  // of ln(time between submissions / s)

struct Coefficients {
  const char* name;
  double serial, pow2, low, below_machine, high_less_med, u;
  double a1, b1, a2, b2, pa, pb;
  double a, b, an, bn, r;
};
constexpr Coefficients kAll{"all",  0.244, 0.576, 0.8,     0.0,  2.5,     0.86,   4.2,    0.94,
                            312.0, 0.03,  -0.0054, 0.78, 10.2303, 0.4871, 8.1737, 3.9631, 1.0225};
constexpr Coefficients kBatch{"batch", 0.2927, 0.6686, 1.2,    0.0,    2.0,    0.875,  6.57,  0.823,
                              639.1,   0.0156, -0.003, 0.6986, 6.0415, 0.8531, 6.1271, 5.274, 1.0519};
constexpr Coefficients kInteractive{"interactive", 0.1541, 0.625,   1.0,    1.5,   2.5,    0.705,  3.8351, 0.6605,
                                    7.073,         0.6856, -0.0118, 0.9156, 6.551, 0.6621, 8.9186, 3.668,  0.9797};

/// Jobs of one type.
class Type {
 public:
  Type(const Coefficients& c, std::int64_t nodes, const LocalStart& start, std::uint64_t seed)
      : c_(c),
        nodes_(static_cast<double>(nodes)),
        arrivals_(seed, fmt::format("workload/lublin/{}/arrivals", c.name)),
        sizes_(seed, fmt::format("workload/lublin/{}/size", c.name)),
        durations_(seed, fmt::format("workload/lublin/{}/duration", c.name)) {
    double mean = 0.0;
    for (int i = kDayBegins; i < kBuckets + kDayBegins; ++i) {
      double& weight = weights_[static_cast<std::size_t>((i - 1) % kBuckets)];
      weight = boost::math::gamma_p(c.an, (i + 0.5) / c.bn) - boost::math::gamma_p(c.an, (i - 0.5) / c.bn);
      mean += weight / kBuckets;
    }
    for (double& weight : weights_) weight /= mean;
    const double of_day_s = start.time_of_day.in(s);
    bucket_ = static_cast<std::size_t>(of_day_s / kBucket_s) % kBuckets;
    within_s_ = std::fmod(of_day_s, kBucket_s);
    advance();
  }

  [[nodiscard]] double next_s() const { return next_s_; }

  JobRow take() {
    JobRow row;
    row.place = ++made_;
    row.id = fmt::format("{}_{}", c_.name, made_);
    row.kind = c_.name;
    row.submit = next_s_ * s;
    const double size = draw_size();
    row.processors = true;
    row.nodes = size;
    row.duration = draw_duration_s(size) * s;
    advance();
    return row;
  }

 private:
  double draw_size() {
    const double which = sizes_.uniform();
    if (which <= c_.serial) return 1.0;
    const double high = std::max(c_.low, std::log2(nodes_) - c_.below_machine);
    const double med = std::clamp(high - c_.high_less_med, c_.low, high);
    double x = sizes_.uniform() <= c_.u ? sizes_.uniform(c_.low, med) : sizes_.uniform(med, high);
    if (which <= c_.serial + c_.pow2) x = std::floor(x + 0.5);
    return std::clamp(std::floor(std::exp2(x) + 0.5), 1.0, nodes_);
  }
  double draw_duration_s(double size) {
    const double p = std::clamp(c_.pa * size + c_.pb, 0.0, 1.0);
    double g = 0.0;
    do {
      g = durations_.uniform() <= p ? durations_.gamma(c_.a1, c_.b1) : durations_.gamma(c_.a2, c_.b2);
    } while (g > kLongestRun);
    return std::max(1.0, std::floor(std::exp(g)));  // the program writes whole seconds
  }
  void advance() {
    double g = 0.0;
    do {
      g = arrivals_.gamma(c_.a * c_.r, c_.b);
    } while (g > kLongestArrival);
    // Seconds of the uneven clock, spent half-hour by half-hour.
    double left = std::exp(g);
    while (true) {
      const double rest_s = kBucket_s - within_s_, worth = rest_s * weights_[bucket_];
      if (left < worth) break;
      left -= worth;
      next_s_ += rest_s;
      within_s_ = 0.0;
      bucket_ = (bucket_ + 1) % kBuckets;
    }
    const double spent_s = left / weights_[bucket_];
    within_s_ += spent_s;
    next_s_ += spent_s;
  }

  Coefficients c_;
  double nodes_;
  Rng arrivals_, sizes_, durations_;
  std::array<double, kBuckets> weights_{};
  std::size_t bucket_ = 0;
  double within_s_ = 0.0, next_s_ = 0.0;
  std::int64_t made_ = 0;
};

}  // namespace

void generate_lublin(const LublinConfig& config, std::int64_t nodes, const LocalStart& start, Tick horizon,
                     double load_scale, std::uint64_t seed, const std::function<void(const JobRow&)>& emit) {
  if (horizon == kNever && !config.max_jobs) {
    throw InputError("workload.lublin: give max_jobs, or a duration of the run: nothing ends the generation");
  }
  std::vector<Type> types;
  if (config.jobs == LublinJobs::all) types.emplace_back(kAll, nodes, start, seed);
  if (config.jobs == LublinJobs::interactive || config.jobs == LublinJobs::both) {
    types.emplace_back(kInteractive, nodes, start, seed);
  }
  if (config.jobs == LublinJobs::batch || config.jobs == LublinJobs::both) {
    types.emplace_back(kBatch, nodes, start, seed);
  }
  const auto next = [&]() -> Type& {
    return *std::min_element(types.begin(), types.end(),
                             [](const Type& a, const Type& b) { return a.next_s() < b.next_s(); });
  };
  // The caller may take the first submission for time 0.
  const double end_s = horizon == kNever ? kInf : to_seconds(horizon) * load_scale + next().next_s();
  for (std::int64_t made = 0; !config.max_jobs || made < *config.max_jobs; ++made) {
    Type& type = next();
    if (!(type.next_s() <= end_s)) break;
    emit(type.take());
  }
}

}  // namespace aifactory
