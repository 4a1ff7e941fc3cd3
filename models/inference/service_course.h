#pragma once
#include <vector>

#include "models/inference/serving_cluster.h"
#include "models/inference/serving_curve.h"

namespace aifactory {

/// What a service does in one step of time.
struct ServiceStep {
  double busy = 0.0;         ///< share of the time of all its replicas in which they work
  double utilization = 0.0;  ///< their dynamic power over its maximum
  double replicas = 0.0;     ///< that are up or loading, at the end of the step
  double arrived = 0.0;      ///< requests that come and stay, or spill over to here, in the step in which they come
  double answered = 0.0;     ///< requests whose last token leaves
  double within = 0.0;       ///< of them, within the limits
  double input_tokens = 0.0, output_tokens = 0.0;  ///< of those answered
};

/// A service over time, undisturbed.
///
/// Utilization is sum of activity time x level / (replicas x step), with the levels of serving_energy(), so that the
/// energy of accelerators that idle at P_i and draw P_m at most is the same number: step x (P_i + (P_m - P_i) u) for
/// each.  An iteration that reaches over the end of a step is booked in the step in which it begins, up to a share of
/// 1; what is left over is booked in the next.
struct ServiceCourse {
  Duration step{60.0};
  std::vector<ServiceStep> steps = {};
  double requests = 0.0;                       ///< that come within the span, as ServiceStep::arrived
  double spilled_in = 0.0, spilled_out = 0.0;  ///< of those that come within the span: to here; to others, and not counted here
  LatencyStatistics ttft = {}, tpot = {};      ///< of the requests that are answered here, with their way
  ServingCurve curve = {};                     ///< of all its replicas, for requests of the mean length

  /// Answers of a step over what all replicas could answer.
  [[nodiscard]] double load(double answers) const {
    return answers > 0.0 ? answers / (curve.capacity().si() * step.si()) : 0.0;
  }
};

/// Services that take over each other's requests, each at its site, with its limits; every request one by one.  `span` bounds
/// the courses, not the answers that the latencies are taken from.
/// @pre every site has its model
/// @param requests of all, in the order of arrival, with their home
/// @throws InputError naming the first problem.
[[nodiscard]] std::vector<ServiceCourse> exact_courses(const BatchPolicy& policy, const std::vector<ServingSite>& sites,
                                                       const std::vector<Request>& requests,
                                                       const std::vector<ServiceLimits>& limits, Duration step, Duration span);

/// The flow: mean rates of each step, for long spans.  Latencies are means over requests; a step's requests are within
/// the limits when its means are.  What exceeds the capacity is not answered.  @pre the site's phases are not split
[[nodiscard]] ServiceCourse fluid_course(const ServingModel& model, const ServingSite& site,
                                         const RequestStreamParams& stream, const ServiceLimits& limits, Duration step,
                                         Duration span);

}  // namespace aifactory
