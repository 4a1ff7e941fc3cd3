#pragma once
/// @file study.sqlite: the records of a study for those who ask in SQL.
#include <filesystem>

namespace aifactory {

struct StudyData;

/// Writes `folder`/study.sqlite apart and renames it.  The same data give the same bytes with the same SQLite.
///
///     study(key, value)                                      what study.json says
///     axes(axis, name, path)
///     points(point, variant, seed, status, trouble, log)
///     inputs(point, axis, value)                             labels of the axes
///     metrics(metric, key)
///     numbers(point, metric, value)                          those that are defined
///     results(point, variant, seed, key, value)              a view: the numbers by name
///
/// @throws OutputError
void write_study_database(const StudyData& data, const std::filesystem::path& folder);

}  // namespace aifactory
