/// @file What a job owes to where it runs: blocks of the scale-out fabric, the way of its data.
#include "models/scheduling/availability_profile.h"
#include "models/scheduling/blocks.h"
#include "sim/actors/cluster.h"

namespace aifactory {

double Cluster::pace(JobId id) const { return scheduling::pace_on(jobs_.job(id), params_.fabric, jobs_.fate(id).nodes); }

Tick Cluster::work_begins(JobId id) const {
  const JobTable::Fate& fate = jobs_.fate(id);
  return scheduling::after(fate.last_start, prolog_ + fate.staging);
}

/// Its data come from where they lie, unless they were brought here the last time that they were brought.
void Cluster::begin_staging(JobId id) {
  JobTable::Fate& fate = jobs_.fate(id);
  fate.staging = fate.staged_at == params_.site ? 0 : jobs_.job(id).staging_in(params_.pool);
  if (fate.staging > 0 && ports_.staged) ports_.staged(id);
}

}  // namespace aifactory
