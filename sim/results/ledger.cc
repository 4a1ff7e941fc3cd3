#include "sim/results/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/error.h"

namespace aifactory {

const char* name_of(Account account) {
  constexpr std::array kNames{"energy", "heat", "water", "money", "carbon", "jobs"};
  return kNames[static_cast<std::size_t>(account)];
}

const char* name_of(Side side) {
  constexpr std::array kNames{"in", "out", "stored"};
  return kNames[static_cast<std::size_t>(side)];
}

const char* unit_of(Account account) {
  constexpr std::array kUnits{"J", "J", "kg", "USD", "kg", "1"};
  return kUnits[static_cast<std::size_t>(account)];
}

std::int32_t Ledger::open(Account account, Side side, std::string_view name) {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].account != account || rows_[i].name != name) continue;
    AIF_CHECK(rows_[i].side == side, fmt::format("ledger leaf {}.{} is on side {} and was opened on side {}",
                                                 name_of(account), name, name_of(rows_[i].side), name_of(side)));
    return static_cast<std::int32_t>(i);
  }
  rows_.push_back({account, side, std::string(name), {}});
  return static_cast<std::int32_t>(rows_.size()) - 1;
}

void Ledger::book(std::int32_t index, double amount) {
  // A NaN would spoil the leaf silently and every residual with it; the place of the mistake is here.
  AIF_CHECK(index >= 0 && std::isfinite(amount), fmt::format("ledger leaf {} was given {}", index, amount));
  rows_[static_cast<std::size_t>(index)].sum.add(amount);
}

double Ledger::value(std::int32_t index) const {
  AIF_CHECK(index >= 0, fmt::format("ledger leaf {} was never opened", index));
  return rows_[static_cast<std::size_t>(index)].sum.value();
}

double Ledger::total(Account account, Side side) const {
  Accumulator sum;
  for (const Row& row : rows_) {
    if (row.account == account && row.side == side) sum.add(row.sum);
  }
  return sum.value();
}

double Ledger::residual(Account account) const {
  // One sum over all leaves, so that the large sides cancel inside the compensated sum.
  Accumulator balance;
  for (const Row& row : rows_) {
    if (row.account != account) continue;
    if (row.side == Side::in) {
      balance.add(row.sum);
    } else {
      Accumulator minus;
      minus.add(row.sum);
      balance.add(-minus.value());
    }
  }
  return balance.value();
}

std::optional<double> Ledger::residual_frac(Account account) const {
  const double input = total(account, Side::in);
  if (!(input > 0.0)) return std::nullopt;
  return std::fabs(residual(account)) / input;
}

std::vector<std::string> Ledger::imbalances(double tolerance_frac) const {
  std::vector<std::string> found;
  for (const Account account : kAccounts) {
    const double in = total(account, Side::in);
    const double out = total(account, Side::out);
    const double stored = total(account, Side::stored);
    const double measure = in > 0.0 ? in : std::max({std::fabs(in), std::fabs(out), std::fabs(stored)});
    const double allowed = account == Account::jobs ? 0.0 : tolerance_frac * measure;
    const double rest = residual(account);
    if (std::fabs(rest) <= allowed) continue;
    found.push_back(fmt::format("{} does not balance: in {} - out {} - stored {} leaves {} {}, allowed {}",
                                name_of(account), in, out, stored, rest, unit_of(account), allowed));
  }
  return found;
}

}  // namespace aifactory
