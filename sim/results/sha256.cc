#include "sim/results/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "models/error.h"

namespace aifactory {

struct Sha256::Context {
  struct Free {
    void operator()(EVP_MD_CTX* md) const { EVP_MD_CTX_free(md); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> md{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  AIF_CHECK(context_->md && EVP_DigestInit_ex(context_->md.get(), EVP_sha256(), nullptr) == 1, "libcrypto: no SHA-256");
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
  AIF_CHECK(EVP_DigestUpdate(context_->md.get(), bytes.data(), bytes.size()) == 1, "libcrypto: update");
}

std::string Sha256::finish() {
  std::array<unsigned char, 32> digest{};
  unsigned int length = 0;
  AIF_CHECK(EVP_DigestFinal_ex(context_->md.get(), digest.data(), &length) == 1 && length == digest.size(),
            "libcrypto: final");
  std::string hex;
  for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::string sha256_of(std::string_view bytes) {
  Sha256 sha;
  sha.add(bytes);
  return sha.finish();
}

std::string sha256_of_file(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  std::array<char, 1 << 16> piece;
  Sha256 sha;
  while (in) {
    in.read(piece.data(), piece.size());
    sha.add({piece.data(), static_cast<std::size_t>(in.gcount())});
  }
  // A directory opens and then fails to read; end of file is the only good ending.
  if (!in.eof()) {
    throw InputError(fmt::format("{}: cannot be read: {}", file.string(), std::strerror(errno != 0 ? errno : EISDIR)));
  }
  return sha.finish();
}

}  // namespace aifactory
