#pragma once
/// @file What jobs draw as their work goes on: what scenarios may say of it.
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/types.h"

namespace aifactory {

/// A while of one utilization.
struct PowerPhaseConfig {
  std::optional<Duration> duration;
  std::optional<double> share;
  double utilization = kUnset;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("duration", p.duration, kPositive, "of work: time at full speed");
    visit("share", p.share, kPositiveFraction, "of the job's work, instead of duration");
    visit("utilization", p.utilization, kFraction, "share of the accelerators' dynamic power");
  }
  template <class Report>
  void validate(Report& report) const {
    if (duration.has_value() == share.has_value()) report.error("", "exactly one of duration, share must be given");
  }
};

/// See models/compute/power_profile.h.
struct PowerProfileConfig {
  std::vector<PowerPhaseConfig> phases;
  std::optional<InputFile> file;
  bool repeat = false;
  std::optional<Duration> period;
  Duration resolution = 60.0 * s;  // the plants' own control period: what is shorter moves neither temperatures nor meters

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("phases", p.phases, kAny, "one after the other from the beginning of the work; the last one holds until its end");
    visit("file", p.file, kAny, "CSV with the columns time_s, utilization: each row holds up to the next one's time, the last one to the end of the work");
    visit("repeat", p.repeat, kAny, "begin again after the last phase");
    visit("period", p.period, kPositive, "of a file that repeats: the end of its last row");
    visit("resolution", p.resolution, at_least(1e-3), "phases shorter than this draw their mean over so many neighbours; `record.waveform` shows them all the same");
  }
  [[nodiscard]] bool by_share() const { return !phases.empty() && phases.front().share.has_value(); }
  template <class Report>
  void validate(Report& report) const {
    if (phases.empty() != file.has_value()) report.error("", "exactly one of phases, file must be given");
    if (period && !(file && repeat)) report.error("period", "is of a file that repeats; phases have theirs");
    if (file && repeat && !period) report.error("period", "is missing: when the file's last row ends and its first begins again");
    double sum = 0.0;
    for (const PowerPhaseConfig& phase : phases) {
      if (phase.share.has_value() != by_share()) return report.error("phases", "must all have a duration, or all a share");
      sum += phase.share.value_or(0.0);
    }
    if (!by_share()) return;
    if (std::fabs(sum - 1.0) > 1e-9) report.error("phases", "shares must add up to 1");
    if (repeat) report.error("repeat", "goes with durations: shares are of the whole work");
  }
};

/// One of `workload.power_profiles` by its name, or a profile of the job's own.
struct PowerProfileChoice {
  static constexpr const char* kShorthand = "name";
  std::optional<std::string> name;
  PowerProfileConfig own;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("name", p.name, kAny, "one of workload.power_profiles; a bare name is read so");
    PowerProfileConfig::fields(p.own, visit);
  }
  template <class Report>
  void validate(Report& report) const {
    if (name && (!own.phases.empty() || own.file)) return report.error("name", "is that of another profile; leave out either it or phases and file");
    if (!name) own.validate(report);
  }
};

/// What a job's power profile has come to, by the name that jobs give: its place among the run's plans.
struct ProfilePlace {
  std::string name;
  std::int32_t plan = -1;
};

}  // namespace aifactory
