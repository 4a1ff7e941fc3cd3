// Rows of our job list from a trace of the Tiresias simulator (J. Gu et al., NSDI 2019).
#include <cmath>

#include "sim/workload/import_csv.h"

namespace aifactory {

void read_tiresias_rows(const std::string& path, const ImportOptions& /*options*/, RowCollector& rows) {
  CsvReader table(path, "a Tiresias job trace");
  const std::size_t id = table.require("job_id"), gpus = table.require("num_gpu");
  const std::size_t submit = table.require("submit_time"), duration = table.require("duration");
  const auto model = table.find("model_name");
  read_table(table, rows, [&](JobRow& row) -> std::string {
    row.id = table.cell(id);
    row.profile = table.cell(model);
    row.submit = Duration(number_in(table.cell(submit)));
    row.duration = Duration(number_in(table.cell(duration)));
    row.accelerators = number_in(table.cell(gpus));
    if (std::isnan(row.submit.si()) || std::isnan(row.duration.si()) || std::isnan(*row.accelerators)) {
      return kUnreadable;
    }
    return "";
  });
}

}  // namespace aifactory
