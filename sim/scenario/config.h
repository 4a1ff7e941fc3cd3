#pragma once
/// @file The whole scenario file (`format: 1`).
#include <optional>
#include <string>
#include <vector>

#include "sim/facility/config.h"
#include "sim/facility/event_config.h"
#include "sim/scenario/types.h"
#include "sim/workload/config.h"

namespace aifactory {

enum class WalltimeRule { kill, stretch };
template <>
struct EnumNames<WalltimeRule> {
  static constexpr std::pair<const char*, WalltimeRule> values[] = {{"kill", WalltimeRule::kill},
                                                                    {"stretch", WalltimeRule::stretch}};
};

struct SchedulingConfig {
  static constexpr const char* kShorthand = "policy";
  std::string policy = "easy_backfill";
  Map<std::string> options;
  Map<double> weights;
  Map<std::int64_t> quotas;
  double forecast_error = 0;
  WalltimeRule walltime = WalltimeRule::kill;
  Duration prolog{0.0}, epilog{0.0};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("policy", p.policy, kAny, "policy name, see `aifactory policies`");
    visit("options", p.options, kAny, "the policy's options by name");
    visit("weights", p.weights, kPositive, "weights of tenants in fair shares; others have 1");
    visit("quotas", p.quotas, at_least(1), "nodes that a tenant may hold at a time over all clusters; others: no limit");
    visit("forecast_error", p.forecast_error, kFraction,
          "standard error, relative, of price and carbon as policies see them a day ahead");
    visit("walltime", p.walltime, kAny, "whether a job that throttling or a cap has slowed dies at its wall-clock limit (kill) or gets the lost time back (stretch)");
    visit("prolog", p.prolog, kNonNegative, "time that a job holds its nodes before its work begins, at each start; its wall-clock limit begins after it");
    visit("epilog", p.epilog, kNonNegative, "time after a job's end before its nodes are free again");
  }
};

struct CapexConfig {
  std::optional<Money> cost;
  std::optional<PowerPrice> cost_per_it;  ///< over rated IT power
  std::optional<Money> cost_per_rack;
  bool rack_prices = false;  ///< the racks' own catalogue prices
  Duration life;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("cost", p.cost, kNonNegative, "total");
    visit("cost_per_it", p.cost_per_it, kNonNegative, "over rated IT power, e.g. 12 USD/W");
    visit("cost_per_rack", p.cost_per_rack, kNonNegative, "of each rack");
    visit("rack_prices", p.rack_prices, kAny, "the `capex` of each rack's catalogue entry");
    visit("life", p.life, kPositive, "depreciation and annuity period");
  }
  template <class Report>
  void validate(Report& report) const {
    if (cost.has_value() + cost_per_it.has_value() + cost_per_rack.has_value() + rack_prices != 1) {
      report.error("cost", "give exactly one of cost, cost_per_it, cost_per_rack, rack_prices: true");
    }
  }
};

struct FinanceConfig {
  double rate;  ///< discount rate per year
  Map<CapexConfig> capex;
  double maintenance = 0.0;  ///< share of capex per year
  FinanceConfig() : rate(kUnset) {}

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("rate", p.rate, Range{0.0, 1.0, true}, "discount rate per year");
    visit("capex", p.capex, kAny, "parts by name");
    visit("maintenance", p.maintenance, kFraction, "yearly maintenance, share of capex");
  }
};

struct CheckConfig {
  std::optional<double> min, max;
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("min", p.min, kAny, "lowest allowed value");
    visit("max", p.max, kAny, "highest allowed value");
  }
  template <class Report>
  void validate(Report& report) const {
    if (!min && !max) report.error("max", "give min, max or both");
  }
};

/// A window in which power is told step by step.
struct WaveformConfig {
  Duration from, to;
  Frequency rate{10.0};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("from", p.from, kNonNegative, "begin of the window after the start");
    visit("to", p.to, kPositive, "its end");
    visit("rate", p.rate, between(1e-3, 1e3), "rows for each second, e.g. 10 Hz; each is the mean of its interval");
  }
  template <class Report>
  void validate(Report& report) const {
    if (!(from < to)) report.error("to", "must be later than from");
    if ((to - from).si() * rate.si() > 1e7) report.error("rate", "makes more than 10 million rows; shorten the window or lower it");
  }
};

struct RecordConfig {
  Duration interval = 60.0 * s;
  bool series = true, jobs = true, events = true;
  std::optional<WaveformConfig> waveform;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("interval", p.interval, at_least(1e-3), "between rows of series.csv");
    visit("series", p.series, kAny, "write series.csv rows");
    visit("jobs", p.jobs, kAny, "write jobs.csv rows");
    visit("events", p.events, kAny, "write events.csv rows");
    visit("waveform", p.waveform, kAny, "power within the steps of training jobs and the phases of power profiles, over a window, to waveform.csv; default: none");
  }
};

struct ScenarioConfig {
  std::int64_t format = kUnsetCount;
  std::string name;
  Timestamp start;
  RunLength duration;
  std::int64_t seed = 1;
  Map<SiteConfig> sites;
  std::optional<WorkloadConfig> workload;
  SchedulingConfig scheduling;
  std::vector<EventConfig> events;
  std::optional<FinanceConfig> finance;
  Map<CheckConfig> checks;
  RecordConfig record;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("format", p.format, between(1, 1), "version of the file format: 1");
    visit("name", p.name, kAny, "name of the scenario");
    visit("start", p.start, kAny, "date and time of the start, site standard time unless it ends in Z");
    visit("duration", p.duration, kPositive, "length of the run, or `workload`: until the last job has ended");
    visit("seed", p.seed, at_least(0), "seed of all random streams");
    visit("sites", p.sites, kAny, "sites by name");
    visit("workload", p.workload, kAny, "jobs");
    visit("scheduling", p.scheduling, kAny, "how jobs are dispatched");
    visit("events", p.events, kAny, "what-ifs");
    visit("finance", p.finance, kAny, "capital and its cost");
    visit("checks", p.checks, kAny, "stated limits on keys of summary.json; a broken one ends the run with exit 4");
    visit("record", p.record, kAny, "what is written and how often; never changes a total");
  }
  template <class Report>
  void validate(Report& report) const {
    if (sites.empty()) report.error("sites", "a scenario needs at least one site");
    if (duration.until_workload_ends && !workload) report.error("duration", "`workload` needs a workload");
    if (duration.until_workload_ends && workload && !workload->services.empty()) report.error("duration", "must be a time: services do not end by themselves");
  }
};

}  // namespace aifactory
