#include "models/inference/request_stream.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "models/inference/request_trace.h"
#include "tests/accuracy.h"

namespace aifactory {
namespace {

RequestStreamParams params() {
  RequestStreamParams p;
  p.rate = Frequency(5.0);
  p.input = {1000.0, 1.0, 100000};
  p.output = {200.0, 0.0, 100000};
  return p;
}

TEST(RequestStream, HasItsMeans) {
  for (const double variation : {1.0, 3.0}) {
    RequestStreamParams p = params();
    p.variation = variation;
    const auto requests = RequestStream(p, 3).until(Duration(20000.0));
    const StreamStatistics stats = stream_statistics(requests);
    EXPECT_NEAR(stats.rate_per_s() / 5.0, 1.0, 0.03 * variation);
    EXPECT_NEAR(stats.gap_variation / variation, 1.0, 0.05);
    EXPECT_NEAR(stats.input.mean / 1000.0, 1.0, 0.03);
    EXPECT_NEAR(stats.input.p50 / (1000.0 * std::exp(-0.5)), 1.0, 0.03);
    EXPECT_EQ(stats.output.max, 200.0);
  }
}

// 1 + 0.6 cos: the hours around the peak have 1.59 of the mean rate, those around midnight less.
TEST(RequestStream, SwingsWithTheDay) {
  RequestStreamParams p = params();
  p.swing = 0.6;
  p.peak = Duration(15.0 * 3600.0);
  const auto requests = RequestStream(p, 3).until(day);
  double near_peak = 0, near_trough = 0;
  for (const Request& request : requests) {
    const double hour = request.arrival.in(h);
    if (hour >= 14.0 && hour < 16.0) ++near_peak;
    if (hour >= 2.0 && hour < 4.0) ++near_trough;
  }
  const double turn = std::sin(2 * M_PI / 24) / (2 * M_PI / 24);  // mean of the cosine over two hours
  EXPECT_NEAR(near_peak / (2 * 3600 * 5.0), 1 + 0.6 * turn, 0.03);
  EXPECT_NEAR(near_trough / (2 * 3600 * 5.0), 1 - 0.6 * turn, 0.03);
  EXPECT_NEAR(static_cast<double>(requests.size()) / (86400 * 5.0), 1.0, 0.01);
}

TEST(RequestStream, TheSameSeedGivesTheSameRequests) {
  RequestStream a(params(), 7), b(params(), 7);
  for (int i = 0; i < 100; ++i) {
    const Request x = a.next(), y = b.next();
    EXPECT_EQ(x.arrival, y.arrival);
    EXPECT_EQ(x.input_tokens, y.input_tokens);
  }
}

TEST(RequestTrace, ReadsBothEndsOfLinesAndOrdersRows) {
  const auto requests = parse_azure_requests(
      "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 23:59:59.9000000,374,44\r\n2023-11-17 "
      "00:00:01.1500000,5,6\n"
      "2023-11-17 00:00:00.4,7,8\n\n");
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].arrival.si(), 0.0);
  EXPECT_NEAR(requests[1].arrival.si(), 0.5, 1e-12);
  EXPECT_EQ(requests[1].input_tokens, 7);
  EXPECT_NEAR(requests[2].arrival.si(), 1.25, 1e-12);
  EXPECT_EQ(requests[2].output_tokens, 6);
}

TEST(RequestTrace, NamesTheLineThatItCannotRead) {
  const std::string head = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  const auto refuses = [](const std::string& text, const char* message) {
    EXPECT_THAT([&] { (void)parse_azure_requests(text); }, testing::ThrowsMessage<InputError>(message)) << text;
  };
  refuses("time,a,b\n", "line 1: \"time,a,b\" must be TIMESTAMP,ContextTokens,GeneratedTokens");
  for (const char* row : {"2023-11-16 18:15:46.68059,374", "2023-13-16 18:15:46,1,1", "2023-11-16 18:15:46,1,1,1",
                          "2023-11-16 18:15:46,-1,1", "2023-02-30 18:15:46,1,1", "x", "2023-11-16 18:15:46.,1,1"}) {
    refuses(head + row,
            (std::string("line 2: \"") + row + "\" must be a row such as 2023-11-16 18:15:46.6805900,374,44").c_str());
  }
  refuses(head + "2023-11-16 18:15:46,0,1\n", "line 2: a request has at least one token in and one out");
}

// Published with the traces and recomputed from the files; the p-percentile is the sorted value number floor((n - 1)
// p).
struct Published {
  const char* file;
  std::int64_t requests;
  double span_s, rate, variation;
  double in[5], out[5];  // mean, p50, p90, p99, max
  std::int64_t in_sum, out_sum;
};
TEST(RequestTrace, StatisticsOfAzure2023) {
  const char* folder = std::getenv("AIFACTORY_DATA");
  if (!folder) GTEST_SKIP() << "AIFACTORY_DATA names no folder";
  for (const Published& row : {Published{"conv",
                                         19366,
                                         3501.7,
                                         5.53,
                                         1.09,
                                         {1154.7, 1020, 2734, 4142, 14050},
                                         {211.1, 129, 424, 601, 1000},
                                         22361870,
                                         4088665},
                               Published{"code",
                                         8819,
                                         3435.9,
                                         2.567,
                                         13.15,
                                         {2047.8, 1469, 5186, 7436, 7437},
                                         {27.9, 13, 55, 249, 1899},
                                         18059974,
                                         245896}}) {
    std::ifstream file(std::string(folder) + "/inference/AzureLLMInferenceTrace_" + row.file + "_2023.csv");
    if (!file) GTEST_SKIP() << "no trace in " << folder;
    std::stringstream text;
    text << file.rdbuf();
    const StreamStatistics stats = stream_statistics(parse_azure_requests(text.str()));
    const auto exactly = [](auto model, auto known) {
      accuracy_near("azure_traces", static_cast<double>(model), static_cast<double>(known), 0.0);
    };
    exactly(stats.requests, row.requests);
    EXPECT_NEAR(stats.span.si(), row.span_s, 0.0501);
    EXPECT_NEAR(stats.rate_per_s(), row.rate, 0.00501);
    EXPECT_NEAR(stats.gap_variation, row.variation, 0.00501);
    exactly(stats.input.sum, row.in_sum);
    exactly(stats.output.sum, row.out_sum);
    for (const auto& [side, known] : {std::pair{&stats.input, &row.in}, std::pair{&stats.output, &row.out}}) {
      EXPECT_NEAR(side->mean, (*known)[0], 0.0501);
      exactly(side->p50, (*known)[1]);
      exactly(side->p90, (*known)[2]);
      exactly(side->p99, (*known)[3]);
      exactly(side->max, (*known)[4]);
    }
  }
}

}  // namespace
}  // namespace aifactory
