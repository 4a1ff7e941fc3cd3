#include "sim/engine/kernel.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aifactory::engine {
namespace {
using testing::ElementsAre;

/// Writes down what it is told, and lets a test answer.
struct Notebook : EventTarget {
  std::vector<std::string> lines;
  std::function<void(Tick, std::int64_t)> answer;
  void on_event(Tick now, std::int64_t id, std::uint64_t /*version*/) override {
    lines.push_back(std::to_string(now) + ":" + std::to_string(id));
    if (answer) answer(now, id);
  }
};

TEST(Calendar, OrdersByTickPhaseRankId) {
  Calendar calendar;
  Notebook book;
  calendar.add(5, Phase::schedule, 0, book, 4);
  calendar.add(5, Phase::integrate, 1, book, 3);
  calendar.add(5, Phase::integrate, 0, book, 2);
  calendar.add(5, Phase::integrate, 0, book, 1);
  calendar.add(4, Phase::record, 9, book, 0);
  while (!calendar.empty()) calendar.run_next_phase();
  EXPECT_THAT(book.lines, ElementsAre("4:0", "5:1", "5:2", "5:3", "5:4"));
}

TEST(Kernel, RunsEachPhaseOnlyWhenActorsOfThePhaseBeforeHaveComeToRest) {
  Kernel kernel("test");
  kernel.add_site("site", {{"c", 3}});
  kernel.seal();
  Notebook book;
  std::vector<std::string> log;
  Inbox<int> first(kernel, 1), second(kernel, 2);
  // A chain of two actors: the calendar wakes the first, which wakes the second, in the same instant.
  kernel.spawn("first", "site", [&] {
    while (true) {
      for (int x : first.take()) {
        log.push_back("first " + std::to_string(x));
        second.post(x + 1);
      }
    }
  });
  kernel.spawn("second", "site", [&] {
    while (true) {
      for (int x : second.take()) log.push_back("second " + std::to_string(x) + " at " + std::to_string(kernel.now()));
    }
  });
  book.answer = [&](Tick now, std::int64_t id) {
    if (id == 0) {
      first.post(10);
      first.post(20);
      kernel.calendar().add(now, Phase::schedule, 0, book, 1);
    } else if (id == 1) {
      log.push_back("schedule");
      kernel.calendar().add(now + 1, Phase::record, 0, book, 2);
    } else {
      kernel.stop();
    }
  };
  const Tick year = 365LL * 86400 * kTicksPerSecond + 1;  // a date whose double is not a round number of seconds
  kernel.calendar().add(year, Phase::integrate, 0, book, 0);
  EXPECT_EQ(kernel.run(), RunEnd::finished);
  EXPECT_THAT(log, ElementsAre("first 10", "first 20", "second 11 at " + std::to_string(year),
                               "second 21 at " + std::to_string(year), "schedule"));
  EXPECT_EQ(kernel.now(), year + 1);
}

TEST(Kernel, AMillionTicksApartByOneAreAMillionInstants) {
  Kernel kernel("test");
  kernel.add_site("site", {});
  kernel.seal();
  Notebook book;
  book.answer = [&](Tick now, std::int64_t id) {
    book.lines.clear();
    if (id == 1'000'000) {
      kernel.stop();
    } else {
      kernel.calendar().add(now + 1, Phase::signal, 0, book, id + 1);
    }
  };
  const Tick start = 31'000'000LL * kTicksPerSecond;
  kernel.calendar().add(start, Phase::signal, 0, book, 0);
  EXPECT_EQ(kernel.run(), RunEnd::finished);
  EXPECT_EQ(kernel.now(), start + 1'000'000);
}

TEST(Kernel, ARunInWhichNothingIsLeftToHappenIsAnError) {
  Kernel kernel("test");
  kernel.add_site("site", {});
  kernel.seal();
  Notebook book;
  kernel.calendar().add(1, Phase::signal, 0, book, 0);
  EXPECT_THROW(kernel.run(), std::runtime_error);
}

}  // namespace
}  // namespace aifactory::engine
