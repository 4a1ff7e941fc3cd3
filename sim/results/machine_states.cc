#include "sim/results/machine_states.h"

#include <fmt/format.h>

#include <iterator>
#include <limits>
#include <string>

#include "models/error.h"
#include "sim/results/result_directory.h"
#include "sim/results/text.h"

namespace aifactory {

void MachineStates::observe(Tick at, std::int64_t idle, std::int64_t computing, std::int64_t down, std::int64_t draining) {
  if (!rows_.empty() && rows_.back().at == at) rows_.pop_back();  // a second pass of the instant
  AIF_CHECK(idle + computing + down <= std::numeric_limits<std::int32_t>::max(), fmt::format("{} nodes", idle + computing + down));
  const auto count = [](std::int64_t nodes) { return static_cast<std::int32_t>(nodes); };
  const Row row{at, count(idle), count(computing), count(down), count(draining)};
  if (!rows_.empty()) {
    const Row& last = rows_.back();
    if (last.idle == row.idle && last.computing == row.computing && last.down == row.down && last.draining == row.draining) return;
  }
  rows_.push_back(row);
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
