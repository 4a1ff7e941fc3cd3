// aifactory import KIND FILE: a foreign log as a job list that `workload: {jobs: FILE}` reads.
#include "sim/workload/import.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "models/error.h"
#include "sim/results/result_directory.h"
#include "sim/workload/job_list.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {
namespace {
namespace fs = std::filesystem;

struct Options {
  std::string kind, file, out;
  double flops_per_node = 0.0, prefill_rate = 0.0, decode_rate = 0.0, replica = 1.0;
  bool force = false;
};

/// The list under way: standard output, or a file that takes its name when it is complete.
class ListFile {
 public:
  ListFile(const std::string& out, bool force) : out_(out) {
    if (out.empty()) return;
    std::error_code error;
    if (fs::is_directory(out, error)) throw InputError(fmt::format("{}: is a folder", out));
    if (!force && fs::exists(out, error)) {
      throw InputError(fmt::format("{}: exists already; give another --out, or --force to replace it", out));
    }
    partial_ = out + ".partial";
    fs::remove(partial_, error);
    file_.emplace(partial_, out);
  }
  ~ListFile() {
    std::error_code ignored;
    if (file_ && !partial_.empty()) fs::remove(partial_, ignored);
  }
  ListFile(const ListFile&) = delete;
  ListFile& operator=(const ListFile&) = delete;

  void write(std::string_view text) {
    if (file_) {
      file_->write(text);
    } else {
      std::fwrite(text.data(), 1, text.size(), stdout);
    }
  }
  void commit() {
    if (!file_) return;
    file_->close();
    fs::rename(partial_, out_);
    partial_.clear();
  }

 private:
  std::string out_, partial_;
  std::optional<OutputFile> file_;
};

void tell(const SourceReport& report, const std::string& file) {
  fmt::print(stderr, "{}: {} {} read, {} {} written\n", file, report.rows, report.rows == 1 ? "row" : "rows", report.used,
             report.used == 1 ? "job" : "jobs");
  const auto each = [](const std::vector<SourceReport::Drop>& list, const char* fate) {
    for (const SourceReport::Drop& drop : list) {
      fmt::print(stderr, "  {} {}: {} (first: {})\n", drop.count, fate, drop.reason, drop.first);
    }
  };
  each(report.drops, "left out");
  each(report.changes, "noted");
}

int import(const Options& options) {
  const Importer& importer = find_importer(options.kind);
  ImportOptions import_options;
  if (options.flops_per_node > 0.0) import_options.flops_per_node = options.flops_per_node;
  if (options.prefill_rate > 0.0) import_options.prefill_rate = options.prefill_rate;
  if (options.decode_rate > 0.0) import_options.decode_rate = options.decode_rate;
  import_options.replica = options.replica;
  ListFile list(options.out, options.force);
  list.write(fmt::format("# {} of {}\n", importer.name, fs::path(options.file).filename().string()));
  list.write(job_list_heading());
  std::string line;
  const SourceReport report = import_log(importer, options.file, import_options, [&](const JobRow& row) {
    line.clear();
    append_job_row(line, row);
    list.write(line);
  });
  tell(report, options.file);
  if (report.used == 0) {
    throw InputError(fmt::format("{}: none of its {} rows can be used: {} ({})", options.file, report.rows,
                                 report.drops.front().reason, report.drops.front().first));
  }
  list.commit();
  return kOk;
}

}  // namespace

void add_import(Program& program) {
  CLI::App& verb = program.verb("import", "convert a log of another format to a job list");
  const auto options = std::make_shared<Options>();
  verb.add_option("KIND", options->kind, "format of the log, see below")->required();
  verb.add_option("FILE", options->file, "the log, plain or gzip")->required();
  verb.add_option("--out", options->out, "file of the job list; default: standard output")->type_name("FILE");
  verb.add_flag("--force", options->force, "replace a job list that exists");
  verb.add_option("--flops-per-node", options->flops_per_node,
                  "batsim: speed of a node in FLOP/s, for profiles of work")
      ->check(CLI::PositiveNumber)
      ->type_name("X");
  verb.add_option("--prefill-rate", options->prefill_rate, "azure-llm: prompt tokens per second of a replica that serves one request")
      ->check(CLI::PositiveNumber)
      ->type_name("X");
  verb.add_option("--decode-rate", options->decode_rate, "azure-llm: generated tokens per second of such a replica")
      ->check(CLI::PositiveNumber)
      ->type_name("X");
  verb.add_option("--replica", options->replica, "azure-llm: accelerators of a replica, 1 by default")
      ->check(CLI::PositiveNumber)
      ->type_name("X");
  std::string footer = "Formats:\n";
  for (const Importer& importer : importers()) footer += fmt::format("  {:<12} {}\n", importer.name, importer.summary);
  verb.footer(footer +
              "What was left out, and why, goes to standard error.  A scenario reads the list with\n"
              "`workload: {jobs: FILE}`.");
  program.runs([options] { return import(*options); });
}

}  // namespace aifactory::tools
