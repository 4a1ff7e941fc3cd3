#include "models/thermal/thermal_network.h"

#include <cmath>

#include "models/fields.h"

namespace aifactory {
namespace {

constexpr int kMax = ThermalNetwork::kMaxNodes;
using Vector = std::array<double, kMax>;
using Matrix = std::array<Vector, kMax>;
constexpr std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

/// (1 - exp(-x)) / x, 1 at x = 0.
double phi1(double x) {
  return x == 0.0 ? 1.0 : -std::expm1(-x) / x;
}

/// (x - 1 + exp(-x)) / x^2, 1/2 at x = 0.  Below 0.3 the quotient would lose digits to cancellation; the series
/// sum (-x)^k / (k+2)! is then exact to rounding after 13 terms.
/// @param phi1_x phi1(x).
double phi2(double x, double phi1_x) {
  if (x > 0.3) return (1.0 - phi1_x) / x;
  double sum = 0.0;
  for (int k = 12; k >= 0; --k) sum = (1.0 - sum * x) / (k + 2.0);
  return sum;
}

/// Diagonalises the symmetric `m` in place by cyclic Jacobi rotations; columns of `q` become the eigenvectors.
/// Blocks without a coupling are never mixed, because an exact zero is never rotated.
void diagonalise(Matrix& m, Matrix& q, int n) {
  for (int i = 0; i < n; ++i) {
    q[at(i)] = Vector{};
    q[at(i)][at(i)] = 1.0;
  }
  for (int sweep = 0; sweep < 60; ++sweep) {
    bool rotated = false;
    for (int p = 0; p < n; ++p) {
      for (int r = p + 1; r < n; ++r) {
        const double off = m[at(p)][at(r)];
        // Against the geometric mean of the diagonal, so that small eigenvalues keep their relative accuracy.
        const double size = std::sqrt(std::abs(m[at(p)][at(p)] * m[at(r)][at(r)]));
        if (off == 0.0 || std::abs(off) <= 1e-17 * size) {
          m[at(p)][at(r)] = m[at(r)][at(p)] = 0.0;
          continue;
        }
        rotated = true;
        const double theta = (m[at(r)][at(r)] - m[at(p)][at(p)]) / (2.0 * off);
        const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::hypot(theta, 1.0));
        const double c = 1.0 / std::hypot(t, 1.0), sn = t * c;
        for (int k = 0; k < n; ++k) {
          const double a = m[at(k)][at(p)], b = m[at(k)][at(r)];
          m[at(k)][at(p)] = c * a - sn * b;
          m[at(k)][at(r)] = sn * a + c * b;
        }
        for (int k = 0; k < n; ++k) {
          const double a = m[at(p)][at(k)], b = m[at(r)][at(k)];
          m[at(p)][at(k)] = c * a - sn * b;
          m[at(r)][at(k)] = sn * a + c * b;
        }
        m[at(p)][at(r)] = m[at(r)][at(p)] = 0.0;
        for (int k = 0; k < n; ++k) {
          const double a = q[at(k)][at(p)], b = q[at(k)][at(r)];
          q[at(k)][at(p)] = c * a - sn * b;
          q[at(k)][at(r)] = sn * a + c * b;
        }
      }
    }
    if (!rotated) return;
  }
}

void require(bool good, const std::string& message) {
  if (!good) throw InputError("thermal network: " + message);
}

}  // namespace

