#include "sim/machine/program_file.h"

#include <sys/auxv.h>

#include <system_error>

namespace aifactory {
namespace fs = std::filesystem;

fs::path program_file() {
  std::error_code error;
  const fs::path running = fs::read_symlink("/proc/self/exe", error);
  if (!error && !running.filename().string().starts_with("ld-")) return running;
  const char* started = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));  // NOLINT: the kernel hands pointers over as numbers
  if (!started) return running;
  const fs::path file = fs::canonical(started, error);
  return error ? fs::path(started) : file;
}

fs::path program_launcher() {
  const fs::path file = program_file();
  if (file.parent_path().filename() != "libexec") return file;
  const fs::path launcher = installation_root() / "bin" / file.filename();
  std::error_code error;
  return fs::exists(launcher, error) ? launcher : file;
}

fs::path installation_root() { return program_file().parent_path().parent_path(); }

}  // namespace aifactory
