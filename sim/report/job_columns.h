#pragma once
/// @file jobs.csv as columns of a page.
#include <cstddef>
#include <string>

#include "sim/report/payload.h"

namespace aifactory {

/// Adds {"n", "left_out", "id", columns ..., "range_job", "range_first", "range_last"} to the payload and returns it.  Texts that
/// repeat are dictionary-coded: {"names": [...], "index": column}.  Ranges of nodes are those of a job's last run, at most 24 of one job.
/// Beyond `most` jobs those with the most node time are kept, in the order of the file.
/// @throws InputError when the file is damaged.
[[nodiscard]] nlohmann::ordered_json job_columns(const std::string& file, Payload& payload, std::size_t most = 200'000);

}  // namespace aifactory
