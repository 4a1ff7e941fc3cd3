// bin/aifactory of the relocatable bundle: starts libexec/aifactory by the bundle's own dynamic loader and with the bundle's own libraries.
//
// The name of its loader is fixed in a program's file, from the root of the file system on, so that a program which carries its C library along cannot
// be started by itself.  This one needs neither: it is linked statically, and there need be no shell, no /lib and no /proc.
#include <sys/auxv.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace {

constexpr int kFailed = 1;

/// The file of this launcher, links resolved.
bool find_itself(char (&path)[PATH_MAX]) {
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path - 1);
  if (length > 0) {
    path[length] = '\0';
    return true;
  }
  const auto* started = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));  // the path that was given to execve
  return started && ::realpath(started, path);
}

bool cut_last(char* path) {
  char* slash = std::strrchr(path, '/');
  if (slash) *slash = '\0';
  return slash;
}

}  // namespace

int main(int argc, char** argv) {
  char root[PATH_MAX];
  if (!find_itself(root) || !cut_last(root) || !cut_last(root)) {
    std::fputs("aifactory: the folder of this program cannot be found\n", stderr);
    return kFailed;
  }
  // The loader takes these two characters for the end of a path, and this one for the beginning of a variable.
  if (const char* odd = std::strpbrk(root, ":;$")) {
    std::fprintf(stderr, "aifactory: the folder %s has a '%c' in its name, which the dynamic loader cannot take; move it to another\n", root, *odd);
    return kFailed;
  }
  char loader[PATH_MAX + 32], libraries[PATH_MAX + 32], program[PATH_MAX + 32];
  std::snprintf(loader, sizeof loader, "%s/lib/" AIFACTORY_LOADER, root);
  std::snprintf(libraries, sizeof libraries, "%s/lib", root);
  std::snprintf(program, sizeof program, "%s/libexec/aifactory", root);

  // Made for the libraries of the host, not for ours.  LD_LIBRARY_PATH may stay: --library-path takes its place, and what the program starts has it.
  ::unsetenv("LD_PRELOAD");
  ::unsetenv("LD_AUDIT");

  char argv0[] = "--argv0", library_path[] = "--library-path", itself[] = "aifactory";
  auto** arguments = static_cast<char**>(std::calloc(static_cast<std::size_t>(argc) + 8, sizeof(char*)));
  if (!arguments) return kFailed;
  int count = 0;
  for (char* word : {loader, argv0, argc > 0 ? argv[0] : itself, library_path, libraries, program}) arguments[count++] = word;
  for (int i = 1; i < argc; ++i) arguments[count++] = argv[i];
  ::execv(loader, arguments);
  std::fprintf(stderr, "aifactory: %s cannot be started: %s; is the bundle whole, and may programs be run from where it lies?\n", loader, std::strerror(errno));
  return kFailed;
}
