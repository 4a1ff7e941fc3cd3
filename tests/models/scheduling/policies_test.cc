#include "models/scheduling/policies.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/error.h"
#include "models/scheduling/order.h"
#include "models/scheduling/place.h"

namespace aifactory::scheduling {
namespace {

using testing::ThrowsMessage;

template <class Table>
std::string joined(const Table& table) {
  std::string text;
  for (const auto& row : table) {
    if (!text.empty()) text += '|';
    text += row.name;
  }
  return text;
}

TEST(Policies, EveryRowCanBeMadeWithItsDefaults) {
  for (const PolicyInfo& policy : known_policies()) {
    SCOPED_TRACE(policy.name);
    EXPECT_NE(make_policy({std::string(policy.name), {}}), nullptr);
    EXPECT_FALSE(policy.summary.empty());
    for (const OptionInfo& option : options_of(policy)) {
      EXPECT_FALSE(option.doc.empty()) << option.name;
      EXPECT_NE(make_policy({std::string(policy.name), {{std::string(option.name), std::string(option.fallback)}}}),
                nullptr);
    }
  }
}

// The words that options allow are written out in one table and made in another.
TEST(Policies, OptionsNameTheTablesTheyChooseFrom) {
  for (const PolicyInfo& policy : known_policies()) {
    for (const OptionInfo& option : options_of(policy)) {
      if (option.name == "place") {
        EXPECT_EQ(option.choices, joined(known_places()));
      }
      if (option.name == "order") {
        EXPECT_EQ(option.choices, joined(known_orders()));
      }
      if (option.name == "backfill_order") {
        EXPECT_EQ(option.choices, fmt::format("same|{}", joined(known_orders())));
      }
      if (option.name == "select") {
        EXPECT_EQ(option.choices, joined(known_selects()));
      }
    }
  }
}

TEST(Policies, NamesWhatItRefuses) {
  const auto making = [](PolicyChoice choice) { return [choice] { (void)make_policy(choice); }; };
  EXPECT_THAT(
      making({"easy_backfil", {}}),
      ThrowsMessage<InputError>("scheduling: unknown policy easy_backfil; did you mean easy_backfill? (known: "
                                "fcfs, sjf, ljf, priority, easy_backfill, easy_sjbf, conservative_backfill, fair_share, gang_preemptive, topology_aware, power_capped, thermal_aware, carbon_aware, price_aware, slurm_backfill, custom)"));
  EXPECT_THAT(making({"easy_backfill", {{"dept", "1"}}}),
              ThrowsMessage<InputError>("scheduling: easy_backfill: unknown option dept; did you mean depth? (known: "
                                        "depth, reservation, place, same_instant)"));
  EXPECT_THAT(making({"easy_backfill", {{"depth", "-1"}}}),
              ThrowsMessage<InputError>("scheduling: easy_backfill: depth = -1 must be a whole number in 0..1000"));
  EXPECT_THAT(making({"easy_backfill", {{"depth", "1.5"}}}),
              ThrowsMessage<InputError>("scheduling: easy_backfill: depth = 1.5 must be a whole number in 0..1000"));
  EXPECT_THAT(making({"fcfs", {{"same_instant", "batch"}}}),
              ThrowsMessage<InputError>("scheduling: fcfs: same_instant = batch must be one of batched|per_event"));
  EXPECT_THAT(making({"fcfs", {{"place", "first_fit"}, {"place", "first_fit"}}}),
              ThrowsMessage<InputError>("scheduling: fcfs: option place is given twice"));
  EXPECT_THAT(making({"easy_backfill", {{"reservation", "concrete"}, {"depth", "2"}}}),
              ThrowsMessage<InputError>("scheduling: reservation = concrete needs depth = 1, not 2"));
}

}  // namespace
}  // namespace aifactory::scheduling
