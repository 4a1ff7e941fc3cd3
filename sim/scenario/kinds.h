#pragma once
/// @file Tells the member kinds of sim/scenario/types.h apart, for the visitors that read, dump and describe.
#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "sim/scenario/types.h"

namespace aifactory {

/// Accepts every call that a fields() walk makes.
struct AnyVisitor {
  template <class T>
  void operator()(const char*, T&, const Range& = kAny, const char* = "") const {}
  template <class T>
  void operator()(const char*, T&, const char*) const {}
};

template <class T>
concept HasFields = requires(T& t, AnyVisitor visitor) {
  T::fields(t, visitor);
};
template <class T>
concept HasShorthand = HasFields<T> && requires {
  T::kShorthand;
};

template <class T>
inline constexpr bool kIsQuantity = false;
template <class D>
inline constexpr bool kIsQuantity<Quantity<D>> = true;
template <>
inline constexpr bool kIsQuantity<Temperature> = true;
template <>
inline constexpr bool kIsQuantity<double> = true;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsListOrFile = false;
template <class T>
inline constexpr bool kIsListOrFile<ListOrFile<T>> = true;
template <class T>
inline constexpr bool kIsMap = false;
template <class T>
inline constexpr bool kIsMap<Map<T>> = true;
template <class T>
inline constexpr bool kIsCatalogRef = false;
template <class T>
inline constexpr bool kIsCatalogRef<CatalogRef<T>> = true;

template <class T>
concept WholeNumber = std::integral<T> && !std::same_as<T, bool>;

/// A class that turns the two spellings of a visit, with and without a range, into `member(key, value, range, doc)`.
template <class Function>
class MemberVisitor {
 public:
  explicit MemberVisitor(Function function) : function_(function) {}
  template <class T>
  void operator()(const char* key, T& value, const Range& range = kAny, const char* doc = "") {
    function_(key, value, range, doc);
  }
  template <class T>
  void operator()(const char* key, T& value, const char* doc) {
    function_(key, value, kAny, doc);
  }

 private:
  Function function_;
};

/// Calls `function(key, value, range, doc)` for each member.
template <class T, class Function>
void for_each_field(T& value, Function function) {
  std::remove_const_t<T>::fields(value, MemberVisitor<Function>(function));
}

/// The name of an enum value.
template <class E>
const char* enum_name(E value) {
  for (const auto& [name, candidate] : EnumNames<E>::values) {
    if (candidate == value) return name;
  }
  return "?";
}
template <class E>
std::vector<std::string> enum_names() {
  std::vector<std::string> names;
  for (const auto& [name, value] : EnumNames<E>::values) names.emplace_back(name);
  return names;
}

/// A timestamp as text: the shortest of the spellings that `Timestamp` allows.
[[nodiscard]] std::string to_text(const Timestamp& time);
[[nodiscard]] std::optional<Timestamp> parse_timestamp(const std::string& text);

}  // namespace aifactory
