/// Crews and spares: who begins what when, by hand.
#include "sim/facility/repair_shop.h"

#include <gmock/gmock.h>

namespace aifactory {
namespace {

constexpr Tick kHour = 3600 * kTicksPerSecond, kDay = 24 * kHour;
constexpr std::int32_t kNoSpare = -1;

std::vector<RepairShop::OrderId> ids(const std::vector<RepairShop::Start>& starts) {
  std::vector<RepairShop::OrderId> out;
  for (const auto& start : starts) out.push_back(start.order);
  return out;
}

TEST(RepairShop, WithoutCrewsEveryRepairBeginsAtOnce) {
  RepairShop shop;
  const auto a = shop.order(0, {}, kHour), b = shop.order(0, {}, 2 * kHour);
  const auto starts = shop.dispatch(0);
  EXPECT_THAT(ids(starts), testing::ElementsAre(a, b));
  EXPECT_EQ(starts[1].end, 2 * kHour);
  EXPECT_EQ(shop.next_wake(0), kNever);
}

TEST(RepairShop, OneCrewWorksInTheOrderOfTheFailures) {
  RepairShop shop({{.name = "day", .count = 1}}, {});
  const RepairShop::Needs needs{.crews = {0}, .spare = kNoSpare};
  const auto a = shop.order(0, needs, 3 * kHour), b = shop.order(kHour, needs, kHour), c = shop.order(kHour, needs, kHour);
  EXPECT_THAT(ids(shop.dispatch(kHour)), testing::ElementsAre(a));
  EXPECT_EQ(shop.waiting(), 2u);
  EXPECT_EQ(shop.next_wake(kHour), kNever);  // not before a hand is free
  shop.close(4 * kHour, a);
  const auto next = shop.dispatch(4 * kHour);
  EXPECT_THAT(ids(next), testing::ElementsAre(b));
  EXPECT_EQ(next[0].end, 5 * kHour);
  // a waited 1 h until it was dispatched, b 3 h, c 3 h so far.
  EXPECT_EQ(shop.waited(4 * kHour).si(), 7 * 3600.0);
  shop.close(5 * kHour, c);  // no longer wanted
  shop.close(5 * kHour, b);
  EXPECT_EQ(shop.open(), 0u);
}

TEST(RepairShop, ARepairThatCannotBeginLetsOthersPass) {
  RepairShop shop({{.name = "electricians", .count = 1}, {.name = "mechanics", .count = 1}}, {});
  const auto a = shop.order(0, {.crews = {0}}, kHour), b = shop.order(0, {.crews = {0}}, kHour), c = shop.order(0, {.crews = {0, 1}}, kHour);
  EXPECT_THAT(ids(shop.dispatch(0)), testing::ElementsAre(a, c));
  shop.close(kHour, c);
  EXPECT_TRUE(shop.dispatch(kHour).empty());  // the mechanics cannot do b
  shop.close(kHour, a);
  EXPECT_THAT(ids(shop.dispatch(kHour)), testing::ElementsAre(b));
}

TEST(RepairShop, ACrewBeginsInItsHoursAndFinishesWhatItBegan) {
  // Monday 2026-05-04, midnight.
  const SiteClock clock = SiteClock::from_local(calendar_seconds(2026, 5, 4), 0);
  const WorkingHours hours{.clock = clock, .from = 7 * 3600, .to = 19 * 3600, .weekends = false};
  RepairShop shop({{.name = "day", .count = 1, .hours = hours}}, {});
  shop.order(kHour, {.crews = {0}}, 20 * kHour);
  EXPECT_TRUE(shop.dispatch(kHour).empty());
  EXPECT_EQ(shop.next_wake(kHour), 7 * kHour);
  const auto starts = shop.dispatch(7 * kHour);
  ASSERT_EQ(starts.size(), 1u);
  EXPECT_EQ(starts[0].end, 27 * kHour);  // through the night
  EXPECT_EQ(hours.next_open(19 * kHour), kDay + 7 * kHour);
  EXPECT_EQ(hours.next_open(4 * kDay + 20 * kHour), 7 * kDay + 7 * kHour);  // Friday evening to Monday
  EXPECT_TRUE(hours.open(19 * kHour - 1));
  EXPECT_FALSE(hours.open(7 * kHour - 1));
}

TEST(RepairShop, ASpareIsTakenFromTheShelfAndOrderedAnew) {
  RepairShop shop({}, {{.name = "pump", .stock = 1, .lead_time = 10 * kDay}});
  const RepairShop::Needs needs{.crews = {}, .spare = 0};
  const auto a = shop.order(0, needs, kHour);
  EXPECT_THAT(ids(shop.dispatch(0)), testing::ElementsAre(a));
  const auto b = shop.order(kDay, needs, kHour);
  EXPECT_TRUE(shop.dispatch(kDay).empty());
  EXPECT_EQ(shop.next_wake(kDay), 10 * kDay);
  const auto starts = shop.dispatch(10 * kDay);
  EXPECT_THAT(ids(starts), testing::ElementsAre(b));
  EXPECT_EQ(shop.waited(10 * kDay).si(), 9 * 86400.0);
}

}  // namespace
}  // namespace aifactory
