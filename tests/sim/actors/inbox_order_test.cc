/// Timed messages, as actors use them.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "sim/actors/fault_injector.h"

namespace aifactory {
namespace {
using testing::ElementsAre;

struct Ending final : engine::EventTarget {
  explicit Ending(engine::Kernel& k) : kernel(k) {}
  void on_event(Tick, std::int64_t, std::uint64_t) override { kernel.stop(); }
  engine::Kernel& kernel;
};

TEST(Inbox, MessagesOfOneInstantArriveInTheOrderOfPosting) {
  engine::Kernel kernel("test");
  kernel.add_site("site", {});
  kernel.seal();
  engine::Inbox<int> inbox(kernel, 5);
  std::vector<int> seen;
  kernel.spawn("reader", "site", [&] {
    while (true) {
      for (const int x : inbox.take()) {
        seen.push_back(x);
        // Slots are free again now, last first; the order may not follow them.
        if (x < 10) inbox.post_at(20, engine::Phase::fault, x + 10);
      }
    }
  });
  for (int x : {1, 2, 3, 4}) inbox.post_at(10, engine::Phase::fault, x);
  Ending ending(kernel);
  kernel.calendar().add(30, engine::Phase::record, 1, ending, 0);
  kernel.run();
  EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4, 11, 12, 13, 14));
}

TEST(FaultInjector, BeginsAndEndsEffectsAtTheirDates) {
  engine::Kernel kernel("test");
  kernel.add_site("site", {});
  kernel.seal();
  FaultPlan plan;
  const auto action = [&](const char* name, Tick at, Tick until) {
    NamedUnit unit;
    unit.name = name;
    plan.units.push_back(unit);
    plan.needs.emplace_back();
    FaultPlan::Action out;
    out.at = at;
    out.until = until;
    out.units = {static_cast<FaultPlan::Unit>(plan.units.size() - 1)};
    plan.actions.push_back(out);
  };
  action("a", 5, 9);
  action("b", 0, kNever);
  action("c", 9, 12);
  std::vector<std::string> seen;
  FaultInjector injector(kernel, 20, plan,
                         {.disturb =
                              [&](FaultPlan::Unit unit, const Disturbance& /*what*/, bool begins) {
                                seen.push_back(plan.units[unit].name + (begins ? " off " : " on ") + std::to_string(kernel.now()));
                              },
                          .leak = {}, .sag = {}, .curtail = {}, .spared = {}, .note = {}});
  kernel.spawn("injector", "site", [&] { injector(); });
  Ending ending(kernel);
  kernel.calendar().add(100, engine::Phase::record, 1, ending, 0);
  kernel.run();
  EXPECT_THAT(seen, ElementsAre("b off 0", "a off 5", "a on 9", "c off 9", "c on 12"));
}

}  // namespace
}  // namespace aifactory
