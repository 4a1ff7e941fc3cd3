#include "sim/run/simulation.h"

#include <chrono>

#include "sim/run/world.h"

namespace aifactory {

RunResult simulate(PreparedRun& run, const RunOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  World world(run);
  if (options.progress) {
    world.kernel.on_progress([&](Tick now) {
      Progress progress{.now = now, .end = run.horizon, .running = world.core->running(), .queued = world.core->queued()};
      double it_mw = 0.0;
      for (const SiteWorld& site : world.sites) {
        progress.facility_mw += site.power->facility().in(MW);
        it_mw += site.power->it().in(MW);
      }
      if (it_mw > 0.0) progress.pue = progress.facility_mw / it_mw;
      options.progress(progress);
    });
  }
  const engine::RunEnd end = world.kernel.run();
  RunResult result;
  const bool whole = end == engine::RunEnd::finished && world.failure.empty();
  result.status = whole ? RunStatus::complete : RunStatus::incomplete;
  result.failure = world.failure;
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  summarize(world, result, wall.count());
  return result;
}

}  // namespace aifactory
