#include "models/grid/itic.h"

#include <cmath>
#include <limits>

#include "models/error.h"

namespace aifactory {
namespace {

struct Bound {
  double pu, span_s;
};
/// A voltage below the bound may last so long; the deepest first.
constexpr Bound kSags[] = {{0.7, 0.020}, {0.8, 0.5}, {0.9, 10.0}};
/// A voltage above the bound may last so long; the highest first.
constexpr Bound kSwells[] = {{5.0, 0.0}, {2.0, 0.01 / 60.0}, {1.4, 1e-3}, {1.2, 3e-3}, {1.1, 0.5}};

}  // namespace

const char* name_of(VoltageRegion region) {
  switch (region) {
    case VoltageRegion::ride: return "ride";
    case VoltageRegion::trip: return "trip";
    case VoltageRegion::damage: return "damage";
  }
  return "?";
}

Duration itic_tolerated(double pu) {
  AIF_CHECK(pu >= 0.0, "a voltage below zero");
  for (const Bound& sag : kSags) {
    if (pu < sag.pu) return Duration(sag.span_s);
  }
  for (const Bound& swell : kSwells) {
    if (pu > swell.pu) return Duration(swell.span_s);
  }
  return Duration(std::numeric_limits<double>::infinity());
}

VoltageRegion itic_region(double pu, Duration span) {
  if (span <= itic_tolerated(pu)) return VoltageRegion::ride;
  return pu < 1.0 ? VoltageRegion::trip : VoltageRegion::damage;
}

}  // namespace aifactory
