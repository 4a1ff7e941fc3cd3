#include "models/reliability/training_run.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/reliability/checkpoint_cost.h"
#include "models/reliability/ettr.h"
#include "models/reliability/failure_rates.h"

namespace aifactory {
namespace {

constexpr double kPerThousandNodeDays = 1.0 / (1000.0 * 86400.0);

TrainingRunParams plain(std::int64_t nodes, double rate) {
  TrainingRunParams p;
  p.nodes = nodes;
  p.failure_rate = Frequency(rate * kPerThousandNodeDays);
  p.restart = Duration(600.0);
  p.interval = Duration(1800.0);
  p.stall = Duration(30.0);
  return p;
}
double sum_s(const TrainingRunResult& r) {
  return (r.productive + r.checkpoint + r.rollback + r.detection + r.node_wait + r.restart + r.maintenance).si();
}

// Llama 3: 2,048 nodes, 54 days, 419 unexpected and 47 planned interruptions; deviation of a Poisson count 20.5.
TrainingRunParams llama3() {
  TrainingRunParams p = plain(2048, 0.0);
  p.failure_rate = Frequency(419.0 / (2048.0 * 54.0 * 86400.0));
  p.planned_rate = Frequency(47.0 / (54.0 * 86400.0));
  p.planned_stop = Duration(900.0);
  p.detection = Duration(60.0);
  p.node_swap = Duration(120.0);
  p.restart = Duration(420.0);
  p.interval = Duration(300.0);
  p.stall = Duration(3.0);  // 5.7 TB at the store's 2 TB/s
  return p;
}

TEST(Llama3Run, InterruptionsCausesAndMttiOverAHundredSeeds) {
  const TrainingRun run(llama3(), llama3_run_causes());
  const int seeds = 100;
  double interruptions = 0.0, elapsed_h = 0.0, ettr = 0.0;
  int within = 0;
  std::vector<double> causes(run.causes().size(), 0.0);
  for (int seed = 0; seed < seeds; ++seed) {
    const TrainingRunResult one = run.run(kLlama3Window, static_cast<std::uint64_t>(seed));
    interruptions += static_cast<double>(one.interruptions);
    elapsed_h += one.elapsed.in(h);
    ettr += one.ettr() / seeds;
    if (std::abs(static_cast<double>(one.interruptions) - 419.0) <= 41.0) ++within;
    EXPECT_EQ(std::accumulate(one.by_cause.begin(), one.by_cause.end(), std::int64_t{0}), one.interruptions);
    for (std::size_t i = 0; i < causes.size(); ++i) causes[i] += static_cast<double>(one.by_cause[i]);
    EXPECT_NEAR(sum_s(one) / one.elapsed.si(), 1.0, 1e-12);
  }
  std::printf(
      "interruptions %.1f (published 419), within two deviations %d of 100, MTTI %.3f h (3.09), ETTR %.3f (> 0.9)\n",
      interruptions / seeds, within, elapsed_h / interruptions, ettr);
  EXPECT_NEAR(interruptions / seeds, 419.0,
              41.0 / 10.0 * 2.0);  // two deviations of a mean of a hundred, and the planned stops
  EXPECT_GE(within, 90);
  EXPECT_NEAR(elapsed_h / interruptions / 3.09, 1.0, 0.05);
  EXPECT_GT(ettr, 0.9);
  // Chi-square over the 18 causes: 17 degrees of freedom, 33.4 is passed once in a hundred.
  double chi2 = 0.0;
  for (std::size_t i = 0; i < causes.size(); ++i) {
    const double expected = interruptions * run.causes()[i].weight / 419.0;
    chi2 += (causes[i] - expected) * (causes[i] - expected) / expected;
  }
  EXPECT_LT(chi2, 33.4);
  // No failures and ten times as many are far outside (mutations).
  for (const double factor : {0.0, 10.0}) {
    TrainingRunParams other = llama3();
    other.failure_rate = factor * other.failure_rate;
    const auto count = static_cast<double>(TrainingRun(other, llama3_run_causes()).run(kLlama3Window, 1).interruptions);
    EXPECT_GT(std::abs(count - 419.0), 10 * 41.0);
  }
}

// Eight fleets and four plans against Daly's exact formula, which makes the same assumptions.
TEST(TrainingRun, MeansAreTheExactFormula) {
  constexpr double kPlans[4][3] = {{60, 1, 15}, {30, 0.5, 10}, {10, 1.0 / 6.0, 5}, {5, 0.05, 3}};
  for (const auto& [accelerators, rate] :
       {std::pair{2048, 6.50}, std::pair{4096, 6.50}, std::pair{16384, 2.34}, std::pair{16384, 6.50},
        std::pair{65536, 2.34}, std::pair{65536, 6.50}, std::pair{131072, 2.34}, std::pair{131072, 6.50}}) {
    for (const auto& plan : kPlans) {
      TrainingRunParams p = plain(accelerators / 8, rate);
      p.interval = plan[0] * minute;
      p.stall = plan[1] * minute;
      p.restart = plan[2] * minute;
      const TrainingRun run(p, {});
      const Duration mtti = 1.0 / run.interruption_rate(Duration(0.0)).si() * s;
      const TimeSplit exact = time_split({p.interval, p.stall, p.restart, mtti});
      const TrainingRunResult one = run.run(20000.0 * mtti, 4);
      const double tolerance = 0.01;
      EXPECT_NEAR(one.ettr(), exact.productive, tolerance) << accelerators << " " << rate << " " << plan[0];
      EXPECT_NEAR(one.checkpoint / one.elapsed, exact.checkpoint, tolerance);
      EXPECT_NEAR(one.rollback / one.elapsed, exact.rollback, tolerance);
      EXPECT_NEAR(one.restart / one.elapsed, exact.restart, tolerance);
      EXPECT_NEAR(one.mtti() / mtti, 1.0, 0.03);
    }
  }
}

// Half of the nodes fail ten times as often: 5.5 times the rate.  Exchanged at their second failure, they are soon
// gone.
TEST(TrainingRun, LemonsRaiseTheRateUntilTheyAreEvicted) {
  TrainingRunParams p = plain(1000, 2.0);
  const double base = static_cast<double>(TrainingRun(p, {}).run(200.0 * day, 3).interruptions);
  p.lemon_share = 0.5;
  p.lemon_factor = 10.0;
  const TrainingRun with(p, {});
  EXPECT_NEAR(with.interruption_rate(Duration(0.0)).si() / (1000 * 2.0 * kPerThousandNodeDays), 5.5, 1e-9);
  EXPECT_NEAR(static_cast<double>(with.run(200.0 * day, 3).interruptions) / base, 5.5, 0.6);
  p.lemon_eviction = 2;
  const TrainingRunResult evicting = TrainingRun(p, {}).run(2000.0 * day, 3);
  EXPECT_EQ(evicting.evicted, 500);
  // In the long run the rate is the ordinary one: 2000 days x 2, and at most 2 for each lemon before that.
  EXPECT_NEAR(static_cast<double>(evicting.interruptions), 4000.0 + 500.0 * 2 * 0.9, 250.0);
}

// Excess 3 e^(-t / 30 d): its integral over a long time is 90 days of the lasting rate.
TEST(TrainingRun, YoungNodesFailMore) {
  TrainingRunParams p = plain(4000, 2.0);
  p.infant_factor = 3.0;
  p.infant_time = 30.0 * day;
  double count = 0.0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    count += static_cast<double>(TrainingRun(p, {}).run(300.0 * day, seed).interruptions) / 10.0;
  }
  EXPECT_NEAR(count / (8.0 * (300.0 + 90.0)), 1.0, 0.03);
}

TEST(TrainingRun, WaitsForSparesAndMaintenance) {
  TrainingRunParams p = plain(1000, 5.0);
  p.node_swap = Duration(60.0);
  p.repair = 2.0 * day;
  const std::vector<RunFailureCause> hardware{{"gpu", 1.0, true, false}};
  p.spares = 40;
  const TrainingRunResult enough = TrainingRun(p, hardware).run(100.0 * day, 1);
  EXPECT_NEAR(enough.node_wait / (static_cast<double>(enough.interruptions) * 60.0 * s), 1.0, 0.05);
  p.spares = 2;
  const TrainingRunResult few = TrainingRun(p, hardware).run(100.0 * day, 1);
  EXPECT_GT(few.node_wait / few.elapsed, 0.2);
  EXPECT_LT(few.ettr(), enough.ettr());
  p.spares = 40;
  p.planned_rate = Frequency(1.0 / 86400.0);
  p.planned_stop = 1.0 * h;
  const TrainingRunResult planned = TrainingRun(p, hardware).run(100.0 * day, 1);
  EXPECT_NEAR(planned.maintenance / (static_cast<double>(planned.planned) * 1.0 * h), 1.0, 0.02);
  EXPECT_NEAR(static_cast<double>(planned.planned), 100.0, 30.0);
}

TEST(TrainingRun, SilentCorruptionCostsTheWorkSinceItStruck) {
  TrainingRunParams p = plain(1000, 1.0);
  p.silent_detection = 6.0 * h;
  const auto lost_each_h = [&](bool silent) {
    double lost = 0.0, count = 0.0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const TrainingRunResult one = TrainingRun(p, {{"sdc", 1.0, false, silent}}).run(100.0 * day, seed);
      lost += one.rollback.in(h);
      count += static_cast<double>(one.interruptions);
      EXPECT_NEAR(sum_s(one) / one.elapsed.si(), 1.0, 1e-12);
    }
    return lost / count;
  };
  EXPECT_NEAR(lost_each_h(false), 0.25, 0.02);
  EXPECT_NEAR(lost_each_h(true), 6.25, 1.2);  // some are noticed together
}

