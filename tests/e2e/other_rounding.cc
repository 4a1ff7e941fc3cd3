// A library to be preloaded: the mathematical functions of a C library that is as good as the one here, and rounds every other value the other way.
// Results that are exact stay exact, as they do in any library.
#include <dlfcn.h>

#include <bit>
#include <cmath>
#include <cstdint>

namespace {

/// One unit in the last place up or down, or neither; by the value alone, so that a function stays one.
double nudged(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  constexpr std::uint64_t kExact = 0xfffff;  // 1, 0.5, 10, ...: the last bits are zero
  if ((bits & kExact) == 0 || !std::isnormal(value)) return value;
  switch ((bits * 0x9e3779b97f4a7c15ULL) >> 62) {
    case 0: return std::bit_cast<double>(bits + 1);
    case 1: return std::bit_cast<double>(bits - 1);
    default: return value;
  }
}

using One = double (*)(double);
using Two = double (*)(double, double);
template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

#define AIFACTORY_ONE(name)                       \
  extern "C" double name(double x) noexcept {     \
    static const One real = next<One>(#name);     \
    return nudged(real(x));                       \
  }
#define AIFACTORY_TWO(name)                             \
  extern "C" double name(double x, double y) noexcept { \
    static const Two real = next<Two>(#name);           \
    return nudged(real(x, y));                          \
  }
AIFACTORY_ONE(cos)
AIFACTORY_ONE(erfc)
AIFACTORY_ONE(exp)
AIFACTORY_ONE(exp2)
AIFACTORY_ONE(expm1)
AIFACTORY_ONE(log)
AIFACTORY_ONE(log1p)
AIFACTORY_ONE(log2)
AIFACTORY_ONE(sin)
AIFACTORY_ONE(tgamma)
AIFACTORY_TWO(hypot)
AIFACTORY_TWO(pow)
