#include "sim/machine/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/machine/math_fingerprint.h"

namespace aifactory {
namespace {

Machine epyc() { return {.cpu = "EPYC", .flags = {"avx2", "fma"}, .libc = "2.36", .tunables = "", .math = "00aa"}; }

TEST(Machine, OfThisProcessIsKnown) {
  const Machine& here = this_machine();
  EXPECT_FALSE(here.cpu.empty());
  EXPECT_THAT(here.libc, testing::MatchesRegex("2\\.[0-9]+"));
  EXPECT_THAT(here.math, testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(&here, &this_machine());
}

TEST(Machine, FingerprintIsRepeatable) { EXPECT_EQ(math_fingerprint(), math_fingerprint()); }

TEST(Machine, IsReadBackAsItWasWritten) {
  Machine machine = epyc();
  EXPECT_EQ(machine_from(to_json(machine)), machine);
  EXPECT_FALSE(to_json(machine).contains("tunables"));
  machine.tunables = "glibc.cpu.hwcaps=-FMA";
  EXPECT_EQ(machine_from(to_json(machine)), machine);
  EXPECT_EQ(machine_from(nlohmann::ordered_json()), Machine());
  EXPECT_EQ(machine_from(nlohmann::ordered_json{{"cpu", 3}, {"cpu_flags", {1, "fma"}}}).flags, std::vector<std::string>{"fma"});
}

TEST(Machine, IsToldInWords) {
  EXPECT_EQ(describe(epyc()), "EPYC (avx2, fma), C library 2.36");
  EXPECT_EQ(describe({.cpu = "A", .flags = {}, .libc = "2.39", .tunables = "glibc.cpu.hwcaps=-FMA", .math = ""}),
            "A, C library 2.39, GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA");
  EXPECT_EQ(describe({}), "an unknown processor");
}

TEST(MachineWarning, SaysNothingOfOneMachine) {
  EXPECT_EQ(machine_warning({}), "");
  EXPECT_EQ(machine_warning({epyc()}), "");
  EXPECT_EQ(machine_warning({epyc(), epyc(), epyc()}), "");
}

TEST(MachineWarning, TellsWhetherTheFunctionsDiffer) {
  Machine other = epyc();
  other.cpu = "Xeon";
  EXPECT_EQ(machine_warning({other, epyc(), other}),
            "the runs were made on different processors or C libraries; their mathematical functions gave the same bits at 12288 points: "
            "EPYC (avx2, fma), C library 2.36; Xeon (avx2, fma), C library 2.36");
  other.flags.clear();
  other.math = "00bb";
  EXPECT_EQ(machine_warning({other, epyc()}),
            "the runs were made where mathematical functions round differently, so that the last digits of equal runs may differ: "
            "EPYC (avx2, fma), C library 2.36; Xeon, C library 2.36");
}

TEST(MachineWarning, WhatIsNotKnownMayDiffer) {
  Machine first = epyc(), second = epyc();
  first.math = second.math = "";
  second.libc = "2.31";
  EXPECT_THAT(machine_warning({first, second}), testing::HasSubstr("round differently"));
}

}  // namespace
}  // namespace aifactory
