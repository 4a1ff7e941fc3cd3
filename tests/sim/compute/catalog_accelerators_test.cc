// Accelerators and models of the catalogue: they read, and the build's table of them holds the same values.
#include <gmock/gmock.h>

#include "models/compute/accelerator.h"
#include "models/eval/builtin_catalog.h"
#include "models/training/model_shape.h"
#include "sim/scenario/reader.h"

namespace aifactory {
namespace {

const Catalog& catalog() {
  static const Catalog shipped(AIFACTORY_SOURCE_DIR "/scenarios/catalog");
  return shipped;
}

template <class T>
T from_yaml(const std::string& name) {
  Report report;
  T params;
  read(catalog().entry(T::kCatalogKind, name).values, params, catalog(), report);
  report.throw_if_any();
  return params;
}

/// Every member as text: the shortest that reads back as the same number.
template <class T>
std::vector<std::string> texts(const T& params) {
  std::vector<std::string> out;
  const auto text = [](const auto& value) {
    if constexpr (requires { value.si(); }) {
      return fmt::format("{}", value.si());
    } else if constexpr (requires { value.in_kelvin(); }) {
      return fmt::format("{}", value.in_kelvin());
    } else {
      return fmt::format("{}", value);
    }
  };
  T::fields(params, [&](const char* key, const auto& member, const Range&, const char*) {
    if constexpr (requires { member.has_value(); }) {
      out.push_back(fmt::format("{}: {}", key, member ? text(*member) : "absent"));
    } else {
      out.push_back(fmt::format("{}: {}", key, text(member)));
    }
  });
  return out;
}

template <class T>
void expect_the_same_in_both_readings() {
  const auto names = catalog().names(T::kCatalogKind);
  EXPECT_EQ(names, builtin_names(T::kCatalogKind));
  for (const std::string& name : names) EXPECT_EQ(texts(from_yaml<T>(name)), texts(builtin_entry<T>(name))) << name;
}

TEST(CatalogAccelerators, ReadAndEqualTheBuiltinTable) {
  expect_the_same_in_both_readings<AcceleratorParams>();
}
TEST(CatalogModels, ReadAndEqualTheBuiltinTable) {
  expect_the_same_in_both_readings<ModelShape>();
}

// An assumption that does not say so would pass for a fact.
TEST(CatalogAccelerators, AssumptionsSayTheyAre) {
  for (const char* kind : {AcceleratorParams::kCatalogKind, ModelShape::kCatalogKind}) {
    for (const std::string& name : catalog().names(kind)) {
      for (const CatalogValue& value : catalog().entry(kind, name).provenance) {
        EXPECT_EQ(value.confidence == "assumed", value.source.find("assumed") != std::string::npos)
            << kind << "/" << name << ": " << value.key;
      }
    }
  }
}

}  // namespace
}  // namespace aifactory
