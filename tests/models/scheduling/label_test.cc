#include "models/workload/label.h"

#include <gtest/gtest.h>

namespace aifactory {
namespace {

TEST(Label, ReadsAsItsText) {
  const Label none, lab("lab"), also(std::string("lab"));
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none, "");
  EXPECT_EQ(Label(""), none);
  EXPECT_EQ(lab, "lab");
  EXPECT_EQ(lab, also);
  EXPECT_FALSE(lab == none);
  const std::string& text = lab;
  EXPECT_EQ(text + "_1", "lab_1");
}

TEST(Label, OfOnePoolShareTheirText) {
  LabelPool pool;
  const Label a = pool.of("user_3");
  const Label b = pool.of("user_3");
  EXPECT_EQ(&a.text(), &b.text());
  EXPECT_NE(&a.text(), &pool.of("user_4").text());
  EXPECT_EQ(&pool.of("").text(), &Label().text());
}

}  // namespace
}  // namespace aifactory