// A copy in memory every minute that outlives nine failures of ten, one in the store every half an hour.
TEST(TrainingRun, CopiesInMemoryShortenTheRollback) {
  TrainingRunParams p = plain(4000, 0.5);
  p.stall = Duration(0.0);
  const auto rollback_each = [](const TrainingRunParams& params) {
    const TrainingRunResult one = TrainingRun(params, {}).run(3000.0 * day, 1);
    return one.rollback.si() / static_cast<double>(one.interruptions);
  };
  EXPECT_NEAR(rollback_each(p), 900.0, 40.0);
  p.interval = Duration(60.0);
  p.store_every = 30;
  p.memory_survival = 0.9;
  EXPECT_NEAR(rollback_each(p), 0.9 * 30.0 + 0.1 * 900.0, 15.0);
  p.memory_survival = 0.0;
  EXPECT_NEAR(rollback_each(p), 900.0, 40.0);
  // Written while work goes on: what is not in the store yet is lost with the rest.
  TrainingRunParams async = plain(4000, 0.5);
  async.stall = Duration(0.0);
  async.commit = Duration(600.0);
  EXPECT_NEAR(rollback_each(async), 900.0 + 600.0, 60.0);
}

// 12,500 nodes of eight for 54 days: about 2,600 interruptions.
TEST(TrainingRun, AHundredThousandAcceleratorsForFiftyFourDays) {
  TrainingRunParams p = llama3();
  p.nodes = 12500;
  const TrainingRunResult one = TrainingRun(p, llama3_run_causes()).run(kLlama3Window, 1);
  EXPECT_NEAR(static_cast<double>(one.interruptions) / (419.0 * 12500 / 2048), 1.0, 0.1);
  EXPECT_NEAR(sum_s(one) / one.elapsed.si(), 1.0, 1e-12);
}

