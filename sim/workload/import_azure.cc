// Rows of our job list from the inference traces of Azure (P. Patel et al., "Splitwise", ISCA 2024).
#include <cmath>

#include <fmt/format.h>

#include "models/error.h"
#include "sim/workload/import_csv.h"

namespace aifactory {

/// A request is a job of kind `inference` on one replica, which serves it alone:
///
///     run time = ContextTokens / prefill rate + GeneratedTokens / decode rate
///
/// *Not modelled*: batching; what replicas do side by side is for the serving model.
void read_azure_llm_rows(const std::string& path, const ImportOptions& options, RowCollector& rows) {
  if (!options.prefill_rate || !options.decode_rate) {
    throw InputError("import azure-llm: a trace of requests says nothing of run times; give --prefill-rate and --decode-rate, the "
                     "tokens per second of a replica that serves one request");
  }
  CsvReader table(path, "an Azure LLM inference trace");
  const std::size_t submit = table.require("TIMESTAMP"), context = table.require("ContextTokens");
  const std::size_t generated = table.require("GeneratedTokens");
  std::int64_t number = 0;
  read_table(table, rows, [&](JobRow& row) -> std::string {
    row.id = fmt::format("{}", ++number);
    row.kind = row.profile = "inference";
    row.submit = Duration(civil_seconds_in(table.cell(submit)));
    row.accelerators = options.replica;
    const double read = number_in(table.cell(context)), written = number_in(table.cell(generated));
    if (std::isnan(row.submit.si()) || std::isnan(read) || std::isnan(written)) return kUnreadable;
    if (read < 0.0 || written < 0.0) return "negative tokens";
    row.duration = Duration(read / *options.prefill_rate + written / *options.decode_rate);
    return "";
  });
}

}  // namespace aifactory
