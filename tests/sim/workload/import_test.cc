/// Importers: what each format's rows become, what they leave out, and published logs as a whole.
#include "sim/workload/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "models/error.h"
#include "sim/workload/job_list.h"
#include "tests/sim/workload/temporary_file.h"

namespace aifactory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;
using testing::UnorderedElementsAre;

struct Imported {
  std::vector<JobRow> rows;
  SourceReport report;
};
Imported import_file(const char* kind, const std::string& path, const ImportOptions& options = {}) {
  Imported out;
  out.report = import_log(find_importer(kind), path, options, [&](const JobRow& row) { out.rows.push_back(row); });
  std::int64_t dropped = 0;
  for (const auto& drop : out.report.drops) dropped += drop.count;
  EXPECT_EQ(out.report.rows, out.report.used + dropped) << "each row is a job or a counted drop";
  EXPECT_EQ(out.report.used, static_cast<std::int64_t>(out.rows.size()));
  return out;
}
std::vector<std::pair<std::string, std::int64_t>> counts(const std::vector<SourceReport::Drop>& list) {
  std::vector<std::pair<std::string, std::int64_t>> out;
  for (const auto& drop : list) out.emplace_back(drop.reason, drop.count);
  return out;
}
std::string data_folder() {
  const char* folder = std::getenv("AIFACTORY_DATA");
  return folder != nullptr && std::filesystem::is_directory(folder) ? folder : "";
}
#define AIF_NEEDS_DATA() \
  if (data_folder().empty()) GTEST_SKIP() << "AIFACTORY_DATA does not name the folder of test data"

// 4,808 / 1,000 + 10 / 50 = 5.008 s on a replica of 8; the second request comes 0.052 s later; one of no tokens takes no time.
TEST(Import, AzureRequestsOnReplicasOfTheirOwn) {
  const TemporaryFile file(
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n2023-11-16 18:17:04.0319600,3180,8\n"
      "2023-11-16 18:17:05,0,0\n2023-11-16 18:17:06,-1,4\n", ".csv");
  const Imported out = import_file("azure-llm", file.path(), {.prefill_rate = 1000.0, .decode_rate = 50.0, .replica = 8.0});
  ASSERT_EQ(out.rows.size(), 2u);
  EXPECT_EQ(out.rows[0].submit.si(), 0.0);
  EXPECT_NEAR(out.rows[0].duration.si(), 5.008, 1e-12);
  EXPECT_EQ(out.rows[0].accelerators, 8.0);
  EXPECT_EQ(out.rows[0].kind, "inference");
  EXPECT_NEAR(out.rows[1].submit.si(), 0.052, 1e-6);
  EXPECT_THAT(counts(out.report.drops), UnorderedElementsAre(Pair("run time not above 0", 1), Pair("negative tokens", 1)));
  EXPECT_THROW(import_file("azure-llm", file.path()), InputError);
}

// Azure 2023, conversations: 19,366 requests with 22,361,870 and 4,088,665 tokens (sums of the file's columns).
TEST(Import, AzureConversationsKeepEveryRequest) {
  AIF_NEEDS_DATA();
  const std::string path = data_folder() + "/inference/AzureLLMInferenceTrace_conv_2023.csv";
  const Imported out = import_file("azure-llm", path, {.prefill_rate = 1.0, .decode_rate = 1.0});
  EXPECT_EQ(out.rows.size(), 19366u);
  double tokens = 0.0;
  for (const JobRow& row : out.rows) tokens += row.duration.si();
  EXPECT_EQ(tokens, 22'361'870.0 + 4'088'665.0);
}

