#pragma once
/// @file Text files as logs come: plain or gzip, of any length, read in bounded memory.
#include <array>
#include <cstdint>
#include <istream>
#include <memory>
#include <streambuf>
#include <string>
#include <string_view>

struct gzFile_s;

namespace aifactory {

/// Lines of a plain or gzip-compressed file, without their ends and without blanks around them.
class LineReader {
 public:
  /// @param format what the file ought to be, for messages: "a Standard Workload Format log".
  /// @throws InputError when it cannot be opened.
  LineReader(const std::string& path, std::string format);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  /// The next line, valid until the call after; false at the end of the file.
  /// @throws InputError `file:line: ...` for a line of more than 65,000 characters, binary data or a damaged archive.
  bool next(std::string_view& line);
  [[nodiscard]] std::int64_t number() const { return number_; }  ///< of the last line, from 1
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_, format_;
  gzFile_s* file_;
  std::array<char, 65536> buffer_{};
  std::int64_t number_ = 0;
};

/// A plain or gzip-compressed file as a stream, for readers that want one.
class TextStream {
 public:
  /// @throws InputError when it cannot be opened.
  explicit TextStream(const std::string& path);
  ~TextStream();
  TextStream(const TextStream&) = delete;
  TextStream& operator=(const TextStream&) = delete;

  [[nodiscard]] std::istream& stream() { return stream_; }
  /// @throws InputError when reading has stopped for another reason than the end of the file.
  void check() const;

 private:
  class Buffer final : public std::streambuf {
   public:
    explicit Buffer(gzFile_s* file) : file_(file) {}
    gzFile_s* file_;

   protected:
    int_type underflow() override;

   private:
    std::array<char, 65536> bytes_{};
  };
  std::string path_;
  Buffer buffer_;
  std::istream stream_;
};

/// `text` without blanks and tabs around it.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// All of `text` as a finite number, with an optional plus sign; NaN when it is none (or empty).
[[nodiscard]] double number_in(std::string_view text);

/// Seconds since 1970-01-01T00:00:00 of the text's own clock: "2017-10-09 07:01:55", with a T, a fraction of a second
/// or a zone (Z, +08:00), which is taken off; NaN when it is no such time.
[[nodiscard]] double civil_seconds_in(std::string_view text);

}  // namespace aifactory
