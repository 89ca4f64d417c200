// control_exchanged_test.cpp: control functions while the file is replaced under their eyes, and when a pid has gone to
// another process (E08).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/control.hpp"
#include "observer/methods.hpp"
#include "observer/signals.hpp"

#include <daemonctx/daemonctx.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <thread>

using namespace observer;

namespace {

void must(int result)
{
    if (result < 0) {
        throw Failure("cannot make what is to be asked about");
    }
}

std::vector<std::string> watching(const std::string &path)
{
    auto commands = watchful();
    commands.insert(commands.end(), {"signal=clear", option("pidfile", path)});
    return commands;
}

// A file that says the process's pid and is held by it as by a daemon, the kernel's word included.
std::string hold_as_daemon(const Process &process, const std::string &path)
{
    write_file(path, pid_line(process.pid()));
    process.ask_ok(command("hold", {"9", path, "b"}));
    process.ask_ok("lock 9 ofd write 0");
    process.ask_ok("lock 9 record write 1");
    return path;
}

// A caller that strace stops after a system call, the COUNTth of its kind; on a path, if there is one. Another system
// call may be unknown to it.
class Stopped {
  public:
    Stopped(const std::string &calls, int count, const std::string &path = "", const std::string &unknown = "")
        : caller_(tracing(calls, ":signal=STOP:when=" + std::to_string(count), path, unknown))
    {
    }
    Caller &caller() { return caller_; }
    // Until strace says so: its own short stops look the same in /proc.
    bool is_stopped() const
    {
        const Deadline deadline;
        while (read_file(directory_ / "log").find("stopped by SIGSTOP") == std::string::npos) {
            if (deadline.milliseconds_left() == 0) {
                return false;
            }
        }
        return true;
    }

  private:
    Conditions tracing(const std::string &calls, const std::string &stop, const std::string &path,
                       const std::string &unknown) const
    {
        Conditions conditions;
        conditions.wrapper = {"strace", "-f", "-qq", "-o", directory_ / "log", "-e", "trace=" + calls + "," + unknown};
        if (!path.empty()) {
            conditions.wrapper.insert(conditions.wrapper.end(), {"-P", path});
        }
        if (!unknown.empty()) {
            conditions.wrapper.insert(conditions.wrapper.end(), {"-e", "inject=" + unknown + ":error=ENOSYS"});
        }
        conditions.wrapper.insert(conditions.wrapper.end(), {"-e", "inject=" + calls + stop});
        return conditions;
    }
    TemporaryDirectory directory_;
    Caller caller_;
};

// One name after the other takes the place of the path, as fast as possible, until it ends.
class Exchange {
  public:
    Exchange(std::string path, std::vector<std::string> others)
        : path_(std::move(path)), others_(std::move(others)), thread_([this] { run(); })
    {
    }
    ~Exchange()
    {
        over_ = true;
        thread_.join();
    }
    Exchange(const Exchange &) = delete;
    Exchange &operator=(const Exchange &) = delete;

  private:
    void run()
    {
        constexpr unsigned exchange = 2; // RENAME_EXCHANGE
        while (!over_) {
            for (const auto &other : others_) {
                syscall(SYS_renameat2, AT_FDCWD, path_.c_str(), AT_FDCWD, other.c_str(), exchange);
            }
        }
    }
    std::string path_;
    std::vector<std::string> others_;
    std::atomic<bool> over_{false};
    std::thread thread_;
};

// Kills the process, and gives its number to a sentinel.
class Successor {
  public:
    explicit Successor(const Process &daemon) : sentinel_(with_the_pid_of(daemon))
    {
        if (sentinel_.pid() != daemon.pid()) {
            throw Failure("the sentinel has another number");
        }
    }
    pid_t pid() const { return sentinel_.pid(); }
    bool was_left_alone() { return sentinel_.was_left_alone(); }

  private:
    static Conditions with_the_pid_of(const Process &daemon)
    {
        daemon.kill(SIGKILL);
        daemon.wait_for_end();
        Conditions conditions;
        conditions.wrapper = with_pid(daemon.pid());
        return conditions;
    }
    Sentinel sentinel_;
};

} // namespace

TEST_CASE("a file that is replaced after it was looked at and before it is opened: no hang, nobody is signalled",
          "[E08][F08]")
{
    SKIP_IF_REASON(no_injection());
    const std::string what = GENERATE("FIFO", "link to a held file", "directory", "stale file", "nothing");
    const std::string call = GENERATE("query", "pidfile_signal", "pidfile_stop", "pidfile_wait");
    CAPTURE(what, call);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Sentinel other;
    const std::string held = hold_as_daemon(other.process(), directory / "held");
    Probe probe(opening(Method::fork, watching(path)));
    const Process daemon = probe.daemon();
    Stopped stopped("?lstat,?newfstatat,?fstatat64,?lstat64,?statx", 1, path);
    Caller &caller = stopped.caller();
    std::vector<std::string> arguments = {path};
    if (call != "query") {
        arguments.push_back(call == "pidfile_signal" ? "TERM" : "0");
    }
    caller.begin(call, arguments);
    REQUIRE(stopped.is_stopped());
    const std::string next = directory / "next";
    must(what == "FIFO"                  ? mkfifo(next.c_str(), 0644)
         : what == "link to a held file" ? symlink(held.c_str(), next.c_str())
         : what == "directory"           ? (unlink(path.c_str()), mkdir(next.c_str(), 0755))
         : what == "nothing"             ? unlink(path.c_str())
                                         : (write_file(next, pid_line(other.pid())), 0));
    must(what == "nothing" ? 0 : rename(next.c_str(), path.c_str()));
    caller.process().kill(SIGCONT);
    const Answer answer = caller.finish();
    const bool absent = what == "stale file" || what == "nothing";
    CHECK(answer.status == (absent ? DAEMONCTX_NOT_RUNNING : DAEMONCTX_ERR_UNSAFE_PATH));
    CHECK(signals_at(probe, daemon).empty());
    CHECK(other.was_left_alone());
}

