#pragma once
/// @file Where the data of jobs lie: what scenarios may say of it.
#include <optional>
#include <string>

#include "models/units.h"
#include "sim/scenario/types.h"

namespace aifactory {

/// Of all jobs of a kind or of a tenant.
struct DataConfig {
  std::optional<std::string> data;
  std::optional<DataSize> data_size;
  std::optional<Duration> staging;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("data", p.data, kAny, "site where the data of these jobs lie, unless a job says so itself; as of a job in the list");
    visit("data_size", p.data_size, kPositive, "of each job: what has to be brought to another site");
    visit("staging", p.staging, kPositive, "time that this takes, instead of data_size");
  }
  template <class Report>
  void validate(Report& report) const {
    if (!data && (data_size || staging)) report.error(data_size ? "data_size" : "staging", "needs `data`: the site where they are");
    if (data_size && staging) report.error("staging", "goes with no data_size: one of them says how long the data take");
  }
};

/// A site as data see it.
struct DataSite {
  std::string name;
  std::optional<DataRate> wide_area;  ///< none: data neither come nor go
};

}  // namespace aifactory
