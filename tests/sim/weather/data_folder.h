#pragma once
/// @file Where the published weather, price and carbon files are.
#include <cstdlib>
#include <filesystem>
#include <string>

namespace aifactory {

/// A file of the data folder: $AIFACTORY_DATA, else the one found when the tests were configured; "" when absent.
inline std::string data_file(const std::string& name) {
  const char* folder = std::getenv("AIFACTORY_DATA");
  const std::string path = (folder != nullptr ? std::string(folder) : AIFACTORY_DATA_DEFAULT) + "/" + name;
  return std::filesystem::exists(path) ? path : "";
}

}  // namespace aifactory

/// Names the file and skips the test when it is not there.
#define AIF_DATA_FILE(variable, name)                                                    \
  const std::string variable = data_file(name);                                          \
  if (variable.empty()) {                                                                \
    GTEST_SKIP() << "needs " << (name) << " under the folder that AIFACTORY_DATA names"; \
  }                                                                                      \
  static_assert(true)
