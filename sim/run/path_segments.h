#pragma once
#include <string>
#include <vector>

namespace aifactory {

/// "a.b.c" -> {"a", "b", "c"}
inline std::vector<std::string> path_segments(const std::string& path) {
  std::vector<std::string> out{""};
  for (const char c : path) {
    if (c == '.') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

}  // namespace aifactory
