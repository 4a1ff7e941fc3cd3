#include "models/power/chain.h"

#include <gtest/gtest.h>

#include "models/power/conversion.h"

namespace aifactory {
namespace {

LossCurve titanium(Power rating) {
  return Psu({.rating = rating, .points = {{.load = 0.1, .efficiency = 0.90}, {.load = 0.2, .efficiency = 0.94}, {.load = 0.5, .efficiency = 0.96}, {.load = 1.0, .efficiency = 0.91}}}).curve();
}
LossCurve ups(Power rating) {
  return Ups({.rating = rating, .double_conversion = {{.load = 0.25, .efficiency = 0.955}, {.load = 0.5, .efficiency = 0.966}, {.load = 1.0, .efficiency = 0.960}}, .eco = {}}).curve(UpsMode::double_conversion);
}
LossCurve transformer(Power rating) {
  return Transformer({.rating = rating, .efficiency = 0.9953, .efficiency_load = 0.5, .no_load_loss = {}, .load_loss = {}}).curve();
}

TEST(PowerChain, EachStageCarriesTheLossOfThoseBehindIt) {
  // Half load of a 1 MW supply: 0.5/.96 = .520833 MW; of a UPS of 1.041667 MW, half load again: /.966 = .539165 MW; of a
  // transformer of 1.078330 MW: /.9953 = .541711 MW.
  const PowerChain chain({titanium(1.0 * MW), ups(1.0416666666666667 * MW), transformer(1.0783298826777087 * MW)});
  EXPECT_NEAR(chain.input(0.5 * MW).in(MW), 0.5 / 0.96 / 0.966 / 0.9953, 1e-9);
  EXPECT_NEAR(chain.efficiency(0.5 * MW), 0.96 * 0.966 * 0.9953, 1e-9);
  EXPECT_NEAR(chain.loss(0.5 * MW).in(MW), 0.041711, 1e-6);
}

TEST(PowerChain, EightHundredVoltsLoseLessByTheStagesThatAreGone) {
  // 480 VAC: transformer, double-conversion UPS, PDU transformer, rack supply.  800 VDC: transformer, one rectifier of the
  // same class as the rack supply.  NVIDIA claims up to 5 % end to end; the stages left out account for about 4 %.
  const PowerChain ac({titanium(2.0 * MW), transformer(2.1 * MW), ups(2.1 * MW), transformer(2.2 * MW)});
  const PowerChain dc({titanium(2.0 * MW), transformer(2.1 * MW)});
  for (const double load_mw : {0.4, 0.8, 1.0, 1.4, 2.0}) {
    const double saved = 1.0 - dc.input(load_mw * MW) / ac.input(load_mw * MW);
    EXPECT_GT(saved, 0.03) << load_mw;
    EXPECT_LT(saved, 0.07) << load_mw;
  }
  EXPECT_NEAR(1.0 - dc.input(1.0 * MW) / ac.input(1.0 * MW), 0.0387, 5e-4);
}

}  // namespace
}  // namespace aifactory
