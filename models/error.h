#pragma once
/// @file The two ways a call can fail.  A user's mistake throws InputError; a broken promise of our own
/// code stops the program with the values that broke it.
#include <stdexcept>
#include <string>

namespace aifactory {

/// The user's input cannot be simulated.  `what()` is complete on its own: place, value, way out.
class InputError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Prints `message` with its place and aborts.  Armed in every build.
[[noreturn]] void check_failed(const char* file, int line, const char* expression, const std::string& message);

}  // namespace aifactory

/// Internal invariant, always armed: `AIF_CHECK(n >= 0, fmt::format("n = {}", n))`.
#define AIF_CHECK(condition, message)                                                      \
  do {                                                                                     \
    if (!(condition)) ::aifactory::check_failed(__FILE__, __LINE__, #condition, (message)); \
  } while (false)
