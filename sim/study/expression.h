#pragma once
/// @file Arithmetic and comparisons over named values: constraints and derived metrics of a study.
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace aifactory {

/// `grid.energy_cost_usd / jobs.completed`, `supply >= wet_bulb + 4 and plant != "dry"`.
///
///     or, and, not;  < <= > >= == !=;  + -;  * /;  unary -;  ^ (to the right);  ( );
///     min(a, b, ...), max(a, b, ...), abs(x), sqrt(x), log(x), exp(x), round(x);  numbers, "texts", names
///
/// A name holds letters, digits, dots and underscores; any other is written between backquotes.  Truth is 1 or 0.  Whatever is made of a value
/// that is not there is not there either (unset, NaN): a comparison with it is false.  Texts can only be compared with == and !=.
class Expression {
 public:
  using Value = std::variant<double, std::string>;
  using Lookup = std::function<std::optional<Value>(const std::string& name)>;

  /// @throws InputError "at column 7: ..." when the text is none.
  explicit Expression(const std::string& text);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// Every name in it, once, in the order of the text.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// @throws InputError when a text stands where a number is needed.
  [[nodiscard]] double number(const Lookup& lookup) const;
  /// Whether number() is neither 0 nor unset.
  [[nodiscard]] bool holds(const Lookup& lookup) const;

 private:
  friend class ExpressionParser;
  enum class Op { number, text, name, call, negate, invert, power, times, over, plus, minus, less, less_equal, more, more_equal, equal, unequal, both, either };
  struct Node {
    Op op = Op::number;
    double number = 0.0;
    std::string word;               ///< text, name or function
    std::vector<std::size_t> from;  ///< operands, which stand before it in nodes_
  };
  [[nodiscard]] Value value(std::size_t node, const Lookup& lookup) const;
  [[nodiscard]] double plain_number(std::size_t node, const Lookup& lookup) const;

  std::string text_;
  std::vector<std::string> names_;
  std::vector<Node> nodes_;  ///< the last is the whole
};

}  // namespace aifactory
