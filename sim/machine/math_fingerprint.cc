#include "sim/machine/math_fingerprint.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>

namespace aifactory {
namespace {

class Fnv1a {
 public:
  void add(double value) {
    auto bits = std::bit_cast<std::uint64_t>(value);
    for (int byte = 0; byte < 8; ++byte, bits >>= 8) hash_ = (hash_ ^ (bits & 0xff)) * 0x100000001b3ULL;
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

}  // namespace

std::string math_fingerprint() {
  Fnv1a hash;
  // Multiples of the golden ratio modulo 1 fill the unit interval evenly.  Its fraction in 2^64 parts, as whole numbers wrap by themselves.
  std::uint64_t turn = 0;
  for (int i = 0; i < kFingerprintPoints / 12; ++i) {
    turn += 0x9e3779b97f4a7c15ULL;
    const double u = std::ldexp(static_cast<double>(turn >> 11), -53), v = std::ldexp(static_cast<double>((turn << 21) >> 11), -53);
    hash.add(std::cos(20.0 * u - 10.0));
    hash.add(std::erfc(6.0 * u - 3.0));
    hash.add(std::exp(60.0 * u - 30.0));
    hash.add(std::exp2(40.0 * u - 20.0));
    hash.add(std::expm1(4.0 * u - 2.0));
    hash.add(std::hypot(10.0 * u, 10.0 * v));
    hash.add(std::log(1e-3 + 100.0 * u));
    hash.add(std::log1p(4.0 * u - 0.9));
    hash.add(std::log2(1e-3 + 100.0 * u));
    hash.add(std::pow(1e-2 + 10.0 * u, 6.0 * v - 3.0));
    hash.add(std::sin(20.0 * u - 10.0));
    hash.add(std::tgamma(0.1 + 10.0 * u));
  }
  return fmt::format("{:016x}", hash.value());
}

}  // namespace aifactory
