#pragma once
/// @file Numbers of models beside the known ones, for README's accuracy table.
///
/// A test compares through these functions in place of EXPECT_NEAR: the residual must be within what is accepted, and if
/// the environment variable AIFACTORY_ACCURACY names a file, a line `row,residual,accepted` is appended to it.  The rows are
/// those of tests/accuracy/rows.csv; tests/accuracy/table.py makes the table of them.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string>

namespace aifactory {

/// @param residual model minus known, in the unit of the row
inline void accuracy(const std::string& row, double residual, double accepted,
                     const std::source_location& where = std::source_location::current()) {
  if (!(std::fabs(residual) <= accepted)) {
    ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line()))
        << row << ": residual " << residual << ", accepted " << accepted;
  }
  const char* path = std::getenv("AIFACTORY_ACCURACY");
  if (path == nullptr || *path == '\0') return;
  std::FILE* file = std::fopen(path, "a");
  if (file == nullptr) {
    ADD_FAILURE() << "cannot write " << path;
    return;
  }
  std::fprintf(file, "%s,%.17g,%.17g\n", row.c_str(), residual, accepted);
  std::fclose(file);
}

/// The same with both numbers, so that a failure shows them.
inline void accuracy_near(const std::string& row, double model, double known, double accepted,
                          const std::source_location& where = std::source_location::current()) {
  SCOPED_TRACE(testing::Message() << "model " << model << ", known " << known);
  accuracy(row, model - known, accepted, where);
}
/// The same for a row in relative units: model over known, less one.
inline void accuracy_relative(const std::string& row, double model, double known, double accepted,
                              const std::source_location& where = std::source_location::current()) {
  SCOPED_TRACE(testing::Message() << "model " << model << ", known " << known);
  accuracy(row, model / known - 1.0, accepted, where);
}

}  // namespace aifactory
