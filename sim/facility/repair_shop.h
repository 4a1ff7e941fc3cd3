#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/facility/working_hours.h"

namespace aifactory {

/// Crews and spare parts, and the repairs that wait for them.
///
/// A repair begins when one of the crews that can do it has a hand free and is at work, and the spare that it takes is on
/// the shelf; the repair ordered first is begun first, and one that cannot begin lets later ones pass.  What has been begun
/// is finished, whatever the hour.  A part is ordered anew when it is taken.  Repairs of units that no crew is for begin
/// when their spare is there.  *Not modelled*: travel, priorities, repairs that fail.
///
/// Holds no clock: the caller dispatches after every change and at next_wake().
class RepairShop {
 public:
  struct Crew {
    std::string name;
    std::int64_t count = 1;
    WorkingHours hours = {};
  };
  struct Spare {
    std::string name;
    std::int64_t stock = 0;
    Tick lead_time = 0;
  };
  /// What a unit's repair needs.
  struct Needs {
    std::vector<std::uint32_t> crews = {};  ///< any one of them; none: hands from outside
    std::int32_t spare = -1;
  };
  using OrderId = std::uint64_t;
  struct Start {
    OrderId order = 0;
    Tick end = 0;
  };

  RepairShop() = default;
  RepairShop(std::vector<Crew> crews, std::vector<Spare> spares);

  OrderId order(Tick now, const Needs& needs, Tick work);
  /// A repair has come to its end, or is no longer wanted.
  void close(Tick now, OrderId id);
  /// Begins whatever can begin now.
  [[nodiscard]] std::vector<Start> dispatch(Tick now);
  /// When a repair that waits now could begin without anything else happening; kNever: not before something does.
  [[nodiscard]] Tick next_wake(Tick now) const;

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  [[nodiscard]] std::size_t open() const { return waiting_.size() + running_.size(); }
  /// Time that all repairs together have waited up to `now`.
  [[nodiscard]] Duration waited(Tick now) const;

 private:
  struct Order {
    Needs needs;
    Tick since = 0, work = 0;
    std::int32_t crew = -1;  ///< whose hand it holds
  };
  void receive(Tick now);
  std::vector<Crew> crews_;
  std::vector<Spare> spares_;
  std::vector<std::int64_t> free_, stock_;
  std::multimap<Tick, std::size_t> arrivals_;  ///< of spares
  std::map<OrderId, Order> waiting_, running_;
  OrderId next_ = 0;
  double waited_s_ = 0;
};

}  // namespace aifactory
