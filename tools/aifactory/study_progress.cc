#include "tools/aifactory/study_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace aifactory::tools {
namespace {
constexpr std::chrono::milliseconds kTerminalPeriod{500}, kJsonPeriod{5000};
}

StudyProgress::StudyProgress(std::string study, std::int64_t wanted, bool quiet)
    : study_(std::move(study)), wanted_(wanted), quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

void StudyProgress::clear() {
  if (visible_) std::fputs("\r\033[K", stderr);
  visible_ = false;
}

void StudyProgress::say(const std::string& text) {
  clear();
  fmt::print(stderr, "{}\n", text);
}

void StudyProgress::show(std::int64_t done, std::int64_t failed, std::int64_t running, std::int64_t ended) {
  const Clock::time_point now = Clock::now();
  const bool asked = StatusSignal::take();
  if (!asked && (quiet_ || now - last_ < (terminal_ ? kTerminalPeriod : kJsonPeriod))) return;
  last_ = now;
  const double wall_s = std::chrono::duration<double>(now - begin_).count();
  const double per_s = wall_s > 0.0 ? static_cast<double>(ended) / wall_s : 0.0;
  const double eta_s = per_s > 0.0 ? static_cast<double>(wanted_ - done - failed) / per_s : 0.0;
  if (asked || !terminal_) {
    nlohmann::ordered_json line{{"study", study_}, {"done", done}, {"failed", failed}, {"running", running}, {"wanted", wanted_}};
    line["runs_per_min"] = std::round(per_s * 6000.0) / 100.0;
    line["eta_s"] = per_s > 0.0 ? nlohmann::ordered_json(std::round(eta_s)) : nlohmann::ordered_json();
    say(line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return;
  }
  std::string line = fmt::format("{}: {} of {} runs", study_, done, wanted_);
  if (failed > 0) line += fmt::format(", {} failed", failed);
  line += fmt::format("  {} at work", running);
  if (per_s > 0.0) line += fmt::format("  {:.3g} a minute  ETA {}", per_s * 60.0, span_text(eta_s));
  fmt::print(stderr, "\r\033[K{}", line);
  std::fflush(stderr);
  visible_ = true;
}

}  // namespace aifactory::tools
