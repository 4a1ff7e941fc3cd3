#include "sim/results/writers.h"

#include <gtest/gtest.h>

#include <limits>
#include <locale>
#include <random>
#include <vector>

#include "sim/results/text.h"
#include "tests/sim/results/temporary_directory.h"

namespace aifactory {
namespace {

template <class Write>
std::string written(Write write) {
  const TemporaryDirectory directory;
  OutputFile file(directory.path() / "x");
  write(file);
  (void)file.close();
  return read_text(directory.path() / "x");
}

std::string number(double value) {
  std::string text;
  append_number(text, value);
  return text;
}

TEST(Text, SecondsAreTheShortestTextOfTheDouble) {
  std::mt19937_64 random(7);
  std::vector<Tick> ticks{0, 1, 99, 100, 101, 999'999, 1'000'000, 1'000'001, 1'500'000, -1, -2'500'000, 999'999'999'999'999, 1'000'000'000'000'000};
  for (int i = 0; i < 20'000; ++i) ticks.push_back(static_cast<Tick>(random() >> (14 + i % 50)));
  for (const Tick tick : ticks) {
    std::string seconds, expected;
    append_seconds(seconds, tick);
    append_number(expected, to_seconds(tick));
    ASSERT_EQ(seconds, expected) << tick;
  }
}

TEST(Text, NumbersAreTheShortestThatReadBack) {
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(1.0 / 3.0), "0.3333333333333333");
  EXPECT_EQ(number(100000.0), "100000");
  EXPECT_EQ(number(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(number(-0.0), "0");
  EXPECT_EQ(number(1e300), "1e+300");
  EXPECT_EQ(number(kUnset), "");
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "");
}

// A decimal comma and grouped digits, as many users' environments have them.
struct Comma : std::numpunct<char> {
  [[nodiscard]] char do_decimal_point() const override { return ','; }
  [[nodiscard]] char do_thousands_sep() const override { return '.'; }
  [[nodiscard]] std::string do_grouping() const override { return "\3"; }
};

TEST(Text, NumbersIgnoreTheLocale) {
  const std::locale before = std::locale::global(std::locale(std::locale(), new Comma));
  EXPECT_EQ(number(1234567.5), "1234567.5");
  Summary summary;
  summary.whole().set("kpi.pue", 1234.5);
  EXPECT_NE(summary.text().find("\"pue\": 1234.5,"), std::string::npos);
  std::locale::global(before);
}

TEST(Text, SecondsAreExactToTheMicrosecond) {
  std::string text;
  append_seconds(text, 31'536'000'000'001);
  text += ' ';
  append_seconds(text, 60'000'000);
  append_seconds(text, kNever);
  EXPECT_EQ(text, "31536000.000001 60");
}

TEST(Text, CellsQuoteWhatWouldBreakTheTable) {
  std::string text;
  append_cell(text, "a,\"b\"\nc");
  EXPECT_EQ(text, "\"a,\"\"b\"\"\nc\"");
}

JobRecord example() {
  JobRecord job;
  job.job_id = "17";
  job.workload_name = "w0";
  job.profile = "train";
  job.submission = to_ticks(10 * s);
  job.requested_nodes = 9;
  job.requested_time = to_ticks(200 * s);
  job.state = FinalState::completed_successfully;
  job.start = to_ticks(30 * s);
  job.finish = to_ticks(130.5 * s);
  job.held = job.finish - job.start;
  job.allocated = {{0, 8}, {9, 10}};
  job.energy = 1.0 * kWh;
  job.tenant = "lab, north";
  job.site = "abilene";
  job.cluster = "gb200";
  job.accelerators = 36;
  job.restarts = 1;
  job.kind = "training";
  job.deadline = to_ticks(400 * s);
  job.cost = 0.06 * usd;
  job.accelerators_asked = 35.5;
  job.lost_to(LossCause::rollback) = 2.5 * s;
  return job;
}

// The first seventeen columns, their order and the form of "0-7 9" are those of Batsim's jobs.csv.
TEST(Writers, JobsBeginWithTheColumnsOfBatsim) {
  EXPECT_EQ(written([](OutputFile& file) { write_jobs_csv({example()}, file); }),
            "job_id,workload_name,profile,submission_time,requested_number_of_resources,requested_time,success,"
            "final_state,starting_time,execution_time,finish_time,waiting_time,turnaround_time,stretch,"
            "allocated_resources,consumed_energy,metadata,tenant,site,cluster,accelerators,energy_kwh,tokens,restarts,"
            "lost_s,lost_thermal_s,lost_cap_s,lost_fault_s,lost_rollback_s,lost_restart_s,lost_checkpoint_s,"
            "lost_queue_s,lost_curtailment_s,lost_spread_s,lost_staging_s,kind,deadline_s,cost_usd,carbon_kg,accelerators_asked\n"
            "17,w0,train,10,9,200,1,COMPLETED_SUCCESSFULLY,30,100.5,130.5,20,120.5,1.199004975124378,0-7 9,3600000,,"
            "\"lab, north\",abilene,gb200,36,1,,1,2.5,0,0,0,2.5,0,0,0,0,0,0,training,400,0.06,,35.5\n");
}

TEST(Writers, JobThatNeverRanHasEmptyTimes) {
  JobRecord job;
  job.job_id = "1";
  job.requested_nodes = 2;
  EXPECT_EQ(written([&](OutputFile& file) {
              write_jobs_csv({job}, file);
            }).substr(written([](OutputFile& file) { write_jobs_csv({}, file); }).size()),
            "1,,,0,2,,0,QUEUED,,,,,,,,,,,,,,,,0,0,0,0,0,0,0,0,0,0,0,0,,,,,\n");
}

TEST(Writers, EventsSeriesAndLedger) {
  EXPECT_EQ(written([](OutputFile& file) {
              write_events_csv({{to_ticks(7200 * s), "failure", "cdu_03.pump_a", "flow_kg_s", 0.0, "what-if"},
                                {to_ticks(7201 * s), "alarm", "hall", "supply", kUnset, ""}},
                               file);
            }),
            "time_s,kind,unit,what,value,cause\n"
            "7200,failure,cdu_03.pump_a,flow_kg_s,0,what-if\n"
            "7201,alarm,hall,supply,,\n");
  EXPECT_EQ(written([](OutputFile& file) {
              Series series({"it_mw", "supply_c"});
              series.add(0, {1.5, kUnset});
              series.add(to_ticks(60 * s), {2.0, 40.25});
              write_series_csv(series, file);
            }),
            "time_s,it_mw,supply_c\n0,1.5,\n60,2,40.25\n");
  EXPECT_EQ(
      written([](OutputFile& file) {
        Ledger ledger;
        ledger.add(ledger.leaf<Account::jobs>(Side::in, "submitted"), 3);
        ledger.add(ledger.leaf<Account::energy>(Side::in, "import"), 2.0 * J);
        ledger.add(ledger.leaf<Account::energy>(Side::stored, "battery"), -0.5 * J);
        write_ledger_csv(ledger, file);
      }),
      "account,side,leaf,value,unit\nenergy,in,import,2,J\nenergy,stored,battery,-0.5,J\njobs,in,submitted,3,1\n");
}

TEST(Writers, ResultsAreTheSameBytesTwice) {
  RunResult result;
  result.status = RunStatus::complete;
  result.jobs = {example()};
  result.resolved_scenario = "format: 1\n";
  const TemporaryDirectory directory;
  std::vector<std::pair<std::string, std::string>> hashes[2];
  for (int i = 0; i < 2; ++i) {
    ResultDirectory out(directory.path() / std::to_string(i), ResultDirectory::Existing::refuse);
    write_results(result, {}, out);
    hashes[i] = out.hashes();
    out.commit();
  }
  hashes[0].pop_back();  // the manifest tells time and memory
  hashes[1].pop_back();
  EXPECT_EQ(hashes[0], hashes[1]);
  for (const char* name : {"manifest.json", "scenario.resolved.yaml", "summary.json", "series.csv", "jobs.csv",
                           "job_statistics.csv", "events.csv", "ledger.csv"}) {
    EXPECT_TRUE(std::filesystem::exists(directory.path() / "0" / name)) << name;
  }
}

}  // namespace
}  // namespace aifactory
