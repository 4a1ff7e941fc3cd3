#include "sim/results/result_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "models/error.h"

namespace aifactory {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferSize = 1 << 16;

bool is_ours_or_empty(const fs::path& directory) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) return false;
  return fs::exists(directory / "manifest.json", error) || fs::is_empty(directory, error);
}

// An absolute path without "." and "..": `out/`, `./out` and `out` get the same name and parent.
fs::path normal(const fs::path& path) {
  fs::path full = fs::absolute(path).lexically_normal();
  return full.has_filename() ? full : full.parent_path();
}

}  // namespace

OutputFile::OutputFile(const fs::path& path, std::string shown_as) : shown_as_(std::move(shown_as)) {
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail();
  buffer_.reserve(kBufferSize);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::fail() const {
  throw OutputError(fmt::format("{}: cannot be written: {}", shown_as_, std::strerror(errno)));
}

void OutputFile::write(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= kBufferSize) flush();
}

void OutputFile::flush() {
  sha_.add(buffer_);
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail();
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

std::string OutputFile::close() {
  flush();
  // Network file systems report a full quota here, not at write().
  const int result = ::close(std::exchange(descriptor_, -1));
  if (result != 0) fail();
  return sha_.finish();
}

ResultDirectory::ResultDirectory(fs::path out, Existing existing)
    : shown_as_(out), out_(normal(out)), existing_(existing) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(out_, error))) {
    if (existing_ == Existing::refuse) {
      throw InputError(fmt::format("{}: exists already; give another --out, or --force to replace it", out.string()));
    }
    if (!is_ours_or_empty(out_) || fs::is_symlink(out_)) {
      throw InputError(fmt::format(
          "{}: is not a result directory (no manifest.json in it); --force replaces only those", out.string()));
    }
  }
  for (fs::path parent = out_.parent_path(); !fs::exists(parent, error) && parent.has_relative_path();
       parent = parent.parent_path()) {
    made_parents_.insert(made_parents_.begin(), parent);
  }
  partial_ = out_.parent_path() / fmt::format(".{}.partial-{}", out_.filename().string(), ::getpid());
  for (std::size_t i = 0; i <= made_parents_.size(); ++i) {
    const fs::path& next = i < made_parents_.size() ? made_parents_[i] : partial_;
    if (fs::create_directory(next, error)) continue;
    // A parent that another process has made meanwhile is as good as ours, but not ours to remove.
    if (!error && i < made_parents_.size()) {
      made_parents_.erase(made_parents_.begin() + static_cast<std::ptrdiff_t>(i--));
      continue;
    }
    const std::string reason = error ? error.message() : std::string("a partial directory of this process is there");
    made_parents_.resize(std::min(i, made_parents_.size()));
    partial_.clear();
    discard();
    throw InputError(fmt::format("{}: cannot be written: {}", out.string(), reason));
  }
}

ResultDirectory::~ResultDirectory() {
  if (!committed_) discard();
}

void ResultDirectory::discard() noexcept {
  std::error_code ignored;  // there is nobody to tell: the reason for being here is already on its way
  if (!partial_.empty()) fs::remove_all(partial_, ignored);
  for (auto parent = made_parents_.rbegin(); parent != made_parents_.rend(); ++parent) fs::remove(*parent, ignored);
}

void ResultDirectory::write(const std::string& name, const std::function<void(OutputFile&)>& content) {
  OutputFile file(partial_ / name, (shown_as_ / name).string());
  content(file);
  hashes_.emplace_back(name, file.close());
}

void ResultDirectory::write(const std::string& name, std::string_view content) {
  write(name, [content](OutputFile& file) { file.write(content); });
}

void ResultDirectory::commit() {
  const auto fail = [this](int reason) {
    throw OutputError(fmt::format("{}: cannot take its name: {}", shown_as_.string(), std::strerror(reason)));
  };
  // NOREPLACE refuses what another process has put there meanwhile; plain rename would replace an empty directory.
  if (::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, out_.c_str(), RENAME_NOREPLACE) == 0) {
    committed_ = true;
    return;
  }
  std::error_code ignored;
  if (errno == EEXIST) {
    if (existing_ == Existing::refuse || !is_ours_or_empty(out_)) fail(EEXIST);
    if (::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, out_.c_str(), RENAME_EXCHANGE) == 0) {
      committed_ = true;
      fs::remove_all(partial_, ignored);  // the old results by now
      return;
    }
  }
  // File systems without these flags (some network ones) say EINVAL: step by step, the old directory kept until the
  // new one has its name.
  if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) fail(errno);
  const bool replaces = fs::exists(out_, ignored);
  if (replaces && (existing_ == Existing::refuse || !is_ours_or_empty(out_))) fail(EEXIST);
  fs::path old = partial_;
  old += ".old";
  if (replaces && ::rename(out_.c_str(), old.c_str()) != 0) fail(errno);
  if (::rename(partial_.c_str(), out_.c_str()) != 0) {
    const int reason = errno;
    if (replaces) fs::rename(old, out_, ignored);
    fail(reason);
  }
  committed_ = true;
  if (replaces) fs::remove_all(old, ignored);
}

}  // namespace aifactory
