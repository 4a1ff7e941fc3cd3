#include "models/finance/annuity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace aifactory {
namespace {

struct Row {
  double rate, years, factor;
};
class CapitalRecovery : public testing::TestWithParam<Row> {};
TEST_P(CapitalRecovery, IsThatOfTheTable) {
  const auto& row = GetParam();
  EXPECT_NEAR(capital_recovery_factor(row.rate, row.years * year), row.factor, 5.0001e-6);
}
// Capital recovery factors of the interest tables of any engineering economics text, five digits; 0 % by hand.
INSTANTIATE_TEST_SUITE_P(, CapitalRecovery,
                         testing::Values(Row{0.10, 5, 0.26380}, Row{0.10, 14, 0.13575}, Row{0.08, 10, 0.14903},
                                         Row{0.05, 20, 0.08024}, Row{0.0, 4, 0.25}, Row{1e-12, 4, 0.25}));

TEST(Finance, LevelPaymentRepaysTheLoan) {
  // 27 G$ at 6.58 % over 24 years, walked year by year.
  const Money payment = level_payment(27e9 * usd, 0.0658, 24.0 * year);
  Money owed = 27e9 * usd;
  for (int k = 0; k < 24; ++k) owed = owed * 1.0658 - payment;
  EXPECT_NEAR(owed.in(usd), 0.0, 1e-3);
}

TEST(Finance, PresentValueByHand) {
  // -100 + 60/1.1 + 60/1.21 = 4.13223.
  const std::vector<Money> flows{-100.0 * usd, 60.0 * usd, 60.0 * usd};
  EXPECT_NEAR(net_present_value(0.10, flows).in(usd), 4.132231404958678, 1e-12);
  EXPECT_EQ(net_present_value(0.0, flows), 20.0 * usd);
  // 100 x^2 = 60 x + 60 with x = 1 + r: x = .3 + sqrt(.09 + .6).
  EXPECT_NEAR(*internal_rate_of_return(flows), 0.3 + std::sqrt(0.69) - 1.0, 1e-13);
}

TEST(Finance, RateOfReturnExistsOnlyWhereItIsOne) {
  EXPECT_FALSE(internal_rate_of_return(std::vector<Money>{100.0 * usd, 5.0 * usd}));
  EXPECT_FALSE(internal_rate_of_return(std::vector<Money>{-100.0 * usd, 230.0 * usd, -132.0 * usd}));  // 10 and 20 %
  EXPECT_FALSE(internal_rate_of_return(std::vector<Money>{}));
  EXPECT_NEAR(*internal_rate_of_return(std::vector<Money>{-100.0 * usd, 50.0 * usd}), -0.5, 1e-13);
  EXPECT_NEAR(*internal_rate_of_return(std::vector<Money>{100.0 * usd, -110.0 * usd}), 0.1, 1e-13);
}

TEST(Finance, CostOfAnAcceleratorHourByHand) {
  // An NVL72 at 3.4 M$ of IT over 5 years and 2.5 M$ of plant over 14 at 10 %: 3.4e6 x .26379748 + 2.5e6 x .13574622
  // = 1,236,277 USD a year; over 72 x 8760 h, 1.960104 USD.
  const std::vector<CapexPart> parts{{"IT", 3.4e6 * usd, 5.0 * year, 0.0}, {"plant", 2.5e6 * usd, 14.0 * year, 0.0}};
  const MoneyRate total = capital_cost(parts, 0.10);
  EXPECT_NEAR((total * year).in(usd), 1236277.0, 1.0);
  EXPECT_NEAR((cost_per_accelerator(total, 72, 1.0) * h).in(usd), 1.960104, 5e-6);
  EXPECT_NEAR((cost_per_accelerator(total, 72, 0.8) * h).in(usd), 1.960104 / 0.8, 1e-5);
  // At 1000 tokens a second 3.6 million tokens share an hour.
  EXPECT_NEAR(cost_per_token(cost_per_accelerator(total, 72, 1.0), TokenRate(1000.0)).si() * 1e6, 1.960104 / 3.6, 2e-6);
}

TEST(Finance, ResidualComesBackDiscounted) {
  // 100 over 2 years at 10 % with 21 % back: (100 - 21/1.21) x .57619048 = 47.619048.
  const CapexPart part{"IT", 100.0 * usd, 2.0 * year, 0.21};
  EXPECT_NEAR((capital_cost(std::span(&part, 1), 0.1) * year).in(usd), 47.6190476190, 1e-9);
}

TEST(Finance, DebtServiceCoverIsTheLeastYear) {
  const std::vector<Money> available{10.0 * usd, 30.0 * usd, 24.0 * usd}, service{0.0 * usd, 20.0 * usd, 20.0 * usd};
  EXPECT_DOUBLE_EQ(*minimum_debt_service_cover(available, service), 1.2);
  EXPECT_FALSE(minimum_debt_service_cover(available, std::vector<Money>(3, 0.0 * usd)));
}

TEST(Finance, NamesThePartItRefuses) {
  const CapexPart part{"plant", 1.0 * usd, {}, 0.0};
  EXPECT_THAT([&] { (void)capital_cost(std::span(&part, 1), 0.1); },
              testing::ThrowsMessage<InputError>("capex of plant: life is not set"));
}

}  // namespace
}  // namespace aifactory
