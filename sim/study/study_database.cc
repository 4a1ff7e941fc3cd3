#include "sim/study/study_database.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cmath>
#include <memory>
#include <string>
#include <system_error>

#include "sim/results/result_directory.h"
#include "sim/study/study_tables.h"

namespace aifactory {
namespace {
namespace fs = std::filesystem;

constexpr const char* kTables = R"(
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
BEGIN;
CREATE TABLE study (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE axes (axis INTEGER PRIMARY KEY, name TEXT NOT NULL, path TEXT);
CREATE TABLE points (point INTEGER PRIMARY KEY, variant INTEGER NOT NULL, seed INTEGER NOT NULL, status TEXT NOT NULL, trouble TEXT, log TEXT);
CREATE TABLE inputs (point INTEGER NOT NULL REFERENCES points, axis INTEGER NOT NULL REFERENCES axes, value TEXT NOT NULL, PRIMARY KEY (point, axis)) WITHOUT ROWID;
CREATE TABLE metrics (metric INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE numbers (point INTEGER NOT NULL REFERENCES points, metric INTEGER NOT NULL REFERENCES metrics, value REAL NOT NULL, PRIMARY KEY (point, metric)) WITHOUT ROWID;
CREATE VIEW results AS SELECT point, variant, seed, key, value FROM numbers JOIN metrics USING (metric) JOIN points USING (point);
)";

/// One connection to a database under way; every failure names the file that is meant.
class Database {
 public:
  Database(const fs::path& file, std::string shown_as) : shown_as_(std::move(shown_as)) {
    check(sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr));
  }
  ~Database() { sqlite3_close(database_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  void run(const char* sql) { check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr)); }
  void close() { check(sqlite3_close(std::exchange(database_, nullptr))); }
  void check(int code) const {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    throw OutputError(fmt::format("{}: cannot be written: {}", shown_as_, database_ ? sqlite3_errmsg(database_) : sqlite3_errstr(code)));
  }

 private:
  friend class Insert;
  std::string shown_as_;
  sqlite3* database_ = nullptr;
};

/// `INSERT INTO table VALUES (?, ...)`, again and again.
class Insert {
 public:
  Insert(Database& database, const char* sql) : database_(database) {
    database_.check(sqlite3_prepare_v2(database_.database_, sql, -1, &statement_, nullptr));
  }
  ~Insert() { sqlite3_finalize(statement_); }
  Insert(const Insert&) = delete;
  Insert& operator=(const Insert&) = delete;
  template <class... Values>
  void operator()(const Values&... values) {
    int column = 0;
    (bind(++column, values), ...);
    database_.check(sqlite3_step(statement_));
    database_.check(sqlite3_reset(statement_));
  }

 private:
  void bind(int column, std::int64_t value) { database_.check(sqlite3_bind_int64(statement_, column, value)); }
  void bind(int column, double value) { database_.check(sqlite3_bind_double(statement_, column, value)); }
  void bind(int column, const std::string& value) {
    database_.check(sqlite3_bind_text(statement_, column, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT));
  }
  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
};

void fill(const StudyData& data, Database& database) {
  database.run(kTables);
  const auto number = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  {
    Insert study(database, "INSERT INTO study VALUES (?, ?)");
    study(std::string("build"), data.head.build);
    study(std::string("identity"), data.head.identity);
    study(std::string("keep"), std::string(name_of(data.head.keep)));
    study(std::string("name"), data.head.name);
    study(std::string("points"), std::to_string(data.head.points));
    study(std::string("variants"), std::to_string(data.head.variants));
    Insert axes(database, "INSERT INTO axes VALUES (?, ?, ?)"), metrics(database, "INSERT INTO metrics VALUES (?, ?)");
    for (std::size_t a = 0; a < data.head.axes.size(); ++a) axes(number(a + 1), data.head.axes[a].first, data.head.axes[a].second);
    for (std::size_t k = 0; k < data.metrics.size(); ++k) metrics(number(k + 1), data.metrics[k]);
    Insert points(database, "INSERT INTO points VALUES (?, ?, ?, ?, ?, ?)"), inputs(database, "INSERT INTO inputs VALUES (?, ?, ?)"),
        numbers(database, "INSERT INTO numbers VALUES (?, ?, ?)");
    for (const StudyRow& row : data.rows) {
      points(row.point, row.variant, static_cast<std::int64_t>(row.seed), std::string(row.trouble.empty() ? "complete" : "failed"), row.trouble, row.log);
      for (std::size_t a = 0; a < row.axes.size(); ++a) inputs(row.point, number(a + 1), row.axes[a]);
      for (std::size_t k = 0; k < row.metrics.size(); ++k) {
        if (!std::isnan(row.metrics[k])) numbers(row.point, number(k + 1), row.metrics[k]);
      }
    }
  }
  database.run("COMMIT");
  database.close();
}

}  // namespace

void write_study_database(const StudyData& data, const fs::path& folder) {
  const fs::path file = folder / "study.sqlite", partial = folder / fmt::format(".study.sqlite.partial-{}", ::getpid());
  std::error_code error;
  fs::remove(partial, error);
  try {
    Database database(partial, file.string());
    fill(data, database);
  } catch (...) {
    fs::remove(partial, error);
    throw;
  }
  fs::rename(partial, file, error);
  if (error) throw OutputError(fmt::format("{}: cannot be written: {}", file.string(), error.message()));
}

}  // namespace aifactory
