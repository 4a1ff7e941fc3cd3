#include "models/scheduling/order.h"

namespace aifactory::scheduling {
namespace {

// Ticks are exact as double up to 285 years; a longer estimate still sorts the same way on every machine.
double fcfs(const Job&, Tick) {
  return 0.0;
}
double shortest(const Job&, Tick planned) {
  return static_cast<double>(planned);
}
double longest(const Job&, Tick planned) {
  return -static_cast<double>(planned);
}
double smallest(const Job& job, Tick) {
  return static_cast<double>(job.nodes);
}
double largest(const Job& job, Tick) {
  return -static_cast<double>(job.nodes);
}
double priority(const Job& job, Tick) {
  return -job.priority;
}
double tier(const Job& job, Tick) {
  return -static_cast<double>(job.tier);
}
double deadline(const Job& job, Tick) {
  return static_cast<double>(job.deadline);
}

constexpr OrderInfo kOrders[] = {
    {"fcfs", "first come, first served", fcfs},
    {"sjf", "shortest estimated run time first", shortest},
    {"ljf", "longest estimated run time first", longest},
    {"smallest", "fewest nodes first", smallest},
    {"largest", "most nodes first", largest},
    {"priority", "largest priority first", priority},
    {"tier", "highest tier first", tier},
    {"deadline", "earliest deadline first", deadline},
};

}  // namespace

std::span<const OrderInfo> known_orders() {
  return kOrders;
}

const OrderInfo* find_order(std::string_view name) {
  for (const OrderInfo& order : kOrders) {
    if (order.name == name) return &order;
  }
  return nullptr;
}

}  // namespace aifactory::scheduling
