#include "tools/aifactory/progress.h"

#include <fmt/format.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/scenario/kinds.h"

namespace aifactory::tools {
namespace {

constexpr std::chrono::milliseconds kJsonPeriod{2000};

volatile std::sig_atomic_t status_wanted = 0;
void request_status(int /*signal*/) { status_wanted = 1; }

}  // namespace

std::string span_text(double seconds) {
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

StatusSignal::StatusSignal() : previous_(std::signal(SIGUSR2, request_status)) {}
StatusSignal::~StatusSignal() { std::signal(SIGUSR2, previous_); }
bool StatusSignal::take() {
  const bool wanted = status_wanted != 0;
  status_wanted = 0;
  return wanted;
}

ProgressLine::ProgressLine(const Timestamp& start, bool terminal, bool quiet) : start_(start), terminal_(terminal), quiet_(quiet) {}

void ProgressLine::clear() {
  if (visible_) std::fputs("\r\033[K", stderr);
  visible_ = false;
}

void ProgressLine::show(const Progress& progress) {
  const Clock::time_point now = Clock::now();
  const bool asked = StatusSignal::take();
  if (!asked && (quiet_ || (!terminal_ && now - last_ < kJsonPeriod))) return;
  last_ = now;
  const double wall_s = std::chrono::duration<double>(now - begin_).count();
  const double simulated_s = to_seconds(progress.now);
  const double speed = wall_s > 0.0 ? simulated_s / wall_s : kUnset;
  double done = kUnset, eta_s = kUnset;
  if (progress.end != kNever && progress.end > 0) {
    done = simulated_s / to_seconds(progress.end);
    if (done > 0.0) eta_s = wall_s * (1.0 - done) / done;
  }
  Timestamp date = start_;
  date.seconds += static_cast<std::int64_t>(simulated_s);
  if (!terminal_ || asked) {
    const auto number = [](double value, double grain) {
      return std::isfinite(value) ? nlohmann::ordered_json(std::round(value / grain) * grain)
                                  : nlohmann::ordered_json();
    };
    const nlohmann::ordered_json line{{"simulated_s", number(simulated_s, 1.0)},
                                      {"date", to_text(date)},
                                      {"done_frac", number(done, 0x1p-10)},
                                      {"speed", number(speed, 1.0)},
                                      {"eta_s", number(eta_s, 1.0)},
                                      {"facility_mw", number(progress.facility_mw, 0x1p-10)},
                                      {"pue", number(progress.pue, 0x1p-10)},
                                      {"running_jobs", progress.running},
                                      {"queued_jobs", progress.queued}};
    clear();
    fmt::print(stderr, "{}\n", line.dump());
    return;
  }
  std::string line = to_text(date);
  if (std::isfinite(done)) line += fmt::format("  {:.1f} %", done * 100.0);
  if (std::isfinite(speed)) line += fmt::format("  {:.3g} x real time", speed);
  if (std::isfinite(eta_s)) line += fmt::format("  ETA {}", span_text(eta_s));
  line += fmt::format("  {:.2f} MW", progress.facility_mw);
  if (std::isfinite(progress.pue)) line += fmt::format("  PUE {:.3f}", progress.pue);
  line += fmt::format("  {} running, {} queued", progress.running, progress.queued);
  fmt::print(stderr, "\r\033[K{}", line);
  std::fflush(stderr);
  visible_ = true;
}

}  // namespace aifactory::tools
