#include "sim/report/payload.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

namespace aifactory {
namespace {

std::string unbase64(const std::string& text) {
  static const std::string kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<std::uint32_t>(kLetters.find(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count & 0xffu);
    }
  }
  return bytes;
}

/// What the page does, step by step.
struct Unpacked {
  nlohmann::ordered_json json;
  std::string columns;

  explicit Unpacked(const std::string& text) {
    const std::string packed = unbase64(text);
    std::string plain(50'000'000, '\0');
    uLongf size = plain.size();
    EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(plain.data()), &size, reinterpret_cast<const Bytef*>(packed.data()), packed.size()), Z_OK);
    std::uint32_t length = 0;
    std::memcpy(&length, plain.data(), 4);
    json = nlohmann::ordered_json::parse(plain.substr(4, length));
    columns = plain.substr(4 + length, size - 4 - length);
  }
  template <class T>
  std::vector<T> column(const nlohmann::ordered_json& place) const {
    const auto n = place.at("n").get<std::size_t>(), at = place.at("at").get<std::size_t>();
    std::vector<T> values(n);
    for (std::size_t i = 0; i < n; ++i) {
      std::array<char, sizeof(T)> bytes;
      for (std::size_t plane = 0; plane < sizeof(T); ++plane) bytes[plane] = columns[at + plane * n + i];
      std::memcpy(&values[i], bytes.data(), sizeof(T));
    }
    return values;
  }
};

TEST(Payload, Base64IsThatOfRfc4648) {
  // RFC 4648, section 10.
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Payload, ColumnsComeBack) {
  std::mt19937_64 random(7);
  std::vector<float> floats{0.0f, -1.5f, 3.4e38f, 1e-30f, std::numeric_limits<float>::quiet_NaN()};
  std::vector<double> doubles{0.1, 31'536'000.000001, -1e300};
  std::vector<std::int32_t> integers{0, -1, 2'000'000'000};
  for (int i = 0; i < 1000; ++i) floats.push_back(static_cast<float>(static_cast<double>(random()) / 1e15));
  Payload payload;
  payload.json["name"] = "</script><script>";
  payload.json["f"] = payload.floats(floats);
  payload.json["d"] = payload.doubles(doubles);
  payload.json["i"] = payload.integers(integers);
  const std::string text = payload.text();
  EXPECT_EQ(text.find('<'), std::string::npos);
  const Unpacked back(text);
  EXPECT_EQ(back.json["name"], "</script><script>");
  EXPECT_EQ(back.column<double>(back.json["d"]), doubles);
  EXPECT_EQ(back.column<std::int32_t>(back.json["i"]), integers);
  const std::vector<float> rounded = back.column<float>(back.json["f"]);
  ASSERT_EQ(rounded.size(), floats.size());
  EXPECT_TRUE(std::isnan(rounded[4]));
  for (std::size_t i = 0; i < floats.size(); ++i) {
    if (i != 4) EXPECT_LE(std::fabs(rounded[i] - floats[i]), 1.6e-5f * std::fabs(floats[i])) << floats[i];
  }
}

TEST(Payload, TheSameDataGiveTheSameText) {
  const auto make = [] {
    Payload payload;
    payload.json["a"] = payload.floats(std::vector<float>{1.0f, 2.0f});
    return payload.text();
  };
  EXPECT_EQ(make(), make());
}

}  // namespace
}  // namespace aifactory
