#include "sim/results/source_record.h"

#include "sim/results/text.h"

namespace aifactory {

void write_sources_csv(const std::vector<SourceRecord>& sources, OutputFile& file) {
  file.write("key,value,kind,entry,source,confidence\n");
  std::string line;
  for (const SourceRecord& row : sources) {
    line.clear();
    for (const std::string* cell : {&row.key, &row.value, &row.kind, &row.entry, &row.source, &row.confidence}) {
      if (cell != &row.key) line += ',';
      append_cell(line, *cell);
    }
    file.write(line + "\n");
  }
}

}  // namespace aifactory
