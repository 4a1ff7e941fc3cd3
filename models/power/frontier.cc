#include "models/power/frontier.h"

namespace aifactory {

FrontierPower::FrontierPower(const Params& params) : params_(checked("Frontier power", params)) {}

Power FrontierPower::node(double cpu_utilization, double gpu_utilization) const {
  const Params& p = params_;
  const Power cpu = p.cpu_idle + cpu_utilization * (p.cpu_max - p.cpu_idle);
  const Power gpu = p.gpu_idle + gpu_utilization * (p.gpu_max - p.gpu_idle);
  return cpu + static_cast<double>(p.gpus_per_node) * gpu + p.memory + static_cast<double>(p.nics_per_node) * p.nic +
         p.nvme;
}

Power FrontierPower::sivoc_input(double cpu_utilization, double gpu_utilization) const {
  return (node(cpu_utilization, gpu_utilization) + params_.sivoc_fixed_loss) / params_.sivoc_efficiency;
}

Power FrontierPower::rack(double cpu_utilization, double gpu_utilization) const {
  const Params& p = params_;
  const double rectifiers = static_cast<double>(p.rectifiers_per_chassis);
  const Power bus = static_cast<double>(p.nodes_per_chassis) * sivoc_input(cpu_utilization, gpu_utilization) +
                    static_cast<double>(p.switches_per_chassis) * p.switch_power;
  const Power rectifier = (bus / rectifiers + p.rectifier_fixed_loss) / p.rectifier_efficiency;
  return static_cast<double>(p.chassis_per_rack) * rectifiers * rectifier;
}

Power FrontierPower::system(double cpu_utilization, double gpu_utilization) const {
  return static_cast<double>(params_.racks) * rack(cpu_utilization, gpu_utilization) +
         static_cast<double>(params_.cdus) * params_.cdu;
}

}  // namespace aifactory
