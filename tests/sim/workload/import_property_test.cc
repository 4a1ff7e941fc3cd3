/// Any file at all, given to any importer: a refusal with its name, or rows that are jobs or counted drops.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "models/error.h"
#include "models/random.h"
#include "sim/workload/import.h"
#include "sim/workload/load_workload.h"
#include "tests/sim/workload/temporary_file.h"

namespace aifactory {
namespace {

struct Seedling {
  const char* kind;
  std::string text;
};
std::vector<Seedling> seedlings() {
  return {
      {"swf", "; MaxProcs: 1000000000000\n1 0 -1 10 4 -1 -1 4 20 -1 1 3 1 -1 -1 -1 -1 -1\n"
              "2 5 -1 10 4 -1 -1 4 20 -1 1 3 1 -1 -1 -1 -1 -1\n3 9 -1 10 4 -1 -1 4 20 -1 1 3 1 -1 -1 -1 -1 -1\n"},
      {"batsim", R"({"nb_res": 4, "jobs": [{"id": "a", "subtime": 1, "walltime": 9, "res": 2, "profile": "p"},
                 {"id": 2, "subtime": 3, "res": 1, "profile": "q"}],
                 "profiles": {"p": {"type": "delay", "delay": 5}, "q": {"type": "parallel_homogeneous", "cpu": 1e9, "com": 1}}})"},
      {"alibaba-gpu", "j1,worker,4.0,Terminated,100.0,700.5,600.0,29.3,50.0,MISC\n"
                      "j2,ps,1.0,Failed,100.0,700.0,600.0,29.3,100,T4\nj3,w,1.0,Running,100.0,,600.0,29.3,100,T4\n"},
      {"alibaba-gpu", "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,"
                      "scheduled_time\np0,1,1,1,460,,LS,Running,0,12,0\np1,1,1,2,1000,\"V100|T4\",LS,Running,5,12,6\n"},
      {"philly", "timestamp,duration,num_gpus,gpu_time,cluster\n2017-10-09 07:01:55,66.0,1,66.0,11cb48\n"
                 "2017-10-09 06:13:03,2951.0,1,2951.0,6214e9\n"},
      {"philly", R"([{"status": "Pass", "vc": "e", "jobid": "a", "submitted_time": "2017-10-07 01:11:39", "user": "c",
                 "attempts": [{"start_time": "2017-10-07 01:12:09", "end_time": "2017-10-07 01:13:23",
                 "detail": [{"ip": "m", "gpus": ["gpu0", "gpu1"]}]}]}])"},
      {"helios", "job_id,user,vc,gpu_num,cpu_num,node_num,state,submit_time,start_time,end_time,duration,queue\n"
                 "1,u,v,1,1,1,COMPLETED,2020-06-09 18:41:01,2020-06-09 18:41:01,2020-06-10 04:55:09,36848,0\n"
                 "2,u,v,4,1,1,FAILED,2020-06-09 18:41:27,2020-06-09 18:41:27,2020-06-09 18:45:36,249,0\n"},
      {"acme", "job_id,user,node_num,gpu_num,cpu_num,type,state,submit_time,start_time,end_time,duration,queue\n"
               "1,u,1,8,9,Other,FAILED,2023-03-01 00:18:22+08:00,2023-03-01 00:18:54+08:00,2023-03-01 00:20:51+08:00,1,2\n"},
      {"tiresias", "job_id,num_gpu,submit_time,iterations,model_name,duration,interval\n0,1,0,606,vgg19,164,30\n"
                   "1,8,30,133,vgg11,147,23\n"},
      {"azure-llm", "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n"
                    "2023-11-16 18:17:04.0319600,3180,8\n2023-11-16 18:17:04.0781490,110,27\n"},
      {"jobs", "job_id,submit_s,nodes,accelerators,duration_s,walltime_s,after\na,0,1,,10,20,\nb,5,,0.5,10,,a\n"},
  };
}

