#pragma once
/// @file Small structs that have a member of every kind of sim/scenario/types.h.
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/reader.h"

namespace aifactory::sample {

enum class Mode { tower, dry, chiller };

struct Point {
  double load = kUnset;
  Power power;
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("load", p.load, kFraction, "share of the rating");
    visit("power", p.power, kNonNegative, "electric");
  }
};

struct Price {
  EnergyPrice flat;
  std::vector<double> factors;
  static constexpr const char* kShorthand = "flat";
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("flat", p.flat, kAny, "price at all hours");
    visit("factors", p.factors, kNonNegative, "by hour");
  }
};

struct Rack {
  static constexpr const char* kCatalogKind = "racks";
  std::int64_t nodes = kUnsetCount;
  Power power;
  std::optional<TemperatureDelta> rise;
  std::vector<Point> curve;
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("nodes", p.nodes, at_least(1), "nodes of a rack");
    visit("power", p.power, kPositive, "at full load");
    visit("rise", p.rise, kPositive, "coolant temperature rise");
    visit("curve", p.curve, kAny, "part load");
  }
};

/// A tree: contains itself.
struct Unit {
  double rating = 1.0;
  std::vector<Unit> feeds;
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("rating", p.rating, kPositive, "per unit");
    visit("feeds", p.feeds, kAny, "what it feeds");
  }
};

struct Plant {
  Power rated;
  Temperature supply;
  Mode mode = Mode::tower;
  bool economizer = true;
  std::string label;
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("rated", p.rated, kPositive, "heat rejected at the rating point");
    visit("supply", p.supply, kCelsius, "supply temperature");
    visit("mode", p.mode, "kind of heat rejection");  // the spelling without a range
    visit("economizer", p.economizer, kAny, "free cooling");
    visit("label", p.label, kAny, "for tables");
  }
  template <class Report>
  void validate(Report& report) const {
    if (rated > 100.0 * MW) report.error("rated", "100 MW is the largest plant that this sample builds");
    if (label == "throws") throw InputError("plant: refused by its model");
  }
};

struct Whole {
  std::string name;
  std::int64_t count = 3;
  std::uint8_t small = 1;
  double share = 0.5;
  Plant plant;
  std::optional<Plant> spare;
  std::optional<double> limit;
  Map<Price> prices;
  std::vector<std::string> words;
  CatalogRef<Rack> rack;
  std::optional<InputFile> weather;
  std::optional<Timestamp> start;
  std::optional<RunLength> duration;
  Unit tree;
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("name", p.name, kAny, "of the scenario");
    visit("count", p.count, between(1, 1000), "of things | with a bar");
    visit("small", p.small, kAny, "fits a byte");
    visit("share", p.share, kFraction, "of something");
    visit("plant", p.plant, kAny, "cooling");
    visit("spare", p.spare, kAny, "second plant");
    visit("limit", p.limit, kPositive, "if any");
    visit("prices", p.prices, kAny, "by name");
    visit("words", p.words, kAny, "any");
    visit("rack", p.rack, kAny, "equipment");
    visit("weather", p.weather, kAny, "hourly file");
    visit("start", p.start, kAny, "begin");
    visit("duration", p.duration, kPositive, "length");
    visit("tree", p.tree, kAny, "of units");
  }
};

/// The least that reads.
inline constexpr const char* kLeast =
    "name: least\n"
    "plant: {rated: 10 MW, supply: 20 degC, label: north}\n"
    "rack: {nodes: 18, power: 120 kW}\n";

inline LoadedDocument text(const std::string& yaml, const std::vector<std::string>& sets = {}) {
  return load_text(yaml, {"s.yaml", "", 0, ""}, sets);
}

/// Reads with an empty catalogue.
template <class T = Whole>
T read(const std::string& yaml, const std::vector<std::string>& sets = {}) {
  return read_or_throw<T>(text(yaml, sets), Catalog());
}

/// All errors, one a line; "" when there are none.
template <class T = Whole>
std::string errors(const std::string& yaml, const std::vector<std::string>& sets = {}) {
  try {
    (void)read<T>(yaml, sets);
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

/// A folder of its own that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "aifactory_test_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code code;
    std::filesystem::remove_all(path_, code);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  /// Writes a file, returns its path.
  std::string write(const std::string& name, const std::string& content) const {
    const auto path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  [[nodiscard]] std::string path() const { return path_.string(); }
  /// `text` without this folder's path, for comparing messages.
  [[nodiscard]] std::string strip(std::string text) const {
    const std::string prefix = path() + "/";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
      text.erase(at, prefix.size());
    return text;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace aifactory::sample

template <>
struct aifactory::EnumNames<aifactory::sample::Mode> {
  static constexpr std::pair<const char*, aifactory::sample::Mode> values[] = {
      {"tower", aifactory::sample::Mode::tower},
      {"dry", aifactory::sample::Mode::dry},
      {"chiller", aifactory::sample::Mode::chiller}};
};