TEST_CASE("a file that is exchanged all the time: signals reach the holders alone", "[E08]")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    const auto name = [&](const char *end) {
        return directory / end;
    };
    Sentinel innocent;
    Probe probe(opening(Method::fork, watching(path)));
    const Process daemon = probe.daemon();
    write_file(name("stale"), pid_line(innocent.pid()));
    must(symlink(name("stale").c_str(), name("link").c_str()));
    must(mkfifo(name("fifo").c_str(), 0644));
    must(mkdir(name("directory").c_str(), 0755));
    Caller caller;
    std::size_t sent = 0;
    {
        const Exchange exchange(path, {name("stale"), name("link"), name("fifo"), name("directory")});
        for (int i = 0; i < 400; ++i) {
            const Answer answer = i % 2 == 0 ? caller.signal(path, "RTMIN+1") : caller.query(path);
            sent += i % 2 == 0 && answer.status == DAEMONCTX_OK ? 1 : 0;
            REQUIRE((answer.status == DAEMONCTX_OK || answer.status == DAEMONCTX_NOT_RUNNING ||
                     answer.status == DAEMONCTX_ERR_UNSAFE_PATH));
            REQUIRE((answer.pid == -1 || answer.pid == daemon.pid()));
        }
    }
    CHECK(signals_at(probe, daemon).size() == sent); // realtime signals queue
    CHECK(innocent.was_left_alone());
}

TEST_CASE("a pid that has gone to another process: a stale file names it, and it is left alone", "[E08][F08][root]")
{
    SKIP_IF_REASON(no_with_pid());
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    Successor innocent(daemon);
    REQUIRE(read_file(path) == pid_line(innocent.pid()));
    Caller caller;
    CHECK(caller.query(path).status == DAEMONCTX_NOT_RUNNING);
    CHECK(caller.signal(path, "TERM").status == DAEMONCTX_NOT_RUNNING);
    CHECK(caller.stop(path, 0).status == DAEMONCTX_NOT_RUNNING);
    CHECK(caller.wait(path, -1).status == DAEMONCTX_NOT_RUNNING);
    CHECK(innocent.was_left_alone());
}

TEST_CASE("a pid that goes to another process at any moment of the asking: that one is left alone",
          "[E08][E09][F08][root]")
{
    SKIP_IF_REASON(no_with_pid());
    SKIP_IF_REASON(no_injection());
    const std::string call = GENERATE("pidfile_signal", "pidfile_stop", "pidfile_wait");
    const auto [asking, count] = GENERATE(table<std::string, int>({{"fcntl", 1},
                                                                   {"fcntl", 2},
                                                                   {"fcntl", 3},
                                                                   {"getdents64", 1},
                                                                   {"getdents64", 2},
                                                                   {"pidfd_open", 1},
                                                                   {"fcntl", 4}}));
    CAPTURE(call, asking, count);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, watching(path)));
    const Process daemon = probe.daemon();
    Stopped stopped(asking, count); // after that system call
    stopped.caller().begin(call, {path, call == "pidfile_signal" ? "TERM" : "5000"});
    REQUIRE(stopped.is_stopped());
    Successor innocent(daemon);
    stopped.caller().process().kill(SIGCONT);
    const int status = stopped.caller().finish().status;
    CHECK((status == DAEMONCTX_NOT_RUNNING || (status == DAEMONCTX_OK && call != "pidfile_signal")));
    CHECK(innocent.was_left_alone());
}

TEST_CASE("without pidfd_open too, up to the last asking before the signal", "[E08][E09][F08][root]")
{
    SKIP_IF_REASON(no_with_pid());
    SKIP_IF_REASON(no_injection());
    const std::string call = GENERATE("pidfile_signal", "pidfile_stop");
    const int listing = GENERATE(1, 2, 3, 4); // of the holder's descriptors, twice; the signal would come next
    CAPTURE(call, listing);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, watching(path)));
    const Process daemon = probe.daemon();
    Stopped stopped("getdents64", listing, "", "pidfd_open");
    stopped.caller().begin(call, {path, call == "pidfile_signal" ? "TERM" : "0"});
    REQUIRE(stopped.is_stopped());
    Successor innocent(daemon);
    stopped.caller().process().kill(SIGCONT);
    const int status = stopped.caller().finish().status;
    CHECK((status == DAEMONCTX_NOT_RUNNING || (status == DAEMONCTX_OK && call != "pidfile_signal")));
    CHECK(innocent.was_left_alone());
}

TEST_CASE("a pid that goes to another process while the daemon's end is awaited: that one is left alone",
          "[E08][E09][F08][root]")
{
    SKIP_IF_REASON(no_with_pid());
    const std::string call = GENERATE("pidfile_stop", "pidfile_wait");
    CAPTURE(call);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, watching(path)));
    const Process daemon = probe.daemon();
    Caller caller;
    caller.begin(call, {path, "300"}); // then a stop would kill
    REQUIRE((call == "pidfile_wait" || daemon.event("signal").number("signum") > 0));
    caller.process().kill(SIGSTOP);
    Successor innocent(daemon);
    caller.process().kill(SIGCONT);
    const int status = caller.finish().status;
    CHECK((status == DAEMONCTX_OK || status == DAEMONCTX_NOT_RUNNING || call == "pidfile_wait"));
    CHECK(innocent.was_left_alone());
}
