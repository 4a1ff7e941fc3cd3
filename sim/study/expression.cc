#include "sim/study/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string_view>

#include "models/error.h"
#include "models/units.h"

namespace aifactory {
namespace {

constexpr int kDeepest = 200;

struct Function {
  const char* name;
  bool several;  ///< takes two arguments or more
};
constexpr Function kFunctions[] = {{"min", true},   {"max", true},  {"abs", false},  {"sqrt", false},
                                   {"log", false}, {"exp", false}, {"round", false}};

bool starts_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool in_name(char c) { return starts_name(c) || std::isdigit(static_cast<unsigned char>(c)) || c == '.'; }

}  // namespace

/// Recursive descent, one function for each strength of binding.
class ExpressionParser {
 public:
  using Op = Expression::Op;
  explicit ExpressionParser(Expression& out) : out_(out), text_(out.text_) {}

  void parse() {
    either();
    space();
    if (at_ != text_.size()) fail(fmt::format("\"{}\" is not expected here", text_.substr(at_, 12)));
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw InputError(fmt::format("\"{}\": at column {}: {}", text_, at_ + 1, why));
  }
  void space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool take(std::string_view mark) {
    space();
    if (!text_.substr(at_).starts_with(mark)) return false;
    const std::size_t end = at_ + mark.size();
    if (starts_name(mark[0]) && end < text_.size() && in_name(text_[end])) return false;  // `order` is not `or`
    at_ = end;
    return true;
  }
  std::size_t add(Op op, std::vector<std::size_t> from) {
    out_.nodes_.push_back({.op = op, .number = 0.0, .word = {}, .from = std::move(from)});
    return out_.nodes_.size() - 1;
  }
  std::size_t either() {
    if (++depth_ > kDeepest) fail("too many parentheses");
    std::size_t left = both();
    while (take("or")) left = add(Op::either, {left, both()});
    --depth_;
    return left;
  }
  std::size_t both() {
    std::size_t left = inverse();
    while (take("and")) left = add(Op::both, {left, inverse()});
    return left;
  }
  std::size_t inverse() {
    if (!take("not")) return comparison();
    if (++depth_ > kDeepest) fail("too many nots");
    const std::size_t inner = inverse();
    --depth_;
    return add(Op::invert, {inner});
  }
  std::size_t comparison() {
    const std::size_t left = sum();
    for (const auto& [mark, op] : {std::pair{"<=", Op::less_equal}, {">=", Op::more_equal}, {"==", Op::equal}, {"!=", Op::unequal},
                                   {"<", Op::less}, {">", Op::more}}) {
      if (take(mark)) return add(op, {left, sum()});
    }
    return left;
  }
  std::size_t sum() {
    std::size_t left = term();
    while (true) {
      if (take("+")) {
        left = add(Op::plus, {left, term()});
      } else if (take("-")) {
        left = add(Op::minus, {left, term()});
      } else {
        return left;
      }
    }
  }
  std::size_t term() {
    std::size_t left = negated();
    while (true) {
      if (take("*")) {
        left = add(Op::times, {left, negated()});
      } else if (take("/")) {
        left = add(Op::over, {left, negated()});
      } else {
        return left;
      }
    }
  }
  std::size_t negated() {
    if (!take("-")) return power();
    if (++depth_ > kDeepest) fail("too many signs");
    const std::size_t inner = negated();
    --depth_;
    return add(Op::negate, {inner});
  }
  std::size_t power() {
    const std::size_t base = atom();
    return take("^") ? add(Op::power, {base, negated()}) : base;
  }
  std::size_t atom() {
    space();
    if (at_ == text_.size()) fail("something is missing at the end");
    const char c = text_[at_];
    if (take("(")) {
      const std::size_t inner = either();
      if (!take(")")) fail("a ) is missing");
      return inner;
    }
    if (c == '"' || c == '`') return quoted(c);
    if (std::isdigit(static_cast<unsigned char>(c)) || c == '.') return number();
    if (starts_name(c)) return name();
    fail(fmt::format("\"{}\" is not expected here", c));
  }
  std::size_t quoted(char mark) {
    const std::size_t end = text_.find(mark, at_ + 1);
    if (end == std::string_view::npos) fail(fmt::format("the closing {} is missing", mark));
    std::string word(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    if (mark == '`') return named(std::move(word));
    const std::size_t node = add(Op::text, {});
    out_.nodes_[node].word = std::move(word);
    return node;
  }
  std::size_t number() {
    double value = 0.0;
    const auto [stop, status] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (status != std::errc()) fail("this is no number");
    at_ = static_cast<std::size_t>(stop - text_.data());
    if (at_ < text_.size() && starts_name(text_[at_])) fail("numbers stand without units here: those of the axis or of the key hold");
    const std::size_t node = add(Op::number, {});
    out_.nodes_[node].number = value;
    return node;
  }
  std::size_t named(std::string word) {
    if (std::find(out_.names_.begin(), out_.names_.end(), word) == out_.names_.end()) out_.names_.push_back(word);
    const std::size_t node = add(Op::name, {});
    out_.nodes_[node].word = std::move(word);
    return node;
  }
  std::size_t name() {
    const std::size_t start = at_;
    while (at_ < text_.size() && in_name(text_[at_])) ++at_;
    std::string word(text_.substr(start, at_ - start));
    if (word == "and" || word == "or" || word == "not") {
      at_ = start;
      fail(fmt::format("\"{}\" is not expected here", word));
    }
    if (!take("(")) return named(std::move(word));
    const auto* function = std::find_if(std::begin(kFunctions), std::end(kFunctions), [&](const Function& f) { return f.name == word; });
    if (function == std::end(kFunctions)) {
      at_ = start;
      fail(fmt::format("there is no function {}; there are min, max, abs, sqrt, log, exp, round", word));
    }
    std::vector<std::size_t> arguments{either()};
    while (take(",")) arguments.push_back(either());
    if (!take(")")) fail("a ) is missing");
    if (function->several != (arguments.size() > 1)) fail(fmt::format("{} wants {}", word, function->several ? "two values or more" : "one value"));
    const std::size_t node = add(Op::call, std::move(arguments));
    out_.nodes_[node].word = word;
    return node;
  }

  Expression& out_;
  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

Expression::Expression(const std::string& text) : text_(text) {
  ExpressionParser(*this).parse();
}

double Expression::number(const Lookup& lookup) const {
  return plain_number(nodes_.size() - 1, lookup);
}

bool Expression::holds(const Lookup& lookup) const {
  const double truth = number(lookup);
  return truth != 0.0 && !std::isnan(truth);
}

double Expression::plain_number(std::size_t node, const Lookup& lookup) const {
  const Value found = value(node, lookup);
  if (const double* number = std::get_if<double>(&found)) return *number;
  throw InputError(fmt::format("\"{}\": \"{}\" is a text, and a number is needed", text_, std::get<std::string>(found)));
}

Expression::Value Expression::value(std::size_t index, const Lookup& lookup) const {
  const Node& node = nodes_[index];
  const auto number = [&](std::size_t i) { return plain_number(node.from[i], lookup); };
  const auto truth = [&](std::size_t i) {
    const double x = number(i);
    return x != 0.0 && !std::isnan(x);
  };
  switch (node.op) {
    case Op::number: return node.number;
    case Op::text: return node.word;
    case Op::name: return lookup(node.word).value_or(Value(kUnset));
    case Op::negate: return -number(0);
    case Op::invert: return truth(0) ? 0.0 : 1.0;
    case Op::power: return std::pow(number(0), number(1));
    case Op::times: return number(0) * number(1);
    case Op::over: {
      const double divisor = number(1);
      return divisor == 0.0 ? kUnset : number(0) / divisor;
    }
    case Op::plus: return number(0) + number(1);
    case Op::minus: return number(0) - number(1);
    case Op::less: return number(0) < number(1) ? 1.0 : 0.0;
    case Op::less_equal: return number(0) <= number(1) ? 1.0 : 0.0;
    case Op::more: return number(0) > number(1) ? 1.0 : 0.0;
    case Op::more_equal: return number(0) >= number(1) ? 1.0 : 0.0;
    case Op::both: return truth(0) && truth(1) ? 1.0 : 0.0;
    case Op::either: return truth(0) || truth(1) ? 1.0 : 0.0;
    case Op::equal:
    case Op::unequal: {
      const Value a = value(node.from[0], lookup), b = value(node.from[1], lookup);
      const auto unset = [](const Value& v) { return std::holds_alternative<double>(v) && std::isnan(std::get<double>(v)); };
      if (unset(a) || unset(b)) return 0.0;
      return (a == b) == (node.op == Op::equal) ? 1.0 : 0.0;
    }
    case Op::call: break;
  }
  double result = number(0);
  if (node.word == "abs") return std::fabs(result);
  if (node.word == "sqrt") return std::sqrt(result);
  if (node.word == "log") return std::log(result);
  if (node.word == "exp") return std::exp(result);
  if (node.word == "round") return std::round(result);
  for (std::size_t i = 1; i < node.from.size(); ++i) {
    const double next = number(i);
    if (std::isnan(next)) result = kUnset;
    if (!std::isnan(result)) result = node.word == "min" ? std::min(result, next) : std::max(result, next);
  }
  return result;
}

}  // namespace aifactory