std::string mutated(std::string text, Rng& rng) {
  const auto at = [&] { return static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(text.size()) - 1)); };
  const char* kWords[] = {"-1", "nan", "inf", "1e400", "999999999999999999999", "\"", ",", "\n", "{", "]", "null", "-",
                          "1e12", "0", "\xff\xfe", "true", "\\u0000", ";", "#"};
  for (std::int64_t edits = rng.uniform_int(1, 6); edits > 0 && !text.empty(); --edits) {
    const std::size_t place = at();
    switch (rng.uniform_int(0, 5)) {
      case 0: text.erase(place, static_cast<std::size_t>(rng.uniform_int(1, 20))); break;      // something is missing
      case 1: text.resize(place); break;                                                       // the end is missing
      case 2: text.insert(place, kWords[static_cast<std::size_t>(rng.uniform_int(0, 18))]); break;
      case 3: text[place] = static_cast<char>(rng.uniform_int(0, 255)); break;
      case 4: text.insert(place, text.substr(at(), 40)); break;                                // something twice
      default: std::swap(text[place], text[at()]); break;
    }
  }
  return text;
}

TEST(ImportProperty, NoFileCrashesAnImporter) {
  std::int64_t refused = 0, rows = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Rng rng(seed, "tests/import");
    for (const Seedling& seedling : seedlings()) {
      const std::string text = mutated(seedling.text, rng);
      const TemporaryFile file(text, std::string("_") + seedling.kind);
      try {
        const SourceReport report =
            import_log(find_importer(seedling.kind), file.path(), {.prefill_rate = 1e3, .decode_rate = 50.0, .flops_per_node = 1e9}, [&](const JobRow& row) {
              ++rows;
              EXPECT_GE(row.submit.si(), 0.0);
              EXPECT_GT(row.duration.si(), 0.0);
              EXPECT_LE(row.duration.si(), kLongestTime_s);
              EXPECT_GT(row.nodes.value_or(row.racks.value_or(row.accelerators.value_or(0.0))), 0.0);
            });
        std::int64_t accounted = report.used;
        for (const auto& drop : report.drops) accounted += drop.count;
        EXPECT_EQ(report.rows, accounted) << seedling.kind << " seed " << seed << "\n" << text;
      } catch (const InputError& error) {
        ++refused;
        EXPECT_NE(std::string(error.what()).find(file.path()), std::string::npos) << error.what();
      }
    }
  }
  // Both outcomes are common, or the mutations test nothing.
  EXPECT_GT(refused, 200);
  EXPECT_GT(rows, 500);
}

// The same for the reader of a scenario, with its clusters, walltime models and the end of the run.
TEST(ImportProperty, NoJobListCrashesAScenario) {
  const std::vector<ClusterShape> clusters = {{"train", "gb200_nvl72", 180, 18, 4}};
  const std::string text =
      "job_id,submit_s,nodes,accelerators,duration_s,walltime_s,tier,preemptible,after,deadline_s,cluster\n"
      "a,0,1,,10,20,,,,,\nb,5,,0.5,10,,2,0,a,900,train\nc,7,180,,1e4,,,1,a b,,\nd,7,1,,0,,,,e,,\ne,8,1,,4,,,,d,,\n";
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    Rng rng(seed, "tests/job_list");
    const TemporaryFile file(mutated(text, rng), ".csv");
    WorkloadConfig config;
    config.jobs.file = InputFile{file.path(), "list.csv"};
    config.submit_jitter = 3.0 * s;
    config.load_scale = 0.5;
    SourceReport report;
    try {
      const auto jobs = load_workload(config, clusters, to_ticks(1000.0 * s), seed, report);
      std::int64_t accounted = report.used;
      for (const auto& drop : report.drops) accounted += drop.count;
      EXPECT_EQ(report.rows, accounted) << "seed " << seed;
      for (std::size_t i = 0; i < jobs.size(); ++i) {
        EXPECT_GE(jobs[i].nodes, 1);
        EXPECT_LE(jobs[i].nodes, 180);
        EXPECT_GE(jobs[i].work, 0);
        EXPECT_LT(jobs[i].submit, to_ticks(1000.0 * s));
        for (const JobId before : jobs[i].after) {
          EXPECT_NE(before, static_cast<JobId>(i));
          EXPECT_LT(static_cast<std::size_t>(before), jobs.size());
        }
      }
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(file.path()), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace aifactory
