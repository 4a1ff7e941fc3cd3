#pragma once
/// @file The data of a page: one JSON object and columns of numbers, packed small.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace aifactory {

/// Layout before compression: length of the JSON text (4 bytes, little-endian), the JSON text, then the columns one after another.
/// A column is named in the JSON by {"at", "n", "type"}: first byte after the text, count, and type.  Columns are stored as
/// byte planes (the lowest byte of all values, then the next ...), which a compressor likes.
///
///     f32  floats with 15 of 23 bits of fraction, off by at most 1.6e-5 of the value: more than a picture shows
///     f64  doubles, exact
///     i32  whole numbers
///
/// text() is the zlib stream (RFC 1950) of all that in base64.
class Payload {
 public:
  nlohmann::ordered_json json;

  [[nodiscard]] nlohmann::ordered_json floats(std::span<const float> values);
  [[nodiscard]] nlohmann::ordered_json doubles(std::span<const double> values);
  [[nodiscard]] nlohmann::ordered_json integers(std::span<const std::int32_t> values);
  [[nodiscard]] std::string text() const;

 private:
  nlohmann::ordered_json add(const char* type, const void* values, std::size_t count, std::size_t size);
  std::string columns_;
};

/// RFC 4648.
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace aifactory
