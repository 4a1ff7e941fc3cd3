#pragma once
/// @file The books of a run: what came in, what went out, what stayed, in leaves that each hold one amount once.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/units.h"
#include "sim/results/accumulator.h"

namespace aifactory {

enum class Account : std::uint8_t { energy, heat, water, money, carbon, jobs };
enum class Side : std::uint8_t { in, out, stored };
inline constexpr std::array kAccounts{Account::energy, Account::heat,   Account::water,
                                      Account::money,  Account::carbon, Account::jobs};

/// Name, unit and amount type of an account.
template <Account A>
struct AccountTraits {
  using Amount = Mass;  // water and carbon
};
template <>
struct AccountTraits<Account::energy> {
  using Amount = Energy;
};
template <>
struct AccountTraits<Account::heat> {
  using Amount = Energy;
};
template <>
struct AccountTraits<Account::money> {
  using Amount = Money;
};
template <>
struct AccountTraits<Account::jobs> {
  using Amount = std::int64_t;
};
template <Account A>
using AmountOf = typename AccountTraits<A>::Amount;

/// "energy", "in", "J" as ledger.csv prints them.
[[nodiscard]] const char* name_of(Account account);
[[nodiscard]] const char* name_of(Side side);
[[nodiscard]] const char* unit_of(Account account);

/// Closed books of a run.  For each account
///
///     residual = sum(in) - sum(out) - sum(stored),   residual_frac = |residual| / sum(in)
///
/// with energy and heat in J, water and carbon in kg, money in USD, jobs as a count.  `stored` is the change over the
/// run (end minus start; negative when a store was emptied).  Every amount is booked to one leaf when it flows; no leaf
/// may be computed as a remainder, or the balance would prove nothing.
///
/// What belongs where:
///   energy  in: import and generation; out: IT, each loss, cooling, other, export; stored: batteries
///   heat    in: IT, losses indoors, work of pumps, fans and compressors; out: rejected, reused; stored: loops and
///   chips water   in: make-up; out: evaporation, drift, blowdown; stored: basins money   in: charges due by meter and
///   tariff; out: the same charges by bill; carbon likewise by source and by use jobs    in: submitted; out: completed,
///   failed, killed, rejected; stored: running, queued
///
/// *Not modelled*: transfers between accounts; work that turns into heat is booked in both.
class Ledger {
 public:
  /// Handle to one leaf; booking through it costs an index and a compensated addition.
  template <Account A>
  class Leaf {
   public:
    Leaf() = default;

   private:
    friend class Ledger;
    explicit Leaf(std::int32_t index) : index_(index) {}
    std::int32_t index_ = -1;
  };

  /// The leaf of that name, opened at zero if it is new.  Leaves print in the order of opening.
  /// @pre one name stands on one side of an account only.
  template <Account A>
  [[nodiscard]] Leaf<A> leaf(Side side, std::string_view name) {
    return Leaf<A>(open(A, side, name));
  }
  template <Account A>
  void add(Leaf<A> leaf, AmountOf<A> amount) {
    if constexpr (A == Account::jobs) {
      book(leaf.index_, static_cast<double>(amount));  // exact to 2^53 jobs
    } else {
      book(leaf.index_, amount.si());
    }
  }
  template <Account A>
  [[nodiscard]] AmountOf<A> amount(Leaf<A> leaf) const {
    return AmountOf<A>(value(leaf.index_));
  }

  struct Row {
    Account account = Account::energy;
    Side side = Side::in;
    std::string name;
    Accumulator sum;  ///< in the account's unit
  };
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

  /// Signed in - out - stored, in the account's unit.
  [[nodiscard]] double residual(Account account) const;
  /// |residual| / total input; empty without input.
  [[nodiscard]] std::optional<double> residual_frac(Account account) const;
  /// One sentence for each account that does not balance; empty when the books close.  Without input the largest side
  /// is the measure, so that an amount out of nowhere is found too.  Jobs must balance exactly.
  [[nodiscard]] std::vector<std::string> imbalances(double tolerance_frac = 1e-9) const;

 private:
  [[nodiscard]] std::int32_t open(Account account, Side side, std::string_view name);
  void book(std::int32_t index, double amount);
  [[nodiscard]] double value(std::int32_t index) const;
  [[nodiscard]] double total(Account account, Side side) const;

  std::vector<Row> rows_;
};

}  // namespace aifactory
