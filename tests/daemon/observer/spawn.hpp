// spawn.hpp: starts a program by posix_spawn under chosen conditions; temporary directories; who may do what here.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace observer {

// A descriptor of the observer, close-on-exec, closed in the end.
class Fd {
  public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd &&other) noexcept : fd_(other.release()) {}
    Fd &operator=(Fd &&other) noexcept;
    ~Fd();
    int get() const { return fd_; }
    int release();
    void reset();

  private:
    int fd_ = -1;
};
Fd open_file(const std::string &path, int flags, mode_t mode = 0666); // Failure if it cannot be opened

// How a process is started. Unless told otherwise it has /dev/zero (which no daemon has by itself) on 0, 1 and 2,
// nothing else open but what is named here, every signal at its default and unblocked.
struct Conditions {
    std::vector<std::string>
        wrapper; // a command that executes the rest of its arguments: setpriv, unshare, strace, pty_session
    std::map<int, int> descriptors;       // number there → descriptor here
    std::set<int> closed;                 // of 0, 1, 2
    std::vector<std::string> environment; // NAME=value, laid over the observer's own
    std::string program;                  // empty: the probe
    std::optional<std::string> argv0;     // empty: the program's path
    bool own_session = false;             // it leads a new session
};

// The number of the process, which is the observer's child. Failure if it cannot be started.
pid_t spawn(const std::vector<std::string> &arguments, const Conditions &conditions);

// A directory of its own, removed with everything in it. 0755, owned by the observer; resolved, without symbolic links.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory &) = delete;
    TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;
    const std::string &path() const { return path_; }
    std::string operator/(const std::string &name) const { return path_ + '/' + name; }
    std::string make_directory(const std::string &name, mode_t mode = 0755) const;
    void give_to(uid_t uid, gid_t gid) const;

  private:
    std::string path_;
};

std::string read_file(const std::string &path); // Failure if it cannot be read
void write_file(const std::string &path, const std::string &text);
bool exists(const std::string &path);

std::string probe_path();
std::string helper_path(const std::string &name); // an executable that is built beside the tests

constexpr uid_t nobody_uid = 65534;
constexpr gid_t nobody_gid = 65534;

// The wrapper that makes a probe run as nobody, without any group or capability (needs root).
std::vector<std::string> as_nobody();

// Why a kind of test cannot run here; empty: it can.
std::string no_root();   // needs uid 0 with its capabilities
std::string no_nobody(); // needs root, setpriv, and a probe that everyone may execute
std::string no_program(const std::string &name);
std::string sanitized(
    const std::string &why); // reason of a build with AddressSanitizer, whose runtime itself is in the way

} // namespace observer

// Ends the test case as skipped, unless the reason is empty. Catch2 v2 has no SKIP: CTest knows the line.
#define SKIP_IF_REASON(reason)                     \
    do {                                           \
        const std::string skip_reason_ = (reason); \
        if (!skip_reason_.empty()) {               \
            observer::say_skipped(skip_reason_);   \
            return;                                \
        }                                          \
    } while (false)

namespace observer {
void say_skipped(const std::string &reason);
}
