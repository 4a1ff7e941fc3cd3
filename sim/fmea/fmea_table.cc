#include "sim/fmea/fmea_table.h"

#include <fmt/format.h>

#include "sim/results/text.h"

namespace aifactory {

std::string status_of(const FmeaOutcome& outcome) {
  if (!outcome.trouble.empty()) return outcome.trouble;
  return outcome.closed ? "ok" : "ledger does not close";
}

std::string fmea_csv(const FmeaResult& result) {
  std::string text =
      "rank,failed,class,during_maintenance_of,alike,status,adds,lost_mw,lost_mwh,first_limit,first_limit_unit,first_limit_min,throttle_min,"
      "trip_min,drop_min,jobs_interrupted,lost_accelerator_h,also\n";
  std::size_t rank = 0;
  for (const FmeaCase& c : result.cases) {
    const FmeaOutcome& o = c.outcome;
    text += fmt::format("{},", ++rank);
    append_cell(text, c.failed.name);
    text += ',';
    append_cell(text, c.failed.kind);
    text += ',';
    append_cell(text, c.maintained ? c.maintained->name : "");
    text += fmt::format(",{},", c.alike);
    append_cell(text, status_of(o));
    const bool known = o.trouble.empty();
    text += c.adds ? ",1" : ",0";
    for (const double value : {o.lost_mw, o.lost_mwh}) {
      text += ',';
      append_number(text, value);
    }
    text += ',';
    append_cell(text, o.first_limit);
    text += ',';
    append_cell(text, o.first_limit_unit);
    for (const double value : {o.first_limit_min, o.throttle_min, o.trip_min, o.drop_min, known ? static_cast<double>(o.jobs_interrupted) : kUnset,
                               known ? o.lost_accelerator_h : kUnset}) {
      text += ',';
      append_number(text, value);
    }
    text += ',';
    append_cell(text, c.also.size() > 1 ? fmt::format("{}", fmt::join(c.also, " ")) : "");
    text += '\n';
  }
  return text;
}

}  // namespace aifactory
