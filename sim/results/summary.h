#pragma once
/// @file The numbers of a run by name, as summary.json holds them.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "models/units.h"

namespace aifactory {

/// Every key that a summary promises is there from the beginning, as null: "this scenario does not define it".  A value
/// is set once it is known, and nothing is ever 0 because it is missing.  Keys are dotted paths with the unit as
/// suffix: `set("kpi.pue", 1.12)`.  The blocks of sites and clusters repeat the sections of the whole
/// (`time` and `ledger` aside).
class Summary {
 public:
  /// One block of sections: the whole run, a site or a cluster.  Refers into its Summary.
  class Block {
   public:
    /// Sets a key that stands in the contract, or adds a new one to an existing section; unset and infinite are null.
    template <class Number>
    requires std::is_arithmetic_v<Number>
    void set(std::string_view path, Number value) { put(path, value); }
    void set(std::string_view path, std::optional<double> value) { put(path, value.value_or(kUnset)); }
    void set_text(std::string_view path, const std::string& text) { put(path, text); }

   private:
    friend class Summary;
    explicit Block(nlohmann::ordered_json& sections) : sections_(sections) {}
    void put(std::string_view path, const nlohmann::ordered_json& value);
    nlohmann::ordered_json& sections_;
  };

  Summary();
  [[nodiscard]] Block whole() { return Block(json_); }
  [[nodiscard]] Block site(const std::string& name);  ///< all-null block on the first call
  [[nodiscard]] Block cluster(const std::string& name);
  [[nodiscard]] Block service(const std::string& name);  ///< has kServiceKeys, null at first

  /// Something a reader must know to read the numbers: "site abilene: no cooling plant ...".  Kept in order under `notes`.
  void note(const std::string& text);
  [[nodiscard]] std::vector<std::string> notes() const;

  /// The number at `kpi.pue` or `sites.abilene.kpi.pue`; empty when it is null or not there.
  [[nodiscard]] std::optional<double> number(std::string_view path) const;
  /// Whether the path names a number of this summary, null or not: what a stated limit may refer to.
  [[nodiscard]] bool has(std::string_view path) const;

  [[nodiscard]] const nlohmann::ordered_json& json() const { return json_; }
  /// Text of summary.json: two spaces of indentation, shortest numbers that read back the same, final newline.
  [[nodiscard]] std::string text() const;
  /// Reads a summary back.  @throws InputError naming `file` when it is no JSON object.
  static Summary parse(const std::string& text, const std::string& file);

 private:
  [[nodiscard]] const nlohmann::ordered_json* find(std::string_view path) const;
  nlohmann::ordered_json json_;
};

}  // namespace aifactory
