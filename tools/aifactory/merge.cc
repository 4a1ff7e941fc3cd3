// aifactory merge DIR...: shards of a study to one study, the same bytes as of one process.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "models/error.h"
#include "sim/results/result_directory.h"
#include "tools/aifactory/sweep.h"

namespace aifactory::tools {
namespace {
namespace fs = std::filesystem;

int merge(const std::vector<std::string>& sources, std::string out, bool force) {
  const SweepSignals signals;
  StudyHead head = StudyStore(sources.front()).head();
  const bool in_place = sources.size() == 1 && (out.empty() || fs::weakly_canonical(out) == fs::weakly_canonical(sources.front()));
  if (in_place) {
    StudyStore store(sources.front(), head, false);
    store.pack(true);
    return finish_study(store, false);
  }
  if (out.empty()) throw UsageError("merge: give --out, where the whole study is to be");
  head.shard = {};
  StudyStore store(out, head, force);
  merge_into(store, sources);
  return finish_study(store, false);
}

}  // namespace

void merge_into(StudyStore& out, const std::vector<std::string>& sources) {
  // Held until everything is packed: the lines are read from where they lie.
  std::vector<std::unique_ptr<StudyStore>> open;
  for (const std::string& source : sources) {
    open.push_back(std::make_unique<StudyStore>(source));
    const StudyStore& from = *open.back();
    if (from.head().identity != out.head().identity) {
      throw InputError(fmt::format("{}: is of another study, scenario, input or build of the program than {}", source, out.folder().string()));
    }
    for (const std::int64_t point : from.stored()) {
      if (out.complete(point)) continue;
      out.adopt(point, from);
      std::error_code error;
      if (from.head().keep == Keep::summary || !from.complete(point)) continue;
      fs::remove_all(out.run_folder(point), error);
      fs::create_directories(out.run_folder(point).parent_path(), error);
      fs::copy(from.run_folder(point), out.run_folder(point), fs::copy_options::recursive, error);
      if (error) throw OutputError(fmt::format("{}: cannot be written: {}", out.run_folder(point).string(), error.message()));
    }
  }
  out.pack(true);
}

void add_merge(Program& program) {
  CLI::App& verb = program.verb("merge", "shards of a study to one study; of one directory: its tables anew");
  const auto sources = std::make_shared<std::vector<std::string>>();
  const auto out = std::make_shared<std::string>();
  const auto force = std::make_shared<bool>(false);
  verb.add_option("DIR", *sources, "directories that `aifactory sweep` has written")->required();
  verb.add_option("--out", *out, "directory of the whole study")->type_name("DIR");
  verb.add_flag("--force", *force, "replace another study that lies there");
  program.runs([=] { return merge(*sources, *out, *force); });
}

}  // namespace aifactory::tools
