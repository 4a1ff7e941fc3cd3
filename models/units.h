#pragma once
/// @file Physical quantities.  Stored in coherent SI base units; never a bare double across a function
/// boundary.  Money, bytes, floating-point operations and tokens are dimensions of their own.
#include <compare>
#include <limits>

namespace aifactory {

/// Exponents of the base dimensions: mass, length, time, temperature, US dollar, byte, FLOP, token.
template <int M, int L, int T, int K, int Usd = 0, int B = 0, int F = 0, int N = 0>
struct Dim {
  static constexpr int mass = M, length = L, time = T, temperature = K, usd = Usd, byte = B, flop = F, token = N;
  template <int M2, int L2, int T2, int K2, int U2, int B2, int F2, int N2>
  static auto times(Dim<M2, L2, T2, K2, U2, B2, F2, N2>)
      -> Dim<M + M2, L + L2, T + T2, K + K2, Usd + U2, B + B2, F + F2, N + N2>;
  template <int M2, int L2, int T2, int K2, int U2, int B2, int F2, int N2>
  static auto over(Dim<M2, L2, T2, K2, U2, B2, F2, N2>)
      -> Dim<M - M2, L - L2, T - T2, K - K2, Usd - U2, B - B2, F - F2, N - N2>;
};

/// A number nobody has set.  NaN, so it is outside every range and spoils every sum.
inline constexpr double kUnset = std::numeric_limits<double>::quiet_NaN();

template <class D>
class Quantity {
 public:
  using Dimension = D;
  constexpr Quantity() = default;
  constexpr explicit Quantity(double si) : si_(si) {}

  /// Value expressed in `unit`: `energy.in(kWh)`.
  [[nodiscard]] constexpr double in(Quantity unit) const { return si_ / unit.si_; }
  [[nodiscard]] constexpr double si() const { return si_; }

  friend constexpr auto operator<=>(Quantity, Quantity) = default;
  constexpr Quantity operator-() const { return Quantity(-si_); }
  constexpr Quantity& operator+=(Quantity b) {
    si_ += b.si_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity b) {
    si_ -= b.si_;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.si_ + b.si_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.si_ - b.si_); }
  friend constexpr Quantity operator*(Quantity a, double k) { return Quantity(a.si_ * k); }
  friend constexpr Quantity operator*(double k, Quantity a) { return Quantity(k * a.si_); }
  friend constexpr Quantity operator/(Quantity a, double k) { return Quantity(a.si_ / k); }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.si_ / b.si_; }

 private:
  double si_ = kUnset;
};

template <class A, class B>
constexpr auto operator*(Quantity<A> a, Quantity<B> b) {
  return Quantity<decltype(A::times(B{}))>(a.si() * b.si());
}
template <class A, class B>
constexpr auto operator/(Quantity<A> a, Quantity<B> b) {
  return Quantity<decltype(A::over(B{}))>(a.si() / b.si());
}

using Length = Quantity<Dim<0, 1, 0, 0>>;
using Area = Quantity<Dim<0, 2, 0, 0>>;
using Volume = Quantity<Dim<0, 3, 0, 0>>;
using Duration = Quantity<Dim<0, 0, 1, 0>>;
using Frequency = Quantity<Dim<0, 0, -1, 0>>;
using Mass = Quantity<Dim<1, 0, 0, 0>>;
using MassFlow = Quantity<Dim<1, 0, -1, 0>>;
using VolumeFlow = Quantity<Dim<0, 3, -1, 0>>;
using VolumeFlowPerPower = Quantity<Dim<-1, 1, 2, 0>>;
using VolumePerPower = Quantity<Dim<-1, 1, 3, 0>>;
using Density = Quantity<Dim<1, -3, 0, 0>>;
using Pressure = Quantity<Dim<1, -1, -2, 0>>;
using Energy = Quantity<Dim<1, 2, -2, 0>>;
using Power = Quantity<Dim<1, 2, -3, 0>>;
using PowerRamp = Quantity<Dim<1, 2, -4, 0>>;
using TemperatureDelta = Quantity<Dim<0, 0, 0, 1>>;
using SpecificHeat = Quantity<Dim<0, 2, -2, -1>>;
using SpecificEnergy = Quantity<Dim<0, 2, -2, 0>>;
using HeatCapacity = Quantity<Dim<1, 2, -2, -1>>;            ///< J/K
using ThermalConductance = Quantity<Dim<1, 2, -3, -1>>;      ///< W/K; also a capacity rate m cp
using ThermalResistance = Quantity<Dim<-1, -2, 3, 1>>;       ///< K/W
using Money = Quantity<Dim<0, 0, 0, 0, 1>>;                  ///< US dollar
using EnergyPrice = Quantity<Dim<-1, -2, 2, 0, 1>>;          ///< USD/J
using PowerPrice = Quantity<Dim<-1, -2, 3, 0, 1>>;           ///< USD/W (per billing period, or capex)
using WaterPrice = Quantity<Dim<0, -3, 0, 0, 1>>;            ///< USD/m3
using MoneyRate = Quantity<Dim<0, 0, -1, 0, 1>>;             ///< USD/s
using CarbonIntensity = Quantity<Dim<0, -2, 2, 0>>;          ///< kg CO2e per J
using DataSize = Quantity<Dim<0, 0, 0, 0, 0, 1>>;            ///< byte
using DataRate = Quantity<Dim<0, 0, -1, 0, 0, 1>>;           ///< byte/s
using FlopRate = Quantity<Dim<0, 0, -1, 0, 0, 0, 1>>;        ///< FLOP/s
using TokenRate = Quantity<Dim<0, 0, -1, 0, 0, 0, 0, 1>>;    ///< token/s
using FlopCount = Quantity<Dim<0, 0, 0, 0, 0, 0, 1>>;        ///< FLOP
using TokenCount = Quantity<Dim<0, 0, 0, 0, 0, 0, 0, 1>>;    ///< token

