#pragma once
/// @file Inverse-time overcurrent protection, integrated exactly over a current that changes in steps.
#include <optional>
#include <string_view>
#include <utility>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

enum class BreakerCurve {
  iec_standard_inverse,
  iec_very_inverse,
  iec_extremely_inverse,
  ieee_moderately_inverse,
  ieee_very_inverse,
  ieee_extremely_inverse,
};
inline constexpr std::pair<const char*, BreakerCurve> kBreakerCurveNames[] = {
    {"iec_standard_inverse", BreakerCurve::iec_standard_inverse},
    {"iec_very_inverse", BreakerCurve::iec_very_inverse},
    {"iec_extremely_inverse", BreakerCurve::iec_extremely_inverse},
    {"ieee_moderately_inverse", BreakerCurve::ieee_moderately_inverse},
    {"ieee_very_inverse", BreakerCurve::ieee_very_inverse},
    {"ieee_extremely_inverse", BreakerCurve::ieee_extremely_inverse},
};

/// Inverse-time element.  With M = current / pickup current:
///
///     IEC   t(M) = T A / (M^p - 1)         A, p: SI .14, .02; VI 13.5, 1; EI 80, 2
///     IEEE  t(M) = T (A / (M^p - 1) + B)   A, B, p: MI .0515, .114, .02; VI 19.61, .491, 2; EI 28.2, .1217, 2
///
/// T time multiplier (IEC, unitless; the constants are seconds) or time dial.  Under a varying current the element
/// trips when the integral of dt / t(M) reaches 1, which is the dynamic equation of IEEE C37.112 sec. 5; for a current
/// that is constant between events the integral is exact.  Below pickup the accumulated share falls at once to zero
/// (`reset` = 0) or linearly, the full share in `reset` / (1 - M^2), the form C37.112 gives for an
/// electromechanical disc.  An instantaneous element trips at `instantaneous` without delay.
///
/// Validity: the element is timed above M = 1 and saturates at M = 20 (the effective range of IEC 60255-151).
/// *Not modelled*: breaker opening time, current transformer error, UL 489 long-time/short-time bands (vendor tables).
/// Source: IEC 60255-151:2009 annex A; IEEE C37.112.
class Breaker {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "breakers";
    BreakerCurve curve = BreakerCurve::iec_extremely_inverse;
    double time_multiplier = kUnset;  ///< T
    double pickup = 1.0;              ///< current over rated current at which M = 1
    std::optional<double> instantaneous =
        std::nullopt;     ///< multiple of pickup that trips at once; absent: no such element
    Duration reset{0.0};  ///< full reset time at zero current; 0: at once (numerical relay)

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("curve", p.curve, kAny, "inverse-time characteristic");
      visit("time_multiplier", p.time_multiplier, kPositive, "time multiplier (IEC) or time dial (IEEE)");
      visit("pickup", p.pickup, kPositive, "current over rated current at which timing starts");
      visit("instantaneous", p.instantaneous, above(1.0), "multiple of pickup that trips without delay");
      visit("reset", p.reset, kNonNegative, "full reset time at zero current, 0 for at once");
    }
  };
  /// Share of the way to the trip; 1 is tripped.
  struct State {
    double share = 0.0;
    [[nodiscard]] bool tripped() const { return share >= 1.0; }
  };

  /// @throws InputError naming the first parameter outside its range.
  explicit Breaker(const Params& params);

  /// Time to trip from rest at a constant load (current over rated current); empty: never.
  [[nodiscard]] std::optional<Duration> trip_time(double load) const;
  /// State after `t` at that load.  A tripped breaker stays so.
  [[nodiscard]] State advance(State state, double load, Duration t) const;
  /// Time from `state` to the trip if the load stays; empty: never; 0 when tripped already.
  [[nodiscard]] std::optional<Duration> time_to_trip(State state, double load) const;

 private:
  Params params_;
};

}  // namespace aifactory
