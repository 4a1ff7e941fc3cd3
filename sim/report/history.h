#pragma once
/// @file What was the matter at a time: events.csv read back into states.
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/run_folder.h"

namespace aifactory {

struct LoggedEvent {
  double time_s = 0.0;
  std::string kind, unit, what;
  double value = 0.0;  ///< NaN: none
  std::string cause;
};

/// The racks of a cluster, by what keeps them from full speed.
struct RackStates {
  std::string site, cluster;
  double accelerators_per_rack = 0.0, throttle_speed = 1.0;
  std::vector<std::int64_t> out, throttled;  ///< for each rack: index of the event that made it so, or -1
};


class History {
 public:
  /// @throws InputError when a file of the run is damaged or missing.
  explicit History(const RunFolder& run);

  [[nodiscard]] const std::vector<LoggedEvent>& events() const { return events_; }
  [[nodiscard]] const nlohmann::ordered_json& facts() const { return facts_; }
  [[nodiscard]] double end_s() const { return end_s_; }

  /// What was open after all events up to and at `time_s`.
  struct State {
    std::vector<std::int64_t> open;               ///< events not yet undone, in their order
    std::map<std::string, std::int64_t> cap;      ///< by site: event of the speed in force, where it is below 1
    std::map<std::string, RackStates> racks;      ///< by the cluster's unit name, SITE.HALL.CLUSTER
  };
  [[nodiscard]] State state_at(double time_s) const;

  /// From the event to what set it off, earliest last.  An event is behind another when it is named as its cause; behind a limit of racks
  /// stands the latest open event of a unit that cools or feeds them.
  [[nodiscard]] std::vector<std::int64_t> chain(std::int64_t event) const;
  /// "events[0]: fail: [a.power.feed] ...": what the scenario says where a cause names one of its events; else the cause itself.
  [[nodiscard]] std::string cause_text(const std::string& cause) const;

  /// Accelerator hours that the log itself accounts for between two times: racks out of service, racks throttled (at their full size, busy
  /// or not).
  struct Held {
    double out_h = 0.0, throttled_h = 0.0;
  };
  [[nodiscard]] Held held_back(double from_s, double to_s) const;

 private:
  void apply(std::int64_t event, State& state) const;
  [[nodiscard]] State at_start() const;
  [[nodiscard]] std::vector<std::string> upstream(const LoggedEvent& event) const;
  nlohmann::ordered_json facts_;
  std::vector<LoggedEvent> events_;
  std::map<std::string, std::vector<std::string>> behind_;  ///< by unit of limits.csv: what feeds and cools it
  double end_s_ = 0.0;
};

/// "SITE.HALL.CLUSTER.rack_4-7" into its cluster, 4 and 7; nullopt for any other unit.
struct RackRange {
  std::string cluster;
  std::int64_t first = 0, last = 0;
};
[[nodiscard]] std::optional<RackRange> rack_range(std::string_view unit);

}  // namespace aifactory
