#pragma once
/// @file Time and memory of a whole run in a process of its own, as SimGrid needs.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <string>

#include "sim/run/prepared.h"
#include "sim/run/simulation.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/config.h"
#include "sim/scenario/document.h"
#include "sim/scenario/reader.h"

namespace aifactory {

struct WholeRun {
  bool ok = false;
  double wall_s = 0.0, cpu_s = 0.0, peak_mb = 0.0;
};

/// @param text the scenario
inline WholeRun whole_run(const std::string& text) {
  std::fflush(stdout);
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    int code = 0;
    try {
      const auto config = read_or_throw<ScenarioConfig>(
          load_text(text, Source{.name = "scenario.yaml", .folder = "", .order = 0, .set_path = ""}, {}), Catalog::standard());
      (void)simulate(*prepare(config), {});
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      code = 1;
    }
    _exit(code);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  return {.ok = WIFEXITED(status) && WEXITSTATUS(status) == 0,
          .wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
          .cpu_s = static_cast<double>(usage.ru_utime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_utime.tv_usec),
          .peak_mb = static_cast<double>(usage.ru_maxrss) / 1e3};
}

}  // namespace aifactory
