#include "sim/results/rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

namespace aifactory {
namespace {

TEST(Rows, AreMadeWhenTheyAreLookedAt) {
  int made = 0;
  auto names = std::make_unique<Rows<std::string>>(3, [&made, text = std::make_shared<std::string>("job_")](std::size_t i, std::string& row) {
    ++made;
    row = *text + std::to_string(i);
  });
  EXPECT_EQ(made, 0);
  EXPECT_EQ(names->at(2), "job_2");
  EXPECT_EQ(made, 1);
  std::string all;
  for (const std::string& name : *names) all += name + " ";
  EXPECT_EQ(all, "job_0 job_1 job_2 ");
  EXPECT_EQ(made, 4);
  EXPECT_THROW((void)names->at(3), std::out_of_range);
  const Rows<std::string> copy = *names;
  names.reset();
  EXPECT_EQ(copy[1], "job_1");
}

TEST(Rows, AShortTableIsHeld) {
  const Rows<std::string> rows{"a", "b"};
  EXPECT_EQ(rows.size(), 2u);
  EXPECT_EQ(std::count(rows.begin(), rows.end(), "b"), 1);
  EXPECT_TRUE(Rows<std::string>().empty());
  for (const std::string& row : Rows<std::string>()) ADD_FAILURE() << row;
}

}  // namespace
}  // namespace aifactory
