#include "sim/fmea/child_pool.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

namespace aifactory {
namespace {

constexpr std::size_t kLastWords = 400;  ///< of what a child says on its standard error, in a sentence
constexpr std::size_t kLog = 4000;       ///< of it as its log

struct Child {
  std::size_t index = 0;
  pid_t pid = -1;
  int text = -1, words = -1;  ///< reading ends
  std::string got, said;
};

void write_all(int descriptor, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = ::write(descriptor, text.data() + at, text.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(1);
    at += static_cast<std::size_t>(n);
  }
}

[[noreturn]] void be_child(int text, int words, pid_t parent, const std::function<std::string(std::size_t)>& work, std::size_t index) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  dup2(words, STDERR_FILENO);
  try {
    write_all(text, work(index));
  } catch (const std::exception& error) {
    std::fflush(stderr);
    write_all(STDERR_FILENO, error.what());
    _exit(1);
  }
  std::fflush(stderr);
  _exit(0);
}

Child begin(std::size_t index, const std::function<std::string(std::size_t)>& work, const std::vector<Child>& others) {
  int text[2], words[2];
  if (pipe(text) != 0) throw std::runtime_error(fmt::format("no pipe for a child process: {}", std::strerror(errno)));
  if (pipe(words) != 0) {
    close(text[0]), close(text[1]);
    throw std::runtime_error(fmt::format("no pipe for a child process: {}", std::strerror(errno)));
  }
  std::fflush(stdout);
  std::fflush(stderr);
  const pid_t parent = ::getpid();
  const pid_t pid = fork();
  if (pid < 0) {
    for (const int end : {text[0], text[1], words[0], words[1]}) close(end);
    throw std::runtime_error(fmt::format("no child process: {}", std::strerror(errno)));
  }
  if (pid == 0) {
    for (const Child& other : others) close(other.text), close(other.words);
    close(text[0]), close(words[0]);
    be_child(text[1], words[1], parent, work, index);
  }
  close(text[1]), close(words[1]);
  return {.index = index, .pid = pid, .text = text[0], .words = words[0], .got = {}, .said = {}};
}

/// Reads what is there.  @return false at the end.
bool read_some(int& descriptor, std::string& into) {
  char buffer[65536];
  const ssize_t n = read(descriptor, buffer, sizeof buffer);
  if (n > 0) {
    into.append(buffer, static_cast<std::size_t>(n));
    return true;
  }
  if (n < 0 && errno == EINTR) return true;
  close(descriptor);
  descriptor = -1;
  return false;
}

std::string last_words(std::string said) {
  while (!said.empty() && said.back() == '\n') said.pop_back();
  if (said.size() > kLastWords) said.erase(0, said.size() - kLastWords);
  for (char& c : said) {
    if (c == '\n') c = ' ';
  }
  return said.empty() ? "" : ": " + said;
}

ChildEnd reap(Child& child) {
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {}
  ChildEnd end{.ok = WIFEXITED(status) && WEXITSTATUS(status) == 0, .text = std::move(child.got), .trouble = {}, .said = child.said,
               .code = WIFEXITED(status) ? WEXITSTATUS(status) : -1};
  if (end.said.size() > kLog) end.said.erase(0, end.said.size() - kLog);
  if (WIFSIGNALED(status)) {
    end.trouble = fmt::format("signal {} ({}){}", WTERMSIG(status), strsignal(WTERMSIG(status)), last_words(child.said));
  } else if (!end.ok) {
    end.trouble = fmt::format("exit code {}{}", WEXITSTATUS(status), last_words(child.said));
  }
  return end;
}

}  // namespace

bool run_in_children(std::size_t count, std::size_t jobs, const std::function<std::string(std::size_t)>& work,
                     const std::function<void(std::size_t, ChildEnd)>& done, const std::atomic<bool>& stop, const PoolHooks& hooks) {
  std::vector<Child> children;
  const auto end_all = [&] {
    for (Child& child : children) {
      kill(child.pid, SIGKILL);
      for (int* end : {&child.text, &child.words}) {
        if (*end >= 0) close(*end);
      }
      reap(child);
    }
    children.clear();
  };
  std::size_t next = 0;
  try {
    bool closed = false;
    while ((next < count && !closed) || !children.empty()) {
      if (stop) {
        end_all();
        return false;
      }
      closed = closed || (hooks.closing && hooks.closing());
      while (next < count && !closed && children.size() < std::max<std::size_t>(1, jobs) &&
             (children.empty() || !hooks.may_start || hooks.may_start(children.size()))) {
        children.push_back(begin(next, work, children));
        ++next;
      }
      if (children.empty()) break;  // closed
      std::vector<pollfd> ends;
      for (const Child& child : children) {
        ends.push_back({child.text, POLLIN, 0});  // poll passes over what is closed (-1)
        ends.push_back({child.words, POLLIN, 0});
      }
      if (poll(ends.data(), ends.size(), 200) < 0 && errno != EINTR) {
        throw std::runtime_error(fmt::format("waiting for child processes: {}", std::strerror(errno)));
      }
      if (hooks.idle) hooks.idle(children.size());
      for (std::size_t c = 0; c < children.size(); ++c) {
        Child& child = children[c];
        if (child.text >= 0 && ends[2 * c].revents != 0) read_some(child.text, child.got);
        if (child.words >= 0 && ends[2 * c + 1].revents != 0) {
          read_some(child.words, child.said);
          if (child.said.size() > 16 * kLog) child.said.erase(0, child.said.size() - kLog);
        }
      }
      for (std::size_t c = 0; c < children.size();) {
        if (children[c].text >= 0 || children[c].words >= 0) {
          ++c;
          continue;
        }
        Child child = std::move(children[c]);
        children.erase(children.begin() + static_cast<std::ptrdiff_t>(c));
        const std::size_t index = child.index;
        done(index, reap(child));
      }
    }
  } catch (...) {
    end_all();
    throw;
  }
  return next == count;
}

}  // namespace aifactory
