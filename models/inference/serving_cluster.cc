#include "models/inference/serving_cluster.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace aifactory {
namespace {

/// A replica that takes requests from `from_s` on.
struct Replica {
  std::unique_ptr<BatchEngine> engine;
  double from_s = 0.0;
  double until_s = kInf;  ///< takes no more from here on
  double gone_s = kInf;   ///< has answered all it had
  bool takes(double now_s) const { return from_s <= now_s && now_s < until_s; }
};

/// The replicas of one site and phase.
class Pool {
 public:
  Pool(const ServingModel& model, const BatchPolicy& policy, ReplicaRole role, std::int64_t most,
       const std::optional<AutoscaleParams>& autoscale, std::vector<Served>& served, double step_s)
      : model_(model), policy_(policy), role_(role), served_(served), most_(most), autoscale_(autoscale), step_s_(step_s) {
    if (autoscale_) look_s_ = autoscale_->period.si();
    for (std::int64_t i = 0; i < (autoscale_ ? std::min(autoscale_->least, most) : most); ++i) add(0.0, 0.0);
  }

  /// Works and scales until then.
  void advance(double now_s) {
    for (; look_s_ <= now_s; look_s_ += autoscale_->period.si()) {
      pass(look_s_);
      scale(look_s_, *autoscale_);
    }
    pass(now_s);
  }
  /// The least loaded one that takes requests; the first of equals.
  [[nodiscard]] BatchEngine* least_loaded(double now_s) const {
    BatchEngine* best = nullptr;
    for (const Replica& replica : replicas_) {
      if (replica.takes(now_s) && (!best || replica.engine->load() < best->load())) best = replica.engine.get();
    }
    return best;
  }

  void drain() {
    const auto busy = [](const Replica& replica) { return !replica.engine->empty(); };
    while (step_s_ < kInf && std::any_of(replicas_.begin(), replicas_.end(), busy)) end_step();
    for (Replica& replica : replicas_) replica.engine->drain();
  }
  void book(double end_s, SiteUse& use) const {
    for (const Replica& replica : replicas_) {
      const ReplicaTime& time = replica.engine->time();
      use.time.prefill.add(time.prefill);
      use.time.decode.add(time.decode);
      use.time.iterations += time.iterations;
      use.time.batch_iterations += time.batch_iterations;
      const double life_s = std::max(0.0, std::min(replica.gone_s, end_s) - (replica.from_s - lead_s(replica)));
      use.replica_s += life_s;
      use.time.idle_s += std::max(0.0, life_s - time.prefill.sum_s() - time.decode.sum_s());
    }
    use.most_replicas = std::max(use.most_replicas, most_seen_);
    use.steps.resize(std::max(use.steps.size(), steps_.size()));
    for (std::size_t k = 0; k < steps_.size(); ++k) {
      use.steps[k].busy.add(steps_[k].busy);
      use.steps[k].replicas += steps_[k].replicas;
    }
  }