TEST(TrainingRun, SurvivesFailuresFasterThanRestarts) {
  TrainingRunParams p = plain(1'000'000, 1000.0);  // one each 86 ms
  p.detection = p.node_swap = Duration(60.0);
  const TrainingRunResult one = TrainingRun(p, llama3_run_causes()).run(1.0 * h, 1);
  EXPECT_GT(one.interruptions, 30000);
  EXPECT_LT(one.ettr(), 0.01);
  EXPECT_NEAR(sum_s(one) / one.elapsed.si(), 1.0, 1e-12);
}

TEST(Goodput, IdealMinusLossesIsActual) {
  const TrainingRun run(llama3(), llama3_run_causes());
  WorkShares shares{0.72, 0.08, 0.12, 0.05, 0.03};
  shares = slowed(shares, 0.9, &WorkShares::thermal);
  shares = slowed(shares, 0.95, &WorkShares::cap);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const TrainingRunResult one = run.run(kLlama3Window, seed);
    const GoodputWaterfall fall = waterfall(one, 16384.0, shares);
    EXPECT_LT(std::abs(fall.residual()), 1e-12);
    EXPECT_NEAR(fall.goodput(), one.ettr() * 0.72 * 0.9 * 0.95, 1e-12);
    EXPECT_NEAR(fall.lost(GoodputLoss::cap) / fall.ideal(), one.ettr() * 0.05, 1e-12);
    EXPECT_EQ(fall.lost(GoodputLoss::restart), 16384.0 * one.restart);
  }
  // What nobody books is seen.
  GoodputWaterfall open;
  open.hold(8.0, 10.0 * s);
  open.work(8.0, 9.0 * s, {});
  EXPECT_NEAR(open.residual(), 0.1, 1e-15);
}

