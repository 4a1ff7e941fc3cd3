#include "models/finance/annuity.h"

#include <algorithm>
#include <cmath>

namespace aifactory {

double capital_recovery_factor(double rate, Duration life) {
  const double years = life.in(year);
  AIF_CHECK(rate > -1.0 && years > 0.0, fmt::format("rate {}, {} years", rate, years));
  // 1 - (1 + r)^-n by expm1 and log1p keeps its digits at small rates.
  return rate == 0.0 ? 1.0 / years : rate / -std::expm1(-years * std::log1p(rate));
}

Money level_payment(Money principal, double rate, Duration life) {
  return principal * capital_recovery_factor(rate, life);
}

Money net_present_value(double rate, std::span<const Money> flows) {
  AIF_CHECK(rate > -1.0, fmt::format("rate {}", rate));
  Money sum{0.0};
  for (std::size_t k = flows.size(); k-- > 0;) sum = sum / (1.0 + rate) + flows[k];
  return sum;
}

std::optional<double> internal_rate_of_return(std::span<const Money> flows) {
  int changes = 0;
  double sign = 0.0;
  for (const Money flow : flows) {
    if (flow.si() == 0.0) continue;
    const double now = flow.si() > 0.0 ? 1.0 : -1.0;
    if (sign != 0.0 && now != sign) ++changes;
    sign = now;
  }
  if (changes != 1) return std::nullopt;
  // One change of sign: one root (Descartes).  In q = ln(1 + r), which makes the long range even.
  const auto value = [&](double q) { return net_present_value(std::expm1(q), flows).si(); };
  double low = std::log(1e-4), high = std::log(1e6);
  const bool rises = value(high) > 0.0;
  if ((value(low) > 0.0) == rises) return std::nullopt;
  while (high - low > 1e-15 * std::max(1.0, std::abs(low))) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    ((value(middle) > 0.0) == rises ? high : low) = middle;
  }
  return std::expm1(0.5 * (low + high));
}

std::optional<double> minimum_debt_service_cover(std::span<const Money> available, std::span<const Money> service) {
  AIF_CHECK(available.size() == service.size(), fmt::format("{} and {} years", available.size(), service.size()));
  std::optional<double> least;
  for (std::size_t k = 0; k < service.size(); ++k) {
    if (!(service[k].si() > 0.0)) continue;
    const double cover = available[k] / service[k];
    least = least ? std::min(*least, cover) : cover;
  }
  return least;
}

MoneyRate capital_cost(std::span<const CapexPart> parts, double rate) {
  MoneyRate sum{0.0};
  for (const CapexPart& part : parts) {
    checked(fmt::format("capex of {}", part.name), part);
    const Money residual = part.residual_frac * part.capex;
    const Money present = part.capex - residual * std::exp(-part.life.in(year)*std::log1p(rate));
    sum += level_payment(present, rate, part.life) / year;
  }
  return sum;
}

MoneyRate cost_per_accelerator(MoneyRate total, double accelerators, double utilization) {
  AIF_CHECK(accelerators > 0.0 && utilization > 0.0 && utilization <= 1.0,
            fmt::format("{} accelerators, utilization {}", accelerators, utilization));
  return total / (accelerators * utilization);
}

TokenPrice cost_per_token(MoneyRate accelerator, TokenRate tokens) {
  return accelerator / tokens;
}

}  // namespace aifactory
