#include "sim/results/service_record.h"

#include "sim/results/text.h"

namespace aifactory {

void write_services_csv(const std::vector<ServiceRecord>& rows, OutputFile& file) {
  std::string line = "service,site,cluster,mode";
  for (const char* key : kServiceKeys) line += std::string(",") + key;
  file.write(line + "\n");
  for (const ServiceRecord& row : rows) {
    line.clear();
    for (const std::string* cell : {&row.name, &row.site, &row.cluster, &row.mode}) {
      if (cell != &row.name) line += ',';
      append_cell(line, *cell);
    }
    for (const double value : row.values) {
      line += ',';
      append_number(line, value);
    }
    file.write(line + "\n");
  }
}

}  // namespace aifactory