ThermalNetwork::ThermalNetwork(const Params& params) {
  const auto n = params.capacities.size();
  require(n >= 1 && n <= kMaxNodes, fmt::format("{} nodes must be in 1..{}", n, kMaxNodes));
  nodes_ = static_cast<int>(n);
  for (int i = 0; i < nodes_; ++i) {
    capacity_[idx(i)] = params.capacities[idx(i)].si();
    require(kPositive.contains(capacity_[idx(i)]) && std::isfinite(capacity_[idx(i)]),
            fmt::format("capacity of node {} = {:g} J/K must be > 0 J/K", i, capacity_[idx(i)]));
  }
  const auto is_node = [&](int i) { return i >= 0 && i < nodes_; };
  const auto is_conductance = [](ThermalConductance g) { return g.si() >= 0.0 && std::isfinite(g.si()); };
  for (const Link& link : params.links) {
    require(is_node(link.a) && is_node(link.b) && link.a != link.b,
            fmt::format("link {}-{} must join two of {} nodes", link.a, link.b, nodes_));
    require(is_conductance(link.conductance), fmt::format("conductance of link {}-{} = {:g} W/K must be >= 0 W/K",
                                                          link.a, link.b, link.conductance.si()));
    between_[idx(link.a)][idx(link.b)] += link.conductance.si();
    between_[idx(link.b)][idx(link.a)] += link.conductance.si();
  }
  for (const BoundaryLink& link : params.boundary_links) {
    require(is_node(link.node), fmt::format("boundary link names node {} of {}", link.node, nodes_));
    require(link.boundary >= 0 && link.boundary < kMaxBoundaries,
            fmt::format("boundary {} must be in 0..{}", link.boundary, kMaxBoundaries - 1));
    require(is_conductance(link.conductance),
            fmt::format("conductance of node {} to boundary {} = {:g} W/K must be >= 0 W/K", link.node, link.boundary,
                        link.conductance.si()));
    outside_[idx(link.node)][idx(link.boundary)] += link.conductance.si();
    boundaries_ = std::max(boundaries_, link.boundary + 1);
  }

  Matrix scaled{}, q{};
  for (int i = 0; i < nodes_; ++i) {
    double total = 0.0;
    for (int j = 0; j < nodes_; ++j) {
      total += between_[idx(i)][idx(j)];
      if (i != j) scaled[idx(i)][idx(j)] = -between_[idx(i)][idx(j)] / std::sqrt(capacity_[idx(i)] * capacity_[idx(j)]);
    }
    for (int b = 0; b < boundaries_; ++b) total += outside_[idx(i)][idx(b)];
    scaled[idx(i)][idx(i)] = total / capacity_[idx(i)];
  }
  diagonalise(scaled, q, nodes_);
  for (int k = 0; k < nodes_; ++k) rate_[idx(k)] = std::max(scaled[idx(k)][idx(k)], 0.0);

  // Connected parts without a boundary store all their heat.  Their slowest mode is known exactly: rate zero,
  // every node at the same temperature.  Writing it down removes the rounding of the decomposition.
  std::array<int, kMaxNodes> part{};
  for (int i = 0; i < nodes_; ++i) part[idx(i)] = i;
  for (int round = 0; round < nodes_; ++round) {
    for (int i = 0; i < nodes_; ++i) {
      for (int j = 0; j < nodes_; ++j) {
        if (between_[idx(i)][idx(j)] > 0.0) part[idx(i)] = part[idx(j)] = std::min(part[idx(i)], part[idx(j)]);
      }
    }
  }
  for (int p = 0; p < nodes_; ++p) {
    if (part[idx(p)] != p) continue;
    double stored = 0.0, leaves = 0.0;
    for (int i = 0; i < nodes_; ++i) {
      if (part[idx(i)] != p) continue;
      stored += capacity_[idx(i)];
      for (int b = 0; b < boundaries_; ++b) leaves += outside_[idx(i)][idx(b)];
    }
    if (leaves > 0.0) continue;
    floating_ = true;
    int slowest = -1;
    for (int k = 0; k < nodes_; ++k) {
      double here = 0.0;
      for (int i = 0; i < nodes_; ++i) {
        if (part[idx(i)] == p) here += q[idx(i)][idx(k)] * q[idx(i)][idx(k)];
      }
      if (here > 0.5 && (slowest < 0 || rate_[idx(k)] < rate_[idx(slowest)])) slowest = k;
    }
    rate_[idx(slowest)] = 0.0;
    for (int i = 0; i < nodes_; ++i) {
      q[idx(i)][idx(slowest)] = part[idx(i)] == p ? std::sqrt(capacity_[idx(i)] / stored) : 0.0;
    }
  }
  for (int i = 0; i < nodes_; ++i) {
    for (int k = 0; k < nodes_; ++k) mode_[idx(i)][idx(k)] = q[idx(i)][idx(k)] / std::sqrt(capacity_[idx(i)]);
  }
}

ThermalNetwork::Vector ThermalNetwork::modal_rates(const State& from, const Inputs& inputs) const {
  Vector modal{};
  for (int i = 0; i < nodes_; ++i) {
    const Temperature here = from.node[idx(i)];
    double heat = inputs.power[idx(i)].si();
    for (int j = 0; j < nodes_; ++j) heat += between_[idx(i)][idx(j)] * (from.node[idx(j)] - here).si();
    for (int b = 0; b < boundaries_; ++b) {
      // A boundary that this node does not touch may be unset, and 0 times NaN is not 0.
      if (outside_[idx(i)][idx(b)] > 0.0) heat += outside_[idx(i)][idx(b)] * (inputs.boundary[idx(b)] - here).si();
    }
    for (int k = 0; k < nodes_; ++k) modal[idx(k)] += mode_[idx(i)][idx(k)] * heat;
  }
  return modal;
}

ThermalNetwork::State ThermalNetwork::advance(const State& from, const Inputs& inputs, Duration t) const {
  Vector modal = modal_rates(from, inputs);
  for (int k = 0; k < nodes_; ++k) modal[idx(k)] *= t.si() * phi1(rate_[idx(k)] * t.si());
  return moved(from, modal);
}

ThermalNetwork::State ThermalNetwork::moved(const State& from, const Vector& modal) const {
  State to;
  for (int i = 0; i < nodes_; ++i) {
    double change = 0.0;
    for (int k = 0; k < nodes_; ++k) change += mode_[idx(i)][idx(k)] * modal[idx(k)];
    to.node[idx(i)] = from.node[idx(i)] + TemperatureDelta(change);
  }
  return to;
}

