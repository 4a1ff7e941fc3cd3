#pragma once
/// @file How messages of others are quoted in errors.
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace aifactory {

[[nodiscard]] inline std::string text_of(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// The beginning of what somebody has said, on one line.
[[nodiscard]] inline std::string quote(std::string_view text) {
  std::string out(text.substr(0, 120));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text.size() > 120 ? out + "..." : out;
}

}  // namespace aifactory
