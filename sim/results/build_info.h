#pragma once
/// @file What this program was built from, fixed when the build tree was configured.

namespace aifactory {

struct BuildInfo {
  const char* version;     ///< of the project
  const char* git;         ///< `git describe --always --dirty`; "unknown" outside a clone
  const char* build_type;  ///< Release, Debug, ...
  const char* compiler;    ///< name and version
  const char* simgrid;     ///< version of the library built against
};
[[nodiscard]] const BuildInfo& build_info();

}  // namespace aifactory