 private:
  void pass(double now_s) {
    while (next_step_s() <= now_s) end_step();
    work(now_s);
  }
  void scale(double now_s, const AutoscaleParams& p) {
    double load = 0.0;
    std::int64_t have = 0;
    for (const Replica& replica : replicas_) {
      load += replica.engine->load();
      if (replica.until_s == kInf) ++have;
    }
    const auto wanted = std::clamp(static_cast<std::int64_t>(std::ceil(load / p.target_load)), p.least, most_);
    if (wanted >= have) low_since_s_ = kInf;
    for (; have < wanted; ++have) add(now_s, p.start.si());
    if (wanted >= have) return;
    low_since_s_ = std::min(low_since_s_, now_s);
    if (now_s - low_since_s_ < p.keep.si()) return;
    low_since_s_ = kInf;
    // The newest goes first.
    for (auto replica = replicas_.rbegin(); replica != replicas_.rend() && have > wanted; ++replica) {
      if (replica->until_s < kInf) continue;
      replica->until_s = now_s;
      replica->engine->drain();
      replica->gone_s = std::max(now_s, replica->engine->now().si());
      --have;
    }
  }
  void work(double now_s) {
    for (Replica& replica : replicas_) {
      if (replica.until_s == kInf) replica.engine->advance(Duration(now_s));
    }
  }
  [[nodiscard]] double next_step_s() const { return static_cast<double>(steps_.size() + 1) * step_s_; }
  /// Ends the step that is going on: what the replicas have done since the one before is its own.
  void end_step() {
    work(next_step_s());
    ServingModel::Split all;
    ReplicaStep step;
    for (const Replica& replica : replicas_) {
      all.add(replica.engine->time().prefill);
      all.add(replica.engine->time().decode);
      step.replicas += replica.until_s == kInf ? 1.0 : 0.0;
    }
    step.busy = all;
    step.busy.add(booked_, -1.0);
    booked_ = all;
    steps_.push_back(step);
  }
  void add(double now_s, double start_s) {
    replicas_.push_back({std::make_unique<BatchEngine>(model_, policy_, role_, served_), now_s + start_s, kInf, kInf});
    starts_s_.push_back(start_s);
    replicas_.back().engine->advance(Duration(now_s + start_s));
    most_seen_ = std::max(most_seen_, std::count_if(replicas_.begin(), replicas_.end(),
                                                    [](const Replica& r) { return r.until_s == kInf; }));
  }
  /// Time between being asked for and serving.
  [[nodiscard]] double lead_s(const Replica& replica) const {
    return starts_s_[static_cast<std::size_t>(&replica - replicas_.data())];
  }

  const ServingModel& model_;
  BatchPolicy policy_;
  ReplicaRole role_;
  std::vector<Served>& served_;
  std::int64_t most_;
  std::optional<AutoscaleParams> autoscale_;
  double look_s_ = kInf;  // at the load, next
  std::vector<Replica> replicas_;
  std::vector<double> starts_s_;
  double low_since_s_ = kInf;
  std::int64_t most_seen_ = 0;
  double step_s_;
  std::vector<ReplicaStep> steps_;
  ServingModel::Split booked_;  // in steps_
};

/// Where a request goes: its home, or the least loaded site when home is loaded above its limit.
std::size_t destination(const std::vector<Pool>& pools, const std::vector<ServingSite>& sites, std::size_t home,
                        double now_s) {
  const BatchEngine* at_home = pools[home].least_loaded(now_s);
  const double home_load = at_home ? at_home->load() : kInf;
  if (at_home && !(home_load > sites[home].spill_load)) return home;
  std::size_t best = home;
  double least = home_load;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const BatchEngine* engine = pools[i].least_loaded(now_s);
    if (engine && engine->load() < least) {
      least = engine->load();
      best = i;
    }
  }
  return best;
}

/// One arrival at a phase: which request, when, and at which site once that is known.
struct Arrival {
  std::size_t index;
  double at_s;
  std::size_t site;
};

void check(const std::vector<ServingSite>& sites, const std::vector<Request>& requests) {
  if (sites.empty()) throw InputError("serving: there is no site");
  for (const ServingSite& site : sites) {
    AIF_CHECK(site.model != nullptr, fmt::format("serving: {} has no model", site.name));
    if (site.replicas < 1)
      throw InputError(fmt::format("serving: {}: replicas = {} must be >= 1", site.name, site.replicas));
    if (site.autoscale && site.prefill_replicas > 0) {
      throw InputError(fmt::format("serving: {}: split phases do not scale by themselves", site.name));
    }
    if (site.autoscale) checked("autoscaling", *site.autoscale);
  }
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (requests[i].home < 0 || static_cast<std::size_t>(requests[i].home) >= sites.size()) {
      throw InputError(fmt::format("serving: request {} comes to site {} of {}", i, requests[i].home, sites.size()));
    }
    if (i > 0 && requests[i].arrival < requests[i - 1].arrival) {
      throw InputError(fmt::format("serving: request {} comes before the one in front of it", i));
    }
  }
}

}  // namespace

