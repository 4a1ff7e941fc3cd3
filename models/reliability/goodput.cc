#include "models/reliability/goodput.h"

#include <cmath>

namespace aifactory {
namespace {

constexpr std::string_view kNames[kGoodputLosses] = {"queue",      "detection",   "node_wait",
                                                     "restart",    "staging",     "maintenance",
                                                     "rollback",   "checkpoint",  "bubble",
                                                     "exposed_communication",     "spread",
                                                     "straggler",  "data_stall",  "thermal",
                                                     "cap",        "curtailment"};

}  // namespace

std::string_view name(GoodputLoss loss) {
  return kNames[static_cast<std::size_t>(loss)];
}

WorkShares slowed(const WorkShares& full, double pace, double WorkShares::*reason) {
  WorkShares out = full;
  for (double WorkShares::*share :
       {&WorkShares::useful, &WorkShares::bubble, &WorkShares::exposed_communication, &WorkShares::straggler,
        &WorkShares::data_stall, &WorkShares::thermal, &WorkShares::cap, &WorkShares::curtailment}) {
    out.*share *= pace;
  }
  out.*reason += 1.0 - pace;
  return out;
}

void GoodputWaterfall::work(double accelerators, Duration time, const WorkShares& shares) {
  add(actual_, accelerators * time.si() * shares.useful);
  lose(GoodputLoss::bubble, accelerators, shares.bubble * time);
  lose(GoodputLoss::exposed_communication, accelerators, shares.exposed_communication * time);
  lose(GoodputLoss::straggler, accelerators, shares.straggler * time);
  lose(GoodputLoss::data_stall, accelerators, shares.data_stall * time);
  lose(GoodputLoss::thermal, accelerators, shares.thermal * time);
  lose(GoodputLoss::cap, accelerators, shares.cap * time);
  lose(GoodputLoss::curtailment, accelerators, shares.curtailment * time);
}

double GoodputWaterfall::residual() const {
  Sum left = ideal_;
  add(left, -actual_.value());
  for (const Sum& loss : losses_) add(left, -loss.value());
  return left.value() / ideal_.value();
}

void GoodputWaterfall::add(Sum& to, double x) {
  const double total = to.sum + x;
  to.carry += std::fabs(to.sum) >= std::fabs(x) ? (to.sum - total) + x : (x - total) + to.sum;
  to.sum = total;
}

}  // namespace aifactory
