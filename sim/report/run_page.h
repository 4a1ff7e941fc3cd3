#pragma once
/// @file report.html of a run: one page that needs nothing but itself.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/report/payload.h"
#include "sim/report/run_folder.h"

namespace aifactory {

/// Files that a page is made of, in their order.  They are linked into the program; this library holds none.
struct PageParts {
  std::string_view style;
  std::vector<std::string_view> scripts;
};

/// The data of the run page: manifest (without what differs from one repetition to the next), summary (without `time.wall_s`), facts
/// of the scenario, series, jobs, events, ledger, limits, units, sources.  What the directory does not hold is null.
/// @throws InputError when a file is damaged.
[[nodiscard]] Payload run_payload(const RunFolder& run);

/// An HTML page that shows the payload: no request leaves it, no name of the data stands in it unescaped.
[[nodiscard]] std::string page_text(const std::string& title, std::string_view kind, const Payload& payload, const PageParts& parts);

/// page_text() of run_payload().  The same results give the same bytes.
[[nodiscard]] std::string run_page(const RunFolder& run, const PageParts& parts);

}  // namespace aifactory
