#include "sim/results/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "models/error.h"
#include "sim/machine/machine.h"
#include "sim/results/build_info.h"
#include "sim/results/sha256.h"
#include "tests/sim/results/temporary_directory.h"

namespace aifactory {
namespace {

// FIPS 180-4 example messages (NIST, "SHA-256 examples").
TEST(Sha256, KnownDigests) {
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, FileLongerThanOnePieceHashesLikeItsText) {
  const TemporaryDirectory directory;
  const std::string text(200'001, 'x');
  std::ofstream(directory.path() / "f") << text;
  EXPECT_EQ(sha256_of_file(directory.path() / "f"), sha256_of(text));
}

TEST(Sha256, NamesTheFileItCannotRead) {
  EXPECT_THAT([] { (void)sha256_of_file("/nowhere/a.yaml"); },
              testing::ThrowsMessage<InputError>("/nowhere/a.yaml: cannot be read: No such file or directory"));
  EXPECT_THAT([] { (void)sha256_of_file("/tmp"); },
              testing::ThrowsMessage<InputError>("/tmp: cannot be read: Is a directory"));
}

TEST(Manifest, SaysWhatMadeTheResults) {
  RunInfo info;
  info.command = {"aifactory", "run", "quickstart"};
  info.scenario = {"quickstart/scenario.yaml", sha256_of("a")};
  info.inputs = {{"weather.epw", sha256_of("b")}};
  info.seed = 18446744073709551615u;
  info.started_utc = "2026-07-01T06:00:00Z";
  info.wall = 1.5 * s;
  info.events = 42;
  const auto json = nlohmann::ordered_json::parse(manifest_text(RunStatus::incomplete, info, {{"jobs.csv", sha256_of("c")}}));
  EXPECT_EQ(json["status"], "incomplete");
  EXPECT_EQ(json["version"], build_info().version);
  EXPECT_EQ(json["build"]["git"], build_info().git);
  EXPECT_EQ(json["scenario"]["sha256"], sha256_of("a"));
  EXPECT_EQ(json["inputs"][0]["path"], "weather.epw");
  EXPECT_EQ(json["seed"], 18446744073709551615u);
  EXPECT_EQ(json["wall_s"], 1.5);
  EXPECT_EQ(json["events"], 42);
  EXPECT_EQ(json["outputs"][0]["path"], "jobs.csv");
  EXPECT_GT(json["peak_rss_bytes"], 1'000'000);
  EXPECT_FALSE(json["host"].get<std::string>().empty());
  EXPECT_EQ(machine_from(json["machine"]), this_machine());
}

TEST(Manifest, PresentTimeIsWrittenInUtc) {
  EXPECT_THAT(now_utc(), testing::MatchesRegex("....-..-..T..:..:..Z"));
}

}  // namespace
}  // namespace aifactory
