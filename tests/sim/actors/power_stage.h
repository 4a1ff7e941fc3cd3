#pragma once
/// @file A power network of a few units with what acts by itself in it, on a clock, without racks.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/actors/power_control.h"

namespace aifactory {

/// What is done at() an instant is done when run() comes to it; `told` is what loads hear of their supply.
struct PowerStage : engine::EventTarget {
  PowerStage(std::vector<PowerNetwork::Unit> units, std::vector<bool> indoors,
             std::vector<std::pair<PowerNetwork::UnitId, Use>> uses, PowerControl::Params params)
      : kernel("test") {
    kernel.add_site("site", {});
    kernel.seal();
    power.emplace(kernel, PowerNetwork(std::move(units)), std::move(indoors), std::move(uses), DemandMeter(15.0 * minute, SiteClock()));
    control.emplace(kernel, 50, std::move(params), *power, log,
                    PowerControl::Ports{.supply = [this](PowerNetwork::UnitId load, bool on, const std::string& cause) {
                                          told.push_back(fmt::format("{:.3f} {} {} < {}", to_seconds(kernel.now()), power->network().unit(load).name, on ? "on" : "off", cause));
                                        },
                                        .cords = {}});
    power->on_carried([this] { control->carried(); });
  }

  static PowerNetwork::Unit unit(const char* name, UnitKind kind, std::vector<std::string> sources) {
    return {.name = name, .kind = kind, .rating = 1.0 * MW, .loss = {}, .sources = std::move(sources)};
  }
  static Disturbance failure(const char* cause) { return {.kind = Disturbance::Kind::fail, .cause = cause}; }

  void at(double seconds, std::function<void()> action) {
    kernel.calendar().add(to_ticks(seconds * s), engine::Phase::fault, 1, *this, static_cast<std::int64_t>(actions.size()));
    actions.push_back(std::move(action));
  }
  /// A unit is out from one instant to another; negative: for good.
  void fail(PowerNetwork::UnitId id, double from_s, double to_s = -1.0, std::int64_t part = -1) {
    at(from_s, [this, id, part] { control->disturb(id, part, failure("events[0]"), true); });
    if (to_s >= 0.0) at(to_s, [this, id, part] { control->disturb(id, part, failure("events[0]"), false); });
  }
  /// Runs to the end, and holds that feeds gave what uses took, losses and stores included.
  void run(double end_s) {
    const Tick end = to_ticks(end_s * s);
    kernel.calendar().add(end, engine::Phase::record, 1, *this, -1);
    kernel.run();
    power->book(end);
    const Energy in = power->feed().energy + power->generation().energy;
    Energy out = power->store_loss_energy() + control->stored_change(end);
    for (std::size_t u = 0; u < kUses; ++u) out += power->use_meter(static_cast<Use>(u)).energy;
    for (int k = 0; k < kUnitKinds; ++k) out += power->loss_meter(static_cast<UnitKind>(k)).energy;
    EXPECT_NEAR(in.si(), out.si(), 1e-12 * in.si());
  }
  /// "seconds unit what" of the events of a kind.
  std::vector<std::string> events(const std::string& kind) {
    if (!records) records = log.take();
    std::vector<std::string> lines;
    for (const EventRecord& e : *records) {
      if (e.kind == kind) lines.push_back(fmt::format("{:.3f} {} {}", to_seconds(e.at), e.unit, e.what));
    }
    return lines;
  }
  void on_event(Tick, std::int64_t id, std::uint64_t) override {
    if (id < 0) {
      kernel.stop();
    } else {
      actions[static_cast<std::size_t>(id)]();
    }
  }

  engine::Kernel kernel;
  EventLog log;
  std::optional<SitePower> power;
  std::optional<PowerControl> control;
  std::vector<std::string> told;
  std::optional<std::vector<EventRecord>> records;
  std::vector<std::function<void()>> actions;
};

}  // namespace aifactory
