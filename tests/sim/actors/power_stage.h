#pragma once
/// @file A power network of a few units with what acts by itself in it, on a clock, without racks.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/actors/power_control.h"
#include "tests/sim/actors/test_clock.h"

namespace aifactory {

/// `told` is what loads hear of their supply.
struct PowerStage : TestClock {
  PowerStage(std::vector<PowerNetwork::Unit> units, std::vector<bool> indoors,
             std::vector<std::pair<PowerNetwork::UnitId, Use>> uses, PowerControl::Params params)
      : TestClock(engine::Phase::fault, 1) {
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

  /// A unit is out from one instant to another; negative: for good.
  void fail(PowerNetwork::UnitId id, double from_s, double to_s = -1.0, std::int64_t part = -1) {
    at(from_s, [this, id, part] { control->disturb(id, part, failure("events[0]"), true); });
    if (to_s >= 0.0) at(to_s, [this, id, part] { control->disturb(id, part, failure("events[0]"), false); });
  }
  /// Runs to the end, and holds that feeds gave what uses took, losses and stores included.
  void run(double end_s) {
    run_until(end_s);
    const Tick end = to_ticks(end_s * s);
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

  EventLog log;
  std::optional<SitePower> power;
  std::optional<PowerControl> control;
  std::vector<std::string> told;
  std::optional<std::vector<EventRecord>> records;
};

}  // namespace aifactory
