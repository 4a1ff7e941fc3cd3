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
  states.observe({.at = 0, .idle = 32});
  states.observe({.at = 0, .idle = 31, .computing = 1});  // the same instant: the last word counts
  states.observe({.at = 4'709'160, .idle = 29, .computing = 3});
  states.observe({.at = 5'000'000, .idle = 29, .computing = 3});
  states.observe({.at = 16'000'000, .idle = 24, .computing = 4, .down = 4, .draining = 2, .repair = 1, .burn_in = 2, .maintenance = 1});
  EXPECT_EQ(text_of(states),
            "time,nb_sleeping,nb_switching_on,nb_switching_off,nb_idle,nb_computing,nb_draining,nb_repair,nb_burn_in,nb_maintenance\n"
            "0,0,0,0,31,1,0,0,0,0\n"
            "4.70916,0,0,0,29,3,0,0,0,0\n"
            "16,4,0,0,24,4,2,1,2,1\n");
}

// What a second pass of the instant takes back leaves no row.
TEST(MachineStates, ForgetsWhatTheInstantTookBack) {
  MachineStates states;
  states.observe({.at = 0, .idle = 4});
  states.observe({.at = 10, .idle = 3, .computing = 1});
  states.observe({.at = 10, .idle = 4});
  states.observe({.at = 20, .idle = 2, .computing = 2});
  EXPECT_EQ(states.rows().size(), 2u);
}

}  // namespace
}  // namespace aifactory
