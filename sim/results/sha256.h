#pragma once
/// @file SHA-256 (FIPS 180-4) of texts and files, by OpenSSL's libcrypto.
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace aifactory {

/// A digest under way: feed it pieces, then read it once.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void add(std::string_view bytes);
  /// 64 lower-case hexadecimal digits.  @post nothing more may be added.
  [[nodiscard]] std::string finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

[[nodiscard]] std::string sha256_of(std::string_view bytes);
/// @throws InputError when the file cannot be read.
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace aifactory
