/// Times in and out of service, by hand.
#include "sim/facility/unit_book.h"

#include <gtest/gtest.h>

namespace aifactory {
namespace {

using Mark = UnitBook::Mark;

TEST(UnitBook, OverlappingMarksCountOnce) {
  UnitBook book;
  const auto a = book.track("a", "ups");
  EXPECT_EQ(book.track("a", "ups"), a);
  book.change(a, 10, Mark::degrade, true);    // 10..20 degraded
  book.change(a, 20, Mark::maintain, true);   // 20..30 maintained
  book.change(a, 30, Mark::fail, true);       // 30..60 down
  book.change(a, 40, Mark::fail, true);
  book.change(a, 50, Mark::fail, false);
  book.change(a, 55, Mark::maintain, false);
  book.change(a, 60, Mark::fail, false);      // 60..70 degraded
  book.change(a, 70, Mark::degrade, false);
  book.change(a, 80, Mark::trip, true);       // 80..100 down
  const UnitRecord row = book.records(100).at(0);
  EXPECT_EQ(row.down, 30 + 20);
  EXPECT_EQ(row.maintained, 10);
  EXPECT_EQ(row.degraded, 20);
  EXPECT_EQ(row.failures, 2);
  EXPECT_EQ(row.trips, 1);
  EXPECT_EQ(row.maintenances, 1);
  EXPECT_EQ(row.first_failure, 30);
  EXPECT_DOUBLE_EQ(row.availability(), 1.0 - 60.0 / 100.0);
}

TEST(UnitBook, AGroupIsDownWhileItLacksMembers) {
  UnitBook book;
  const auto a = book.track("a", "ups"), b = book.track("b", "ups"), c = book.track("c", "ups");
  book.track_group("g", {a, b, c}, 2);
  EXPECT_TRUE(book.spared(a));
  book.change(a, 10, Mark::maintain, true);
  EXPECT_FALSE(book.spared(b));
  EXPECT_TRUE(book.spared(a));  // it is out already: the two others are enough
  book.change(b, 20, Mark::fail, true);   // down from here
  book.change(c, 30, Mark::fail, true);
  book.change(a, 40, Mark::maintain, false);
  book.change(c, 50, Mark::fail, false);  // up again
  const UnitRecord group = book.records(100).back();
  EXPECT_EQ(group.kind, "group");
  EXPECT_EQ(group.down, 30);
  EXPECT_EQ(group.failures, 1);
  EXPECT_EQ(group.first_failure, 20);
}

}  // namespace
}  // namespace aifactory
