// control_stop_test.cpp: stop sends SIGTERM, waits for the end, kills after the given time, and returns when the
// process is gone (E09).
#include "catch.hpp"
#include "observer/control.hpp"
#include "observer/methods.hpp"
#include "observer/refusals.hpp"

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

// What stop promises when it returns: the next start meets nobody, and needs no second try.
void check_gone(const Process &daemon, const std::string &path, Method method)
{
    CHECK_FALSE(is_locked(path));
    CHECK(Reaper::instance().has_ended(daemon.pid()));
    Probe next(opening(method, {option("pidfile", path)}));
    CHECK(read_file(path) == pid_line(next.daemon().pid()));
}

} // namespace

TEST_CASE("whoever may not signal the daemon cannot stop it: EPERM, and nothing happens", "[E09][root]")
{
    SKIP_IF_REASON(no_nobody());
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, watching(path)));
    const Process daemon = probe.daemon();
    Caller caller(started_by(User::nobody));
    for (const Answer &answer : {caller.stop(path, 0), caller.stop(path, -1), caller.signal(path, "TERM"),
                                 caller.signal(path, "KILL"), caller.signal(path, "0")}) {
        CHECK(answer.status == DAEMONCTX_ERR_SYSTEM);
        CHECK(answer.error == EPERM);
    }
    CHECK(caller.query(path).pid == daemon.pid());
    CHECK(caller.wait(path, 0).status == DAEMONCTX_ERR_TIMEOUT);
    CHECK(signals_at(probe, daemon).empty());
    caller.begin("pidfile_wait", {path, "-1"}); // which needs no right over it
    daemon.tell("exit 0");
    const int status = caller.finish().status;
    CHECK((status == DAEMONCTX_OK || status == DAEMONCTX_NOT_RUNNING));
}

TEST_CASE("two stops at once both return when the daemon is gone", "[E09]")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, {"signal=clear", "sigaction TERM report", option("pidfile", path)}));
    const Process daemon = probe.daemon();
    Caller first;
    Caller second;
    first.begin("pidfile_stop", {path, "-1"});
    daemon.event("signal");
    second.begin("pidfile_stop", {path, "60000"});
    daemon.event("signal");
    daemon.tell("_exit 0");
    CHECK(first.finish().status == DAEMONCTX_OK);
    CHECK(second.finish().status == DAEMONCTX_OK);
    check_gone(daemon, path, Method::fork);
}

TEST_CASE("a stop during which a new daemon takes the file never meets the new one", "[E09][E08]")
{
    const bool kills = GENERATE(false, true);
    CAPTURE(kills);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe first(opening(Method::fork, watching(path)));
    const Process old = first.daemon();
    Caller caller;
    caller.begin("pidfile_stop", {path, kills ? "300" : "-1"});
    old.event("signal");
    old.ask_ok("close");
    Probe second(opening(Method::fork, watching(path)));
    const Process daemon = second.daemon();
    if (!kills) {
        CHECK(caller.is_at_it());
        old.tell("_exit 0");
    }
    CHECK(caller.finish().status == DAEMONCTX_OK);
    CHECK(old.wait_for_end().died_by(kills ? SIGKILL : -1));
    CHECK(signals_at(second, daemon).empty());
    CHECK(attested_pid(path) == daemon.pid());
}

TEST_CASE("nobody can stop or await himself, and keeps the kernel's word when he tries", "[E09][E12][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, watching(path)));
    const Process daemon = probe.daemon();
    for (const char *call : {"pidfile_stop", "pidfile_wait"}) {
        for (const char *time : {"-1", "0", "60000"}) {
            const Report own = daemon.ask_ok(command(call, {path, time}));
            CHECK(own.status() == DAEMONCTX_ERR_STATE);
            CHECK(own.number("errno") == EDEADLK);
        }
    }
    CHECK(signals_at(probe, daemon).empty());
    CHECK(daemon.ask_ok(command("pidfile_signal", {path, "0"})).status() == DAEMONCTX_OK);
    CHECK(daemon.ask_ok(command("pidfile_signal", {path, "USR1"})).status() == DAEMONCTX_OK);
    CHECK(signals_at(probe, daemon) == std::vector<int>{SIGUSR1});
    CHECK(attested_pid(path) == daemon.pid());
}

TEST_CASE("a daemon that is starting is stopped when it has started, or not at all", "[E09][E08]")
{
    const std::string hook = GENERATE("prepare_hook", "privileged_hook");
    CAPTURE(hook);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, {option("pidfile", path), hook + "=pause"}));
    probe.await({"hook"});
    Caller caller;
    const auto begin = Clock::now();
    const Answer late = caller.stop(path, 100);
    CHECK(Clock::now() - begin >= std::chrono::milliseconds(100));
    CHECK(late.status == DAEMONCTX_ERR_STATE);
    CHECK(late.error == EAGAIN);
    caller.begin("pidfile_stop", {path, "60000"});
    probe.send(hook == "prepare_hook" ? 0 : 1, "return 0");
    CHECK(caller.finish().status == DAEMONCTX_OK); // the daemon may have ended before it could report anything
    CHECK_FALSE(is_locked(path));
    Probe next(opening(Method::fork, {option("pidfile", path)}));
    CHECK(read_file(path) == pid_line(next.daemon().pid()));
}

// The filter says that the signals are sent: as of a process that hangs in the kernel.
TEST_CASE("a daemon that is still there five seconds after SIGKILL is told of", "[E09]")
{
    SKIP_IF_REASON(no_refusing());
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, {option("pidfile", path)}));
    probe.daemon();
    Conditions conditions;
    conditions.wrapper = refusing(0, "pidfd_send_signal");
    Caller caller(conditions);
    const auto begin = Clock::now();
    const Answer answer = caller.stop(path, 0);
    CHECK(Clock::now() - begin >= std::chrono::seconds(5));
    CHECK(answer.status == DAEMONCTX_ERR_TIMEOUT);
    CHECK(answer.error == ETIMEDOUT);
}
