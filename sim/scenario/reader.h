#pragma once
/// @file Reads any struct with fields() from a document: every kind of sim/scenario/types.h, all errors at once.
///
/// An error reads `file:line:col: path.to.key: VALUE must be RANGE UNIT`.  A missing key is reported at the mapping
/// that lacks it, an unknown key with the nearest known one.  A key without a value, or `~`, counts as not given.
/// A struct's validate(report) runs when all of it could be read; an InputError that it throws (a
/// model that checks its parameters) is reported like any other.
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/error.h"
#include "models/unit_strings.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/document.h"
#include "sim/scenario/kinds.h"

namespace aifactory {

/// What reading came across beside the values.
struct ReadNotes {
  std::vector<CatalogUse> catalog;
  std::vector<std::string> input_files;  ///< InputFile paths, in the order of reading, each once
};

/// A node to be read: where it stands or, when nobody wrote it, where it is missed.
struct Slot {
  const Doc* doc = nullptr;  ///< nullptr: not given
  Place place;
  std::string path;
};

/// The report that a struct's validate() gets: keys are relative to the struct and may be dotted.
class StructReport {
 public:
  StructReport(Report& report, const Slot& slot) : report_(report), slot_(slot) {}
  /// `key` "" means the struct itself; `points[2].x` and `points.2.x` reach into lists.
  void error(const std::string& key, const std::string& message);

 private:
  Report& report_;
  const Slot& slot_;
};

class Reader {
 public:
  Reader(const Catalog& catalog, Report& report, ReadNotes* notes = nullptr)
      : catalog_(catalog), report_(report), notes_(notes) {}

  /// Reads the node into `value`; what is not given keeps its default.
  template <class T>
  void read(const Slot& slot, T& value, const Range& range = kAny);

 private:
  [[nodiscard]] static std::string below(const std::string& path, std::string_view key);
  [[nodiscard]] static Slot member(const Slot& parent, const char* key);
  void error(const Slot& slot, std::string_view message) { report_.error(slot.place, slot.path, message); }
  void missing(const Slot& slot, std::string_view wanted) { error(slot, fmt::format("is missing; it {}", wanted)); }
  /// The scalar's text; reports and returns nullptr for a list or a mapping.
  const std::string* scalar(const Slot& slot, std::string_view wanted);
  void unknown_keys(const Slot& slot, const std::vector<std::string>& keys);
  /// "must be > 0 W, e.g. 120 kW".
  static std::string wanted_text(const Wanted& wanted, const Range& range);
  static std::string wanted_whole(const Range& range);
  bool whole_number(const Slot& slot, const Range& range, double low, double high, std::int64_t& value);
  void read_text(const Slot& slot, std::string& value);
  void read_bool(const Slot& slot, bool& value);
  void read_file(const Slot& slot, InputFile& value);
  void read_timestamp(const Slot& slot, Timestamp& value);
  void read_run_length(const Slot& slot, RunLength& value, const Range& range);
  /// Index of the name in `names`, or -1 with an error.
  int read_name(const Slot& slot, const std::vector<std::string>& names);
  /// The mapping that a catalogue reference stands for; false with an error.
  bool resolve_catalog(const Slot& slot, const char* kind, std::string& base, Doc& resolved);
  /// {key: doc}
  [[nodiscard]] static Doc wrap(const char* key, const Doc& doc);

  template <class T>
  void read_quantity(const Slot& slot, T& value, const Range& range);
  template <class T>
  void read_struct(const Slot& slot, T& value);
  template <class T>
  void read_catalog_ref(const Slot& slot, CatalogRef<T>& value);
  template <class T>
  void read_map(const Slot& slot, Map<T>& value, const Range& range);
  template <class T>
  void read_vector(const Slot& slot, std::vector<T>& value, const Range& range);

