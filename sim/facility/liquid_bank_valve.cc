/// @file The valve of a bank: three regimes, and when one gives way to another.
#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "models/error.h"
#include "sim/facility/liquid_bank.h"

namespace aifactory {
namespace {
constexpr std::size_t kPlate = 1, kCoolant = 2, kStructure = 3;
constexpr std::size_t kHeldStructure = 2;  // in the network of a supply that is held, which has no coolant
constexpr int kCoolantNode = 2;
constexpr double kHeld = 1e-4, kStep = 1e-6;  // as in liquid_bank.cc
/// Heat this near to what the valve can pass (or to none) counts as beyond it, of what moves it by a kelvin: an edge that
/// was solved for is reached to 1e-9 s.
constexpr double kEdge = 1e-8;
/// Nothing that is further away than this is waited for, s.
constexpr double kFar = 1e9;
}  // namespace

LiquidBank::Course LiquidBank::at(Tick now) const {
  Course course = now_;
  for (Tick next = own_change(); next <= now; next = change_after(course)) {
    step(course, next);
    choose_valve(course);
  }
  step(course, now);
  return course;
}

ThermalNetwork::Inputs LiquidBank::held_inputs(const Course& course) const {
  ThermalNetwork::Inputs inputs = inputs_;
  inputs.boundary[0] = course.state.node[kCoolant];
  inputs.power[kHeldStructure] = 0.0 * W;  // what goes into the coolant passes it by
  return inputs;
}

ThermalNetwork::State LiquidBank::held_state(const Course& course) const {
  ThermalNetwork::State state = course.state;
  state.node[kHeldStructure] = course.state.node[kStructure];
  return state;
}

void LiquidBank::step(Course& course, Tick to) const {
  if (to == course.last) return;
  const Duration span = to_duration(to - course.last);
  course.last = to;
  switch (course.valve) {
    case Valve::open: {
      const auto [state, integrals] = chain_->advance_and_integrate(course.state, inputs_, span);
      // Q_x = g (T_s - T_f) + phi Q_r; the chain's boundary conductance is g / (1 - phi).
      double coolant_j = plates_w_k_ * (integrals.node[kPlate] - integrals.node[kCoolant]).si() + other_.si() * span.si();
      if (structured()) coolant_j += params_.to_structure.si() * (integrals.node[kStructure] - integrals.node[kCoolant]).si();
      course.rejected_j += integrals.heat_to_boundary[0].si() * (1.0 - share_) + share_ * coolant_j;
      course.state = state;
      return;
    }
    case Valve::holding: {
      const auto [state, integrals] = held_->advance_and_integrate(held_state(course), held_inputs(course), span);
      course.rejected_j += integrals.heat_to_boundary[0].si() + other_.si() * span.si();
      const Temperature supply = course.state.node[kCoolant];
      course.state = state;
      course.state.node[kStructure] = course.state.node[kHeldStructure];
      course.state.node[kCoolant] = supply;
      return;
    }
    case Valve::shut: course.state = shut_->advance(course.state, inputs_, span); return;
  }
}

double LiquidBank::most_w(const Course& course) const {
  return flow_.exchange.si() * (course.state.node[kCoolant] - inputs_.boundary[0]).si() / (1.0 - share_);
}

ExponentialSum LiquidBank::held_heat(const Course& course) const {
  const double structure_w_k = structured() ? params_.to_structure.si() : 0.0;
  const std::array<double, 3> weights{0.0, plates_w_k_, structure_w_k};
  ExponentialSum heat = held_->course(held_state(course), held_inputs(course), std::span<const double>(weights.data(), structured() ? 3 : 2));
  heat.add_constant(other_.si() - (plates_w_k_ + structure_w_k) * course.state.node[kCoolant].in_kelvin());
  return heat;
}

void LiquidBank::choose_valve(Course& course) const {
  course.valve = Valve::open;
  course.leave_k = 0.0;
  if (!set_point_ || !flows()) return;
  const double supply_k = course.state.node[kCoolant].in_kelvin(), set_k = set_point_->in_kelvin();
  course.leave_k = set_k;
  if (supply_k > set_k + kHeld) return;
  if (supply_k < set_k - kHeld) {
    course.valve = Valve::shut;
    return;
  }
  const double heat_w = coolant_heat(course.state).si(), edge_w = kEdge * (plates_w_k_ + params_.to_structure.si());
  if (heat_w >= most_w(course) - edge_w) {
    course.leave_k = std::min(set_k, supply_k - kStep);
  } else if (heat_w <= edge_w) {
    course.valve = Valve::shut;
    course.leave_k = std::max(set_k, supply_k + kStep);
  } else {
    course.valve = Valve::holding;
  }
}

ExponentialSum LiquidBank::course_of(const Course& course, int node) const {
  switch (course.valve) {
    case Valve::open: return chain_->course(course.state, inputs_, node);
    case Valve::shut: return shut_->course(course.state, inputs_, node);
    case Valve::holding:
      if (node == kCoolantNode) return ExponentialSum(course.state.node[kCoolant].in_kelvin());
      return held_->course(held_state(course), held_inputs(course), node);
  }
  return {};
}

Tick LiquidBank::change_after(const Course& course) const {
  if (!set_point_ || !flows()) return kNever;
  double first_s = kFar;
  const auto look = [&](const ExponentialSum& quantity, double threshold, Crossing direction) {
    const auto found = quantity.first_crossing(threshold, direction, Duration(first_s));
    if (found) first_s = std::min(first_s, found->si());
  };
  switch (course.valve) {
    case Valve::open: look(course_of(course, kCoolantNode), course.leave_k, Crossing::falling); break;
    case Valve::shut: look(course_of(course, kCoolantNode), course.leave_k, Crossing::rising); break;
    case Valve::holding: {
      const ExponentialSum heat = held_heat(course);
      look(heat, most_w(course), Crossing::rising);
      look(heat, 0.0, Crossing::falling);
      break;
    }
  }
  if (first_s >= kFar) return kNever;
  // Never within the tick: a change that has just been made stands for one.
  return course.last + std::max<Tick>(1, static_cast<Tick>(std::ceil(first_s * 1e6)));
}

Tick LiquidBank::own_change() const {
  if (!change_) change_ = change_after(now_);
  return *change_;
}

Tick LiquidBank::next_change(Tick now) const {
  const Tick own = own_change();
  return own > now ? own : change_after(at(now));
}

Power LiquidBank::rejecting(const Course& course) const {
  const Power heat = coolant_heat(course.state);
  switch (course.valve) {
    case Valve::open: return flow_.exchange * (course.state.node[kCoolant] - inputs_.boundary[0]) + share_ * heat;
    case Valve::holding: return heat;
    case Valve::shut: break;
  }
  return 0.0 * W;
}

ThermalConductance LiquidBank::exchanging(Tick now) const {
  const Course course = at(now);
  switch (course.valve) {
    case Valve::open: return flow_.exchange;
    case Valve::holding: {
      const Power heat = coolant_heat(course.state);
      return heat / (course.state.node[kCoolant] + heat / flow_.secondary - inputs_.boundary[0]);
    }
    case Valve::shut: break;
  }
  return ThermalConductance(0.0);
}

}  // namespace aifactory
