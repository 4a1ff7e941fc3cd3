#include "models/reliability/failure_rates.h"

namespace aifactory {
namespace {

constexpr Frequency per_thousand_node_days(double failures) {
  return Frequency(failures / (1000.0 * 86400.0));
}

constexpr PublishedFailureRate kRates[] = {
    {"rsc_1", per_thousand_node_days(6.50), 8, "Kokolis et al. 2024: Meta RSC-1, 16 thousand A100, 11 months"},
    {"rsc_2", per_thousand_node_days(2.34), 8, "Kokolis et al. 2024: Meta RSC-2, 8 thousand A100, 11 months"},
    {"llama_3", per_thousand_node_days(419.0 / (2048.0 * 54.0) * 1000.0), 8,
     "Llama Team 2024, table 5: 419 unexpected interruptions on 2048 nodes in 54 days"},
};

constexpr InterruptionCause kLlama3Causes[] = {
    {"gpu", 148, true},
    {"hbm3", 72, true},
    {"software_bug", 54, false},
    {"switch_or_cable", 35, true},
    {"host_maintenance", 32, true},
    {"gpu_sram", 19, true},
    {"gpu_system_processor", 17, true},
    {"nic", 7, true},
    {"nccl_watchdog", 7, false},
    {"silent_data_corruption", 6, true},
    {"gpu_thermal_interface", 6, true},
    {"ssd", 3, true},
    {"power_supply", 3, true},
    {"server_chassis", 2, true},
    {"io_expansion_board", 2, true},
    {"dependency", 2, false},
    {"cpu", 2, true},
    {"system_memory", 2, true},
};

}  // namespace

std::span<const PublishedFailureRate> published_failure_rates() {
  return kRates;
}

std::span<const InterruptionCause> llama3_interruption_causes() {
  return kLlama3Causes;
}

Duration mean_time_to_interruption(double nodes, Frequency per_node) {
  return 1.0 / (nodes * per_node.si()) * s;
}

}  // namespace aifactory
