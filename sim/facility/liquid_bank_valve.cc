/// @file The valve of a bank: three regimes, and when one gives way to another.
#include <algorithm>
#include <cmath>
#include <limits>

#include "models/error.h"
#include "sim/facility/liquid_bank.h"

namespace aifactory {
namespace {
constexpr std::size_t kPlate = 1, kCoolant = 2;
constexpr int kPlateNode = 1, kCoolantNode = 2;
constexpr double kHeld = 1e-4, kStep = 1e-6;  // as in liquid_bank.cc
/// Plates this near to the edge of the band count as beyond it, K: an edge that was solved for is reached to 1e-9 s.
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
  return inputs;
}

void LiquidBank::step(Course& course, Tick to) const {
  if (to == course.last) return;
  const Duration span = to_duration(to - course.last);
  course.last = to;
  switch (course.valve) {
    case Valve::open: {
      const auto integrals = chain_->integrate(course.state, inputs_, span);
      // Q_x = g (T_s - T_f) + phi Q_r; the chain's boundary conductance is g / (1 - phi).
      const double coolant_j = plates_w_k_ * (integrals.node[kPlate] - integrals.node[kCoolant]).si() + other_.si() * span.si();
      course.rejected_j += integrals.heat_to_boundary[0].si() * (1.0 - share_) + share_ * coolant_j;
      course.state = chain_->advance(course.state, inputs_, span);
      return;
    }
    case Valve::holding: {
      const auto inputs = held_inputs(course);
      course.rejected_j += held_->integrate(course.state, inputs, span).heat_to_boundary[0].si() + other_.si() * span.si();
      const Temperature supply = course.state.node[kCoolant];
      course.state = held_->advance(course.state, inputs, span);
      course.state.node[kCoolant] = supply;
      return;
    }
    case Valve::shut: course.state = shut_->advance(course.state, inputs_, span); return;
  }
}

LiquidBank::Band LiquidBank::holding_band(const Course& course) const {
  const Temperature supply = course.state.node[kCoolant];
  const double most_w = flow_.exchange.si() * (supply - inputs_.boundary[0]).si() / (1.0 - share_);
  const double idle_k = supply.in_kelvin() - other_.si() / plates_w_k_;  // M2 at which Q_r is 0
  return {idle_k, idle_k + most_w / plates_w_k_};
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
  const Band band = holding_band(course);
  const double plate_k = course.state.node[kPlate].in_kelvin();
  if (plate_k >= band.high_k - kEdge) {
    course.leave_k = std::min(set_k, supply_k - kStep);
  } else if (plate_k <= band.low_k + kEdge) {
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
      return held_->course(course.state, held_inputs(course), node);
  }
  return {};
}

Tick LiquidBank::change_after(const Course& course) const {
  if (!set_point_ || !flows()) return kNever;
  double first_s = kFar;
  const auto look = [&](int node, double threshold_k, Crossing direction) {
    const auto found = course_of(course, node).first_crossing(threshold_k, direction, Duration(first_s));
    if (found) first_s = std::min(first_s, found->si());
  };
  switch (course.valve) {
    case Valve::open: look(kCoolantNode, course.leave_k, Crossing::falling); break;
    case Valve::shut: look(kCoolantNode, course.leave_k, Crossing::rising); break;
    case Valve::holding: {
      const Band band = holding_band(course);
      look(kPlateNode, band.high_k, Crossing::rising);
      look(kPlateNode, band.low_k, Crossing::falling);
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
