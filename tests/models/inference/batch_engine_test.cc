#include "models/inference/batch_engine.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/accuracy.h"
#include "tests/models/inference/serving_samples.h"

namespace aifactory {
namespace {
using reference::llama2_70b;

/// The same rules with no closed sums: iteration by iteration.
std::vector<Served> step_by_step(const ServingModel& model, const std::vector<Request>& requests,
                                 std::int64_t most_tokens) {
  struct One {
    std::size_t index;
    std::int64_t left;
    double context;
  };
  std::vector<Served> served(requests.size());
  std::vector<One> running;
  std::size_t next = 0;
  double now_s = 0.0, reserved = 0.0;
  const auto need = [&](std::size_t i) {
    return static_cast<double>(requests[i].input_tokens + requests[i].output_tokens);
  };
  while (next < requests.size() || !running.empty()) {
    std::vector<std::size_t> admitted;
    std::int64_t tokens = 0;
    double squares = 0.0;
    while (next < requests.size() && requests[next].arrival.si() <= now_s) {
      const auto input = requests[next].input_tokens;
      if (static_cast<std::int64_t>(running.size() + admitted.size()) >= model.layout().max_batch) break;
      if (reserved + need(next) > model.kv_capacity()) break;
      if (!admitted.empty() && tokens + input > most_tokens) break;
      tokens += input;
      squares += static_cast<double>(input) * static_cast<double>(input);
      reserved += need(next);
      admitted.push_back(next++);
    }
    if (!admitted.empty()) {
      now_s += model.prefill(static_cast<double>(tokens), squares).sum_s();
      for (const std::size_t i : admitted) {
        served[i].first_token = Duration(now_s);
        if (requests[i].output_tokens == 1) {
          served[i].finished = Duration(now_s);
          reserved -= need(i);
        } else {
          running.push_back({i, requests[i].output_tokens - 1, static_cast<double>(requests[i].input_tokens) + 1.0});
        }
      }
      continue;
    }
    if (running.empty()) {
      now_s = requests[next].arrival.si();
      continue;
    }
    double context = 0.0;
    for (const One& one : running) context += one.context;
    now_s += model.decode(static_cast<double>(running.size()), context).sum_s();
    for (One& one : running) {
      one.context += 1.0;
      if (--one.left == 0) {
        served[one.index].finished = Duration(now_s);
        reserved -= need(one.index);
      }
    }
    std::erase_if(running, [](const One& one) { return one.left == 0; });
  }
  return served;
}

std::vector<Request> stream(double rate_per_s, double sigma, double span_s, std::uint64_t seed) {
  RequestStreamParams p;
  p.rate = Frequency(rate_per_s);
  p.input = {600.0, sigma, 8000};
  p.output = {150.0, sigma, 2000};
  return RequestStream(p, seed).until(Duration(span_s));
}

TEST(BatchEngine, ClosedSumsAreTheIterationsOneByOne) {
  // A batch of 12 makes places scarce, too.
  for (const std::int64_t places : {12, 1024}) {
    const ServingModel model = llama2_70b("h200_sxm", 1, places);
    const auto requests = stream(4.0, 1.0, 120.0, 11);
    std::vector<Served> served(requests.size());
    BatchEngine engine(model, {}, ReplicaRole::both, served);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      engine.advance(requests[i].arrival);
      engine.submit(i, requests[i], requests[i].arrival);
    }
    engine.drain();
    const auto expected = step_by_step(model, requests, BatchPolicy{}.max_prefill_tokens);
    ASSERT_GT(requests.size(), 300u);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      accuracy_near("batch_engine", served[i].first_token.si(), expected[i].first_token.si(), 1e-7);
      accuracy_near("batch_engine", served[i].finished.si(), expected[i].finished.si(), 1e-7);
    }
    const ReplicaTime& time = engine.time();
    EXPECT_NEAR(time.prefill.sum_s() + time.decode.sum_s() + time.idle_s, engine.now().si(), 1e-7);
  }
}

TEST(BatchEngine, WaitsForRoomForKeysAndValues) {
  ServingHardware hardware = reference::serving_hardware("h200_sxm");
  hardware.usable_memory = 0.4922;  // about 2,500 tokens beside the weights
  const ServingModel model(builtin_entry<ModelShape>("llama2_70b"), hardware, {});
  ASSERT_GT(model.kv_capacity(), 1100.0);
  ASSERT_LT(model.kv_capacity(), 6000.0);
  const auto each = static_cast<std::int64_t>(0.4 * model.kv_capacity());
  std::vector<Request> requests(4, {Duration(0.0), each - 100, 100, 0});
  std::vector<Served> served(4);
  BatchEngine engine(model, {}, ReplicaRole::both, served);
  for (std::size_t i = 0; i < 4; ++i) engine.submit(i, requests[i], Duration(0.0));
  EXPECT_NEAR(engine.load(), 1.6, 0.01);
  engine.drain();
  // Two fit together; the other two start when those have gone.
  EXPECT_EQ(served[0].finished, served[1].finished);
  EXPECT_GT(served[2].first_token, served[1].finished);
  EXPECT_THAT(
      [&] {
        engine.submit(0, {Duration(0.0), 100000, 1, 0}, Duration(1e3));
      },
      testing::ThrowsMessage<InputError>(testing::StartsWith("serving: a request of 100000 tokens in and 1 out")));
}

TEST(BatchEngine, OneTokenIsAnsweredByThePrompt) {
  const ServingModel model = llama2_70b("h200_sxm", 1);
  std::vector<Served> served(1);
  BatchEngine engine(model, {}, ReplicaRole::both, served);
  engine.submit(0, {Duration(1.0), 500, 1, 0}, Duration(1.0));
  engine.drain();
  EXPECT_NEAR(served[0].finished.si(), 1.0 + model.prefill(500, 500 * 500).sum_s(), 1e-12);
  EXPECT_EQ(served[0].finished, served[0].first_token);
  EXPECT_TRUE(engine.empty());
}

}  // namespace
}  // namespace aifactory