TEST(Import, BatsimDelaysAndWork) {
  const TemporaryFile file(R"({
    "description": "profiles after the jobs, and a machine that is not ours", "nb_res": 1000000000000,
    "jobs": [
      {"id": "w0!a", "subtime": 10, "walltime": 100, "res": 4, "profile": "sleep"},
      {"id": 2, "subtime": 5.5, "walltime": -1, "res": 2, "profile": "work"},
      {"id": 3, "subtime": 6, "res": 4, "profile": "total"},
      {"id": 4, "subtime": 7, "res": 1, "profile": "gone"},
      {"id": 5, "subtime": 8, "res": 1, "profile": "mpi"},
      {"id": 6, "subtime": -1, "res": 1, "profile": "sleep"},
      {"id": 7, "subtime": 9, "res": 0, "profile": "sleep"},
      {"id": 8, "subtime": "nine", "res": 1, "profile": "sleep"}
    ],
    "profiles": {
      "sleep": {"type": "delay", "delay": 20.25},
      "work": {"type": "parallel_homogeneous", "cpu": 3e9, "com": 1e6},
      "total": {"type": "parallel_homogeneous_total", "cpu": 8e9, "com": 0},
      "mpi": {"type": "smpi", "trace": "x"}
    }})", ".json");
  const Imported slow = import_file("batsim", file.path());
  ASSERT_EQ(slow.rows.size(), 1u);
  EXPECT_EQ(slow.rows[0].id, "w0!a");
  EXPECT_EQ(slow.rows[0].submit.si(), 10.0);
  EXPECT_EQ(slow.rows[0].nodes, 4.0);
  EXPECT_EQ(slow.rows[0].duration.si(), 20.25);
  EXPECT_EQ(slow.rows[0].walltime.si(), 100.0);
  EXPECT_EQ(slow.rows[0].profile, "sleep");
  EXPECT_THAT(counts(slow.report.drops),
              UnorderedElementsAre(Pair("a profile of work: give the speed of a node", 2),
                                   Pair("its profile is not in the file", 1),
                                   Pair("a profile that is neither delay nor parallel_homogeneous", 1),
                                   Pair("no submit time, or a negative one", 1), Pair("size not above 0", 1),
                                   Pair("subtime or res is not a number", 1)));
  EXPECT_EQ(slow.report.drops[0].first, file.path() + ": entry 2: job 2");

  const Imported fast = import_file("batsim", file.path(), {.flops_per_node = 1e9});
  ASSERT_EQ(fast.rows.size(), 3u);
  EXPECT_EQ(fast.rows[1].duration.si(), 3.0);  // 3e9 FLOP on each node at 1e9 FLOP/s
  EXPECT_TRUE(std::isnan(fast.rows[1].walltime.si()));
  EXPECT_EQ(fast.rows[2].duration.si(), 2.0);  // 8e9 FLOP over 4 nodes
  EXPECT_THAT(counts(fast.report.changes), UnorderedElementsAre(Pair("communication of its profile left out", 1),
                                                                Pair("not in the order of submission", 2)));
}

// Synthetic: the public tables are not at hand.  The columns are those of pai_task_table.header.
TEST(Import, AlibabaTasksOf2020WithoutAHeading) {
  const TemporaryFile file(
      "j1,worker,4.0,Terminated,100.0,700.5,600.0,29.3,50.0,MISC\n"
      "j1,ps,1.0,Terminated,100.0,700.0,600.0,29.3,,MISC\n"
      "j2,tensorflow,1.0,Failed,90.0,95.0,600.0,29.3,25.0,T4\n"
      "j3,worker,2.0,Running,200.0,,600.0,29.3,100.0,V100\n"
      "j4,worker,2.0,Waiting,,,600.0,29.3,100.0,V100\n"
      "j5,worker,x,Terminated,1.0,2.0,600.0,29.3,100.0,V100\n"
      "j6,worker,1.0,Terminated,50.0,40.0,600.0,29.3,100.0,V100\n",
      ".csv");
  const Imported log = import_file("alibaba-gpu", file.path());
  ASSERT_EQ(log.rows.size(), 2u);
  EXPECT_EQ(log.rows[0].id, "j1/worker");
  EXPECT_EQ(log.rows[0].accelerators, 2.0);  // 4 instances of half a GPU
  EXPECT_EQ(log.rows[0].duration.si(), 600.5);
  EXPECT_EQ(log.rows[0].kind, "MISC");
  EXPECT_EQ(log.rows[1].accelerators, 0.25);
  EXPECT_EQ(log.rows[1].status, 0);
  EXPECT_THAT(counts(log.report.drops),
              UnorderedElementsAre(Pair("asks for no GPU", 1), Pair("not ended in the log", 1),
                                   Pair("not started in the log", 1), Pair("a cell is not a number", 1),
                                   Pair("run time not above 0", 1)));
}