// BLOOM: 2.3 TB at 57.5 GB/s in 40 s.  512 H100 of a 50 s write copy in less than 0.5 s.
TEST(CheckpointCost, PublishedWrites) {
  CheckpointPath bloom;
  bloom.size = 2.3e12 * DataSize(1.0);
  bloom.nodes = 48;
  bloom.accelerators = 384;
  bloom.node_to_store = 25.0 * GB_per_s;
  bloom.store = 57.5 * GB_per_s;
  EXPECT_NEAR(checkpoint_cost(bloom, CheckpointMode::blocking).stall.si(), 40.0, 1e-9);
  EXPECT_NEAR(checkpoint_cost(bloom, CheckpointMode::async).commit.si(), 40.0, 1e-9);
  bloom.writers = 4.0;
  EXPECT_NEAR(checkpoint_cost(bloom, CheckpointMode::blocking).stall.si(), 160.0, 1e-9);
  CheckpointPath h100 = bloom;
  h100.accelerators = 512;
  h100.nodes = 64;
  h100.size = 5.67e12 * DataSize(1.0);
  h100.store = 113.4 * GB_per_s;
  h100.writers = 1.0;
  EXPECT_NEAR(checkpoint_cost(h100, CheckpointMode::blocking).stall.si(), 50.0, 1e-9);
  EXPECT_LT(checkpoint_cost(h100, CheckpointMode::async).stall.si(), 0.5);
  EXPECT_EQ(checkpoint_cost(h100, CheckpointMode::memory).stall, checkpoint_cost(h100, CheckpointMode::async).stall);
  h100.store = {};
  EXPECT_THAT([&] { (void)checkpoint_cost(h100, CheckpointMode::async); },
              testing::ThrowsMessage<InputError>("checkpoint: store is not set"));
}

TEST(TrainingRun, NamesWhatItRefuses) {
  TrainingRunParams p = plain(8, 1.0);
  p.interval = {};
  EXPECT_THAT([&] { TrainingRun(p, {}); }, testing::ThrowsMessage<InputError>("training run: interval is not set"));
  EXPECT_THAT(
      [] {
        TrainingRun(plain(8, 1.0), {{"gpu", -1.0, true, false}});
      },
      testing::ThrowsMessage<InputError>("training run: weight of gpu must be >= 0"));
  EXPECT_THAT(
      [] {
        TrainingRun(plain(8, 1.0), {{"gpu", 0.0, true, false}});
      },
      testing::ThrowsMessage<InputError>("training run: the weights of the causes must have a positive sum"));
}

}  // namespace
}  // namespace aifactory
