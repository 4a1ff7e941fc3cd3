#pragma once
#include <optional>
#include <string>

#include "models/compute/precision.h"
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// An accelerator as its data sheet describes it: one package, dense rates.
///
/// What a maker does not publish is absent.  `attainable_*` is the best matrix product measured, over all shapes: a
/// ceiling that no training step reaches.  Bandwidths are one direction.  *Not modelled* here: power by load, and what its
/// temperature does to it, which belong to the rack (models/compute/rack.h).  Source: with each value in
/// scenarios/catalog/accelerators.
struct AcceleratorParams {
  static constexpr const char* kCatalogKind = "accelerators";

  std::optional<FlopRate> peak_bf16, peak_fp8, peak_fp4;
  std::optional<FlopRate> attainable_bf16, attainable_fp8;
  DataSize memory;
  std::optional<DataRate> memory_bandwidth;
  std::optional<Power> tdp, idle_power, typical_power;
  std::optional<DataRate> scale_up;             ///< to the scale-up domain
  std::optional<std::int64_t> scale_up_domain;  ///< accelerators in it
  std::optional<DataRate> scale_out;            ///< its share of the network interfaces
  std::optional<std::string> coolant;           ///< air or liquid
  std::optional<Temperature> coolant_supply_max;                   ///< of the liquid or air that reaches it
  std::optional<Temperature> slowdown_temp, shutdown_temp;         ///< of the package
  std::optional<Temperature> memory_max_temp;
  std::optional<Money> price;                   ///< of the package, as reported

  [[nodiscard]] std::optional<FlopRate> peak(Precision precision) const {
    return precision == Precision::bf16 ? peak_bf16 : precision == Precision::fp8 ? peak_fp8 : peak_fp4;
  }
  /// The best matrix product measured at that precision.
  [[nodiscard]] std::optional<FlopRate> attainable(Precision precision) const {
    return precision == Precision::bf16  ? attainable_bf16
           : precision == Precision::fp8 ? attainable_fp8
                                         : std::optional<FlopRate>();
  }

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("peak_bf16", p.peak_bf16, kPositive, "dense bf16 peak");
    visit("peak_fp8", p.peak_fp8, kPositive, "dense fp8 peak");
    visit("peak_fp4", p.peak_fp4, kPositive, "dense fp4 peak");
    visit("attainable_bf16", p.attainable_bf16, kPositive, "best bf16 matrix product measured");
    visit("attainable_fp8", p.attainable_fp8, kPositive, "best fp8 matrix product measured");
    visit("memory", p.memory, kPositive, "device memory");
    visit("memory_bandwidth", p.memory_bandwidth, kPositive, "of the device memory");
    visit("tdp", p.tdp, kPositive, "rated power of the package");
    visit("idle_power", p.idle_power, kNonNegative, "power of the idle package");
    visit("typical_power", p.typical_power, kPositive, "mean power of the package at work");
    visit("scale_up", p.scale_up, kPositive, "bandwidth to the scale-up domain, one direction");
    visit("scale_up_domain", p.scale_up_domain, between(1, 1e6), "accelerators of a scale-up domain");
    visit("scale_out", p.scale_out, kPositive, "bandwidth to the scale-out fabric, one direction");
    visit("coolant", p.coolant, kAny, "air or liquid");
    visit("coolant_supply_max", p.coolant_supply_max, kCelsius, "warmest coolant that reaches it");
    visit("slowdown_temp", p.slowdown_temp, kCelsius, "temperature at which the clock is cut");
    visit("shutdown_temp", p.shutdown_temp, kCelsius, "temperature at which it shuts down");
    visit("memory_max_temp", p.memory_max_temp, kCelsius, "highest temperature of its memory");
    visit("price", p.price, kNonNegative, "price of the package, as reported");
  }
  template <class Report>
  void validate(Report& report) const {
    if (coolant && *coolant != "air" && *coolant != "liquid") report.error("coolant", "must be air or liquid");
    if (tdp && idle_power && *idle_power > *tdp) report.error("idle_power", "must be at most tdp");
    if (typical_power && tdp && *typical_power > *tdp) report.error("typical_power", "must be at most tdp");
    if (slowdown_temp && shutdown_temp && !(*slowdown_temp < *shutdown_temp)) {
      report.error("slowdown_temp", "must be below shutdown_temp");
    }
    if (attainable_bf16 && peak_bf16 && *attainable_bf16 > *peak_bf16) {
      report.error("attainable_bf16", "must be at most peak_bf16");
    }
    if (attainable_fp8 && peak_fp8 && *attainable_fp8 > *peak_fp8) {
      report.error("attainable_fp8", "must be at most peak_fp8");
    }
  }
};

}  // namespace aifactory