// Counted in the file by a script of a few lines: 8,152 pods, 897 never scheduled, 1,052 of the others without a GPU.
TEST(Import, AlibabaPodsOf2023) {
  AIF_NEEDS_DATA();
  const Imported log = import_file(
      "alibaba-gpu", data_folder() + "/workloads/gpu/alibaba-v2023-openb/openb_pod_list_default.csv");
  EXPECT_EQ(log.report.rows, 8152);
  EXPECT_EQ(log.report.used, 6203);
  EXPECT_THAT(counts(log.report.drops),
              UnorderedElementsAre(Pair("not started in the log", 897), Pair("asks for no GPU", 1052)));
  double gpus = 0.0, area = 0.0;
  for (const JobRow& row : log.rows) {
    gpus += *row.accelerators;
    area += *row.accelerators * row.duration.si();
  }
  EXPECT_NEAR(gpus, 5484.93, 1e-6);
  EXPECT_NEAR(area, 185294426.97, 1e-3);
  EXPECT_EQ(log.rows[1].accelerators, 0.46);
  // The lists of other mixes have no times.
  EXPECT_THAT(message_of([] {
                (void)import_file("alibaba-gpu",
                                  data_folder() + "/workloads/gpu/alibaba-v2023-openb/openb_pod_list_multigpu50.csv");
              }),
              HasSubstr("not an Alibaba GPU v2023 list of pods: it has no column creation_time"));
}

TEST(Import, PhillyJsonSumsItsAttempts) {
  // The first entry is the example of the trace's own description.
  const TemporaryFile file(R"([
    {"status": "Pass", "vc": "ee9e8c", "jobid": "application_1", "attempts": [
       {"start_time": "2017-10-07 01:12:09", "end_time": "2017-10-07 01:13:23",
        "detail": [{"ip": "m47", "gpus": ["gpu0", "gpu1", "gpu2", "gpu3", "gpu4", "gpu5", "gpu6", "gpu7"]}]},
       {"start_time": "2017-10-07 01:13:30", "end_time": "2017-10-09 06:53:12",
        "detail": [{"ip": "m412", "gpus": ["gpu0", "gpu1", "gpu2", "gpu3", "gpu4", "gpu5", "gpu6", "gpu7"]}]}],
     "submitted_time": "2017-10-07 01:11:39", "user": "ce2f4c"},
    {"status": "Killed", "vc": "a", "jobid": "application_2", "attempts": [], "submitted_time": "2017-10-07 01:11:39",
     "user": "u"},
    {"status": "Failed", "vc": "a", "jobid": "application_3", "submitted_time": "2017-10-06 01:11:39", "user": "u",
     "attempts": [{"start_time": "2017-10-06 02:00:00", "end_time": "2017-10-06 02:10:00",
                   "detail": [{"ip": "m1", "gpus": ["gpu0"]}, {"ip": "m2", "gpus": ["gpu0", "gpu1"]}]}]},
    {"status": "Pass", "vc": "a", "jobid": "application_4", "submitted_time": "2017-10-06 01:11:39", "user": "u",
     "attempts": [{"start_time": "2017-10-06 02:00:00", "end_time": null, "detail": []}]},
    {"status": "Pass", "vc": "a", "jobid": "application_5", "submitted_time": "None", "user": "u", "attempts": []}
  ])", ".json");
  const Imported log = import_file("philly", file.path());
  ASSERT_EQ(log.rows.size(), 2u);
  EXPECT_EQ(log.rows[0].id, "application_1");
  EXPECT_EQ(log.rows[0].tenant, "ee9e8c");
  EXPECT_EQ(log.rows[0].accelerators, 8.0);
  // 1 min 14 s and 2 d 5 h 39 min 42 s.
  EXPECT_EQ(log.rows[0].duration.si(), 74.0 + 193182.0);
  EXPECT_EQ(log.rows[0].submit.si(), 86400.0);  // a day after the first one
  EXPECT_EQ(log.rows[0].status, 1);
  EXPECT_EQ(log.rows[1].submit.si(), 0.0);
  EXPECT_EQ(log.rows[1].accelerators, 3.0);
  EXPECT_EQ(log.rows[1].duration.si(), 600.0);
  EXPECT_THAT(counts(log.report.drops),
              UnorderedElementsAre(Pair("no attempt to run it", 1), Pair("no attempt with a start and an end", 1),
                                   Pair("no submitted_time", 1)));
}

