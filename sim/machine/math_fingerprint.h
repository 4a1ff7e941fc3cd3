#pragma once
/// @file What the mathematical functions of the C library give, in sixteen digits.
#include <string>

namespace aifactory {

/// Values that a fingerprint is made of.
inline constexpr int kFingerprintPoints = 12 * 1024;

/// 64-bit FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo) of the bits of cos, erfc, exp, exp2, expm1, hypot, log, log1p, log2, pow, sin and tgamma at
/// 1,024 points each, in hexadecimal.  Two machines with the same fingerprint round these functions alike, as far as the points go; about one value
/// in a thousand differs between variants of one function.  Takes under a millisecond.
[[nodiscard]] std::string math_fingerprint();

}  // namespace aifactory
