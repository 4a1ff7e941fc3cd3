#pragma once
namespace aifactory {

/// Of weights and the products with them.
enum class Precision { bf16, fp8, fp4 };
[[nodiscard]] constexpr const char* name(Precision precision) {
  return precision == Precision::bf16 ? "bf16" : precision == Precision::fp8 ? "fp8" : "fp4";
}
/// Bytes of one number.
[[nodiscard]] constexpr double bytes_of(Precision precision) {
  return precision == Precision::bf16 ? 2.0 : precision == Precision::fp8 ? 1.0 : 0.5;
}

}  // namespace aifactory
