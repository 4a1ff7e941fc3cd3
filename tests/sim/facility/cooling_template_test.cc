#include "sim/facility/cooling_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aifactory {
namespace {
using testing::ElementsAre;

TEST(ExpandCooling, CdusAreAsManyAsTheirRatedHeatNeeds) {
  CoolingConfig c;
  c.plant = PlantKind::tower;
  c.cdu.emplace();
  c.cdu->value.rated_heat = 1.3 * MW;
  c.crah.emplace();
  // 1300/115 = 11.3: eleven racks on a CDU; 30 racks need three, the air-cooled cluster none, 11 racks one.
  const auto expansion =
      expand_cooling(c, 10.0 * MW, 1.0 * MW, {{30, 115.0 * kW, {}}, {50, 0.0 * kW, {}}, {11, 115.0 * kW, {}}});
  EXPECT_THAT(expansion.cdus,
              ElementsAre(ElementsAre("cdu_01", "cdu_02", "cdu_03"), ElementsAre(), ElementsAre("cdu_04")));
  std::vector<std::string> names;
  for (const auto& [name, unit] : expansion.units) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("towers", "fws", "air", "cdu_01", "cdu_02", "cdu_03", "cdu_04"));
}

}  // namespace
}  // namespace aifactory
