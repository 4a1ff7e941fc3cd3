#include "sim/workload/swf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "models/error.h"
#include "tests/sim/workload/temporary_file.h"

namespace aifactory {
namespace {

const std::string kLog =
    "; Version: 2.2\n"
    ";   Computer: IBM SP2\n"
    "; MaxJobs: 1000000000000\n"
    "; MaxProcs: 128 (two partitions)\n"
    "; MaxNodes: 64\n"
    "; MaxProcs: 4 is what an old note says\n"
    "; UnixStartTime: 843480031\n"
    "; TimeZoneString: Europe/Stockholm\n"
    ";\n"
    "\n"
    "  1   10 5 100.5 8 99.25 2048 16 200 4096 1 3 4 5 6 7 -1 -1\r\n"
    "2\t20 -1 50 4 -1 -1 -1 -1 -1 0 -1 -1 -1 -1 -1 1 30";

TEST(Swf, ReadsAllFieldsAndTheHeader) {
  for (const bool compressed : {false, true}) {
    const TemporaryFile file(kLog, compressed ? ".swf.gz" : ".swf", compressed);
    const SwfLog log = read_swf(file.path());
    EXPECT_EQ(log.header.computer, "IBM SP2");
    EXPECT_EQ(log.header.time_zone, "Europe/Stockholm");
    EXPECT_EQ(log.header.max_procs, 128);
    EXPECT_EQ(log.header.max_nodes, 64);
    EXPECT_EQ(log.header.unix_start_time, 843480031);
    EXPECT_EQ(log.header.machine_nodes("x"), 128);
    EXPECT_EQ(log.report.rows, 2);
    ASSERT_EQ(log.records.size(), 2u);
    const SwfRecord& first = log.records[0];
    EXPECT_EQ(first.line, 11);
    EXPECT_EQ(first.job_number, 1);
    EXPECT_EQ(first.submit.in(s), 10);
    EXPECT_EQ(first.wait.in(s), 5);
    EXPECT_EQ(first.run_time.in(s), 100.5);
    EXPECT_EQ(first.allocated_processors, 8);
    EXPECT_EQ(first.average_cpu_time.in(s), 99.25);
    EXPECT_EQ(first.used_memory_kb, 2048);
    EXPECT_EQ(first.requested_processors, 16);
    EXPECT_EQ(first.requested_time.in(s), 200);
    EXPECT_EQ(first.requested_memory_kb, 4096);
    EXPECT_EQ(first.status, 1);
    EXPECT_EQ(first.user, 3);
    EXPECT_EQ(first.group, 4);
    EXPECT_EQ(first.executable, 5);
    EXPECT_EQ(first.queue, 6);
    EXPECT_EQ(first.partition, 7);
    const SwfRecord& second = log.records[1];
    EXPECT_EQ(second.requested_processors, -1);
    EXPECT_EQ(second.preceding_job, 1);
    EXPECT_EQ(second.think_time.in(s), 30);
    EXPECT_EQ(read_swf_header(file.path()).machine_nodes("x"), 128);
  }
}

const std::string kRow = "1 0 0 10 1 -1 -1 1 20 -1 1 1 1 1 1 1 -1 -1\n";

TEST(Swf, CountsRowsThatAreNone) {
  const TemporaryFile file(kRow + "2 1 0 10\n" + kRow + "3 x 0 10 1 -1 -1 1 20 -1 1 1 1 1 1 1 -1 -1\n" + kRow +
                           "4 nan 0 10 1 -1 -1 1 20 -1 1 1 1 1 1 1 -1 -1\n" +
                           "5 0 0 10 1 -1 -1 1 20 -1 1 1 1 1 1 1 -1 -1 9\n");
  const SwfLog log = read_swf(file.path());
  EXPECT_EQ(log.report.rows, 7);
  EXPECT_EQ(log.records.size(), 4u);
  ASSERT_EQ(log.report.drops.size(), 2u);
  EXPECT_EQ(log.report.drops[0].reason, "fewer than 18 fields");
  EXPECT_EQ(log.report.drops[0].count, 1);
  EXPECT_EQ(log.report.drops[0].first, file.path() + ":2: 2 1 0 10");
  EXPECT_EQ(log.report.drops[1].reason, "a field is not a number");
  EXPECT_EQ(log.report.drops[1].count, 2);
  ASSERT_EQ(log.report.changes.size(), 1u);
  EXPECT_EQ(log.report.changes[0].reason, "fields beyond the 18th ignored");
}

TEST(Swf, NamesThePlaceInAFileThatIsNoLog) {
  const auto reading = [](const std::string& content) {
    const TemporaryFile file(content);
    std::string message = message_of([&] { (void)read_swf(file.path()); });
    const std::size_t at = message.find(file.path());
    return at == 0 ? message.substr(file.path().size()) : "elsewhere: " + message;
  };
  EXPECT_EQ(reading(""), ":0: holds no job");
  EXPECT_EQ(reading("; MaxProcs: 4\n"), ":1: holds no job");
  EXPECT_EQ(reading("timestamp,duration\n1,2\n"),
            ":1: not a Standard Workload Format log: a field is not a number in \"timestamp,duration\"");
  EXPECT_EQ(reading("1 2 3\n4 5 6\n"), ":1: not a Standard Workload Format log: fewer than 18 fields in \"1 2 3\"");
  EXPECT_EQ(reading(std::string("\0\1\2", 3) + std::string(100, 'x') + "\nmore\n"),
            ":1: not a Standard Workload Format log: it holds binary data");
  EXPECT_EQ(reading(std::string(70000, '1')),
            ":1: not a Standard Workload Format log: a line of more than 65535 characters");
  EXPECT_EQ(message_of([] { (void)read_swf("/nowhere/x.swf"); }),
            "/nowhere/x.swf: cannot be opened: No such file or directory");
  EXPECT_THAT(message_of([] { (void)read_swf(testing::TempDir()); }), testing::HasSubstr("cannot be"));
}

TEST(Swf, SaysWhenACompressedFileEndsEarly) {
  std::string rows;
  for (int i = 0; i < 20000; ++i) rows += std::to_string(i * 7919 % 10007) + " " + kRow.substr(2);
  const TemporaryFile file(rows, ".swf.gz", true);
  std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) / 2);
  EXPECT_THAT(message_of([&] { (void)read_swf(file.path()); }), testing::HasSubstr("cannot be read further"));
}

TEST(Swf, RefusesToSizeAMachineByNonsense) {
  SwfHeader header;
  EXPECT_EQ(message_of([&] { (void)header.machine_nodes("a.swf"); }),
            "a.swf: the header has neither MaxProcs nor MaxNodes; give workload.processors");
  header.max_nodes = 9;
  header.max_procs = -1;
  EXPECT_EQ(header.machine_nodes("a.swf"), 9);
  header.max_procs = 1'000'000'000'000;
  EXPECT_EQ(message_of([&] { (void)header.machine_nodes("a.swf"); }),
            "a.swf: MaxProcs = 1000000000000 must be in 1..100000000");
}

}  // namespace
}  // namespace aifactory
