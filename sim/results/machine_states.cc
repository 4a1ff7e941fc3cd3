#include "sim/results/machine_states.h"

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "sim/results/result_directory.h"
#include "sim/results/text.h"

namespace aifactory {

void MachineStates::observe(Tick at, std::int64_t idle, std::int64_t computing, std::int64_t down, std::int64_t draining) {
  if (!rows_.empty() && rows_.back().at == at) rows_.pop_back();  // a second pass of the instant
  if (!rows_.empty()) {
    const Row& last = rows_.back();
    if (last.idle == idle && last.computing == computing && last.down == down && last.draining == draining) return;
  }
  rows_.push_back({at, idle, computing, down, draining});
}

void MachineStates::write(OutputFile& file) const {
  file.write("time,nb_sleeping,nb_switching_on,nb_switching_off,nb_idle,nb_computing,nb_draining\n");
  std::string line;
  for (const Row& row : rows_) {
    line.clear();
    append_seconds(line, row.at);
    fmt::format_to(std::back_inserter(line), ",{},0,0,{},{},{}\n", row.down, row.idle, row.computing, row.draining);
    file.write(line);
  }
}

}  // namespace aifactory