// Counted in the file by a script: 82,247 rows, all usable; GPU time 3,521,082,502 s over 9,408,690 s.
TEST(Import, PhillyCsv) {
  AIF_NEEDS_DATA();
  const Imported log = import_file("philly", data_folder() + "/workloads/gpu/philly/philly.csv");
  EXPECT_EQ(log.report.used, 82247);
  double gpus = 0.0, area = 0.0, last_s = 0.0, first_s = 1e9;
  for (const JobRow& row : log.rows) {
    gpus += *row.accelerators;
    area += *row.accelerators * row.duration.si();
    last_s = std::max(last_s, row.submit.si());
    first_s = std::min(first_s, row.submit.si());
  }
  EXPECT_EQ(gpus, 107235.0);
  EXPECT_EQ(area, 3521082502.0);
  EXPECT_EQ(first_s, 0.0);
  EXPECT_EQ(last_s, 9408690.0);
}

// The rows are the examples of the traces' own descriptions; the other rows are synthetic.
TEST(Import, HeliosAndAcme) {
  const TemporaryFile helios(
      "job_id,user,vc,gpu_num,cpu_num,node_num,state,submit_time,start_time,end_time,duration,queue\n"
      "1425511,uXBbc,vcJkd,1,1,1,COMPLETED,2020-06-09 18:41:01,2020-06-09 18:41:01,2020-06-10 04:55:09,36848,0\n"
      "1425512,uVMrF,vchbv,4,16,1,FAILED,2020-06-09 18:41:27,2020-06-09 18:41:27,2020-06-09 18:45:36,249,0\n"
      "1425513,uzqls,vcpDC,0,1,1,CANCELLED,2020-06-09 18:41:28,2020-06-09 18:41:28,2020-06-17 14:15:21,675233,0\n"
      "1425514,uzqls,vcpDC,8,1,1,CANCELLED,2020-06-09 18:41:28,,,0,0\n",
      "_h.csv");
  const Imported one = import_file("helios", helios.path());
  ASSERT_EQ(one.rows.size(), 2u);
  EXPECT_EQ(one.rows[0].duration.si(), 36848.0);
  EXPECT_EQ(one.rows[1].submit.si(), 26.0);
  EXPECT_EQ(one.rows[1].accelerators, 4.0);
  EXPECT_EQ(one.rows[1].tenant, "vchbv");
  EXPECT_EQ(one.rows[1].status, 0);
  EXPECT_THAT(counts(one.report.drops), ElementsAre(Pair("asks for no GPU", 1), Pair("not started in the log", 1)));

  const TemporaryFile seren(
      "job_id,user,node_num,gpu_num,cpu_num,type,state,submit_time,start_time,end_time,duration,queue,gpu_time\n"
      "5778432,u5907,1,8,128,Other,FAILED,2023-03-01 00:18:22+08:00,2023-03-01 00:18:54+08:00,"
      "2023-03-01 00:20:51+08:00,117,32,936.0\n"
      "5778469,u5907,1,8,128,Pretrain,COMPLETED,2023-02-28 16:23:58+00:00,2023-03-01 00:24:11+08:00,"
      "2023-03-01 01:09:04+08:00,2693,13,21544.0\n",
      "_s.csv");
  const Imported two = import_file("acme", seren.path());
  ASSERT_EQ(two.rows.size(), 2u);
  EXPECT_EQ(two.rows[0].duration.si(), 117.0);
  EXPECT_EQ(two.rows[1].duration.si(), 2693.0);
  EXPECT_EQ(two.rows[1].submit.si(), 336.0);  // the zones differ and the instants do not mind
  EXPECT_EQ(two.rows[1].kind, "Pretrain");
  EXPECT_EQ(two.rows[1].tenant, "u5907");
}

