#include "models/cooling/york_calc.h"

namespace aifactory {
namespace {

// [power of LG][power of Tr][power of Twb]
constexpr double kCoefficients[3][3][3] = {{{-0.359741205, -0.055053608, 0.0023850432},
                                            {0.173926877, -0.0248473764, 0.00048430224},
                                            {-0.005589849456, 0.0005770079712, -1.342427256e-5}},
                                           {{2.84765801111111, -0.121765149, 0.0014599242},
                                            {1.680428651, -0.0166920786, -0.0007190532},
                                            {-0.025485194448, 4.87491696e-5, 2.719234152e-5}},
                                           {{-0.0653766255555556, -0.002278167, 0.0002500254},
                                            {-0.0910565458, 0.00318176316, 3.8621772e-5},
                                            {-0.0034285382352, 8.56589904e-6, -1.516821552e-6}}};

bool within(double low, double x, double high) {
  return x >= low && x <= high;
}

}  // namespace

YorkCalc::Output YorkCalc::approach(Temperature wet_bulb, TemperatureDelta range, double water_ratio,
                                    double air_ratio) {
  const double wet_bulb_c = wet_bulb.in_celsius(), range_k = range.si(), ratio = water_ratio / air_ratio;
  double approach_k = 0.0;
  for (int l = 2; l >= 0; --l) {
    double in_range = 0.0;
    for (int r = 2; r >= 0; --r) {
      const double* c = kCoefficients[l][r];
      in_range = in_range * range_k + (c[0] + wet_bulb_c * (c[1] + wet_bulb_c * c[2]));
    }
    approach_k = approach_k * ratio + in_range;
  }
  return {TemperatureDelta(approach_k), within(-34.4, wet_bulb_c, 26.7) && within(1.1, range_k, 22.2) &&
                                            within(1.1, approach_k, 40.0) && within(0.75, water_ratio, 1.25) &&
                                            ratio <= 8.0};
}

}  // namespace aifactory
