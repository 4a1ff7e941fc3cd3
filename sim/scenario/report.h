#pragma once
/// @file Where something was written, and the list of everything wrong with it.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aifactory {

/// A text that was read: a file, or one `--set` of the command line.
struct Source {
  std::string name;      ///< as messages show it: "dir/scenario.yaml", or "--set a.b"
  std::string folder;    ///< relative paths written in it start here; "" is the working directory
  int order = 0;         ///< errors of sources with a smaller number come first
  std::string set_path;  ///< the path of a --set; empty for a file
};

/// One place in a source.  Lines and columns count from 1; columns count bytes.
struct Place {
  std::shared_ptr<const Source> source;
  int line = 0, column = 0;
  /// "scenario.yaml:3:5", "--set sites.a.racks", "" when unknown.
  [[nodiscard]] std::string text() const;
};

/// Collects errors; reading goes on, so that one run shows all of them.
class Report {
 public:
  /// Adds `place: path: message`.  `path` is the dotted path of the value, "" for the whole document.
  void error(const Place& place, std::string_view path, std::string_view message);

  [[nodiscard]] bool ok() const { return errors_.empty(); }
  [[nodiscard]] std::size_t count() const { return errors_.size(); }
  /// The errors in the order of their places; the same line is given once.
  [[nodiscard]] std::vector<std::string> lines() const;
  /// @throws InputError with all lines, joined by newlines, if there are any.
  void throw_if_any() const;

 private:
  struct Error {
    Place place;
    std::string text;
  };
  std::vector<Error> errors_;
};

}  // namespace aifactory
