#pragma once
/// @file Linear thermal networks, stepped exactly between events.
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "models/thermal/exponential_sum.h"
#include "models/units.h"

namespace aifactory {

/// Integral of a temperature over time, K s.
using TemperatureTime = Quantity<Dim<0, 0, 1, 1>>;

/// Lumped heat capacities joined by conductances to each other and to given boundary temperatures:
///
///     C_i dT_i/dt = P_i + sum_j G_ij (T_j - T_i) + sum_b G_ib (T_b - T_i)
///
/// C_i J/K, G W/K, P_i heat put into node i in W, T_b boundary temperature (coolant supply, air).  Inputs are
/// constant between events, so the solution is a sum of real exponentials and every step is exact whatever its
/// length.  S = C^-1/2 G C^-1/2 is symmetric; it is diagonalised once (Jacobi rotations), V = C^-1/2 Q holds the
/// modes and l_k their rates:
///
///     r = V^T (net heat into the nodes at t = 0)
///     T_i(t)                 = T_i(0) + sum_k V_ik r_k (1 - exp(-l_k t)) / l_k
///     integral_0^t T_i(t') dt' = T_i(0) t + sum_k V_ik r_k t^2 (x - 1 + exp(-x)) / x^2,  x = l_k t
///
/// Both are written in differences, so that nothing is lost to the absolute size of the temperatures.  Nodes without
/// a path to a boundary (no flow) have a mode of rate exactly zero and heat linearly.
///
/// Validity: 1..8 nodes, at most 4 boundaries, C > 0, G >= 0.  A conductance that follows flow or temperature makes
/// another network: build one per flow level.
/// *Not modelled*: conductances that depend on temperature, radiation, phase change, transport delay.
/// Source: state-space solution of a linear passive network, e.g. Incropera et al., Fundamentals of Heat and Mass
/// Transfer, ch. 5 (lumped capacitance); Golub and Van Loan, Matrix Computations, sec. 8.5 (Jacobi).
class ThermalNetwork {
 public:
  static constexpr int kMaxNodes = 8;
  static constexpr int kMaxBoundaries = 4;

  struct Link {
    int a = 0, b = 0;  ///< two nodes
    ThermalConductance conductance;
  };
  struct BoundaryLink {
    int node = 0, boundary = 0;
    ThermalConductance conductance;
  };
  struct Params {
    std::vector<HeatCapacity> capacities;  ///< one for each node
    std::vector<Link> links;
    std::vector<BoundaryLink> boundary_links;
  };
  struct State {
    std::array<Temperature, kMaxNodes> node;  ///< those beyond nodes() stay unset
  };
  struct Inputs {
    std::array<Power, kMaxNodes> power;                ///< heat into each node, of any sign
    std::array<Temperature, kMaxBoundaries> boundary;  ///< those without a link may stay unset
  };
  struct Integrals {
    std::array<TemperatureTime, kMaxNodes> node;          ///< integral of the node's absolute temperature (K)
    std::array<Energy, kMaxBoundaries> heat_to_boundary;  ///< sum over links of G (T_node - T_b), integrated
  };

  /// @throws InputError for a count, capacity, conductance or index outside its range.
  explicit ThermalNetwork(const Params& params);

  [[nodiscard]] int nodes() const { return nodes_; }
  [[nodiscard]] int boundaries() const { return boundaries_; }
  /// Rates of the modes, in no order; 1/rate is a time constant.
  [[nodiscard]] Frequency rate(int mode) const { return Frequency(rate_[idx(mode)]); }

  /// Temperatures after `t` of constant inputs.  Exact; semigroup up to rounding.
  [[nodiscard]] State advance(const State& from, const Inputs& inputs, Duration t) const;
  /// What the ledgers need of the same span, to about 1e-14 relative.
  [[nodiscard]] Integrals integrate(const State& from, const Inputs& inputs, Duration t) const;
  /// Both at once, to the same bits, for less than the two.
  [[nodiscard]] std::pair<State, Integrals> advance_and_integrate(const State& from, const Inputs& inputs, Duration t) const;
  /// Temperatures that the inputs lead to; empty when some node has no path to a boundary.
  [[nodiscard]] std::optional<State> steady(const Inputs& inputs) const;

  /// sum_i w_i T_i(t) in kelvin, for superposition with other networks.
  [[nodiscard]] ExponentialSum course(const State& from, const Inputs& inputs, std::span<const double> weights) const;
  [[nodiscard]] ExponentialSum course(const State& from, const Inputs& inputs, int node) const;
  /// First instant within `horizon` at which the node has reached the threshold; see ExponentialSum::first_crossing.
  [[nodiscard]] std::optional<Duration> next_crossing(const State& from, const Inputs& inputs, int node,
                                                      Temperature threshold, Crossing direction,
                                                      Duration horizon) const;
  /// The same for the weighted sum of node temperatures, threshold in kelvin of that sum.
  [[nodiscard]] std::optional<Duration> next_crossing(const State& from, const Inputs& inputs,
                                                      std::span<const double> weights, TemperatureDelta threshold,
                                                      Crossing direction, Duration horizon) const;

 private:
  static constexpr std::size_t idx(int i) { return static_cast<std::size_t>(i); }
  using Vector = std::array<double, kMaxNodes>;
  /// Modal rates of change at the start of a span: V^T (net heat into the nodes).
  [[nodiscard]] Vector modal_rates(const State& from, const Inputs& inputs) const;
  /// From the modes' shares of a span.
  [[nodiscard]] State moved(const State& from, const Vector& modal) const;
  [[nodiscard]] Integrals integrated(const State& from, const Inputs& inputs, const Vector& modal, double t_s) const;

  int nodes_ = 0, boundaries_ = 0;
  bool floating_ = false;  ///< some node has no path to a boundary
  Vector capacity_{}, rate_{};
  std::array<Vector, kMaxNodes> between_{};  ///< G_ij, W/K
  std::array<std::array<double, kMaxBoundaries>, kMaxNodes> outside_{};
  std::array<Vector, kMaxNodes> mode_{};  ///< mode_[i][k] = Q_ik / sqrt(C_i)
};

}  // namespace aifactory