ThermalNetwork::Integrals ThermalNetwork::integrate(const State& from, const Inputs& inputs, Duration t) const {
  Vector modal = modal_rates(from, inputs);
  const double t_s = t.si();
  for (int k = 0; k < nodes_; ++k) {
    const double x = rate_[idx(k)] * t_s;
    modal[idx(k)] *= t_s * t_s * phi2(x, phi1(x));
  }
  return integrated(from, inputs, modal, t_s);
}

std::pair<ThermalNetwork::State, ThermalNetwork::Integrals> ThermalNetwork::advance_and_integrate(const State& from, const Inputs& inputs,
                                                                                                  Duration t) const {
  Vector first = modal_rates(from, inputs), second = first;
  const double t_s = t.si();
  for (int k = 0; k < nodes_; ++k) {
    const double x = rate_[idx(k)] * t_s, phi1_x = phi1(x);
    first[idx(k)] *= t_s * phi1_x;
    second[idx(k)] *= t_s * t_s * phi2(x, phi1_x);
  }
  return {moved(from, first), integrated(from, inputs, second, t_s)};
}

ThermalNetwork::Integrals ThermalNetwork::integrated(const State& from, const Inputs& inputs, const Vector& modal, double t_s) const {
  Integrals out;
  out.heat_to_boundary.fill(0.0 * J);
  for (int i = 0; i < nodes_; ++i) {
    double rise_k_s = 0.0;  // integral of the change since the start
    for (int k = 0; k < nodes_; ++k) rise_k_s += mode_[idx(i)][idx(k)] * modal[idx(k)];
    const Temperature start = from.node[idx(i)];
    out.node[idx(i)] = TemperatureTime(start.in_kelvin() * t_s + rise_k_s);
    for (int b = 0; b < boundaries_; ++b) {
      const double g = outside_[idx(i)][idx(b)];
      if (g > 0.0) {
        out.heat_to_boundary[idx(b)] += Energy(g * ((start - inputs.boundary[idx(b)]).si() * t_s + rise_k_s));
      }
    }
  }
  return out;
}

std::optional<ThermalNetwork::State> ThermalNetwork::steady(const Inputs& inputs) const {
  if (floating_) return std::nullopt;
  // One exact step of infinite length from any temperatures: each mode has moved by r / l.  A second round from there
  // removes the rounding of the first.
  State state;
  for (int i = 0; i < nodes_; ++i) {
    for (int b = 0; b < boundaries_; ++b) {
      if (outside_[idx(i)][idx(b)] > 0.0) state.node.fill(inputs.boundary[idx(b)]);
    }
  }
  for (int round = 0; round < 2; ++round) {
    const Vector modal = modal_rates(state, inputs);
    for (int i = 0; i < nodes_; ++i) {
      double change = 0.0;
      for (int k = 0; k < nodes_; ++k) change += mode_[idx(i)][idx(k)] * modal[idx(k)] / rate_[idx(k)];
      state.node[idx(i)] = state.node[idx(i)] + TemperatureDelta(change);
    }
  }
  for (int i = nodes_; i < kMaxNodes; ++i) state.node[idx(i)] = Temperature();
  return state;
}

ExponentialSum ThermalNetwork::course(const State& from, const Inputs& inputs, std::span<const double> weights) const {
  AIF_CHECK(static_cast<int>(weights.size()) <= nodes_, fmt::format("{} weights for {} nodes", weights.size(), nodes_));
  const Vector modal = modal_rates(from, inputs);
  ExponentialSum sum(0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) sum.add_constant(weights[i] * from.node[i].in_kelvin());
  for (int k = 0; k < nodes_; ++k) {
    double amplitude = 0.0;
    for (std::size_t i = 0; i < weights.size(); ++i) amplitude += weights[i] * mode_[i][idx(k)];
    amplitude *= modal[idx(k)];
    if (rate_[idx(k)] == 0.0) {
      sum.add_slope(amplitude);
    } else {
      sum.add_constant(amplitude / rate_[idx(k)]);
      sum.add_exponential(-amplitude / rate_[idx(k)], rate(k));
    }
  }
  return sum;
}

ExponentialSum ThermalNetwork::course(const State& from, const Inputs& inputs, int node) const {
  AIF_CHECK(node >= 0 && node < nodes_, fmt::format("node {} of {}", node, nodes_));
  Vector weights{};
  weights[idx(node)] = 1.0;
  return course(from, inputs, std::span<const double>(weights.data(), idx(node + 1)));
}

std::optional<Duration> ThermalNetwork::next_crossing(const State& from, const Inputs& inputs, int node,
                                                      Temperature threshold, Crossing direction,
                                                      Duration horizon) const {
  return course(from, inputs, node).first_crossing(threshold.in_kelvin(), direction, horizon);
}

std::optional<Duration> ThermalNetwork::next_crossing(const State& from, const Inputs& inputs,
                                                      std::span<const double> weights, TemperatureDelta threshold,
                                                      Crossing direction, Duration horizon) const {
  return course(from, inputs, weights).first_crossing(threshold.si(), direction, horizon);
}

}  // namespace aifactory
