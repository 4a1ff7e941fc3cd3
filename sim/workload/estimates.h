#pragma once
/// @file Wall-clock limits of jobs whose source gives none, or not the ones wanted.
#include <optional>

#include "sim/scenario/types.h"
#include "sim/workload/distribution.h"

namespace aifactory {

/// What a job's wall-clock limit is.
enum class EstimateModel {
  log,     ///< as the source says, or `missing`
  exact,   ///< its run time: the scheduler knows what is to come
  factor,  ///< its run time times a random factor
  none,    ///< there is no limit
};
template <>
struct EnumNames<EstimateModel> {
  static constexpr std::pair<const char*, EstimateModel> values[] = {{"log", EstimateModel::log},
                                                                     {"exact", EstimateModel::exact},
                                                                     {"factor", EstimateModel::factor},
                                                                     {"none", EstimateModel::none}};
};

/// The model of the wall-clock limits of a log.
///
///     exact   limit = run time
///     factor  limit = run time x f, f drawn for each job from the stream workload/estimates
///
/// A limit below the run time ends the job at the limit, as walltime-killed, whichever way it came about.
/// Source of a factor uniform in 1..5 as the usual spread: D. Feitelson, A. Mu'alem Weil, "Utilization and predictability
/// in scheduling the IBM SP2 with backfilling", IPPS/SPDP 1998 (the f-model: uniform in [R, (f + 1) R]).
struct EstimatesConfig {
  EstimateModel use = EstimateModel::log;
  EstimateModel missing = EstimateModel::exact;
  std::optional<Distribution<double>> factor;

  static constexpr const char* kShorthand = "use";
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("use", p.use, kAny, "log: as the source says; exact: the run time; factor: the run time times a random number; none");
    visit("missing", p.missing, kAny, "log: which of the others for jobs whose source gives no limit");
    visit("factor", p.factor, kAny, "the random number of factor, e.g. {uniform: {low: 1, high: 5}}");
  }
  template <class Report>
  void validate(Report& report) const {
    if (missing == EstimateModel::log) report.error("missing", "must be exact, factor or none");
    const bool wanted = use == EstimateModel::factor || (use == EstimateModel::log && missing == EstimateModel::factor);
    if (wanted && !factor) report.error("factor", "is missing: the distribution of the factor");
  }
};

}  // namespace aifactory
