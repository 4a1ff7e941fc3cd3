#include "sim/results/goodput_record.h"

#include <fmt/format.h>

#include "sim/results/text.h"

namespace aifactory {

void write_goodput_csv(const Rows<GoodputRecord>& rows, OutputFile& file) {
  std::string line = "job_id,site,cluster,accelerators,ideal_accelerator_h";
  for (std::size_t i = 0; i < kGoodputLosses; ++i) line += fmt::format(",{}_accelerator_h", name(static_cast<GoodputLoss>(i)));
  file.write(line + ",actual_accelerator_h,residual_frac,mfu_frac\n");
  for (const GoodputRecord& row : rows) {
    line.clear();
    append_cell(line, row.job);
    for (const Label* text : {&row.site, &row.cluster}) {
      line += ',';
      append_cell(line, *text);
    }
    const auto number = [&line](double value) {
      line += ',';
      append_number(line, value);
    };
    number(row.accelerators);
    number(row.waterfall.ideal().si() / 3600.0);
    for (std::size_t i = 0; i < kGoodputLosses; ++i) number(row.waterfall.lost(static_cast<GoodputLoss>(i)).si() / 3600.0);
    number(row.waterfall.actual().si() / 3600.0);
    number(row.waterfall.residual());
    number(row.mfu);
    line += '\n';
    file.write(line);
  }
}

}  // namespace aifactory
