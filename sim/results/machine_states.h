#pragma once
/// @file How many nodes were free, held and out of service, over time: machine_states.csv.
#include <cstdint>
#include <vector>

#include "models/time.h"

namespace aifactory {

class OutputFile;

/// Counts of nodes of all clusters that take jobs, as they were after each pass of the scheduler; a row where they differ
/// from the row before.
///
/// The columns are those that Batsim writes and Evalys reads (time, nb_sleeping, nb_switching_on, nb_switching_off, nb_idle,
/// nb_computing), so that their sum over a row is the number of nodes at every time.  A node that is down, in repair or in
/// maintenance and that no job holds counts as sleeping; nodes do not switch on or off.  One that runs an epilog computes.
/// Columns of ours follow: nb_draining, those of nb_computing that are out of service once their job is over; and of
/// nb_sleeping those in repair after an interruption, in burn-in and in maintenance.
/// Source: Batsim documentation, "Aggregated machine state trace"; evalys, mstates.py.
class MachineStates {
 public:
  struct Row {
    Tick at = 0;
    std::int64_t idle = 0, computing = 0, down = 0, draining = 0, repair = 0, burn_in = 0, maintenance = 0;
    [[nodiscard]] bool same_counts(Row other) const {
      other.at = at;
      return *this == other;
    }
    friend bool operator==(const Row&, const Row&) = default;
  };
  /// @pre times do not fall.
  void observe(const Row& now);
  void write(OutputFile& file) const;
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;
};

}  // namespace aifactory
