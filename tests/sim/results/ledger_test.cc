#include "sim/results/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aifactory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Ledger, BalancesWhatWentInAgainstWhatWentOutAndStayed) {
  Ledger ledger;
  const auto grid = ledger.leaf<Account::energy>(Side::in, "import");
  const auto it = ledger.leaf<Account::energy>(Side::out, "it");
  const auto battery = ledger.leaf<Account::energy>(Side::stored, "battery");
  ledger.add(grid, 10.0 * kWh);
  ledger.add(it, 7.0 * kWh);
  ledger.add(battery, 3.0 * kWh);
  EXPECT_EQ(ledger.residual_frac(Account::energy), 0.0);
  EXPECT_THAT(ledger.imbalances(), IsEmpty());
  ledger.add(battery, -1.0 * kWh);
  EXPECT_DOUBLE_EQ(*ledger.residual_frac(Account::energy), 0.1);
  EXPECT_DOUBLE_EQ(ledger.residual(Account::energy), 3.6e6);
  EXPECT_DOUBLE_EQ(ledger.amount(battery).in(kWh), 2.0);
}

TEST(Ledger, ResidualIsUnsetWithoutInput) {
  EXPECT_EQ(Ledger().residual_frac(Account::water), std::nullopt);
}

TEST(Ledger, AmountOutOfNowhereIsFoundWithoutInput) {
  Ledger ledger;
  ledger.add(ledger.leaf<Account::water>(Side::out, "drift"), 2.0 * kg);
  EXPECT_EQ(ledger.residual_frac(Account::water), std::nullopt);
  EXPECT_THAT(ledger.imbalances(),
              ElementsAre("water does not balance: in 0 - out 2 - stored 0 leaves -2 kg, allowed 2e-09"));
}

// An hour on the battery alone: in is zero, and the books are right.
TEST(Ledger, BatteryAloneBalances) {
  Ledger ledger;
  ledger.add(ledger.leaf<Account::energy>(Side::out, "it"), 5.0 * kWh);
  ledger.add(ledger.leaf<Account::energy>(Side::stored, "battery"), -5.0 * kWh);
  EXPECT_THAT(ledger.imbalances(), IsEmpty());
}

TEST(Ledger, ToleranceIsOneInABillionOfTheInput) {
  for (const auto& [off_j, balanced] : {std::pair{0.9e-3, true}, {1.1e-3, false}}) {
    Ledger ledger;
    ledger.add(ledger.leaf<Account::heat>(Side::in, "it"), 1e6 * J);
    ledger.add(ledger.leaf<Account::heat>(Side::out, "rejected"), (1e6 - off_j) * J);
    EXPECT_EQ(ledger.imbalances().empty(), balanced) << off_j;
  }
}

TEST(Ledger, OneLostJobInAMillionIsFound) {
  Ledger ledger;
  ledger.add(ledger.leaf<Account::jobs>(Side::in, "submitted"), 1'000'000'000'000);
  ledger.add(ledger.leaf<Account::jobs>(Side::out, "completed"), 999'999'999'999);
  EXPECT_EQ(ledger.imbalances().size(), 1u);
}

TEST(Ledger, SameNameIsTheSameLeaf) {
  Ledger ledger;
  ledger.add(ledger.leaf<Account::money>(Side::in, "bill"), 1.0 * usd);
  ledger.add(ledger.leaf<Account::money>(Side::in, "bill"), 2.0 * usd);
  EXPECT_EQ(ledger.rows().size(), 1u);
  EXPECT_EQ(ledger.rows()[0].sum.value(), 3.0);
}

TEST(LedgerDeathTest, StopsAtTheBookingThatIsNoNumber) {
  Ledger ledger;
  const auto leaf = ledger.leaf<Account::energy>(Side::in, "import");
  EXPECT_DEATH(ledger.add(leaf, Energy()), "ledger leaf 0 was given nan");
  EXPECT_DEATH(ledger.add(Ledger::Leaf<Account::energy>(), 1.0 * J), "ledger leaf -1 was given 1");
  EXPECT_DEATH((void)ledger.leaf<Account::energy>(Side::out, "import"), "is on side in and was opened on side out");
}

}  // namespace
}  // namespace aifactory
