#include "sim/results/unit_record.h"

#include <fmt/format.h>

#include "sim/results/text.h"

namespace aifactory {

void write_units_csv(const std::vector<UnitRecord>& units, OutputFile& file) {
  file.write("unit,class,failures,trips,maintenances,down_s,maintain_s,degraded_s,availability_frac,first_failure_s\n");
  std::string line;
  for (const UnitRecord& unit : units) {
    line.clear();
    append_cell(line, unit.unit);
    line += ',';
    append_cell(line, unit.kind);
    line += fmt::format(",{},{},{}", unit.failures, unit.trips, unit.maintenances);
    for (const Tick span : {unit.down, unit.maintained, unit.degraded}) {
      line += ',';
      append_seconds(line, span);
    }
    line += ',';
    append_number(line, unit.availability());
    line += ',';
    append_seconds(line, unit.first_failure);
    line += '\n';
    file.write(line);
  }
}

}  // namespace aifactory
