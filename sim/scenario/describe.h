#pragma once
/// @file What a struct with fields() accepts, as data: the JSON Schema and the reference page are written from it.
#include <concepts>
#include <deque>
#include <map>
#include <string>
#include <type_traits>
#include <typeindex>
#include <vector>

#include "models/unit_strings.h"
#include "sim/scenario/dump.h"
#include "sim/scenario/kinds.h"

namespace aifactory {

struct TypeInfo;

/// One key of a struct.
struct KeyInfo {
  std::string key, doc;
  const TypeInfo* type = nullptr;
  Range range;
  bool required = false;
  std::string fallback;  ///< default as YAML on one line; empty when there is none
};

struct TypeInfo {
  enum class Kind {
    number,
    quantity,
    whole,
    text,
    boolean,
    choice,
    file,
    timestamp,
    run_length,
    list,
    names,
    map,
    mapping,
    catalog
  };
  Kind kind = Kind::number;
  Wanted wanted;                      ///< number, quantity
  std::vector<std::string> choices;   ///< choice
  const TypeInfo* element = nullptr;  ///< list, names, map, catalog (then a mapping)
  bool or_file = false;               ///< list: or the path of a file that holds it
  std::vector<KeyInfo> keys;          ///< mapping
  std::string name;                   ///< mapping: a name unique within the description
  std::string shorthand;              ///< mapping: key that a bare scalar or list is for; "" if none
  std::string catalog_kind;           ///< catalog
};

/// A type and all types below it.  Structs may contain themselves (a tree); the infos then point in circles.
class Description {
 public:
  template <class T>
  static Description of() {
    Description description;
    description.root_ = description.type_of<T>();
    return description;
  }
  Description(Description&&) = default;
  Description& operator=(Description&&) = default;
  Description(const Description&) = delete;
  Description& operator=(const Description&) = delete;

  [[nodiscard]] const TypeInfo& root() const { return *root_; }
  /// All mappings, in the order in which they were met.
  [[nodiscard]] std::vector<const TypeInfo*> mappings() const;

 private:
  Description() = default;
  /// "aifactory::CoolingTower::Params" -> "CoolingTower.Params", made unique.
  std::string type_name(const char* mangled);
  static std::string one_line(const Doc& doc);

  template <class T>
  TypeInfo* add(TypeInfo::Kind kind) {
    types_.emplace_back();  // a deque: what points at earlier infos stays valid
    types_.back().kind = kind;
    return &types_.back();
  }
  template <class T>
  const TypeInfo* type_of();
  template <class T>
  KeyInfo key_of(const char* key, const T& value, const Range& range, const char* doc);

  std::deque<TypeInfo> types_;
  std::map<std::type_index, const TypeInfo*> mappings_;
  const TypeInfo* root_ = nullptr;
};

template <class T>
const TypeInfo* Description::type_of() {
  using Kind = TypeInfo::Kind;
  if constexpr (kIsQuantity<T>) {
    TypeInfo* info = add<T>(std::same_as<T, double> ? Kind::number : Kind::quantity);
    info->wanted = Wanted::of<T>();
    return info;
  } else if constexpr (std::same_as<T, bool>) {
    return add<T>(Kind::boolean);
  } else if constexpr (WholeNumber<T>) {
    return add<T>(Kind::whole);
  } else if constexpr (std::same_as<T, std::string>) {
    return add<T>(Kind::text);
  } else if constexpr (std::is_enum_v<T>) {
    TypeInfo* info = add<T>(Kind::choice);
    info->choices = enum_names<T>();
    return info;
  } else if constexpr (std::same_as<T, InputFile>) {
    return add<T>(Kind::file);
  } else if constexpr (std::same_as<T, Timestamp>) {
    return add<T>(Kind::timestamp);
  } else if constexpr (std::same_as<T, RunLength>) {
    return add<T>(Kind::run_length);
  } else if constexpr (kIsOptional<T>) {
    return type_of<typename T::value_type>();
  } else if constexpr (kIsVector<T>) {
    TypeInfo* info = add<T>(Kind::list);
    info->element = type_of<typename T::value_type>();
    return info;
  } else if constexpr (kIsListOrFile<T>) {
    TypeInfo* info = add<T>(Kind::list);
    info->element = type_of<typename decltype(T::list)::value_type>();
    info->or_file = true;
    return info;
  } else if constexpr (std::same_as<T, Names>) {
    TypeInfo* info = add<T>(Kind::names);
    info->element = type_of<std::string>();
    return info;
  } else if constexpr (kIsMap<T>) {
    TypeInfo* info = add<T>(Kind::map);
    info->element = type_of<std::remove_cvref_t<decltype(T{}.items[0].second)>>();
    return info;
  } else if constexpr (kIsCatalogRef<T>) {
    using Equipment = decltype(T::value);
    TypeInfo* info = add<T>(Kind::catalog);
    info->catalog_kind = Equipment::kCatalogKind;
    info->element = type_of<Equipment>();
    return info;
  } else {
    static_assert(HasFields<T>, "a member must be of a kind listed in sim/scenario/types.h");
    const auto found = mappings_.find(typeid(T));
    if (found != mappings_.end()) return found->second;
    TypeInfo* info = add<T>(Kind::mapping);
    mappings_.emplace(typeid(T), info);
    info->name = type_name(typeid(T).name());
    if constexpr (HasShorthand<T>) info->shorthand = T::kShorthand;
    const T defaults{};
    for_each_field(defaults, [&](const char* key, const auto& value, const Range& range, const char* doc) {
      KeyInfo one = key_of(key, value, range, doc);
      info->keys.push_back(std::move(one));
    });
    return info;
  }
}

template <class T>
KeyInfo Description::key_of(const char* key, const T& value, const Range& range, const char* doc) {
  KeyInfo info;
  info.key = key;
  info.doc = doc;
  info.type = type_of<T>();
  info.range = range;
  if constexpr (HasFields<T>) {
    for (const KeyInfo& inner : info.type->keys) info.required = info.required || inner.required;
  } else if constexpr (kIsCatalogRef<T>) {
    info.required = value.base.empty();
    info.fallback = value.base;
  } else {
    const Doc usual = to_doc(value);
    info.required = !kIsOptional<T> && usual.kind == Doc::Kind::null;
    if (usual.kind != Doc::Kind::null) info.fallback = one_line(usual);
  }
  return info;
}

}  // namespace aifactory
