#include "models/units.h"

#include <gtest/gtest.h>

namespace aifactory {
template <class A, class B>
concept Addable = requires(A a, B b) { a + b; };
static_assert(!Addable<Temperature, Temperature>);
static_assert(Addable<Temperature, TemperatureDelta>);
static_assert(!Addable<Power, Energy>);
static_assert(!Addable<Power, double>);
static_assert(!Addable<Money, Energy>);

TEST(Units, KilowattHour) { EXPECT_DOUBLE_EQ((1.0 * kW * (1.0 * h)).in(kWh), 1.0); }
TEST(Units, AnUnsetQuantityIsOutsideEveryComparison) { EXPECT_FALSE(Power{} >= 0.0 * W || Power{} <= 0.0 * W); }
}  // namespace aifactory
