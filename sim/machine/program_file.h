#pragma once
/// @file Where this program lies, and what starts it again.
#include <filesystem>

namespace aifactory {

/// The program's own file, links resolved, however it was started.  /proc/self/exe is not enough: there may be no /proc, and where a dynamic loader was
/// started with the program as its argument, as in the relocatable bundle, it names the loader.  The loader corrects the name that the kernel has
/// given (AT_EXECFN), which is why that one is asked then.
[[nodiscard]] std::filesystem::path program_file();

/// What another process must start to be this program: program_file(), or in the bundle, where that file cannot be started by itself, the launcher.
[[nodiscard]] std::filesystem::path program_launcher();

/// The folder that the program is installed below: program_file() is in its bin/ or libexec/.
[[nodiscard]] std::filesystem::path installation_root();

}  // namespace aifactory
