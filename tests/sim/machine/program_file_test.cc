#include "sim/machine/program_file.h"

#include <gtest/gtest.h>

namespace aifactory {
namespace {
namespace fs = std::filesystem;

TEST(ProgramFile, IsTheRunningFile) {
  EXPECT_TRUE(fs::equivalent(program_file(), "/proc/self/exe"));
  EXPECT_TRUE(program_file().is_absolute());
  EXPECT_EQ(installation_root(), program_file().parent_path().parent_path());
}

// Whose file can be started by itself.
TEST(ProgramFile, StartsItself) { EXPECT_EQ(program_launcher(), program_file()); }

}  // namespace
}  // namespace aifactory