ClusterRun serve(const BatchPolicy& policy, const std::vector<ServingSite>& sites, const std::vector<Request>& requests, Duration step) {
  check(sites, requests);
  ClusterRun out;
  out.served.resize(requests.size());
  for (const Request& request : requests) out.place.push_back(request.home);
  for (const ServingSite& site : sites) out.sites.push_back({.name = site.name, .time = {}});
  const auto pools_of = [&](bool prefill_only) {
    std::vector<Pool> pools;
    for (const ServingSite& site : sites) {
      const bool split = site.prefill_replicas > 0;
      const ReplicaRole role = prefill_only ? ReplicaRole::prefill : split ? ReplicaRole::decode : ReplicaRole::both;
      const std::int64_t count = prefill_only ? site.prefill_replicas : site.replicas;
      pools.emplace_back(*site.model, policy, role, count, site.autoscale, out.served, step.si());
    }
    return pools;
  };

  // Nothing comes back from decoding to prefill, so that the phases can be worked off one after the other.
  std::vector<Pool> front = pools_of(true), back = pools_of(false);
  std::vector<Arrival> arrivals;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    arrivals.push_back({i, requests[i].arrival.si(), static_cast<std::size_t>(requests[i].home)});
  }
  const auto is_split = [](const ServingSite& site) { return site.prefill_replicas > 0; };
  if (std::any_of(sites.begin(), sites.end(), is_split)) {
    for (const Arrival& arrival : arrivals) {
      Pool& pool = front[arrival.site];
      if (!is_split(sites[arrival.site])) continue;
      pool.advance(arrival.at_s);
      pool.least_loaded(arrival.at_s)->submit(arrival.index, requests[arrival.index], Duration(arrival.at_s));
    }
    for (Pool& pool : front) pool.drain();
    for (Arrival& arrival : arrivals) {
      const ServingSite& site = sites[arrival.site];
      if (!is_split(site)) continue;
      const double bytes = site.model->kv_per_token().si() * static_cast<double>(requests[arrival.index].input_tokens);
      arrival.at_s = out.served[arrival.index].first_token.si() + bytes / site.transfer.si();
    }
    std::stable_sort(arrivals.begin(), arrivals.end(),
                     [](const Arrival& a, const Arrival& b) { return a.at_s < b.at_s; });
  }

  for (const Arrival& arrival : arrivals) {
    for (Pool& pool : back) pool.advance(arrival.at_s);
    const std::size_t to =
        is_split(sites[arrival.site]) ? arrival.site : destination(back, sites, arrival.site, arrival.at_s);
    const double at_s = arrival.at_s + (to == arrival.site ? 0.0 : sites[to].distance.si());
    const Request& request = requests[arrival.index];
    // A request of one token is answered by its prefill.
    if (is_split(sites[arrival.site]) && request.output_tokens == 1) continue;
    back[to].least_loaded(arrival.at_s)->submit(arrival.index, request, Duration(at_s));
    ++out.sites[to].requests;
    out.place[arrival.index] = static_cast<std::int32_t>(to);
    if (to != arrival.site) ++out.sites[to].spilled_in;
  }
  for (Pool& pool : back) pool.drain();
  double end_s = 0.0;
  for (const Served& answer : out.served) end_s = std::max(end_s, answer.finished.si());
  for (std::size_t i = 0; i < sites.size(); ++i) {
    front[i].book(end_s, out.sites[i]);
    back[i].book(end_s, out.sites[i]);
  }
  out.elapsed = Duration(end_s);
  return out;
}

Energy serving_energy(const ReplicaTime& time, double replica_s, Power idle, Power max, const ServingLevels& levels) {
  ServingModel::Split all = time.prefill;
  all.add(time.decode);
  const double weighted_s = levels.compute * all.compute_s + levels.memory * all.memory_s +
                            levels.communication * all.communication_s + levels.overhead * all.overhead_s;
  return idle * Duration(replica_s) + (max - idle) * Duration(weighted_s);
}

}  // namespace aifactory
