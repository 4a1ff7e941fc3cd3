#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/inference/batch_engine.h"

namespace aifactory {

/// Replicas that come and go with the load.
struct AutoscaleParams {
  std::int64_t least = 1;    ///< replicas; most = ServingSite::replicas
  double target_load = 0.6;  ///< of a replica's room for keys and values; assumed
  Duration period{60.0};     ///< between looks; assumed
  Duration start{180.0};     ///< until a new replica serves: weights are loaded; assumed
  Duration keep{600.0};      ///< load has been low for this long before one is given up; assumed

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("least", p.least, between(1, 1e6), "replicas that always run");
    visit("target_load", p.target_load, kPositiveFraction, "of the room for keys and values (assumed)");
    visit("period", p.period, kPositive, "between looks (assumed)");
    visit("start", p.start, kNonNegative, "until a new replica serves (assumed)");
    visit("keep", p.keep, kNonNegative, "low load lasts this long before one is given up (assumed)");
  }
};

/// Replicas at one place.
struct ServingSite {
  std::string name = "site";
  std::int64_t replicas = 1;          ///< that serve both phases, or that decode where the phases are split
  std::int64_t prefill_replicas = 0;  ///< 0: the phases are not split
  DataRate transfer{50e9};            ///< of keys and values from a prefill to a decode replica; assumed: 400 Gb/s
  Duration distance{0.0};             ///< way of a request that spills over to here, there and back
  double spill_load = kInf;           ///< load of the least loaded replica above which requests go elsewhere
  std::optional<AutoscaleParams> autoscale = {};  ///< none: all replicas serve always
  const ServingModel* model = nullptr;            ///< of its replicas
};

/// What a site's replicas did in one step of time.
struct ReplicaStep {
  ServingModel::Split busy;  ///< of iterations that began in it, over all replicas
  double replicas = 0.0;     ///< up or loading, at its end
};

/// What became of a site's replicas.
struct SiteUse {
  std::string name;
  ReplicaTime time;        ///< sum over the replicas
  double replica_s = 0.0;  ///< time that replicas existed
  std::int64_t requests = 0;
  std::int64_t spilled_in = 0;
  std::int64_t most_replicas = 0;
  std::vector<ReplicaStep> steps = {};  ///< until the last answer; empty when none were asked for
};

struct ClusterRun {
  std::vector<Served> served;       ///< in the order of the requests
  std::vector<std::int32_t> place;  ///< site that each request was answered at
  std::vector<SiteUse> sites;
  Duration elapsed{0.0};  ///< until the last answer
};

/// Serves a list of requests, every one of them: each goes to the least loaded replica of its home site, or, when that
/// is loaded above `spill_load`, to the least loaded of all sites.  With split phases a request first goes to the least
/// loaded prefill replica, its keys and values travel, and the least loaded decode replica goes on.
///
/// Autoscaling looks at the load of its site every period: wanted = ceil(sum of loads / target); more start at once and
/// serve after `start`, fewer end when the load has been lower for `keep`, and finish what they have. Deterministic; no
/// randomness.  @pre requests in the order of their arrival.
/// @param step of SiteUse::steps, which it does not change beyond rounding; infinite: none.
/// @pre each site has its model.
/// @throws InputError naming the first problem.
[[nodiscard]] ClusterRun serve(const BatchPolicy& policy, const std::vector<ServingSite>& sites, const std::vector<Request>& requests,
                               Duration step = Duration(kInf));

/// Energy of the replicas: idle power as long as they exist, dynamic power by what bounds them.
///
///     E = idle x replica time + (max - idle) x sum of activity time x level
///
/// Levels: products 1, memory 0.45, traffic 0.43, overhead 0.1; assumed, Splitwise reports prompt phases at .76-1.0 and
/// decode at .43-.63 of TDP on A100.  Powers are those of a whole replica.
struct ServingLevels {
  double compute = 1.0, memory = 0.45, communication = 0.43, overhead = 0.10;
};
[[nodiscard]] Energy serving_energy(const ReplicaTime& time, double replica_s, Power idle, Power max,
                                    const ServingLevels& levels = {});

}  // namespace aifactory
