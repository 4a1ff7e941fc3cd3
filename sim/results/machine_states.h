#pragma once
/// @file How many nodes were free, held and out of service, over time: machine_states.csv.
#include <cstdint>
#include <deque>

#include "models/time.h"

namespace aifactory {

class OutputFile;

/// Counts of nodes of all clusters that take jobs, as they were after each pass of the scheduler; a row where they differ
/// from the row before.
///
/// The columns are those that Batsim writes and Evalys reads (time, nb_sleeping, nb_switching_on, nb_switching_off, nb_idle,
/// nb_computing), so that their sum over a row is the number of nodes at every time.  A node that is down, in repair or in
/// maintenance and that no job holds counts as sleeping; nodes do not switch on or off.  One that runs an epilog computes.
/// A column of ours follows: nb_draining, those of nb_computing that are out of service once their job is over.
/// Source: Batsim documentation, "Aggregated machine state trace"; evalys, mstates.py.
class MachineStates {
 public:
  /// @pre times do not fall; fewer than 2^31 nodes.
  void observe(Tick at, std::int64_t idle, std::int64_t computing, std::int64_t down, std::int64_t draining = 0);
  void write(OutputFile& file) const;

  struct Row {
    Tick at;
    std::int32_t idle, computing, down, draining;
  };
  [[nodiscard]] const std::deque<Row>& rows() const { return rows_; }

 private:
  std::deque<Row> rows_;  ///< two rows a job: growing must not hold them twice
};

}  // namespace aifactory
