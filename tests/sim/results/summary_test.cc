#include "sim/results/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/error.h"
#include "sim/results/run_result.h"
#include "tests/sim/results/temporary_directory.h"

namespace aifactory {
namespace {

TEST(Summary, EveryPromisedKeyIsNullUntilItIsKnown) {
  const Summary summary;
  for (const char* path : {"time.simulated_s", "energy.storage_loss_mwh", "energy.psu_loss_mwh", "kpi.wue_l_per_kwh",
                           "jobs.makespan_s", "thermal.max_chip_c", "reliability.lost_accelerator_h.rollback",
                           "grid.max_ramp_down_mw_per_s", "money.min_dscr", "ledger.jobs_residual"}) {
    EXPECT_TRUE(summary.has(path)) << path;
    EXPECT_EQ(summary.number(path), std::nullopt) << path;
  }
  EXPECT_FALSE(summary.has("kpi.puee"));
  EXPECT_FALSE(summary.has("kpi"));
}

TEST(Summary, LossesNameEveryCauseOfJobsCsv) {
  const Summary summary;
  for (const LossCause cause : kLossCauses) {
    EXPECT_TRUE(summary.has(std::string("reliability.lost_accelerator_h.") + name_of(cause))) << name_of(cause);
  }
}

TEST(Summary, SitesAndClustersRepeatTheSections) {
  Summary summary;
  summary.site("abilene").set("kpi.pue", 1.1);
  summary.cluster("gb200").set("jobs.completed", 7);
  EXPECT_EQ(summary.number("sites.abilene.kpi.pue"), 1.1);
  EXPECT_EQ(summary.number("clusters.gb200.jobs.completed"), 7.0);
  EXPECT_TRUE(summary.has("sites.abilene.grid.carbon_t"));
  EXPECT_FALSE(summary.has("sites.abilene.time.wall_s"));
  EXPECT_EQ(summary.number("kpi.pue"), std::nullopt);
}

TEST(Summary, UnsetAndInfiniteAreNullNeverZero) {
  Summary summary;
  summary.whole().set("kpi.pue", kUnset);
  summary.whole().set("reliability.mtti_h", 1.0 / 0.0);
  summary.whole().set("ledger.heat_residual_frac", std::optional<double>());
  EXPECT_TRUE(summary.json()["kpi"]["pue"].is_null());
  EXPECT_TRUE(summary.json()["reliability"]["mtti_h"].is_null());
  EXPECT_TRUE(summary.json()["ledger"]["heat_residual_frac"].is_null());
}

TEST(Summary, CountsPrintWithoutDecimalsAndNumbersReadBackTheSame) {
  Summary summary;
  summary.whole().set("jobs.submitted", std::int64_t{28481});
  summary.whole().set("kpi.pue", 0.1 + 0.2);
  EXPECT_THAT(summary.text(), testing::HasSubstr("\"submitted\": 28481,"));
  EXPECT_EQ(Summary::parse(summary.text(), "x").number("kpi.pue"), 0.1 + 0.2);
  EXPECT_EQ(Summary::parse(summary.text(), "x").text(), summary.text());
}

TEST(Summary, RefusesWhatIsNoSummary) {
  EXPECT_THAT([] { (void)Summary::parse("[1", "a/summary.json"); },
              testing::ThrowsMessage<InputError>("a/summary.json: is not the summary of a run"));
}

TEST(Summary, EveryKeyStandsInTheDocumentation) {
  const std::string page = read_text(AIFACTORY_SOURCE_DIR "/docs/results.md");
  const Summary summary;
  for (const auto& [section, keys] : summary.json().items()) {
    if (keys.empty()) continue;  // sites and clusters
    EXPECT_THAT(page, testing::HasSubstr("### " + section + "\n"));
    for (const auto& [key, value] : keys.items()) EXPECT_THAT(page, testing::HasSubstr("`" + key + "`"));
  }
}

TEST(SummaryDeathTest, StopsAtASectionNobodyReads) {
  Summary summary;
  EXPECT_DEATH(summary.whole().set("kpis.pue", 1.0), "summary has no section for kpis.pue");
}

}  // namespace
}  // namespace aifactory
