#include "sim/policy_program/line_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "sim/engine/interrupt.h"

namespace aifactory {
namespace {
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestLine = 64 << 20;

/// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become(char* const* arguments, int input, int output, int errors, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::getppid() == parent && ::dup2(input, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0) {
    ::execvp(arguments[0], arguments);
  }
  const int reason = errno;
  (void)!::write(errors, &reason, sizeof reason);
  ::_exit(127);
}

void shut(int& descriptor) {
  if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
}

}  // namespace

LineProcess::LineProcess(const std::vector<std::string>& command) {
  // A socket and not a pipe for its input: writing to one whose reader is gone is then an error and no signal.
  std::array<int, 2> in{-1, -1}, out{-1, -1}, errors{-1, -1};
  const auto shut_all = [&] {
    for (auto* pair : {&in, &out, &errors}) {
      for (int& descriptor : *pair) shut(descriptor);
    }
  };
  const auto fail = [&](int reason) {
    shut_all();
    throw Trouble(fmt::format("cannot be started: {}", std::strerror(reason)));
  };
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in.data()) != 0) fail(errno);
  if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(errors.data(), O_CLOEXEC) != 0) fail(errno);
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) fail(errno);
  if (pid_ == 0) become(arguments.data(), in[1], out[1], errors[1], parent);
  ::setpgid(pid_, pid_);  // whoever comes first
  shut(errors[1]);
  int reason = 0;
  ssize_t told = 0;
  do {
    told = ::read(errors[0], &reason, sizeof reason);
  } while (told < 0 && errno == EINTR);
  if (told == static_cast<ssize_t>(sizeof reason)) {
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
    fail(reason);
  }
  input_ = std::exchange(in[0], -1);
  output_ = std::exchange(out[0], -1);
  shut_all();
  for (const int descriptor : {input_, output_}) ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

LineProcess::~LineProcess() {
  shut(input_);
  shut(output_);
  if (pid_ <= 0) return;
  // Not yet waited for, the child keeps the number of its group from being given to others.
  ::kill(-pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
}

bool LineProcess::has_ended() const noexcept {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_;
}

std::string LineProcess::how_it_ended() {
  // Its output is closed; a moment later it has ended, unless it means to live on in silence.
  for (const auto until = Clock::now() + std::chrono::seconds(2); !has_ended() && Clock::now() < until;) {
    ::poll(nullptr, 0, 5);
  }
  siginfo_t info{};
  if (!has_ended() || ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
    return "closed its output without an answer";
  }
  if (info.si_code == CLD_EXITED) return fmt::format("ended with exit code {} without an answer", info.si_status);
  return fmt::format("was ended by signal {} ({}) without an answer", info.si_status, ::strsignal(info.si_status));
}

LineProcess::Wait LineProcess::exchange(std::string_view sending, Clock::time_point until, bool for_line) {
  std::array<char, 65536> buffer;
  const auto line_is_there = [&] { return got_.find('\n') != std::string::npos; };
  std::size_t searched = 0;
  bool found = line_is_there();
  while ((!sending.empty() && input_ >= 0) || (for_line && !found && !output_ended_)) {
    if (engine::interrupt_requested()) return Wait::interrupted;
    const auto left = std::chrono::duration_cast<Milliseconds>(until - Clock::now()).count();
    if (left <= 0) return Wait::timed_out;
    // In slices: a signal that comes just before poll() does not wake it.
    std::array<pollfd, 2> wanted{{{output_ended_ ? -1 : output_, POLLIN, 0}, {sending.empty() ? -1 : input_, POLLOUT, 0}}};
    if (::poll(wanted.data(), wanted.size(), static_cast<int>(std::min<std::int64_t>(left, 200))) <= 0) continue;
    if (wanted[1].revents != 0) {
      const ssize_t sent = ::send(input_, sending.data(), sending.size(), MSG_NOSIGNAL);
      if (sent > 0) sending.remove_prefix(static_cast<std::size_t>(sent));
      // It does not read any more; what it has said before may still be an answer.
      if (sent < 0 && errno != EAGAIN && errno != EINTR) sending = {};
    }
    if (wanted[0].revents != 0) {
      const ssize_t read = ::read(output_, buffer.data(), buffer.size());
      if (read > 0) {
        searched = got_.size();
        got_.append(buffer.data(), static_cast<std::size_t>(read));
        found = found || got_.find('\n', searched) != std::string::npos;
        if (got_.size() > kLongestLine) throw Trouble(fmt::format("said more than {} MB in one line", kLongestLine >> 20));
      } else if (read == 0 || (errno != EAGAIN && errno != EINTR)) {
        output_ended_ = true;
      }
    }
  }
  return Wait::ready;
}

std::optional<std::string> LineProcess::ask(const std::string& line, Milliseconds timeout) {
  const auto until = Clock::now() + timeout;
  switch (exchange(line + "\n", until, true)) {
    case Wait::interrupted: return std::nullopt;
    case Wait::timed_out:
      throw Trouble(fmt::format("has not answered within {} s", static_cast<double>(timeout.count()) / 1e3));
    case Wait::ready: break;
  }
  const std::size_t end = got_.find('\n');
  if (end == std::string::npos) throw Trouble(how_it_ended());
  if (end + 1 != got_.size()) throw Trouble("said more than one line to one message");
  got_.pop_back();
  return std::exchange(got_, {});
}

void LineProcess::dismiss(const std::string& line, Milliseconds patience) noexcept {
  const auto until = Clock::now() + patience;
  try {
    if (exchange(line + "\n", until, false) == Wait::interrupted) return;
    shut(input_);
    std::array<char, 4096> buffer;
    while (!has_ended() && Clock::now() < until && !engine::interrupt_requested()) {
      pollfd wanted{output_ended_ ? -1 : output_, POLLIN, 0};
      ::poll(&wanted, 1, 2);
      if (!output_ended_ && wanted.revents != 0 && ::read(output_, buffer.data(), buffer.size()) == 0) output_ended_ = true;
    }
  } catch (const std::exception&) {  // it has said too much; nobody listens any more
  }
}

}  // namespace aifactory
