#include "models/thermal/heat_up.h"

#include <gtest/gtest.h>

#include "models/cooling/fluid.h"

namespace aifactory {
namespace {

TEST(HeatStore, AGpuHasSecondsALoopHasMinutes) {
  // 1 kg of copper and .15 L of PG25 (1017 kg/m3, 3930 J/kg/K): 385 + 599.5 = 984.5 J/K.
  const HeatStore gpu{.solid = 1.0 * kg, .liquid = 0.15 * liter, .liquid_density = kPg25.density, .liquid_heat = kPg25.specific_heat};
  EXPECT_NEAR(gpu.capacity().si(), 984.5, 0.05);
  EXPECT_NEAR(gpu.rate_k_per_s(1.0 * kW), 1.0157, 5e-5);
  EXPECT_NEAR(gpu.time_to_rise(1.0 * kW, 17.0 * K).si(), 16.74, 5e-3);  // 70 to 87 degC
  EXPECT_NEAR(gpu.time_to_rise(120.0 * W, 17.0 * K).si(), 139.5, 0.05);
  // 3 L/kW of PG25 in the technology loop, 20 L/kW of water (994 kg/m3, 4180 J/kg/K) in the facility loop of 100 MW.
  const HeatStore technology{.liquid = 3.0 * liter, .liquid_density = kPg25.density, .liquid_heat = kPg25.specific_heat};
  EXPECT_NEAR(technology.rate_k_per_s(1.0 * kW) * 60.0, 5.004, 5e-4);
  const HeatStore facility{.liquid = 2000.0 * m3, .liquid_density = 994.0 * kg_per_m3, .liquid_heat = 4180.0 * J_per_kg_K};
  EXPECT_NEAR(facility.rate_k_per_s(100.0 * MW) * 60.0, 0.7220, 5e-5);
}

}  // namespace
}  // namespace aifactory
