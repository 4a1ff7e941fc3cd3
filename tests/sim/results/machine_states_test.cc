/// Counts of nodes over time, in the columns of Batsim.
#include "sim/results/machine_states.h"

#include <gtest/gtest.h>

#include "sim/results/result_directory.h"
#include "tests/sim/results/temporary_directory.h"

namespace aifactory {
namespace {

std::string text_of(const MachineStates& states) {
  TemporaryDirectory folder;
  const auto path = folder.path() / "machine_states.csv";
  OutputFile file(path);
  states.write(file);
  file.close();
  return read_text(path);
}

// Every row has 32 nodes, times rise strictly: what Evalys asserts of the file.
TEST(MachineStates, HasARowWhereSomethingChanged) {
  MachineStates states;
  states.observe(0, 32, 0, 0);
  states.observe(0, 31, 1, 0);  // the same instant: the last word counts
  states.observe(4'709'160, 29, 3, 0);
  states.observe(5'000'000, 29, 3, 0);
  states.observe(16'000'000, 24, 4, 4, 2);
  EXPECT_EQ(text_of(states),
            "time,nb_sleeping,nb_switching_on,nb_switching_off,nb_idle,nb_computing,nb_draining\n"
            "0,0,0,0,31,1,0\n"
            "4.70916,0,0,0,29,3,0\n"
            "16,4,0,0,24,4,2\n");
}

// What a second pass of the instant takes back leaves no row.
TEST(MachineStates, ForgetsWhatTheInstantTookBack) {
  MachineStates states;
  states.observe(0, 4, 0, 0);
  states.observe(10, 3, 1, 0);
  states.observe(10, 4, 0, 0);
  states.observe(20, 2, 2, 0);
  EXPECT_EQ(states.rows().size(), 2u);
}

}  // namespace
}  // namespace aifactory
