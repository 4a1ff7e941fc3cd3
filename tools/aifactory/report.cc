// aifactory report RUN-or-STUDY: one page with everything that a run left behind, or with many runs side by side.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "sim/report/run_page.h"
#include "sim/report/study_page.h"
#include "sim/results/result_directory.h"
#include "sim/study/study_tables.h"
#include "tools/aifactory/page_parts.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {
namespace {

/// Written beside its name and renamed, so that a reader never meets half a page.
void replace_file(const std::string& path, std::string_view text) {
  namespace fs = std::filesystem;
  const fs::path fresh = path + ".new";
  std::error_code error;
  fs::remove(fresh, error);
  OutputFile file(fresh, path);
  file.write(text);
  file.close();
  fs::rename(fresh, path, error);
  if (error) throw OutputError(fmt::format("{}: cannot be written: {}", path, error.message()));
}

int report(const std::string& path, std::string out) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const bool is_sweep = fs::exists(fs::path(path) / "study.json", ignored);
  const bool is_folder = fs::is_directory(path, ignored) && !fs::exists(fs::path(path) / "summary.json", ignored);
  const std::string page = is_sweep    ? study_page(study_table(read_study_data(StudyStore(path))), run_page_parts())
                           : is_folder ? study_page(table_of_runs(path), run_page_parts())
                                       : run_page(RunFolder(path), run_page_parts());
  if (out.empty()) out = (fs::path(path) / "report.html").string();
  replace_file(out, page);
  fmt::print("{} ({:.2f} MB)\n", out, static_cast<double>(page.size()) / 1e6);
  return kOk;
}

}  // namespace

void add_report(Program& program) {
  CLI::App& verb = program.verb("report", "one self-contained page (report.html) of a finished run, or of many");
  const auto path = std::make_shared<std::string>(), out = std::make_shared<std::string>();
  verb.add_option("RUN", *path, "result directory of `aifactory run`, a folder with several below it, or a study of `aifactory sweep`")->required();
  verb.add_option("--out", *out, "file to write; default: report.html in the result directory")->type_name("FILE");
  verb.footer("The page opens in any browser, without a network and without the result directory.");
  program.runs([path, out] { return report(*path, *out); });
}

}  // namespace aifactory::tools
