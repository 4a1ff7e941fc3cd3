#include "models/eval/eval.h"
#include "models/eval/list_text.h"
#include "models/finance/annuity.h"

namespace aifactory {
namespace {

std::vector<EvalOutput> annuity(const EvalArgs& args) {
  const Duration life(args["life"]);
  const double rate = args["rate"];
  const CapexPart part{"capex", Money(args["capex"]), life, args["residual_frac"]};
  const MoneyRate capital = capital_cost(std::span(&part, 1), rate);
  const MoneyRate total = capital + MoneyRate(args["opex"]);
  const MoneyRate each = cost_per_accelerator(total, args["accelerators"], args["utilization"]);
  return {{"capital_recovery_factor", "", capital_recovery_factor(rate, life)},
          {"annual_capital_cost", "USD", (capital * year).si()},
          {"annual_cost", "USD", (total * year).si()},
          {"cost_per_accelerator_h", "USD", (each * h).si()},
          {"cost_per_mtoken", "USD",
           args["tokens"] > 0.0 ? cost_per_token(each, TokenRate(args["tokens"])).si() * 1e6 : kUnset}};
}

std::vector<EvalOutput> npv(const EvalArgs& args) {
  std::vector<Money> flows;
  for (const double flow : parse_number_list("flows", args.text("flows"), "USD")) flows.emplace_back(flow);
  return {{"npv", "USD", net_present_value(args["rate"], flows).si()},
          {"irr_frac", "", internal_rate_of_return(flows).value_or(kUnset)}};
}

}  // namespace

std::vector<EvalModel> finance_eval_models() {
  return {
      {"annuity",
       "yearly cost of capital, cost of an accelerator-hour and of a million tokens",
       "CRF = r / (1 - (1 + r)^-n); yearly cost = (capex - residual / (1 + r)^n) CRF + opex",
       "r > -1, life > 0",
       "NREL TP-462-5173",
       {{"capex", "USD", kNonNegative, kUnset, "price"},
        {"rate", "", between(-0.5, 10.0), kUnset, "interest a year, fraction"},
        {"life", "s", kPositive, kUnset, "years of service"},
        {"residual_frac", "", kFraction, 0.0, "part of the price received at the end"},
        {"opex", "USD/s", kNonNegative, 0.0, "running cost"},
        {"accelerators", "", kPositive, 1.0, "accelerators that share the cost"},
        {"utilization", "", kPositiveFraction, 1.0, "part of the time they are sold or useful"},
        {"tokens", "token/s", kNonNegative, 0.0, "tokens made by one accelerator; 0: none"}},
       {{"capital_recovery_factor", "", kAny, kUnset, "per year"},
        {"annual_capital_cost", "USD", kAny, kUnset, "interest and repayment of a year"},
        {"annual_cost", "USD", kAny, kUnset, "with opex"},
        {"cost_per_accelerator_h", "USD", kAny, kUnset, "of useful time"},
        {"cost_per_mtoken", "USD", kAny, kUnset, "per million tokens; undefined without tokens"}},
       annuity},
      {"npv",
       "net present value and internal rate of return of yearly flows",
       "NPV = sum F_k / (1 + r)^k",
       "yearly flows, the first now; irr only where the flows change sign once",
       "NREL TP-462-5173",
       {{"rate", "", between(-0.5, 10.0), kUnset, "interest a year, fraction"},
        {"flows", "USD", kAny, kUnset, "flows=-100USD,60USD,60USD; spent is negative", true, "", false}},
       {{"npv", "USD", kAny, kUnset, "value now"},
        {"irr_frac", "", kAny, kUnset, "rate at which the value is zero; undefined where there is not exactly one"}},
       npv},
  };
}

}  // namespace aifactory