inline constexpr Length m{1.0};
inline constexpr Volume m3{1.0}, liter{1e-3};
inline constexpr Duration s{1.0}, minute{60.0}, h{3600.0}, day{86400.0}, year{31536000.0};
inline constexpr Mass kg{1.0};
inline constexpr MassFlow kg_per_s{1.0};
inline constexpr VolumeFlow m3_per_s{1.0}, liter_per_s{1e-3}, liter_per_min{1e-3 / 60.0};
inline constexpr Density kg_per_m3{1.0};
inline constexpr Pressure Pa{1.0}, kPa{1e3};
inline constexpr Energy J{1.0}, kWh{3.6e6}, MWh{3.6e9};
inline constexpr Power W{1.0}, kW{1e3}, MW{1e6};
inline constexpr TemperatureDelta K{1.0};
inline constexpr SpecificHeat J_per_kg_K{1.0};
inline constexpr SpecificEnergy J_per_kg{1.0};
inline constexpr HeatCapacity J_per_K{1.0};
inline constexpr ThermalConductance W_per_K{1.0};
inline constexpr ThermalResistance K_per_W{1.0};
inline constexpr Money usd{1.0};
inline constexpr EnergyPrice usd_per_MWh{1.0 / 3.6e9}, usd_per_kWh{1.0 / 3.6e6};
inline constexpr DataSize GB{1e9}, GiB{1024.0 * 1024.0 * 1024.0};
inline constexpr DataRate GB_per_s{1e9};
inline constexpr FlopRate TFLOP_per_s{1e12};
inline constexpr CarbonIntensity g_per_kWh{1e-3 / 3.6e6};

/// A point on the temperature scale.  Two points subtract to a TemperatureDelta; they do not add.
class Temperature {
 public:
  constexpr Temperature() = default;
  static constexpr Temperature celsius(double t) { return Temperature(t + 273.15); }
  static constexpr Temperature kelvin(double t) { return Temperature(t); }
  [[nodiscard]] constexpr double in_celsius() const { return kelvin_ - 273.15; }
  [[nodiscard]] constexpr double in_kelvin() const { return kelvin_; }
  friend constexpr auto operator<=>(Temperature, Temperature) = default;
  friend constexpr TemperatureDelta operator-(Temperature a, Temperature b) {
    return TemperatureDelta(a.kelvin_ - b.kelvin_);
  }
  friend constexpr Temperature operator+(Temperature a, TemperatureDelta d) { return Temperature(a.kelvin_ + d.si()); }
  friend constexpr Temperature operator-(Temperature a, TemperatureDelta d) { return Temperature(a.kelvin_ - d.si()); }

 private:
  constexpr explicit Temperature(double k) : kelvin_(k) {}
  double kelvin_ = kUnset;
};

/// Symbol of the SI unit, used in messages, reports and docs.
template <class D>
inline constexpr const char* symbol = "(SI)";
#define AIF_SYMBOL(type, text) \
  template <>                  \
  inline constexpr const char* symbol<type::Dimension> = text;
AIF_SYMBOL(Length, "m")
AIF_SYMBOL(Area, "m2")
AIF_SYMBOL(Volume, "m3")
AIF_SYMBOL(Duration, "s")
AIF_SYMBOL(Frequency, "1/s")
AIF_SYMBOL(Mass, "kg")
AIF_SYMBOL(MassFlow, "kg/s")
AIF_SYMBOL(VolumeFlow, "m3/s")
AIF_SYMBOL(VolumeFlowPerPower, "m3/s/W")
AIF_SYMBOL(VolumePerPower, "m3/W")
AIF_SYMBOL(Density, "kg/m3")
AIF_SYMBOL(Pressure, "Pa")
AIF_SYMBOL(Energy, "J")
AIF_SYMBOL(Power, "W")
AIF_SYMBOL(PowerRamp, "W/s")
AIF_SYMBOL(TemperatureDelta, "K")
AIF_SYMBOL(SpecificHeat, "J/kg/K")
AIF_SYMBOL(SpecificEnergy, "J/kg")
AIF_SYMBOL(HeatCapacity, "J/K")
AIF_SYMBOL(ThermalConductance, "W/K")
AIF_SYMBOL(ThermalResistance, "K/W")
AIF_SYMBOL(Money, "USD")
AIF_SYMBOL(EnergyPrice, "USD/J")
AIF_SYMBOL(PowerPrice, "USD/W")
AIF_SYMBOL(WaterPrice, "USD/m3")
AIF_SYMBOL(MoneyRate, "USD/s")
AIF_SYMBOL(CarbonIntensity, "kg/J")
AIF_SYMBOL(DataSize, "B")
AIF_SYMBOL(DataRate, "B/s")
AIF_SYMBOL(FlopRate, "FLOP/s")
AIF_SYMBOL(TokenRate, "token/s")
AIF_SYMBOL(FlopCount, "FLOP")
AIF_SYMBOL(TokenCount, "token")
#undef AIF_SYMBOL

}  // namespace aifactory
