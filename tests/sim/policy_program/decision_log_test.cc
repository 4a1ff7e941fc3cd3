/// decisions.csv, written and read back, and what is said of one that is damaged.
#include "sim/results/decision_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/error.h"
#include "models/random.h"
#include "sim/results/result_directory.h"
#include "tests/sim/results/temporary_directory.h"

namespace aifactory {
namespace {

const std::string kHeading = "time_s,action,job,job_id,pool,nodes,detail\n";

std::vector<Decision> decisions_in(const std::string& text) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "decisions.csv";
  OutputFile file(path);
  file.write(text);
  (void)file.close();
  return read_decisions_csv(path.string());
}

/// What is said of a text, without the name of the file.
std::string refusal(const std::string& text) {
  try {
    (void)decisions_in(text);
  } catch (const InputError& error) {
    const std::string what = error.what();
    return what.substr(what.find("decisions.csv") + 13);
  }
  return "";
}

TEST(DecisionLog, IsReadBackAsItWasWritten) {
  DecisionLog log;
  log.jobs = {"plain", "with, comma and \"quote\"", "two\nlines"};
  log.pools = {"train", "infer"};
  log.add(0, DecisionKind::place, kNoJob, {}, "first_fit");
  log.add(1'500'000, DecisionKind::start, 0, {.pool = 1, .nodes = {{0, 8}, {9, 10}}});
  log.add(1'500'000, DecisionKind::note, 2, {}, "why=because, \"so\"");
  log.add(2'000'001, DecisionKind::preempt, 0, {}, "on_demand");
  log.add(2'000'001, DecisionKind::resize, 1, {.pool = 0, .nodes = {{3, 4}}});
  log.add(9'000'000, DecisionKind::reject, 2, {}, "too\nlarge");
  const TemporaryDirectory directory;
  const auto path = directory.path() / "d.csv";
  OutputFile file(path);
  write_decisions_csv(log, file);
  (void)file.close();
  const std::vector<Decision> read = read_decisions_csv(path.string());
  ASSERT_EQ(read.size(), log.rows().size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    const DecisionLog::Row& row = log.rows()[i];
    EXPECT_EQ(read[i].at, row.at) << i;
    EXPECT_EQ(read[i].kind, row.kind) << i;
    EXPECT_EQ(read[i].detail, log.detail(row)) << i;
    if (row.kind == DecisionKind::note) continue;  // nobody repeats them
    EXPECT_EQ(read[i].job, row.job) << i;
    if (row.job >= 0) {
      EXPECT_EQ(read[i].job_id, log.jobs[static_cast<std::size_t>(row.job)]) << i;
    }
    EXPECT_TRUE(std::equal(read[i].nodes.begin(), read[i].nodes.end(), log.nodes(row).begin(), log.nodes(row).end())) << i;
    EXPECT_EQ(read[i].pool, row.pool < 0 ? "" : log.pools[static_cast<std::size_t>(row.pool)]) << i;
  }
  EXPECT_EQ(read[3].line, 6);  // a name of two lines is before it
}

TEST(DecisionLog, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(refusal(""), ": is no decision log: its first line must be time_s,action,job,job_id,pool,nodes,detail");
  EXPECT_EQ(refusal("a,b,c\n"), ": is no decision log: its first line must be time_s,action,job,job_id,pool,nodes,detail");
  EXPECT_EQ(refusal(kHeading + "0,start,0,a,p,0-3,"), ":2: the last line is cut off");
  EXPECT_EQ(refusal(kHeading + "0,start,0,\"a,p,0-3,\n"), ":2: the last line is cut off");
  EXPECT_EQ(refusal(kHeading + "0,start,0,a,p\n"), ":2: has 5 cells in place of 7");
  EXPECT_EQ(refusal(kHeading + "soon,start,0,a,p,0-3,\n"), ":2: time_s soon is no time in seconds");
  EXPECT_EQ(refusal(kHeading + "-1,start,0,a,p,0-3,\n"), ":2: time_s -1 is no time in seconds");
  EXPECT_EQ(refusal(kHeading + "0.1234567,start,0,a,p,0-3,\n"), ":2: time_s 0.1234567 is no time in seconds");
  EXPECT_EQ(refusal(kHeading + "99999999999999999999,start,0,a,p,0-3,\n"), ":2: time_s 99999999999999999999 is no time in seconds");
  EXPECT_EQ(refusal(kHeading + "5,note,,,,,\n4,note,,,,,\n"), ":3: is earlier than the line before");
  EXPECT_EQ(refusal(kHeading + "0,stop,0,a,p,0-3,\n"), ":2: action stop is none of place, start, preempt, resize, reject, note");
  EXPECT_EQ(refusal(kHeading + "0,start,-1,a,p,0-3,\n"), ":2: job -1 is no number of a job");
  EXPECT_EQ(refusal(kHeading + "0,start,1e3,a,p,0-3,\n"), ":2: job 1e3 is no number of a job");
  EXPECT_EQ(refusal(kHeading + "0,start,0,a,p,3-0,\n"), ":2: nodes 3-0 are no list such as 0-7 9");
  EXPECT_EQ(refusal(kHeading + "0,start,0,a,p,,\n"), ":2: nodes  are no list such as 0-7 9");
  EXPECT_EQ(refusal(kHeading + "0,preempt,0,a,,,gently\n"), ":2: detail gently of a preemption must be last or on_demand");
}

TEST(DecisionLog, NodesMayStandInAnyOrder) {
  std::vector<NodeRange> nodes;
  ASSERT_TRUE(parse_nodes("9 0-3  4-7", nodes));
  EXPECT_EQ(nodes, (std::vector<NodeRange>{{0, 8}, {9, 10}}));
  ASSERT_TRUE(parse_nodes("0-3 2", nodes));  // kept, so that whoever uses it refuses it
  EXPECT_EQ(nodes, (std::vector<NodeRange>{{0, 4}, {2, 3}}));
  for (const char* wrong : {"", " ", "-", "1-", "-1", "a", "1-2-3", "1,2", "0x1", "9223372036854775807", "5-4"}) {
    EXPECT_FALSE(parse_nodes(wrong, nodes)) << wrong;
  }
}

// Whatever happens to the bytes of a log, the answer is a log or a sentence.
TEST(DecisionLog, AnyDamageIsReadOrRefused) {
  std::string good = kHeading;
  for (int i = 0; i < 20; ++i) good += std::to_string(i) + ",start," + std::to_string(i) + ",\"job, " + std::to_string(i) + "\",p,0-3 7,\n";
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Rng rng(seed, "test/decision_log");
    std::string text = good;
    for (std::int64_t n = rng.uniform_int(1, 6); n > 0; --n) {
      const auto at = static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(text.size()) - 1));
      switch (rng.uniform_int(0, 2)) {
        case 0: text[at] = static_cast<char>(rng.uniform_int(0, 255)); break;
        case 1: text.erase(at, static_cast<std::size_t>(rng.uniform_int(1, 30))); break;
        default: text.insert(at, text.substr(at / 2, 40)); break;
      }
      if (text.empty()) text = "x";
    }
    try {
      (void)decisions_in(text);
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("decisions.csv")) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace aifactory
