#include "sim/results/machine_states.h"

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "sim/results/result_directory.h"
#include "sim/results/text.h"

namespace aifactory {

void MachineStates::observe(const Row& now) {
  if (!rows_.empty() && rows_.back().at == now.at) rows_.pop_back();  // a second pass of the instant
  if (rows_.empty() || !rows_.back().same_counts(now)) rows_.push_back(now);
}

void MachineStates::write(OutputFile& file) const {
  file.write("time,nb_sleeping,nb_switching_on,nb_switching_off,nb_idle,nb_computing,nb_draining,nb_repair,nb_burn_in,nb_maintenance\n");
  std::string line;
  for (const Row& row : rows_) {
    line.clear();
    append_seconds(line, row.at);
    fmt::format_to(std::back_inserter(line), ",{},0,0,{},{},{},{},{},{}\n", row.down, row.idle, row.computing, row.draining, row.repair,
                   row.burn_in, row.maintenance);
    file.write(line);
  }
}

}  // namespace aifactory
