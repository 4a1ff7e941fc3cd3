#include "sim/engine/kernel.h"

#include <chrono>
#include <cmath>
#include <csignal>
#include <stdexcept>

#include <fmt/format.h>
#include <simgrid/kernel/resource/Model.hpp>
#include <simgrid/s4u.hpp>
#include <xbt/log.h>

#include "models/error.h"
#include "sim/engine/interrupt.h"

namespace aifactory::engine {
namespace sg4 = simgrid::s4u;

namespace {
volatile std::sig_atomic_t interrupt_wanted = 0;
void request_interrupt(int /*signal*/) { interrupt_wanted = 1; }

constexpr double kRackFlops = 1e12;  // nominal: rack hosts carry names and routes, jobs run in the calendar
}  // namespace

bool interrupt_requested() { return interrupt_wanted != 0; }

struct Signal::Impl {
  sg4::SemaphorePtr semaphore = sg4::Semaphore::create(0);
};
Signal::Signal() : impl_(std::make_unique<Impl>()) {}
Signal::~Signal() = default;
void Signal::raise() { impl_->semaphore->release(); }
void Signal::wait() { impl_->semaphore->acquire(); }

/// The calendar as SimGrid sees it: bounds each step by the next entry and runs phases of one instant up to the first that wakes an actor.
struct CalendarModel final : simgrid::kernel::resource::Model {
  using Clock = std::chrono::steady_clock;
  CalendarModel(Calendar& c, Tick& n, bool& s, const std::uint64_t& w, std::function<void(Tick)>& p, std::function<void()>& i)
      : Model("aifactory_calendar"), calendar(c), now_tick(n), stopping(s), wakes(w), progress(p), interrupt(i) {}

  double next_occurring_event(double now) override {
    if (stopping || calendar.empty()) return -1.0;
    return std::max(0.0, to_seconds(calendar.next_tick()) - now);
  }
  void update_actions_state(double now, double /*delta*/) override {
    if (stopping || calendar.empty()) return;
    // The engine adds steps in floating point: half a tick is far above its error at any date we reach.
    if (std::llround(now * 1e6) < calendar.next_tick()) return;
    now_tick = calendar.next_tick();
    // While no actor has been woken, nothing can come between a phase and the next one of the instant.
    const std::uint64_t before = wakes;
    do {
      calendar.run_next_phase();
    } while (wakes == before && !stopping && !calendar.empty() && calendar.next_tick() == now_tick);
    if ((++steps & 0x3ff) == 0 && progress) {
      const auto wall = Clock::now();
      if (wall - last_progress > std::chrono::milliseconds(200)) {
        last_progress = wall;
        progress(now_tick);
      }
    }
    if (interrupt_wanted && !interrupted) {
      interrupted = true;
      if (interrupt) interrupt();
    }
  }

  Calendar& calendar;
  Tick& now_tick;
  bool& stopping;
  const std::uint64_t& wakes;
  std::function<void(Tick)>& progress;
  std::function<void()>& interrupt;
  bool interrupted = false;
  std::uint64_t steps = 0;
  Clock::time_point last_progress = Clock::now();
};

struct Kernel::Impl {
  explicit Impl(const std::string& name) {
    xbt_log_control_set("root.thresh:warning");
    engine = std::make_unique<sg4::Engine>(name);
    sg4::Engine::set_config("contexts/stack-size:256");
    sg4::Engine::set_config("network/model:CM02");  // plain latency and bandwidth
    world = sg4::create_full_zone("world");
  }
  std::unique_ptr<sg4::Engine> engine;
  sg4::NetZone* world = nullptr;
  std::vector<std::pair<std::string, sg4::Host*>> control;
  std::shared_ptr<CalendarModel> model;
  std::unique_ptr<Signal> end;
};

Kernel::Kernel(const std::string& name) : impl_(std::make_unique<Impl>(name)) {}
Kernel::~Kernel() = default;

void Kernel::add_site(const std::string& site, const std::vector<std::pair<std::string, std::int64_t>>& clusters) {
  auto* zone = sg4::create_star_zone(site);
  zone->set_parent(impl_->world);
  sg4::Host* control = zone->create_host(site, std::vector<double>{kRackFlops})->seal();
  for (const auto& [cluster, racks] : clusters) {
    for (std::int64_t i = 0; i < racks; ++i) {
      zone->create_host(fmt::format("{}.{}.rack_{}", site, cluster, i), std::vector<double>{kRackFlops})->seal();
    }
  }
  zone->seal();
  impl_->control.emplace_back(site, control);
}

void Kernel::seal() {
  impl_->world->seal();
  impl_->model = std::make_shared<CalendarModel>(calendar_, now_, stopping_, wakes_, progress_, interrupt_);
  impl_->engine->add_model(impl_->model);
}

void Kernel::spawn(const std::string& name, const std::string& site, std::function<void()> body) {
  for (const auto& [known, host] : impl_->control) {
    if (known == site) {
      sg4::Actor::create(name, host, std::move(body))->daemonize();
      return;
    }
  }
  AIF_CHECK(false, fmt::format("actor {}: no site {}", name, site));
}

void Kernel::stop() {
  stopping_ = true;
  impl_->end->raise();
}

RunEnd Kernel::run() {
  interrupt_wanted = 0;
  bool deadlocked = false;
  sg4::Engine::on_deadlock_cb([&deadlocked] { deadlocked = true; });
  impl_->end = std::make_unique<Signal>();
  const auto previous_int = std::signal(SIGINT, request_interrupt);
  const auto previous_term = std::signal(SIGTERM, request_interrupt);
  const auto previous_usr1 = std::signal(SIGUSR1, request_interrupt);  // batch systems send it some time before the end
  // The only regular actor: the run lasts as long as it does, all others are daemons.
  sg4::Actor::create("run", impl_->control.front().second, [this] { impl_->end->wait(); });
  impl_->engine->run();
  std::signal(SIGINT, previous_int);
  std::signal(SIGTERM, previous_term);
  std::signal(SIGUSR1, previous_usr1);
  if (deadlocked || !stopping_) throw std::runtime_error("internal error: every actor waits and nothing is scheduled");
  return impl_->model->interrupted ? RunEnd::interrupted : RunEnd::finished;
}

}  // namespace aifactory::engine
