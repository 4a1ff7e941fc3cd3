// Rows of our job list from a workload of Batsim (Batsim 4 documentation, "Workload").
//
// {"nb_res": N, "jobs": [{"id", "subtime", "res", "profile", "walltime"}], "profiles": {NAME: {"type", ...}}}
//   delay                       runs `delay` seconds
//   parallel_homogeneous        computes `cpu` FLOP on each node, and sends `com` bytes between each two
//   parallel_homogeneous_total  computes `cpu` FLOP over all its nodes together
// Computation takes cpu / speed of a node; communication is not modelled here.
#include <cmath>
#include <map>

#include "models/error.h"
#include "sim/workload/import.h"
#include "sim/workload/json_list.h"

namespace aifactory {
namespace {

const char* kFormat = "a Batsim workload";

struct Profile {
  double delay_s = kUnset, flop_per_node = kUnset, flop_total = kUnset;
  bool communicates = false;
};

double number_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : kUnset;
}

std::map<std::string, Profile> read_profiles(const std::string& path) {
  std::map<std::string, Profile> profiles;
  for_each_json_entry(path, kFormat, "profiles", [&](const Json& entry) {
    if (!entry.is_object() || !entry.contains("name") || !entry["value"].is_object()) return;
    const Json& value = entry["value"];
    const std::string type = value.value("type", Json()).is_string() ? value["type"].get<std::string>() : "";
    Profile profile;
    if (type == "delay") profile.delay_s = number_of(value, "delay");
    if (type == "parallel_homogeneous") profile.flop_per_node = number_of(value, "cpu");
    if (type == "parallel_homogeneous_total") profile.flop_total = number_of(value, "cpu");
    profile.communicates = type != "delay" && number_of(value, "com") > 0.0;
    profiles[entry["name"].get<std::string>()] = profile;
  });
  return profiles;
}

}  // namespace

void read_batsim_rows(const std::string& path, const ImportOptions& options, RowCollector& rows) {
  const std::map<std::string, Profile> profiles = read_profiles(path);
  rows.places_are_entries();
  std::int64_t unreadable = 0, place = 0;
  for_each_json_entry(path, kFormat, "jobs", [&](const Json& job) {
    rows.count();
    JobRow row;
    row.place = ++place;
    const auto unusable = [&](const char* reason) {
      ++unreadable;
      rows.drop(row, reason);
    };
    if (!job.is_object()) return unusable("not an object");
    const auto id = job.find("id"), name = job.find("profile");
    if (id == job.end() || !(id->is_string() || id->is_number_integer())) return unusable("no id");
    row.id = id->is_string() ? id->get<std::string>() : id->dump();
    row.submit = Duration(number_of(job, "subtime"));
    row.nodes = number_of(job, "res");
    row.walltime = Duration(number_of(job, "walltime"));
    if (std::isnan(row.submit.si()) || std::isnan(*row.nodes)) return unusable("subtime or res is not a number");
    if (name == job.end() || !name->is_string()) return unusable("no profile");
    row.profile = name->get<std::string>();
    const auto found = profiles.find(row.profile);
    if (found == profiles.end()) return rows.drop(row, "its profile is not in the file");
    const Profile& profile = found->second;
    double flop = profile.flop_per_node;
    if (std::isnan(flop)) flop = profile.flop_total / *row.nodes;
    if (std::isfinite(profile.delay_s)) {
      row.duration = profile.delay_s * s;
    } else if (std::isfinite(flop)) {
      if (!options.flops_per_node) return rows.drop(row, "a profile of work: give the speed of a node");
      row.duration = flop / *options.flops_per_node * s;
      if (profile.communicates) rows.change(row, "communication of its profile left out");
    } else {
      return rows.drop(row, "a profile that is neither delay nor parallel_homogeneous");
    }
    rows.emit(row);
  });
  rows.refuse_if_mostly(unreadable, kFormat);
}

}  // namespace aifactory
