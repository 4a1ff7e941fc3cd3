#include "sim/machine/machine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gnu/libc-version.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/machine/math_fingerprint.h"

namespace aifactory {
namespace {
using Json = nlohmann::ordered_json;

#if defined(__x86_64__)
/// The brand string (leaves 0x80000002 to 0x80000004), which needs no /proc.
std::string processor() {
  constexpr unsigned kFirst = 0x80000002;
  std::array<unsigned, 12> words{};
  if (__get_cpuid_max(0x80000000, nullptr) < kFirst + 2) return "unknown";
  for (unsigned i = 0; i < 3; ++i) __get_cpuid(kFirst + i, &words[4 * i], &words[4 * i + 1], &words[4 * i + 2], &words[4 * i + 3]);
  std::array<char, sizeof words + 1> text{};
  std::memcpy(text.data(), words.data(), sizeof words);
  const std::string name = text.data();
  const std::size_t first = name.find_first_not_of(' ');
  return first == std::string::npos ? "unknown" : name.substr(first, name.find_last_not_of(' ') + 1 - first);
}

std::vector<std::string> processor_flags() {
  std::vector<std::string> flags;
  if (__builtin_cpu_supports("avx2")) flags.emplace_back("avx2");
  if (__builtin_cpu_supports("avx512f")) flags.emplace_back("avx512f");
  if (__builtin_cpu_supports("fma")) flags.emplace_back("fma");
  return flags;
}
#else
std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("model name")) return line.substr(std::min(line.size(), line.find(": ") + 2));
  }
  return "unknown";
}

std::vector<std::string> processor_flags() { return {}; }
#endif

}  // namespace

const Machine& this_machine() {
  static const Machine machine = [] {
    const char* tunables = std::getenv("GLIBC_TUNABLES");
    return Machine{.cpu = processor(), .flags = processor_flags(), .libc = gnu_get_libc_version(), .tunables = tunables ? tunables : "",
                   .math = math_fingerprint()};
  }();
  return machine;
}

std::string describe(const Machine& machine) {
  std::string text = machine.cpu.empty() ? "an unknown processor" : machine.cpu;
  if (!machine.flags.empty()) text += fmt::format(" ({})", fmt::join(machine.flags, ", "));
  if (!machine.libc.empty()) text += ", C library " + machine.libc;
  if (!machine.tunables.empty()) text += ", GLIBC_TUNABLES=" + machine.tunables;
  return text;
}

nlohmann::ordered_json to_json(const Machine& machine) {
  Json json{{"cpu", machine.cpu}, {"cpu_flags", machine.flags}, {"libc", machine.libc}};
  if (!machine.tunables.empty()) json["tunables"] = machine.tunables;
  json["math"] = machine.math;
  return json;
}

Machine machine_from(const nlohmann::ordered_json& json) {
  Machine machine;
  if (!json.is_object()) return machine;
  const auto text = [&](const char* key, std::string& value) {
    if (json.contains(key) && json[key].is_string()) value = json[key].get<std::string>();
  };
  text("cpu", machine.cpu);
  text("libc", machine.libc);
  text("tunables", machine.tunables);
  text("math", machine.math);
  if (json.contains("cpu_flags") && json["cpu_flags"].is_array()) {
    for (const Json& flag : json["cpu_flags"]) {
      if (flag.is_string()) machine.flags.push_back(flag.get<std::string>());
    }
  }
  return machine;
}

std::string machine_warning(std::vector<Machine> machines) {
  std::sort(machines.begin(), machines.end());
  machines.erase(std::unique(machines.begin(), machines.end()), machines.end());
  if (machines.size() < 2) return "";
  const std::string& math = machines.front().math;
  const bool same = !math.empty() && std::all_of(machines.begin(), machines.end(), [&](const Machine& m) { return m.math == math; });
  std::vector<std::string> names;
  for (const Machine& machine : machines) names.push_back(describe(machine));
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (same) {
    return fmt::format("the runs were made on different processors or C libraries; their mathematical functions gave the same bits at {} points: {}",
                       kFingerprintPoints, fmt::join(names, "; "));
  }
  return fmt::format("the runs were made where mathematical functions round differently, so that the last digits of equal runs may differ: {}",
                     fmt::join(names, "; "));
}

}  // namespace aifactory