  const Catalog& catalog_;
  Report& report_;
  ReadNotes* notes_;
  std::map<std::pair<std::string, std::string>, CatalogEntry> entries_;  // catalogue files read so far
};

/// Reads `value` from a document; errors go to `report`.
template <class T>
void read(const Doc& doc, T& value, const Catalog& catalog, Report& report, ReadNotes* notes = nullptr) {
  Reader(catalog, report, notes).read({&doc, doc.place, ""}, value);
}

/// @throws InputError whose text is all errors, one a line, in the order of their places.
template <class T>
[[nodiscard]] T read_or_throw(const LoadedDocument& document, const Catalog& catalog, ReadNotes* notes = nullptr) {
  Report report;
  T value{};
  read(document.root, value, catalog, report, notes);
  report.throw_if_any();
  return value;
}

template <class T>
void Reader::read(const Slot& given, T& value, const Range& range) {
  Slot slot = given;
  if (slot.doc && slot.doc->kind == Doc::Kind::null) slot.doc = nullptr;
  if constexpr (kIsQuantity<T>) {
    read_quantity(slot, value, range);
  } else if constexpr (std::same_as<T, bool>) {
    if (slot.doc) read_bool(slot, value);
  } else if constexpr (WholeNumber<T>) {
    if (!slot.doc) {
      if constexpr (std::same_as<T, std::int64_t>) {
        if (value == kUnsetCount) missing(slot, wanted_whole(range));
      }
      return;
    }
    // Bounds as doubles, pulled in to what both types hold.
    constexpr double kHigh = static_cast<double>(std::numeric_limits<T>::max());
    constexpr double kLow = static_cast<double>(std::numeric_limits<T>::min());
    std::int64_t number = 0;
    if (whole_number(slot, range, kLow, kHigh, number)) value = static_cast<T>(number);
  } else if constexpr (std::same_as<T, std::string>) {
    if (!slot.doc && value.empty()) {
      missing(slot, "must be a text");
    } else if (slot.doc) {
      read_text(slot, value);
    }
  } else if constexpr (std::is_enum_v<T>) {
    if (!slot.doc) return;
    const int index = read_name(slot, enum_names<T>());
    if (index >= 0) value = std::data(EnumNames<T>::values)[index].second;
  } else if constexpr (std::same_as<T, InputFile>) {
    read_file(slot, value);
  } else if constexpr (std::same_as<T, Timestamp>) {
    read_timestamp(slot, value);
  } else if constexpr (std::same_as<T, RunLength>) {
    read_run_length(slot, value, range);
  } else if constexpr (kIsOptional<T>) {
    if (!slot.doc) {
      if (given.doc) value.reset();
      return;
    }
    typename T::value_type inner{};
    read(slot, inner, range);
    value = std::move(inner);
  } else if constexpr (kIsVector<T>) {
    if (slot.doc) read_vector(slot, value, range);
  } else if constexpr (kIsListOrFile<T>) {
    if (!slot.doc) return;
    value = {};
    if (slot.doc->kind == Doc::Kind::scalar) {
      read_file(slot, value.file.emplace());
    } else {
      read_vector(slot, value.list, range);
    }
  } else if constexpr (std::same_as<T, Names>) {
    if (!slot.doc) return;
    if (slot.doc->kind == Doc::Kind::list) return read_vector(slot, value.items, range);
    value.items.resize(1);
    read_text(slot, value.items.front());
  } else if constexpr (kIsMap<T>) {
    if (slot.doc) read_map(slot, value, range);
  } else if constexpr (kIsCatalogRef<T>) {
    read_catalog_ref(slot, value);
  } else {
    static_assert(HasFields<T>, "a member must be of a kind listed in sim/scenario/types.h");
    read_struct(slot, value);
  }
}

template <class T>
void Reader::read_quantity(const Slot& slot, T& value, const Range& range) {
  const Wanted wanted = Wanted::of<T>();
  if (!slot.doc) {
    if (std::isnan(plain(value))) missing(slot, wanted_text(wanted, range));
    return;
  }
  const std::string* text = scalar(slot, wanted.text());
  if (!text) return;
  const Parsed<T> parsed = parse_as<T>(*text);
  if (!parsed) {
    error(slot, fmt::format("{} {}", slot.doc->describe(), parsed.error));
    return;
  }
  // A temperature loses the last bits on its way to kelvin and back: the limit itself, as written, is allowed.
  const bool at_limit = std::same_as<T, Temperature> && range.contains(parse_quantity(*text, wanted).value);
  if (!range.contains(plain(parsed.value)) && !at_limit) {
    error(slot, fmt::format("{} must be {}", *text, range.text(wanted.symbol.c_str())));
    return;
  }
  value = parsed.value;
}

template <class T>
void Reader::read_struct(const Slot& given, T& value) {
  Slot slot = given;
  Doc wrapped;
  if (slot.doc && slot.doc->kind != Doc::Kind::map) {
    if constexpr (HasShorthand<T>) {
      wrapped = wrap(T::kShorthand, *slot.doc);
      slot.doc = &wrapped;
    } else {
      error(slot, fmt::format("{} must be a mapping", slot.doc->describe()));
      return;
    }
  } else if (slot.doc && slot.doc->find("")) {  // a --set went below a scalar
    if constexpr (HasShorthand<T>) {
      wrapped = *slot.doc;
      // The shorthand may itself have been set anew: `scheduling: fcfs` with `--set scheduling.policy=sjf`.
      if (wrapped.find(T::kShorthand)) std::erase_if(wrapped.entries, [](const Doc::Entry& e) { return e.key.empty(); });
      for (Doc::Entry& entry : wrapped.entries) {
        if (entry.key.empty()) entry.key = T::kShorthand;
      }
      slot.doc = &wrapped;
    } else {
      error(slot, fmt::format("nothing can be set below {}", slot.doc->find("")->describe()));
      return;
    }
  }
  const std::size_t before = report_.count();
  std::vector<std::string> keys;
  for_each_field(value, [&](const char* key, auto& inner, const Range& range, const char* /*doc*/) {
    keys.emplace_back(key);
    read(member(slot, key), inner, range);
  });
  unknown_keys(slot, keys);
  if (report_.count() != before) return;
  if constexpr (requires(const T& t, StructReport r) { t.validate(r); }) {
    StructReport checks(report_, slot);
    try {
      std::as_const(value).validate(checks);
    } catch (const InputError& e) {
      checks.error("", e.what());
    }
  }
}

template <class T>
void Reader::read_catalog_ref(const Slot& given, CatalogRef<T>& value) {
  Slot slot = given;
  Doc by_default;
  if (!slot.doc) {
    if (value.base.empty()) {
      missing(slot, fmt::format("must be a name from the catalogue of {}", T::kCatalogKind));
      return;
    }
    by_default = Doc::at(slot.place, Doc::Kind::scalar);
    by_default.scalar = value.base;
    slot.doc = &by_default;
  }
  value = {};
  Doc resolved;
  if (!resolve_catalog(slot, T::kCatalogKind, value.base, resolved)) return;
  read_struct({&resolved, slot.place, slot.path}, value.value);
}

template <class T>
void Reader::read_map(const Slot& slot, Map<T>& value, const Range& range) {
  if (slot.doc->kind != Doc::Kind::map || slot.doc->find("")) {
    error(slot, fmt::format("{} must be a mapping of names to values", slot.doc->describe()));
    return;
  }
  value.items.clear();
  for (const Doc::Entry& entry : slot.doc->entries) {
    value.items.emplace_back(entry.key, T{});
    const Place& place = entry.value.kind == Doc::Kind::null ? entry.place : entry.value.place;
    read({&entry.value, place, below(slot.path, entry.key)}, value.items.back().second, range);
  }
}

template <class T>
void Reader::read_vector(const Slot& slot, std::vector<T>& value, const Range& range) {
  if (slot.doc->kind != Doc::Kind::list) {
    error(slot, fmt::format("{} must be a list", slot.doc->describe()));
    return;
  }
  value.clear();
  for (std::size_t i = 0; i < slot.doc->items.size(); ++i) {
    const Doc& item = slot.doc->items[i];
    T one{};  // not in place: std::vector<bool> has no references
    read({&item, item.place, fmt::format("{}[{}]", slot.path, i)}, one, range);
    value.push_back(std::move(one));
  }
}

}  // namespace aifactory
