#pragma once
/// @file The machine that a run is made on, as far as its results depend on it.
///
/// The program is built for the oldest processor of its kind and does its own arithmetic in the order in which it is written: sums, products and
/// roots are the same bits everywhere (IEEE 754).  exp, log, pow and their kin are the C library's: it takes, at start, the variant that suits
/// the processor (with fused multiply-add or without), and versions differ.  All of these are right to less than one unit in the last place,
/// but not the same.
#include <compare>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace aifactory {

struct Machine {
  std::string cpu;                 ///< model, as the processor names itself
  std::vector<std::string> flags;  ///< those of avx2, avx512f and fma that it has
  std::string libc;                ///< version of the GNU C library, of which the mathematical functions are a part: "2.36"
  std::string tunables;            ///< GLIBC_TUNABLES, which can switch variants off; empty: not set
  std::string math;                ///< math_fingerprint(): what the functions really give

  friend auto operator<=>(const Machine&, const Machine&) = default;
  friend bool operator==(const Machine&, const Machine&) = default;
};

/// The machine of this process; found out once.
[[nodiscard]] const Machine& this_machine();

/// `AMD EPYC 9654 (avx2, avx512f, fma), C library 2.36`
[[nodiscard]] std::string describe(const Machine& machine);

/// Keys cpu, cpu_flags, libc, tunables (where set), math.
[[nodiscard]] nlohmann::ordered_json to_json(const Machine& machine);
/// What to_json has written; what is not there stays empty.
[[nodiscard]] Machine machine_from(const nlohmann::ordered_json& json);

/// A sentence on what equal runs on these machines may have in common no longer; empty where there is nothing to tell.
[[nodiscard]] std::string machine_warning(std::vector<Machine> machines);

}  // namespace aifactory
