/// The KTH-SP2 log through the whole simulator: actors, calendar and racks may not move one start.
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

std::string data_folder() {
  const char* folder = std::getenv("AIFACTORY_DATA");
  return folder != nullptr && std::filesystem::is_directory(folder) ? folder : "";
}

std::map<std::string, double> expected_starts(const std::string& path) {
  std::string text;
  gzFile file = gzopen(path.c_str(), "rb");
  char buffer[65536];
  for (int n = 0; file != nullptr && (n = gzread(file, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  if (file != nullptr) gzclose(file);
  std::map<std::string, double> starts;
  for (std::size_t at = text.find('\n') + 1; at < text.size() && at > 0;) {
    const std::size_t comma = text.find(',', at), end = text.find('\n', at);
    starts[text.substr(at, comma - at)] = std::stod(text.substr(comma + 1, end - comma - 1));
    at = end + 1;
  }
  return starts;
}

// Starts on which two independent simulators agree, for the 28,481 usable jobs of KTH-SP2-1996 (Parallel Workloads
// Archive).
class KthRun : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(KthRun, EveryJobStartsWhenTwoIndependentSimulatorsStartIt) {
  if (data_folder().empty())
    GTEST_SKIP() << "AIFACTORY_DATA does not name the folder of test data: the KTH-SP2 log is not replayed";
  const auto expected = expected_starts(data_folder() + "/workloads/expected/" + GetParam().second);
  ASSERT_EQ(expected.size(), 28481u);
  const RunResult r = run_scenario(fmt::format(R"(
format: 1
name: kth
start: 1996-09-23
duration: workload
sites: {{site: {{grid: {{capacity: 10 MW}}, halls: {{hall: {{clusters: {{sp2: {{rack: cpu_node, nodes: from_log}}}}}}}}}}}}
workload: {{swf: {}/workloads/swf/KTH-SP2-1996.swf}}
scheduling: {}
record: {{series: false}}
)",
                                               data_folder(), GetParam().first));
  expect_closed(r);
  ASSERT_EQ(r.jobs.size(), expected.size());
  int different = 0;
  for (const JobRecord& job : r.jobs) {
    if (to_seconds(job.start) == expected.at(job.job_id)) continue;
    if (++different <= 5)
      ADD_FAILURE() << "job " << job.job_id << " starts at " << to_seconds(job.start) << ", expected "
                    << expected.at(job.job_id);
  }
  EXPECT_EQ(different, 0);
}
INSTANTIATE_TEST_SUITE_P(, KthRun,
                         testing::Values(std::pair{"easy_backfill", "kth_easy.starts.csv.gz"},
                                         std::pair{"fcfs", "kth_fcfs.starts.csv.gz"}),
                         [](const auto& instance) { return std::string(instance.param.first); });

}  // namespace
}  // namespace aifactory