TEST(Import, Tiresias) {
  AIF_NEEDS_DATA();
  const Imported log = import_file("tiresias", data_folder() + "/workloads/gpu/tiresias/60_job.csv");
  EXPECT_EQ(log.report.used, 60);
  double gpus = 0.0, area = 0.0;
  for (const JobRow& row : log.rows) {
    gpus += *row.accelerators;
    area += *row.accelerators * row.duration.si();
  }
  EXPECT_EQ(gpus, 170.0);
  EXPECT_EQ(area, 26624.0);
}

// KTH-SP2-1996, Parallel Workloads Archive: 28,489 rows, of which 8 have no run time.
TEST(Import, StandardWorkloadFormat) {
  AIF_NEEDS_DATA();
  const Imported log = import_file("swf", data_folder() + "/workloads/swf/KTH-SP2-1996.swf");
  EXPECT_EQ(log.report.rows, 28489);
  EXPECT_EQ(log.report.used, 28481);
  EXPECT_THAT(counts(log.report.drops), ElementsAre(Pair("run time not above 0", 8)));
}

struct BadLog {
  const char* name;
  const char* kind;
  std::string content;
  std::string message;  ///< FILE stands for the path
};
class Refuses : public testing::TestWithParam<BadLog> {};

TEST_P(Refuses, WithAClearMessage) {
  const BadLog& log = GetParam();
  const TemporaryFile file(log.content, std::string("_") + log.name);
  std::string message = message_of([&] { (void)import_file(log.kind, file.path()); });
  for (std::size_t at = 0; (at = message.find(file.path())) != std::string::npos;) {
    message.replace(at, file.path().size(), "FILE");
  }
  EXPECT_EQ(message, log.message);
}

const std::string kHeliosHeading =
    "job_id,user,vc,gpu_num,cpu_num,node_num,state,submit_time,start_time,end_time,duration,queue\n";

