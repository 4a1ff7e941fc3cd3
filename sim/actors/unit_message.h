#pragma once
#include <cstdint>
#include <string>
#include <utility>

#include "sim/facility/disturbance.h"

namespace aifactory {

/// What a controller of several like units (CDUs, rooms) is told about one of them, by others or by itself for later.
struct UnitMessage {
  enum class Kind : std::uint8_t {
    disturb,  ///< a disturbance of a part begins or ends
    power,    ///< electric supply of the part has come or gone
    leak,     ///< one of its racks leaks, or has been mended
    standby,  ///< a spare has started
    restart,  ///< its controller has started since the supply came back
    reset,    ///< a set point follows the weather
  };
  Kind kind = Kind::disturb;
  std::size_t unit = 0;
  std::int32_t part = -1;  ///< -1: the whole unit
  bool on = true;          ///< it ends, or supply is there
  std::string cause = {};
  Disturbance disturbance = {};
  std::uint64_t version = 0;  ///< restart: of the return of supply that it belongs to

  static UnitMessage disturbed(std::size_t unit, std::int32_t part, const Disturbance& disturbance, bool begins) {
    return {.kind = Kind::disturb, .unit = unit, .part = part, .on = !begins, .cause = disturbance.cause, .disturbance = disturbance};
  }
  static UnitMessage about(Kind kind, std::size_t unit, bool on, std::string cause, std::int32_t part = -1) {
    return {.kind = kind, .unit = unit, .part = part, .on = on, .cause = std::move(cause), .disturbance = {}};
  }
  static UnitMessage own(Kind kind, std::size_t unit = 0, std::int32_t part = -1, std::uint64_t version = 0) {
    return {.kind = kind, .unit = unit, .part = part, .disturbance = {}, .version = version};
  }
};

}  // namespace aifactory
