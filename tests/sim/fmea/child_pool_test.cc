/// Children that end well, badly and not at all.
#include "sim/fmea/child_pool.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

namespace aifactory {
namespace {

TEST(ChildPool, HandsOverWhatEachReturns) {
  std::vector<std::string> got(20);
  const std::atomic<bool> stop{false};
  EXPECT_TRUE(run_in_children(
      got.size(), 4, [](std::size_t i) { return std::string(i * 10'000, 'x'); },
      [&](std::size_t i, ChildEnd end) {
        EXPECT_TRUE(end.ok);
        got[i] = std::move(end.text);
      },
      stop));
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i].size(), i * 10'000);
}

TEST(ChildPool, ACrashIsToldAndTakesNobodyAlong) {
  std::vector<std::string> trouble(4);
  const std::atomic<bool> stop{false};
  EXPECT_TRUE(run_in_children(
      4, 2,
      [](std::size_t i) -> std::string {
        if (i == 1) {
          std::fputs("the check that failed\n", stderr);
          std::abort();
        }
        if (i == 2) throw std::runtime_error("no such thing");
        return "fine";
      },
      [&](std::size_t i, ChildEnd end) { trouble[i] = end.ok ? end.text : end.trouble; }, stop));
  EXPECT_EQ(trouble[0], "fine");
  EXPECT_EQ(trouble[1], "signal 6 (Aborted): the check that failed");
  EXPECT_EQ(trouble[2], "exit code 1: no such thing");
  EXPECT_EQ(trouble[3], "fine");
}

TEST(ChildPool, StopsWhenAskedTo) {
  std::atomic<bool> stop{false};
  int done = 0;
  EXPECT_FALSE(run_in_children(
      50, 2,
      [](std::size_t i) -> std::string {
        if (i >= 2) sleep(60);
        return "";
      },
      [&](std::size_t, const ChildEnd&) {
        ++done;
        stop = true;
      },
      stop));
  EXPECT_LE(done, 4);
}

}  // namespace
}  // namespace aifactory
