#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "models/grid/step_series.h"
#include "sim/engine/kernel.h"
#include "sim/facility/job_table.h"
#include "sim/facility/site_power.h"

namespace aifactory {

/// One site's grid supply: price and carbon over time, the feed's capacity, curtailments, and the cap on clusters that
/// keeps the site below them.
class GridFeed {
 public:
  struct Params {
    std::string name;      ///< site.grid
    Power limit;           ///< feed capacity less its headroom
    double exponent = 2.4; ///< dynamic IT power over speed
    double least_speed = 0.1;
  };
  struct Ports {
    std::function<Power()> dynamic_power;   ///< of all clusters at present speeds
    std::function<Power()> withheld_power;  ///< what their jobs would draw more at full speed
    std::function<void(double speed)> cap;  ///< to all clusters
    std::function<void()> before_change;    ///< price or carbon are about to change
    std::function<void()> limit_changed = {};
  };
  GridFeed(engine::Kernel& kernel, std::uint32_t rank, Params params, std::optional<StepSeries<EnergyPrice>> price,
           std::optional<StepSeries<CarbonIntensity>> carbon, SitePower& power, EventLog& log, Ports ports);
  void operator()();

  void curtail(Power limit, bool on, std::string cause) {
    inbox_.post({.kind = Kind::curtail, .limit = limit, .on = on, .cause = std::move(cause)});
  }
  /// From now on another limit, price and carbon.  Call it in Phase::signal; @pre there is a price, and a carbon intensity, as before.
  void change(Power limit, std::optional<StepSeries<EnergyPrice>> price, std::optional<StepSeries<CarbonIntensity>> carbon);
  /// The facility draws another power now.
  void settled(Power facility);

  [[nodiscard]] double speed() const { return speed_; }
  [[nodiscard]] Power limit() const;
  /// Less than the site's own limit is in force.
  [[nodiscard]] bool curtailing() const { return limit() < params_.limit; }
  [[nodiscard]] std::int64_t violations() const { return violations_; }
  /// Energy that running jobs would have drawn at full speed and did not, while a cap was in force.
  [[nodiscard]] Energy curtailed(Tick now) const;

 private:
  enum class Kind : std::uint8_t { price, carbon, curtail, changed, check, relax };
  struct Message {
    Kind kind = Kind::check;
    Power limit = {};
    bool on = false;
    std::string cause = {};
    std::uint64_t version = 0;  ///< of the series that it is about
  };
  void check();
  void set_speed(double speed, const std::string& cause);
  void book();

  engine::Kernel& kernel_;
  Params params_;
  std::optional<StepSeries<EnergyPrice>> price_;
  std::optional<StepSeries<CarbonIntensity>> carbon_;
  SitePower& power_;
  EventLog& log_;
  Ports ports_;
  engine::Inbox<Message> inbox_;
  std::vector<Power> curtailments_;
  std::uint64_t version_ = 0;  ///< of price and carbon
  double speed_ = 1.0;
  bool checking_ = false, violated_ = false, relaxing_ = false;
  std::int64_t violations_ = 0;
  double withheld_w_ = 0, withheld_j_ = 0;
  Tick last_ = 0;
};

}  // namespace aifactory
