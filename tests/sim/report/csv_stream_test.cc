#include "sim/report/csv_stream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "models/error.h"
#include "tests/sim/results/temporary_directory.h"

namespace aifactory {
namespace {

class CsvStreamTest : public testing::Test {
 protected:
  std::string write(const std::string& text) {
    const std::string path = (directory_.path() / "t.csv").string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  TemporaryDirectory directory_;
};

TEST_F(CsvStreamTest, ReadsWhatRfc4180Allows) {
  CsvStream table(write("a,b,c\n1,\"x, \"\"y\"\"\nz\",\r\n,,\n2.5e3,\"\",last"));
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.number(table.column("a")), 1.0);
  EXPECT_EQ(table.cell(std::size_t{1}), "x, \"y\"\nz");
  EXPECT_EQ(table.cell(std::size_t{2}), "");
  ASSERT_TRUE(table.next());
  EXPECT_TRUE(std::isnan(table.number(std::size_t{0})));
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.number(std::size_t{0}), 2500.0);
  EXPECT_EQ(table.cell(std::size_t{2}), "last");
  EXPECT_FALSE(table.next());
  EXPECT_EQ(table.cell(table.find("nothing")), "");
}

TEST_F(CsvStreamTest, RecordsLongerThanABlockComeWhole) {
  const std::string wide(3'000'000, 'w');
  CsvStream table(write("a,b\n" + wide + ",1\n\"" + wide + "\",2\n"));
  for (const double expected : {1.0, 2.0}) {
    ASSERT_TRUE(table.next());
    EXPECT_EQ(table.cell(std::size_t{0}).size(), wide.size());
    EXPECT_EQ(table.number(std::size_t{1}), expected);
  }
  EXPECT_FALSE(table.next());
}

TEST_F(CsvStreamTest, DamageIsNamedWithItsLine) {
  const std::string path = write("a,b\n1,2\n3\n");
  CsvStream table(path);
  ASSERT_TRUE(table.next());
  try {
    table.next();
    FAIL() << "a short record was taken";
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()), path + ":3: has 1 cells, the header has 2: the file is damaged or was cut short");
  }
  EXPECT_THROW(CsvStream(write("")), InputError);
  CsvStream words(write("a\nx\n"));
  ASSERT_TRUE(words.next());
  EXPECT_THROW((void)words.number(std::size_t{0}), InputError);
  EXPECT_THROW((void)words.column("b"), InputError);
}

}  // namespace
}  // namespace aifactory
