#pragma once
#include <cstdint>
#include <deque>
#include <queue>
#include <vector>

#include "models/inference/serving_model.h"
#include "models/inference/serving_statistics.h"

namespace aifactory {

/// What a replica does: both phases by turns, or one of them where prefill and decode have machines of their own.
enum class ReplicaRole { both, prefill, decode };

struct BatchPolicy {
  std::int64_t max_prefill_tokens = 8192;  ///< of one prefill iteration; a longer prompt goes alone

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("max_prefill_tokens", p.max_prefill_tokens, between(1, 1e9), "tokens of one prefill iteration");
  }
};

/// Time of a replica by what it was busy with, and idle.
struct ReplicaTime {
  ServingModel::Split prefill, decode;
  double idle_s = 0.0;
  std::int64_t iterations = 0;
  double batch_iterations = 0.0;  ///< sum over decode iterations of their requests
};

/// Continuous batching on one replica, request by request and exact.
///
/// At the end of each iteration waiting requests are admitted in the order of their arrival while there is a place in
/// the batch and room for the keys and values of their whole length; their prompts are worked off at once, decoding
/// stands still meanwhile, and the first token comes with the end of that.  Otherwise one decode iteration gives each
/// request a token.
///
/// Between two events (an arrival, the end of a request) the batch is constant and iteration k takes
/// fixed + per_request b + per_context (C + k b): n of them are one closed sum, and a long answer costs nothing.
/// *Not modelled*: prompts in chunks beside decoding, preemption of running requests, admission before the room is
/// sure. Source: Yu et al., "Orca", OSDI 2022; Kwon et al., "PagedAttention", SOSP 2023.
class BatchEngine {
 public:
  /// `served` has a place for every request that may come; it must outlive the engine, as must the model.
  BatchEngine(const ServingModel& model, const BatchPolicy& policy, ReplicaRole role, std::vector<Served>& served);

  /// A request joins the queue; `index` is its place in `served`.  @pre at >= the last advance.
  /// @throws InputError when its keys and values never fit.
  void submit(std::size_t index, const Request& request, Duration at);
  /// Works until the first end of an iteration at or after `until`; idle time ends at `until`.
  void advance(Duration until);
  /// Works until nothing is left.
  void drain();

  [[nodiscard]] Duration now() const { return Duration(now_s_); }
  [[nodiscard]] bool empty() const { return queue_.empty() && running_.empty(); }
  [[nodiscard]] std::size_t waiting() const { return queue_.size(); }
  [[nodiscard]] std::size_t outstanding() const { return queue_.size() + running_.size(); }
  /// Tokens that outstanding requests hold or will hold, over what fits.
  [[nodiscard]] double load() const { return (reserved_tokens_ + queued_tokens_) / model_.kv_capacity(); }
  [[nodiscard]] const ReplicaTime& time() const { return time_; }

 private:
  struct Waiting {
    std::size_t index;
    std::int64_t input, output;
    double since_s;
  };
  struct Running {
    std::int64_t last_iteration;  ///< with which it is finished
    std::size_t index;
    std::int64_t input, output;
    bool operator>(const Running& other) const {
      return last_iteration != other.last_iteration ? last_iteration > other.last_iteration : index > other.index;
    }
  };
  bool prefill();
  void decode(double until_s);
  void finish_due();
  [[nodiscard]] double need(const Waiting& request) const;

  const ServingModel& model_;
  BatchPolicy policy_;
  ReplicaRole role_;
  std::vector<Served>& served_;
  std::deque<Waiting> queue_;
  std::priority_queue<Running, std::vector<Running>, std::greater<>> running_;
  double now_s_ = 0.0;
  std::int64_t iteration_ = 0;    // decode iterations so far
  double context_ = 0.0;          // tokens that running requests hold
  double reserved_tokens_ = 0.0;  // that they will hold at their ends
  double queued_tokens_ = 0.0;
  ReplicaTime time_;
};

}  // namespace aifactory
