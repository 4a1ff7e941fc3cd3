#include "sim/study/study_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/error.h"

namespace aifactory {
namespace {
namespace fs = std::filesystem;

class StudyStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("study_store_test_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  static StudyHead head(std::int64_t points, Shard shard = {}) {
    return {.name = "t", .identity = "abc", .build = "b", .keep = Keep::summary, .axes = {{"x", "a.x"}}, .metrics = {}, .points = points, .variants = points, .shard = shard};
  }
  static std::string record(std::int64_t point, const std::string& trouble = "") {
    return PointRecord{.point = point, .variant = point, .seed = 1, .axes = {"1"}, .trouble = trouble, .log = "", .broken = {}, .summary = {{"kpi", {{"pue", 1.1}}}}}.line();
  }
  static std::string circumstances(std::int64_t point) { return Circumstances{.point = point, .host = "h", .started_utc = "", .machine = {}, .wall_s = 0.5, .peak_bytes = 1e6}.line(); }
  static void run(StudyStore& store, std::int64_t point, const std::string& trouble = "") {
    store.spool(point, record(point, trouble), circumstances(point));
    EXPECT_TRUE(store.note(point));
  }
  std::int64_t files(const std::string& name) const {
    std::int64_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder_ / name)) count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
  fs::path folder_;
};

TEST_F(StudyStoreTest, PacksFullGroupsAndAtTheEndTheRest) {
  StudyStore store(folder_, head(300), false);
  for (std::int64_t point = 1; point <= 270; ++point) run(store, point);
  store.pack(false);
  EXPECT_EQ(files("spool"), 14);
  EXPECT_EQ(files("packs"), 2);
  store.pack(true);
  EXPECT_EQ(files("spool"), 0);
  EXPECT_EQ(files("packs"), 4);
  EXPECT_EQ(store.lines(257).first, record(257));
  EXPECT_EQ(Circumstances::parse(store.lines(257).second).wall_s, 0.5);
}

TEST_F(StudyStoreTest, IsReadBackAndGoesOn) {
  {
    StudyStore store(folder_, head(300), false);
    for (std::int64_t point = 1; point <= 260; ++point) run(store, point);
    store.pack(false);
  }
  std::ofstream(folder_ / "spool/.000261.run.partial-1") << "half";
  std::ofstream(folder_ / "spool/000262.run") << "{\"point\":262,\"status\":\"comp";
  StudyStore store(folder_, head(300), false);
  EXPECT_EQ(store.state().complete, 260);
  EXPECT_FALSE(store.complete(262));
  EXPECT_FALSE(fs::exists(folder_ / "spool/.000261.run.partial-1"));
}

TEST_F(StudyStoreTest, WhatIsInThePackAndInTheSpoolCountsOnce) {
  {
    StudyStore store(folder_, head(3), false);
    for (std::int64_t point = 1; point <= 3; ++point) run(store, point);
    store.pack(true);
    store.spool(2, record(2), circumstances(2));  // as if it had been ended before removing it
  }
  StudyStore store(folder_, head(3), false);
  EXPECT_EQ(store.state().complete, 3);
  store.pack(true);
  EXPECT_EQ(files("spool"), 0);
}

TEST_F(StudyStoreTest, AFailedRunIsReplacedWhenItSucceeds) {
  StudyStore store(folder_, head(2), false);
  run(store, 1);
  run(store, 2, "signal 9 (Killed)");
  store.pack(true);
  EXPECT_EQ(store.state().failed, 1);
  EXPECT_FALSE(store.complete(2));
  run(store, 2);
  store.pack(true);
  EXPECT_EQ(store.state().failed, 0);
  EXPECT_EQ(store.state().complete, 2);
}

TEST_F(StudyStoreTest, RefusesAnotherStudyAndWhatIsNone) {
  { StudyStore store(folder_, head(2), false); }
  StudyHead other = head(2);
  other.identity = "xyz";
  EXPECT_THROW(StudyStore(folder_, other, false), InputError);
  EXPECT_THROW(StudyStore(folder_, head(2, {.k = 1, .n = 2}), false), InputError);
  EXPECT_NO_THROW(StudyStore(folder_, other, true));
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  std::ofstream(folder_ / "thesis.tex") << "x";
  EXPECT_THROW(StudyStore(folder_, other, true), InputError);
  EXPECT_TRUE(fs::exists(folder_ / "thesis.tex"));
}

TEST_F(StudyStoreTest, ARecordComesBackAsItWas) {
  const PointRecord back = PointRecord::parse(record(5, "signal 6 (Aborted)"), "f");
  EXPECT_EQ(back.point, 5);
  EXPECT_EQ(back.trouble, "signal 6 (Aborted)");
  EXPECT_EQ(back.summary["kpi"]["pue"], 1.1);
  EXPECT_EQ(back.line(), record(5, "signal 6 (Aborted)"));
  EXPECT_THROW(PointRecord::parse("{", "f"), InputError);
  EXPECT_EQ(record_head("{\"point\":7,\"status\":\"complete\",").point, 0);
}

}  // namespace
}  // namespace aifactory
