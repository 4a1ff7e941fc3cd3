#pragma once
/// @file A hall of twenty air-cooled racks under six air handlers; tower water held at 18 degC, one job on all of them.
#include <string>

namespace aifactory {

struct AirHall {
  std::string room = "supply: 25 degC, crahs: 6, crah: {base: fan_wall_generic, design_heat: 350 kW, design_fan_power: 16 kW}";
  std::string clusters = "c: {rack: trn2_ultraserver, racks: 20}";
  std::string jobs = "{name: big, racks: 20, duration: 10 h, utilization: 1, walltime: 30 d}";
  std::string events = "";

  [[nodiscard]] std::string yaml() const {
    return R"(
format: 1
name: air
start: 2026-05-04
duration: 3 h
sites:
  a:
    weather: {constant: {dry_bulb: 20 degC, wet_bulb: 10 degC}}
    grid: {capacity: 6 MW}
    power: {layout: 3N/2, block: 1 MW, ups: double_conversion_1mw, transformer: liquid_2500kva, hv_transformer: liquid_2500kva}
    cooling: {plant: tower, supply: 18 degC, tower: {base: merkel_range8, design_wet_bulb: 14 degC, design_inlet: 26 degC, design_leaving: 18 degC}}
    halls: {h: {room: {)" + room + R"(}, clusters: {)" + clusters + R"(}}}
workload:
  jobs: [)" + jobs + "]\n" + events;
  }
};

}  // namespace aifactory
