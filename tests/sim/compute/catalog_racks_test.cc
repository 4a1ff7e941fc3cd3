// Racks and pods of the catalogue: they compose from accelerators and nodes to what has been published.
#include <gmock/gmock.h>

#include <algorithm>

#include "models/compute/accelerator.h"
#include "models/compute/pod.h"
#include "models/eval/builtin_catalog.h"
#include "sim/scenario/reader.h"
#include "tests/accuracy.h"

namespace aifactory {
namespace {

const Catalog& catalog() {
  static const Catalog shipped(AIFACTORY_SOURCE_DIR "/scenarios/catalog");
  return shipped;
}
template <class T>
T entry(const std::string& name) {
  Report report;
  T params;
  read(catalog().entry(T::kCatalogKind, name).values, params, catalog(), report);
  report.throw_if_any();
  return params;
}

TEST(CatalogRacks, EachIsARackOfAKnownAccelerator) {
  const auto accelerators = builtin_names("accelerators");
  for (const std::string& name : catalog().names("racks")) {
    const auto params = entry<RackParams>(name);
    EXPECT_NO_THROW(Rack{params}) << name;
    if (params.accelerators == 0) continue;
    if (!params.accelerator_name) continue;
    ASSERT_TRUE(std::binary_search(accelerators.begin(), accelerators.end(), *params.accelerator_name))
        << name << ": " << *params.accelerator_name;
    const auto sheet = builtin_entry<AcceleratorParams>(*params.accelerator_name);
    if (sheet.peak_bf16 && params.peak_bf16.si() > 0.0) {
      EXPECT_NEAR(*sheet.peak_bf16 / params.peak_bf16, 1.0, 0.12) << name;
    }
    if (sheet.tdp && *params.accelerator_name != "tpu_v7") {
      EXPECT_NEAR(params.accelerator_max / *sheet.tdp, 1.0, 0.3) << name;
    }
  }
}

TEST(CatalogRacks, EveryAcceleratorOfTodayHasARack) {
  std::vector<std::string> used;
  for (const std::string& name : catalog().names("racks")) {
    if (const auto rack = entry<RackParams>(name); rack.accelerator_name) used.push_back(*rack.accelerator_name);
  }
  EXPECT_THAT(used,
              testing::IsSupersetOf({"a100_sxm_80gb", "h100_sxm", "h200_sxm", "b200_hgx", "b200_gb200", "b300_gb300",
                                     "rubin_vr200", "mi250x", "mi300x", "mi355x", "tpu_v4", "tpu_v5e", "tpu_v5p",
                                     "tpu_v6e", "tpu_v7", "trainium1", "trainium2_ultra", "trainium3"}));
}

// Published powers, kW, at full load: DC of the rack by NVIDIA's budget rule, or input of a node as measured.
TEST(CatalogRacks, PowersThatHaveBeenPublished) {
  const auto dc_kw = [](const char* name) { return Rack(entry<RackParams>(name)).rated_dc_power().in(kW); };
  const auto node_input_kw = [](const char* name) {
    const Rack rack(entry<RackParams>(name));
    return rack.rated_input_power().in(kW) / static_cast<double>(rack.params().nodes);
  };
  struct Row {
    const char* what;
    double model_kw, published_kw, accepted;
  };
  for (const Row& row : {Row{"GB300 NVL72, budget rule", dc_kw("gb300_nvl72"), 135.0, 1e-9},
                         Row{"GB200 NVL72, the same rule", dc_kw("gb200_nvl72"), 120.6, 1e-9},
                         Row{"DGX H100 node, greatest measured", node_input_kw("hgx_h100"), 8.4, 0.05},
                         Row{"DGX A100 node, greatest of a fleet", node_input_kw("dgx_a100"), 6.55, 0.05},
                         Row{"Frontier node, full", node_input_kw("frontier_rack") * 0.9354, 2.704, 0.05},
                         Row{"Vera Rubin NVL72, Max-Q", dc_kw("vr_nvl72"), 190.0, 0.05},
                         Row{"Vera Rubin NVL72, Max-P", dc_kw("vr_nvl72_max_p"), 230.0, 0.05}}) {
    std::printf("%-36s model %8.2f published %8.2f kW residual %+5.1f %%\n", row.what, row.model_kw, row.published_kw,
                100.0 * (row.model_kw / row.published_kw - 1.0));
    SCOPED_TRACE(row.what);
    accuracy_relative("rack_power", row.model_kw, row.published_kw, row.accepted);
  }
}

TEST(CatalogPods, ComposeToWhatTheirMakersState) {
  for (const std::string& name : catalog().names("pods")) {
    const auto pod = entry<PodParams>(name);
    const PodPower power = rated_power(pod, Rack(entry<RackParams>(pod.rack)));
    std::printf("%-22s %5ld racks %6ld accelerators rack %7.1f kW pod %8.3f MW\n", name.c_str(),
                static_cast<long>(pod.racks), static_cast<long>(pod.accelerators), power.rack_input.in(kW),
                power.pod.in(MW));
  }
  // "9,216 chips, nearly 10 MW".
  const auto ironwood = entry<PodParams>("tpu_v7_pod");
  EXPECT_EQ(ironwood.accelerators, 9216);
  accuracy_relative("rack_power", rated_power(ironwood, Rack(entry<RackParams>(ironwood.rack))).pod.in(MW), 10.0, 0.03);
  PodParams wrong = ironwood;
  wrong.accelerators = 9000;
  EXPECT_THAT(
      [&] { (void)rated_power(wrong, Rack(entry<RackParams>(wrong.rack))); },
      testing::ThrowsMessage<InputError>("pod: accelerators = 9000 must be racks x accelerators of a rack = 144 x 64"));
}

// An assumption that does not say so would pass for a fact.
TEST(CatalogRacks, AssumptionsSayTheyAre) {
  for (const char* kind : {"racks", "pods"}) {
    for (const std::string& name : catalog().names(kind)) {
      for (const CatalogValue& value : catalog().entry(kind, name).provenance) {
        if (value.confidence == "assumed") continue;
        EXPECT_FALSE(value.source.starts_with("assumed")) << kind << "/" << name << ": " << value.key;
      }
    }
  }
}

}  // namespace
}  // namespace aifactory
