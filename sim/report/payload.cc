#include "sim/report/payload.h"

#include <zlib.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "models/error.h"

namespace aifactory {
namespace {

/// To 15 bits of fraction, to nearest.
float short_float(float value) {
  if (!std::isfinite(value)) return std::numeric_limits<float>::quiet_NaN();
  auto bits = std::bit_cast<std::uint32_t>(value);
  bits = (bits + 0x80u) & ~0xffu;
  return std::bit_cast<float>(bits);
}

}  // namespace

nlohmann::ordered_json Payload::add(const char* type, const void* values, std::size_t count, std::size_t size) {
  static_assert(std::endian::native == std::endian::little, "columns are written as they stand in memory");
  const nlohmann::ordered_json place{{"at", columns_.size()}, {"n", count}, {"type", type}};
  const char* bytes = static_cast<const char*>(values);
  for (std::size_t plane = 0; plane < size; ++plane) {
    for (std::size_t i = 0; i < count; ++i) columns_.push_back(bytes[i * size + plane]);
  }
  return place;
}

nlohmann::ordered_json Payload::floats(std::span<const float> values) {
  std::vector<float> rounded;
  rounded.reserve(values.size());
  for (const float value : values) rounded.push_back(short_float(value));
  return add("f32", rounded.data(), rounded.size(), sizeof(float));
}

nlohmann::ordered_json Payload::doubles(std::span<const double> values) {
  return add("f64", values.data(), values.size(), sizeof(double));
}

nlohmann::ordered_json Payload::integers(std::span<const std::int32_t> values) {
  return add("i32", values.data(), values.size(), sizeof(std::int32_t));
}

std::string Payload::text() const {
  const std::string head = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  const auto length = static_cast<std::uint32_t>(head.size());
  std::string plain(sizeof length, '\0');
  std::memcpy(plain.data(), &length, sizeof length);
  plain += head;
  plain += columns_;
  uLongf size = compressBound(static_cast<uLong>(plain.size()));
  std::string packed(size, '\0');
  const int result = compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(plain.data()),
                               static_cast<uLong>(plain.size()), 6);
  AIF_CHECK(result == Z_OK, "zlib could not compress into a buffer of the size it asked for");
  packed.resize(size);
  return base64(packed);
}

std::string base64(std::string_view bytes) {
  static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) { return at < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at])) : 0u; };
    const std::uint32_t three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (std::size_t letter = 0; letter < 4; ++letter) {
      const bool pad = letter > 1 && i + letter - 1 >= bytes.size();
      text += pad ? '=' : kLetters[three >> (18 - 6 * letter) & 63u];
    }
  }
  return text;
}

}  // namespace aifactory
