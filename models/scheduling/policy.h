#pragma once
/// @file What a policy is: its choice by name, its parts, and the one call it answers.
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/time.h"
#include "models/units.h"

namespace aifactory::scheduling {

/// One pool of like nodes (a cluster), as the scheduler knows it.
///
/// Where jobs share nodes, the pool counts in shares: what is called a node here, in jobs, allocations and views, is then one of
/// the shares_per_node like shares of a node, and node n has the shares n k .. n k + k - 1.
struct PoolSpec {
  std::string name;
  std::int64_t nodes = 0;
  std::int64_t nodes_per_rack = 1;  ///< rack = node / nodes_per_rack; also the scale-up domain by default
  double accelerators_per_node = 0;
  std::int64_t shares_per_node = 1;      ///< k; divides the counts of nodes here
  std::int64_t nodes_per_domain = 0;     ///< scale-up domain = node / nodes_per_domain; 0: the rack
  std::int64_t nodes_per_block = 0;      ///< block of the scale-out fabric = node / nodes_per_block, whole domains; 0: one block
  double oversubscription = 1.0;         ///< of the way out of a block: bandwidth of its nodes over that of its uplinks
  std::array<std::int32_t, 3> torus{};   ///< node = x + X (y + Y z); zeros: no torus
  Power node_power{0.0};                 ///< what a busy node draws beyond an idle one, at utilization 1
  std::int32_t site = 0;                 ///< pools of one site share its power limit, price and carbon
  [[nodiscard]] std::int64_t domain_size() const { return nodes_per_domain > 0 ? nodes_per_domain : nodes_per_rack; }
  [[nodiscard]] bool has_blocks() const { return nodes_per_block > 0 && nodes_per_block < nodes; }
};

/// A policy by name, with its options as the user wrote them: `{name: easy_backfill, options: {depth: 1}}`.
struct PolicyChoice {
  std::string name = "easy_backfill";
  std::vector<std::pair<std::string, std::string>> options;
  std::vector<std::pair<std::string, double>> weights = {};  ///< of tenants, for fair shares; others have 1
  std::vector<std::pair<std::string, std::int64_t>> quotas = {};  ///< nodes that a tenant may hold; others: all
};

struct OrderInfo;  // order.h
struct PlaceInfo;  // place.h
class View;        // view.h
class Actions;     // actions.h

/// When the policy is asked, if an instant brings several events.
enum class SameInstant {
  batched,    ///< once, after every event of the instant has been applied (the default)
  per_event,  ///< after each event: submissions first, then ends; kept to reproduce schedules of simulators that do so
};

/// What every policy is made of besides its rule of selection.
struct PolicyParts {
  const OrderInfo* order = nullptr;           ///< who is first in the queue
  const OrderInfo* backfill_order = nullptr;  ///< who is tried first behind the heads; null: `order`
  const PlaceInfo* place = nullptr;           ///< which nodes a started job gets
  SameInstant same_instant = SameInstant::batched;
  bool power = false, heat = false, forecasts = false;  ///< what it looks at: the caller may leave out the rest
  Tick half_life = 0;  ///< of tenants' past use in their shares; 0: only what they hold counts
  std::vector<std::pair<std::string, double>> weights = {};  ///< of tenants; others have 1
  std::vector<std::pair<std::string, std::int64_t>> quotas = {};  ///< nodes that a tenant may hold; others: all
};

/// A scheduling policy: looks at the view, acts.  Called by SchedulerCore only.
///
/// A policy decides from the view alone, in integer ticks; what it remembers between passes (reservations) is its
/// own value, copied by clone().  An action that cannot be done is refused with a reason and changes nothing.
class Policy {
 public:
  explicit Policy(const PolicyParts& parts) : parts_(parts) {}
  virtual ~Policy() = default;
  virtual void schedule(const View& view, Actions& actions) = 0;
  [[nodiscard]] virtual std::unique_ptr<Policy> clone() const = 0;
  [[nodiscard]] const PolicyParts& parts() const { return parts_; }

 protected:
  Policy(const Policy&) = default;
  Policy& operator=(const Policy&) = default;

 private:
  PolicyParts parts_;
};

}  // namespace aifactory::scheduling
