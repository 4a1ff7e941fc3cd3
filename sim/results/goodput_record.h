#pragma once
/// @file One line of goodput.csv: where the accelerator time of a job went.
#include <string>
#include <vector>

#include "models/reliability/goodput.h"
#include "models/workload/label.h"
#include "sim/results/result_directory.h"
#include "sim/results/rows.h"

namespace aifactory {

struct GoodputRecord {
  std::string job;
  Label site, cluster;
  double accelerators = kUnset;
  GoodputWaterfall waterfall;
  double mfu = kUnset;             ///< of its steps at full speed; unset: it is no training job
};

/// job_id, site, cluster, accelerators, ideal_accelerator_h, one column for each loss, actual_accelerator_h, residual_frac,
/// mfu_frac.
void write_goodput_csv(const Rows<GoodputRecord>& rows, OutputFile& file);

}  // namespace aifactory
