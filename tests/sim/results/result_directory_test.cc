#include "sim/results/result_directory.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "models/error.h"
#include "tests/sim/results/temporary_directory.h"

namespace aifactory {
namespace {

namespace fs = std::filesystem;
using Existing = ResultDirectory::Existing;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::ThrowsMessage;

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

void make_results(const fs::path& out, Existing existing, std::string_view content) {
  ResultDirectory directory(out, existing);
  directory.write("manifest.json", content);
  directory.commit();
}

class ResultDirectoryTest : public testing::Test {
 protected:
  TemporaryDirectory home_;
  fs::path out_ = home_.path() / "out";
};

TEST_F(ResultDirectoryTest, AppearsWholeOrNotAtAll) {
  {
    ResultDirectory directory(out_, Existing::refuse);
    directory.write("jobs.csv", "a\n");
    EXPECT_FALSE(fs::exists(out_));
    directory.commit();
  }
  EXPECT_EQ(read_text(out_ / "jobs.csv"), "a\n");
  EXPECT_THAT(names_in(home_.path()), ElementsAre("out"));
}

TEST_F(ResultDirectoryTest, LeavesNothingWhenTheRunFails) {
  const fs::path deep = home_.path() / "a/b/out";
  try {
    ResultDirectory directory(deep, Existing::refuse);
    directory.write("jobs.csv", "a\n");
    throw std::runtime_error("the run failed");
  } catch (const std::runtime_error&) {
  }
  EXPECT_THAT(names_in(home_.path()), IsEmpty());
}

TEST_F(ResultDirectoryTest, MakesTheParentsItNeeds) {
  make_results(home_.path() / "a/b/out/", Existing::refuse, "1");
  EXPECT_EQ(read_text(home_.path() / "a/b/out/manifest.json"), "1");
}

TEST_F(ResultDirectoryTest, RefusesWhatExistsAndTouchesNothing) {
  make_results(out_, Existing::refuse, "old");
  EXPECT_THAT(
      [&] { ResultDirectory(out_, Existing::refuse); },
      ThrowsMessage<InputError>(out_.string() + ": exists already; give another --out, or --force to replace it"));
  EXPECT_EQ(read_text(out_ / "manifest.json"), "old");
  EXPECT_THAT(names_in(home_.path()), ElementsAre("out"));
}

TEST_F(ResultDirectoryTest, OldResultsStayUntilTheNewAreComplete) {
  make_results(out_, Existing::refuse, "old");
  {
    ResultDirectory directory(out_, Existing::replace);
    directory.write("manifest.json", "half");
  }
  EXPECT_EQ(read_text(out_ / "manifest.json"), "old");
  {
    ResultDirectory directory(out_, Existing::replace);
    directory.write("manifest.json", "new");
    EXPECT_EQ(read_text(out_ / "manifest.json"), "old");
    directory.commit();
  }
  EXPECT_EQ(read_text(out_ / "manifest.json"), "new");
  EXPECT_THAT(names_in(home_.path()), ElementsAre("out"));
}

TEST_F(ResultDirectoryTest, ForceNeverReplacesWhatIsNotOurs) {
  fs::create_directory(out_);
  std::ofstream(out_ / "thesis.tex") << "years of work";
  const std::string message =
      out_.string() + ": is not a result directory (no manifest.json in it); --force replaces only those";
  EXPECT_THAT([&] { ResultDirectory(out_, Existing::replace); }, ThrowsMessage<InputError>(message));
  fs::remove_all(out_);
  std::ofstream(out_) << "a file";
  EXPECT_THAT([&] { ResultDirectory(out_, Existing::replace); }, ThrowsMessage<InputError>(message));
  fs::remove(out_);
  fs::create_directory(out_);  // empty: nothing can be lost
  make_results(out_, Existing::replace, "new");
  EXPECT_EQ(read_text(out_ / "manifest.json"), "new");
}

TEST_F(ResultDirectoryTest, ForceNeedsNothingToReplace) {
  make_results(out_, Existing::replace, "first");
  EXPECT_EQ(read_text(out_ / "manifest.json"), "first");
}

TEST_F(ResultDirectoryTest, DoesNotReplaceWhatAnotherRunFinishedMeanwhile) {
  ResultDirectory directory(out_, Existing::refuse);
  directory.write("manifest.json", "late");
  fs::create_directory(out_);
  EXPECT_THAT([&] { directory.commit(); },
              ThrowsMessage<OutputError>(out_.string() + ": cannot take its name: File exists"));
}

TEST_F(ResultDirectoryTest, SaysWhyNothingCanBeWrittenThere) {
  std::ofstream(home_.path() / "file") << "x";
  const fs::path below_file = home_.path() / "file/out";
  EXPECT_THAT([&] { ResultDirectory(below_file, Existing::refuse); },
              ThrowsMessage<InputError>(below_file.string() + ": cannot be written: Not a directory"));
  EXPECT_THAT([] { ResultDirectory("/proc/a/out", Existing::refuse); },
              ThrowsMessage<InputError>("/proc/a/out: cannot be written: No such file or directory"));
}

// A limit on the size of a file fails in the same place as a full disk.
TEST_F(ResultDirectoryTest, FullDiskIsOneClearErrorAndLeavesNothing) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{100'000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  std::string message;
  try {
    ResultDirectory directory(out_, Existing::refuse);
    directory.write("series.csv", [](OutputFile& file) {
      for (int i = 0; i < 100'000; ++i) file.write("0123456789\n");
    });
  } catch (const OutputError& error) {
    message = error.what();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(message, (out_ / "series.csv").string() + ": cannot be written: File too large");
  EXPECT_THAT(names_in(home_.path()), IsEmpty());
}

TEST_F(ResultDirectoryTest, HashesAreThoseOfTheFiles) {
  ResultDirectory directory(out_, Existing::refuse);
  const std::string big(300'000, 'y');
  directory.write("big", big);
  directory.write("empty", "");
  ASSERT_EQ(directory.hashes().size(), 2u);
  EXPECT_EQ(directory.hashes()[0], (std::pair<std::string, std::string>("big", sha256_of(big))));
  EXPECT_EQ(sha256_of_file(directory.partial() / "big"), sha256_of(big));
  EXPECT_EQ(directory.hashes()[1].second, sha256_of(""));
}

}  // namespace
}  // namespace aifactory
