// control_wait_test.cpp: wait and signal; and all of them on a system that knows no pidfd_open, and in a process that
// is interrupted all the time (E09, E08).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/control.hpp"
#include "observer/methods.hpp"
#include "observer/refusals.hpp"
#include "observer/signals.hpp"

#include <daemonctx/daemonctx.h>

#include <cerrno>
#include <chrono>
#include <csignal>

using namespace observer;

namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> watching(const std::string &path)
{
    auto commands = watchful();
    commands.insert(commands.end(), {"signal=clear", option("pidfile", path)}); // the library takes none of them
    return commands;
}

// What the caller's system knows.
struct System {
    const char *name;
    int error; // of pidfd_open; 0: it is there
};
const std::vector<System> systems = {
    {"with pidfd_open", 0}, {"without pidfd_open", ENOSYS}, {"behind a filter that forbids pidfd_open", EPERM}};

Conditions on(const System &system)
{
    Conditions conditions;
    if (system.error != 0) {
        conditions.wrapper = refusing(system.error, "pidfd_open");
    }
    return conditions;
}

void check_times_out(Caller &caller, const std::string &path, int timeout)
{
    const auto begin = Clock::now();
    const Answer answer = caller.wait(path, timeout);
    CHECK(Clock::now() - begin >= std::chrono::milliseconds(timeout));
    CHECK(answer.status == DAEMONCTX_ERR_TIMEOUT);
    CHECK(answer.error == ETIMEDOUT);
}

} // namespace

TEST_CASE("wait only waits: until the time is over, or the daemon has ended in whatever way", "[E09][B12]")
{
    const System system = GENERATE(from_range(systems));
    SKIP_IF_REASON(system.error != 0 ? no_refusing() : "");
    const Method method = GENERATE(from_range(all_methods()));
    const std::string ending = GENERATE("exit 0", "_exit 3", "raise KILL", "crash TERM");
    CAPTURE(system.name, method, ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, watching(path)));
    const Process daemon = probe.daemon();
    Caller caller(on(system));
    check_times_out(caller, path, 0);
    check_times_out(caller, path, 60);
    CHECK(signals_at(probe, daemon).empty());
    caller.begin("pidfile_wait", {path, "-1"});
    CHECK(caller.is_at_it());
    daemon.tell(ending);
    const int status = caller.finish().status;
    CHECK((status == DAEMONCTX_OK || status == DAEMONCTX_NOT_RUNNING)); // it may have ended before it was looked for
    CHECK_FALSE(is_locked(path));
    CHECK(caller.wait(path, -1).status == DAEMONCTX_NOT_RUNNING);
}

TEST_CASE("a daemon that is starting is waited for too", "[E09]")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, {option("pidfile", path), "privileged_hook=pause"}));
    probe.await({"hook"});
    Caller caller;
    check_times_out(caller, path, 0);
    check_times_out(caller, path, 60);
    caller.begin("pidfile_wait", {path, "-1"});
    probe.send(1, "return 0");
    const Process daemon = probe.opened();
    CHECK(caller.is_at_it());
    daemon.ask_ok("spin 50000"); // longer than it takes to look again
    daemon.tell("exit 0");
    CHECK(caller.finish().status == DAEMONCTX_OK);
}

TEST_CASE("every signal that a program can send reaches the daemon, and nobody else", "[E09][E08][B12]")
{
    const System system = GENERATE(from_range(systems));
    SKIP_IF_REASON(system.error != 0 ? no_refusing() : "");
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(system.name, method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, watching(path)));
    const Process daemon = probe.daemon();
    Sentinel innocent;
    Caller caller(on(system), watchful());
    for (const int signum : changeable_signals()) {
        CAPTURE(signum);
        CHECK(caller.signal(path, std::to_string(signum)).status == DAEMONCTX_OK);
        CHECK(signals_at(probe, daemon) == std::vector<int>{signum});
    }
    CHECK(caller.signal(path, "0").status == DAEMONCTX_OK);
    CHECK(signals_at(probe, daemon).empty());
    CHECK(signals_at(caller.probe(), caller.process()).empty());
    CHECK(innocent.was_left_alone());
    CHECK(caller.signal(path, "KILL").status == DAEMONCTX_OK);
    CHECK(daemon.wait_for_end().died_by(SIGKILL));
    CHECK(caller.signal(path, "0").status == DAEMONCTX_NOT_RUNNING);
}

TEST_CASE("stop does the same where there is no pidfd_open", "[E09][E08]")
{
    SKIP_IF_REASON(no_refusing());
    const System system = GENERATE(from_range(systems));
    const bool ignores = GENERATE(false, true);
    CAPTURE(system.name, ignores);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, {option("pidfile", path), ignores ? "signal=TERM:ignore" : "trace=0"}));
    const Process daemon = probe.daemon();
    Caller caller(on(system));
    const auto begin = Clock::now();
    CHECK(caller.stop(path, ignores ? 100 : 60000).status == DAEMONCTX_OK);
    CHECK((!ignores || Clock::now() - begin >= std::chrono::milliseconds(100)));
    CHECK_FALSE(is_locked(path));
    CHECK(daemon.wait_for_end().died_by(ignores ? SIGKILL : SIGTERM));
}

TEST_CASE("without pidfd_open a stop never meets the daemon that has taken the file meanwhile", "[E09][E08]")
{
    SKIP_IF_REASON(no_refusing());
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe first(opening(Method::fork, watching(path)));
    const Process old = first.daemon();
    Caller caller(on(systems[1]));
    caller.begin("pidfile_stop", {path, "300"});
    old.event("signal");
    old.ask_ok("close");
    Probe second(opening(Method::fork, watching(path)));
    const Process daemon = second.daemon();
    CHECK(caller.finish().status == DAEMONCTX_OK);
    CHECK(signals_at(second, daemon).empty());
    old.ask_ok("getpid"); // it has let the lock go: nobody who is to be killed
}

TEST_CASE("signals at the caller neither end a call early nor make it longer", "[E09]")
{
    const System system = GENERATE(from_range(systems));
    SKIP_IF_REASON(system.error != 0 ? no_refusing() : "");
    CAPTURE(system.name);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, {option("pidfile", path), "signal=TERM:ignore"}));
    const Process daemon = probe.daemon();
    Caller caller(on(system));
    caller.process().ask_ok("interrupt_every 500");
    check_times_out(caller, path, 250); // it ends at all: begun anew at each interruption it never would
    const auto begin = Clock::now();
    CHECK(caller.stop(path, 250).status == DAEMONCTX_OK);
    CHECK(Clock::now() - begin >= std::chrono::milliseconds(250));
    CHECK(daemon.wait_for_end().died_by(SIGKILL));
    CHECK(std::stol(caller.process().value("interruptions")) > 50);
}

TEST_CASE("a call that no time is left for looks once more rather than call a live daemon a starting one", "[E08][E09]")
{
    SKIP_IF_REASON(no_injection());
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    Conditions conditions; // as of a predecessor that has just ended
    conditions.wrapper = with_injected({{"pidfd_open", "error=ESRCH:when=1"}});
    CHECK(Caller(conditions).signal(path, "0").status == DAEMONCTX_OK);
    CHECK(Caller(conditions).wait(path, 0).status == DAEMONCTX_ERR_TIMEOUT);
    CHECK(Caller(conditions).stop(path, 0).status == DAEMONCTX_OK);
    const int signum = daemon.wait_for_end().signal;
    CHECK((signum == SIGTERM || signum == SIGKILL));
}
