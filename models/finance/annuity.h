#pragma once
/// @file Time value of money: what capital costs a year, an accelerator-hour, a token.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// USD per token.
using TokenPrice = decltype(MoneyRate{} / TokenRate{});

/// Share of the capital that a level payment at the end of each year takes for interest and repayment:
///
///     CRF = r / (1 - (1 + r)^-n),  1/n at r = 0
///
/// r interest a year (fraction), n life in years, whole or not.  Validity: r > -1, n > 0.
/// Source: engineering economics, e.g. NREL Manual for the Economic Evaluation of Energy Efficiency (TP-462-5173).
[[nodiscard]] double capital_recovery_factor(double rate, Duration life);

/// A level payment a year that repays `principal` with interest.
[[nodiscard]] Money level_payment(Money principal, double rate, Duration life);

/// NPV = sum_k F_k / (1 + r)^k; flows are yearly, the first one now.  Money spent is negative.
[[nodiscard]] Money net_present_value(double rate, std::span<const Money> flows);

/// The rate at which the NPV of the flows is zero, to 1e-12.  Empty when the flows do not change sign exactly once:
/// then there is no such rate, or it is not one.  Looks between -99.99 % and 1e6.
[[nodiscard]] std::optional<double> internal_rate_of_return(std::span<const Money> flows);

/// Least ratio of cash available to debt service over the years with service; empty without any.
/// @pre equal lengths.
[[nodiscard]] std::optional<double> minimum_debt_service_cover(std::span<const Money> available,
                                                               std::span<const Money> service);

/// A part of what was built, with the time it serves.
struct CapexPart {
  std::string name;
  Money capex;
  Duration life;
  double residual_frac = 0.0;  ///< of capex, received at the end of its life

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("name", p.name, kAny, "what was bought");
    visit("capex", p.capex, kNonNegative, "price");
    visit("life", p.life, kPositive, "years of service");
    visit("residual_frac", p.residual_frac, kFraction, "part of the price received at the end of life");
  }
};

/// Equivalent yearly cost of the parts, each renewed at the end of its life:
/// sum of (capex - residual / (1 + r)^n) CRF(r, n).
/// Not modelled: taxes, inflation, price decline of the replacement, construction interest.
/// @throws InputError naming the part and what is wrong with it.
[[nodiscard]] MoneyRate capital_cost(std::span<const CapexPart> parts, double rate);

/// Cost of one accelerator for a span of use: total cost over the accelerators, spread over the part of
/// the time they are sold (or useful).  `.in(usd / h)` gives USD per accelerator-hour.
/// @pre accelerators > 0, utilization in above 0..1.
[[nodiscard]] MoneyRate cost_per_accelerator(MoneyRate total, double accelerators, double utilization);

/// Cost of a token made at this rate by one accelerator of this cost; `* 1e6` tokens gives USD per million.
[[nodiscard]] TokenPrice cost_per_token(MoneyRate accelerator, TokenRate tokens);

}  // namespace aifactory
