#pragma once
/// @file The order of actors within a phase of an instant.
#include <cstdint>

namespace aifactory {

// Ranks order actors of one phase; the power network (rank 0) settles before anyone looks.
inline constexpr std::uint32_t kSourceRank = 10, kServiceRank = 15, kFaultRank = 20, kInterruptionRank = 30, kPowerRank = 50, kChangeRank = 90, kGridRank = 100, kCduRank = 700, kRoomRank = 800, kPlantRank = 1'000, kClusterRank = 10'000, kLimitRank = 900'000,
                        kSchedulerRank = 1'000'000, kRecorderRank = 2'000'000;

}  // namespace aifactory
