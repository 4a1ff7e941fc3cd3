#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/engine/kernel.h"
#include "sim/facility/fault_plan.h"
#include "sim/facility/repair_shop.h"

namespace aifactory {

/// Begins and ends everything that befalls units: the scenario's events, failures at random dates with their repairs,
/// common causes, maintenance.
///
/// Clocks.  Each process of each unit has its own.  It runs while the unit is in service (neither failed nor maintained by
/// anything that goes through here) and stands still otherwise; at the end of the repair of its own failure it starts anew.
/// A common cause does not strike a unit that is out.
///
/// Streams.  The n-th time of a clock is the first number of a stream of its own, named by unit, process and n.  So neither
/// another unit nor another order of happenings moves it, and nothing but n has to be kept.
class FaultInjector {
 public:
  using Unit = FaultPlan::Unit;
  struct Ports {
    std::function<void(Unit, const Disturbance&, bool begins)> disturb;
    std::function<void(Unit, const std::string& cause, bool begins)> leak;
    std::function<void(Unit, double depth, Duration span, const std::string& cause)> sag;
    std::function<void(std::size_t site, Power limit, const std::string& cause, bool begins)> curtail;
    std::function<bool(Unit)> spared;  ///< whether the unit's redundancy groups have what they need without it
    std::function<void(Unit, const char* what, const std::string& cause)> note;  ///< to the event log
    std::function<bool(Unit)> there = {};  ///< at the beginning; empty: all are
  };
  /// @param plan outlives the injector.
  FaultInjector(engine::Kernel& kernel, std::uint32_t rank, const FaultPlan& plan, Ports ports);
  void operator()();

  /// A unit comes in or goes: its clocks run while it is there, and nothing but events befalls it while it is not.
  void set_there(Unit unit, bool there);

  [[nodiscard]] const RepairShop& shop() const { return shop_; }
  /// Something that is open now will end by itself.
  [[nodiscard]] bool recovering() const { return shop_.open() > 0 || maintained_ > 0; }

 private:
  enum class Kind : std::uint8_t { action_begins, action_ends, fails, strikes, repaired, round_begins, maintained, look };
  struct Message {
    Kind kind = Kind::look;
    std::uint64_t index = 0;    ///< of the action, process, cause, order or program
    std::uint64_t version = 0;  ///< of a clock; the unit that is maintained
  };
  /// A disturbance that has begun and not ended.
  struct Open {
    Unit unit = 0;
    Disturbance disturbance = {};
    std::int64_t process = -1;     ///< whose failure it is
    std::int64_t action = -1;      ///< event that began it
    std::int64_t order = -1;       ///< repair that ends it
    std::int64_t program = -1;     ///< maintenance
    bool renews = false;           ///< all clocks of the unit start anew at its end
  };
  struct Clock {
    Tick due = kNever;  ///< running
    Tick left = 0;      ///< standing still
    std::uint64_t version = 0, drawn = 0;
    bool running = false, failed = false;
  };
  struct UnitState {
    std::int32_t out = 0;  ///< open disturbances that take it out; one more while it is not there
    bool there = true;
    std::vector<std::uint32_t> processes = {};
    std::vector<std::uint64_t> open = {};
  };
  struct Program {
    std::vector<Unit> queue = {};
    std::int64_t under_way = 0;
  };

  void handle(const Message& message);
  std::uint64_t begin(Open open);
  void end(std::uint64_t id);
  void begin_action(std::size_t index);
  void end_action(std::size_t index);
  void fail(std::size_t process);
  void strike(std::size_t cause);
  void dispatch();
  void maintain();
  void stop(Clock& clock) const;
  void resume(std::size_t process);
  void renew(std::size_t process);
  std::uint64_t order(std::uint64_t open, const FailureProcess& repair, const std::string& stream);
  /// The n-th number of a clock: `faults/STREAM/N`.
  [[nodiscard]] Tick draw(const FailureProcess& law, const std::string& stream, std::uint64_t n) const;
  void post(Tick at, const Message& message) { inbox_.post_at(at, engine::Phase::fault, message); }
  [[nodiscard]] std::string stream_of(std::size_t process, const char* what) const;

  engine::Kernel& kernel_;
  const FaultPlan& plan_;
  Ports ports_;
  engine::Inbox<Message> inbox_;
  RepairShop shop_;
  std::vector<UnitState> units_;
  std::vector<Clock> clocks_;               ///< of each process
  std::vector<std::uint64_t> occurrences_;  ///< of each common cause
  std::vector<Program> programs_;
  std::map<std::uint64_t, Open> open_;
  std::map<std::uint64_t, std::uint64_t> order_of_;  ///< order -> what it ends
  std::uint64_t next_open_ = 0;
  std::int64_t maintained_ = 0;
  Tick look_at_ = kNever;
};

}  // namespace aifactory
