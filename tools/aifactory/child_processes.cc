#include "tools/aifactory/child_processes.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>

namespace aifactory::tools {
namespace {

volatile std::sig_atomic_t interrupt_requested = 0;
void request_interrupt(int /*signal*/) { interrupt_requested = 1; }

/// Notes SIGINT and SIGTERM while it lives; a wait that is under way is cut short.
class InterruptWatch {
 public:
  InterruptWatch() {
    interrupt_requested = 0;
    struct sigaction action {};
    action.sa_handler = request_interrupt;
    sigaction(SIGINT, &action, &previous_int_);
    sigaction(SIGTERM, &action, &previous_term_);
  }
  ~InterruptWatch() { restore(); }
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;
  void restore() const {
    sigaction(SIGINT, &previous_int_, nullptr);
    sigaction(SIGTERM, &previous_term_, nullptr);
  }

 private:
  struct sigaction previous_int_ {}, previous_term_ {};
};

struct Child {
  pid_t pid = -1;
  int pipe = -1;
  ChildOutcome outcome;
};

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) ::_exit(1);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

[[noreturn]] void be_child(int pipe, pid_t parent, std::int64_t number,
                           const std::function<std::string(std::int64_t)>& work) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  int code = 0;
  try {
    write_all(pipe, work(number));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    code = 1;
  }
  std::fflush(stderr);
  // Nothing of the parent's is to be flushed or destroyed a second time.
  ::_exit(code);
}

Child start(std::int64_t number, const std::function<std::string(std::int64_t)>& work, const InterruptWatch& watch) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error(fmt::format("no pipe can be made: {}", std::strerror(errno)));
  std::fflush(stdout);
  std::fflush(stderr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error(fmt::format("no process can be made: {}", std::strerror(errno)));
  if (pid == 0) {
    watch.restore();
    ::close(ends[0]);
    be_child(ends[1], parent, number, work);
  }
  ::close(ends[1]);
  Child child;
  child.pid = pid;
  child.pipe = ends[0];
  child.outcome.number = number;
  return child;
}

/// Reads what there is; false at the end.
bool read_some(Child& child) {
  char buffer[65536];
  const ssize_t got = ::read(child.pipe, buffer, sizeof buffer);
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  child.outcome.output.append(buffer, static_cast<std::size_t>(got));
  return got > 0;
}

void finish(Child& child) {
  ::close(child.pipe);
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) {
    child.outcome.trouble = fmt::format("ended by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
  } else if (WEXITSTATUS(status) != 0) {
    child.outcome.trouble = fmt::format("ended with exit code {}", WEXITSTATUS(status));
  }
  if (!child.outcome.trouble.empty()) child.outcome.output.clear();
}

}  // namespace

bool run_children(std::int64_t count, std::int64_t at_once, const std::function<std::string(std::int64_t)>& work,
                  const std::function<void(const ChildOutcome&)>& done) {
  const InterruptWatch watch;
  std::vector<Child> children;
  std::int64_t next = 1;
  bool told = false;
  while (true) {
    while (!interrupt_requested && next <= count && static_cast<std::int64_t>(children.size()) < at_once) {
      children.push_back(start(next++, work, watch));
    }
    if (children.empty()) break;
    std::vector<pollfd> pipes;
    for (const Child& child : children) pipes.push_back({child.pipe, POLLIN, 0});
    const int ready = ::poll(pipes.data(), pipes.size(), 1000);
    if (interrupt_requested && !told) {
      told = true;
      for (const Child& child : children) ::kill(child.pid, SIGINT);
    }
    if (ready <= 0) continue;
    std::vector<Child> going;
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (pipes[i].revents == 0 || read_some(children[i])) {
        going.push_back(std::move(children[i]));
        continue;
      }
      finish(children[i]);
      done(children[i].outcome);
    }
    children = std::move(going);
  }
  return interrupt_requested != 0;
}

}  // namespace aifactory::tools
