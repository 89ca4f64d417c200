// control_stop_test.cpp: stop sends SIGTERM, waits for the end, kills after the given time, and returns when the
// process is gone (E09).
#include "catch.hpp"
#include "observer/control.hpp"
#include "observer/methods.hpp"

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

// SIGTERM, and then SIGCONT: their handlers may begin in either order.
void check_asked_to_end(const Process &daemon)
{
    const long first = daemon.event("signal").number("signum");
    const long second = daemon.event("signal").number("signum");
    CHECK(std::set<long>{first, second} == std::set<long>{SIGTERM, SIGCONT});
}

// Both the file and the process are open, and the caller sleeps: there is nothing left that it would do but wait.
bool sleeps_on_the_process(const Caller &caller)
{
    const Deadline deadline;
    const Procfs proc = caller.process().proc();
    while (proc.descriptor_numbers().size() < 5 || proc.state() != 'S') {
        if (deadline.milliseconds_left() == 0) {
            return false;
        }
    }
    return true;
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

TEST_CASE("stop ends a daemon by SIGTERM, and returns when it is gone", "[E09][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    const int kill_after = GENERATE(-1, 60000);
    const bool ready = GENERATE(true, false);
    CAPTURE(method, user, kill_after, ready);
    const TemporaryDirectory directory;
    const std::string path = directory.make_directory("run", 01777) + "/pid";
    Probe probe(opening(method, {option("pidfile", path), ready ? "trace=0" : "ready_mode=manual"}), started_by(user));
    const Process daemon = ready ? probe.daemon() : probe.opened();
    Caller caller(started_by(user));
    CHECK(caller.stop(path, kill_after).status == DAEMONCTX_OK);
    CHECK_FALSE(is_locked(path));
    CHECK_FALSE(exists(path));
    Probe next(opening(method, {option("pidfile", path)}), started_by(user));
    CHECK(read_file(path) == pid_line(next.opened().pid()));
    CHECK((!ready || daemon.wait_for_end().died_by(SIGTERM)));
    CHECK((ready || is_in_place(method) || probe.await({"failed"}, 0).status() == DAEMONCTX_ERR_DIED));
}

TEST_CASE("stop kills a daemon that ignores SIGTERM, when the time is over and not before", "[E09][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const int kill_after = GENERATE(0, 150);
    CAPTURE(method, kill_after);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path), "signal=TERM:ignore"}));
    const Process daemon = probe.daemon();
    Caller caller;
    const auto begin = Clock::now();
    CHECK(caller.stop(path, kill_after).status == DAEMONCTX_OK);
    CHECK(Clock::now() - begin >= std::chrono::milliseconds(kill_after));
    CHECK(daemon.wait_for_end().died_by(SIGKILL));
    check_gone(daemon, path, method);
}

TEST_CASE("stop without a time never kills", "[E09]")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, watching(path)));
    const Process daemon = probe.daemon();
    Caller caller;
    caller.begin("pidfile_stop", {path, "-1"});
    check_asked_to_end(daemon);
    daemon.ask_ok("spin 100000");
    CHECK(caller.is_at_it());
    daemon.tell("_exit 5");
    CHECK(caller.finish().status == DAEMONCTX_OK);
    CHECK(daemon.wait_for_end().exited_with(5));
}

TEST_CASE("stop sends SIGTERM once, a SIGCONT after it, and nothing else", "[E09][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, watching(path)));
    const Process daemon = probe.daemon();
    Sentinel innocent;
    Caller caller({}, watchful());
    caller.begin("pidfile_stop", {path, "60000"});
    check_asked_to_end(daemon);
    CHECK(signals_at(probe, daemon).empty());
    daemon.tell("_exit 0");
    CHECK(caller.finish().status == DAEMONCTX_OK);
    CHECK(signals_at(caller.probe(), caller.process()).empty());
    CHECK(innocent.was_left_alone());
}

TEST_CASE("stop ends a daemon that somebody has stopped", "[E09]")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    daemon.kill(SIGSTOP);
    Caller caller;
    CHECK(caller.stop(path, 60000).status == DAEMONCTX_OK);
    CHECK(daemon.wait_for_end().died_by(SIGTERM));
    check_gone(daemon, path, Method::fork);
}

TEST_CASE("a daemon that has removed its pid file and lives on is waited for", "[E09]")
{
    const std::string how = GENERATE("stop", "wait");
    CAPTURE(how);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, watching(path)));
    const Process daemon = probe.daemon();
    Caller caller;
    caller.begin(how == "stop" ? "pidfile_stop" : "pidfile_wait", {path, "-1"});
    if (how == "stop") {
        check_asked_to_end(daemon);
    }
    REQUIRE(sleeps_on_the_process(caller));
    daemon.ask_ok("close");
    CHECK_FALSE(exists(path));
    daemon.ask_ok("spin 100000"); // its last work
    CHECK(caller.is_at_it());
    daemon.tell("_exit 5");
    CHECK(caller.finish().status == DAEMONCTX_OK);
    CHECK(daemon.wait_for_end().exited_with(5));
}

TEST_CASE("a daemon that removes its pid file and does not end is killed all the same", "[E09]")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, watching(path)));
    const Process daemon = probe.daemon();
    Caller caller;
    caller.begin("pidfile_stop", {path, "200"});
    daemon.event("signal");
    daemon.ask_ok("close");
    CHECK(caller.finish().status == DAEMONCTX_OK);
    CHECK(daemon.wait_for_end().died_by(SIGKILL));
}

TEST_CASE("a daemon that ends otherwise while it is being stopped is gone too", "[E09]")
{
    const std::string ending = GENERATE("_exit 7", "exit 7", "raise KILL");
    CAPTURE(ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, watching(path)));
    const Process daemon = probe.daemon();
    Caller caller;
    caller.begin("pidfile_stop", {path, "-1"});
    daemon.event("signal");
    daemon.tell(ending);
    CHECK(caller.finish().status == DAEMONCTX_OK);
    check_gone(daemon, path, Method::fork);
}
