#include "models/error.h"

#include <cstdio>
#include <cstdlib>

namespace aifactory {

void check_failed(const char* file, int line, const char* expression, const std::string& message) {
  std::fprintf(stderr, "aifactory: internal check failed: %s (%s)\n  at %s:%d\n", expression, message.c_str(), file,
               line);
  std::abort();
}

}  // namespace aifactory
