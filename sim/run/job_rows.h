#pragma once
/// @file Rows of jobs.csv and goodput.csv, made of the job table when they are looked at.
#include <memory>
#include <vector>

#include "sim/facility/job_table.h"
#include "sim/run/world.h"

namespace aifactory {

/// What a row needs beside the job table, once the run is over.
class JobRows {
 public:
  JobRows(const World& world, Tick now);
  /// A row for each job that was submitted: those are the first of the table.
  [[nodiscard]] JobRecords records() const;
  /// A row for each job that has run on a fixed number of nodes.  @param ids of these jobs
  [[nodiscard]] Rows<GoodputRecord> goodput(std::vector<JobId> ids) const;
  void fill(JobId id, JobRecord& record) const;
  void fill(JobId id, const JobRecord& job, GoodputRecord& row) const;

 private:
  struct Pool {
    Label site, cluster;
    double accelerators_per_node = 0.0;
    bool priced = false, carbon_known = false;
  };
  std::shared_ptr<const JobTable> table_;
  std::vector<Pool> pools_;
  Label workload_;
  Tick now_;
};

}  // namespace aifactory