INSTANTIATE_TEST_SUITE_P(
    Logs, Refuses,
    testing::Values(
        BadLog{"empty", "philly", "", "FILE: not a Philly job log: it is empty"},
        BadLog{"heading", "philly", "timestamp,duration,num_gpus\n", "FILE: not a Philly job log: it holds no job"},
        BadLog{"misspelt", "philly", "timestamp,duration,num_gpu\n2017-10-09 07:01:55,66.0,1\n",
               "FILE: not a Philly job log: it has no column num_gpus (did you mean \"num_gpu\"?) (columns: timestamp, "
               "duration, num_gpu)"},
        BadLog{"twice", "philly", "timestamp,duration,duration\n", "FILE:1: column duration is there twice"},
        BadLog{"other", "helios", kHeliosHeading + "a,b\nc,d\n",
               "FILE:2: not a Helios job log: fewer cells than columns"},
        BadLog{"binary", "helios", kHeliosHeading + std::string("a\0b\n", 4),
               "FILE:2: not a Helios job log: it holds binary data"},
        BadLog{"long", "helios", kHeliosHeading + std::string(70000, 'x') + "\n",
               "FILE:2: not a Helios job log: a line of more than 65535 characters"},
        BadLog{"cut", "batsim", R"({"jobs": [{"id": 1, "subtime": 0, "res": 1, "profile": "p"}, {"id": )",
               "FILE: not a Batsim workload: parse error at line 1, column 69: syntax error while parsing value - "
               "unexpected end of input; expected '[', '{', or a literal"},
        BadLog{"no_profiles", "batsim", R"({"jobs": []})", "FILE: not a Batsim workload: it has no member \"profiles\""},
        BadLog{"no_jobs", "batsim", R"({"jobs": [], "profiles": {}})", "FILE: not a Batsim workload: it holds no job"},
        BadLog{"deep", "philly", std::string(100000, '['),
               "FILE: not a Philly job log: values are nested more than 64 deep"},
        BadLog{"scalar", "batsim", "{} 7",
               "FILE: not a Batsim workload: parse error at line 1, column 4: syntax error while parsing value - "
               "unexpected number literal; expected end of input"},
        BadLog{"column", "jobs", "job_id,submit_s,nodes,duration_s,walltme_s\n",
               "FILE: unknown column walltme_s (did you mean \"walltime_s\"?); a job list has job_id, submit_s, nodes, "
               "racks, accelerators, duration_s, walltime_s, tenant, kind, profile, cluster, priority, tier, "
               "preemptible, utilization, tokens_per_accelerator_s, power_profile, communication_frac, data, data_size_bytes, staging_s, "
               "checkpoint_interval_s, earliest_start_s, "
               "deadline_s, after or status"},
        BadLog{"no_size", "jobs", "job_id,submit_s,duration_s\n",
               "FILE: none of the columns nodes, racks, accelerators is there"}),
    [](const auto& bad) { return std::string(bad.param.kind) == "jobs" ? std::string("list_") + bad.param.name : bad.param.name; });

TEST(Import, NamesTheFormatsThereAre) {
  EXPECT_THAT(message_of([] { (void)find_importer("phily"); }),
              StartsWith("import: no format is named phily (did you mean \"philly\"?); there are swf, batsim, "));
  EXPECT_THAT(message_of([] { (void)import_file("swf", "/no/such/log.swf"); }),
              StartsWith("/no/such/log.swf: cannot be opened: "));
}

TEST(Import, TellsOfATruncatedArchive) {
  std::string log;
  for (int i = 0; i < 5000; ++i) log += std::to_string(i) + " 0 -1 10 4 -1 -1 4 20 -1 1 3 1 -1 -1 -1 -1 -1\n";
  const TemporaryFile file(log, ".swf.gz", true);
  std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) / 2);
  EXPECT_THAT(message_of([&] { (void)import_file("swf", file.path()); }), HasSubstr("cannot be read further"));
}

// An import that is read back by a second import is the same list, byte for byte.
TEST(Import, OurListReadsBack) {
  JobRow row;
  row.id = "a \"quoted\", name";
  row.submit = 0.1 * s;
  row.accelerators = 0.5;
  row.duration = 1e6 / 3.0 * s;
  row.walltime = 4e5 * s;
  row.tenant = "lab";
  row.tier = 2;
  row.preemptible = false;
  row.utilization = 0.0;
  row.deadline = 7.0 * s;
  row.communication_frac = 0.0;
  row.data = "near";
  row.staging = 0.5 * s;
  row.after = {"x", "y"};
  JobRow shaped = row;
  shaped.id = "shaped";
  shaped.utilization = kUnset;
  shaped.power_profile = "day";
  std::string text = job_list_heading();
  append_job_row(text, row);
  append_job_row(text, shaped);
  const TemporaryFile file("# a comment\n\n" + text, ".csv");
  const Imported log = import_file("jobs", file.path());
  ASSERT_EQ(log.rows.size(), 2u);
  std::string again = job_list_heading();
  for (const JobRow& read : log.rows) append_job_row(again, read);
  EXPECT_EQ(again, text);
  EXPECT_THAT(log.rows[0].after, ElementsAre("x", "y"));
}

}  // namespace
}  // namespace aifactory
