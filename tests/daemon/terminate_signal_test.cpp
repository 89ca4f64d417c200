// terminate_signal_test.cpp: a terminating signal to a program that never asked for events (C04).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <csignal>

using namespace observer;

namespace {

// Its number 1 is the probe; unshare ends as the probe ends.
Conditions as_pid_1()
{
    Conditions conditions;
    conditions.wrapper = {"unshare", "--pid", "--fork"};
    return conditions;
}

std::string no_pid_namespace()
{
    return no_root().empty() ? no_program("unshare") : no_root();
}

} // namespace

TEST_CASE("SIGTERM to a program that never asked for events: the pid file is gone, and it died by SIGTERM",
          "[C04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    if (user == User::nobody) {
        directory.give_to(nobody_uid, nobody_gid);
    }
    Probe probe(opening(method, {"atexit", option("pidfile", path)}), started_by(user));
    const Process daemon = probe.daemon();
    REQUIRE(exists(path));
    daemon.kill(SIGTERM);
    CHECK(daemon.wait_for_end().died_by(SIGTERM));
    CHECK_FALSE(exists(path));
    CHECK(probe.take("atexit").empty()); // no exit handler runs in a signal handler
}

TEST_CASE("every signal that is mapped to terminate ends the program by itself", "[C04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const int signum = GENERATE(SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGALRM, SIGXCPU, SIGRTMIN + 2);
    CAPTURE(method, signum);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path), "signal=" + std::to_string(signum) + ":terminate"}));
    const Process daemon = probe.daemon();
    daemon.kill(signum);
    CHECK(daemon.wait_for_end().died_by(signum));
    CHECK_FALSE(exists(path));
}

TEST_CASE("SIGTERM that the launcher had blocked, or ignored, ends the daemon", "[C04][B10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string before = GENERATE("sigmask block TERM", "sigaction TERM ignore");
    CAPTURE(method, before);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {before, option("pidfile", path)}));
    const Process daemon = probe.daemon();
    daemon.kill(SIGTERM);
    CHECK(daemon.wait_for_end().died_by(SIGTERM));
    CHECK_FALSE(exists(path));
}

TEST_CASE("SIGTERM ends a daemon that has started threads", "[C04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    daemon.ask_ok("threads 2"); // every signal is blocked in them: the main thread gets it
    daemon.kill(SIGTERM);
    CHECK(daemon.wait_for_end().died_by(SIGTERM));
    CHECK_FALSE(exists(path));
}

TEST_CASE("SIGTERM before ready: no pid file, and the launcher hears of it at once", "[C04][G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path), "ready_mode=manual"}));
    const Process daemon = probe.opened();
    daemon.kill(SIGTERM);
    const Report failed = probe.failed();
    CHECK(failed.status() == -12);
    CHECK(failed.number("signal") == SIGTERM);
    CHECK(failed.number("pid") == daemon.pid());
    CHECK_FALSE(exists(path));
}

TEST_CASE("SIGTERM to a program that is PID 1: the pid file is gone, and it ended with 143", "[C04][root]")
{
    SKIP_IF_REASON(no_pid_namespace());
    const Method method = GENERATE(from_range(in_place_methods()));
    const std::string detach = GENERATE("auto", "no");
    CAPTURE(method, detach);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path), "detach_process=" + detach}), as_pid_1());
    const Process daemon = probe.opened();
    REQUIRE(daemon.value("getpid") == "1");
    CHECK(read_file(path) == "1\n");
    daemon.kill(SIGTERM);
    CHECK(probe.launcher().wait_for_end().exited_with(143));
    CHECK_FALSE(exists(path));
}

TEST_CASE("terminate in a program that is PID 1 ends it with 128 and the signal", "[C04][C06][root]")
{
    SKIP_IF_REASON(no_pid_namespace());
    const Method method = GENERATE(from_range(in_place_methods()));
    const std::string call = GENERATE("terminate INT", "terminate_thread INT", "terminate KILL");
    CAPTURE(method, call);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}), as_pid_1());
    probe.opened().tell(call);
    CHECK(probe.launcher().wait_for_end().exited_with(call == "terminate KILL" ? 128 + SIGKILL : 128 + SIGINT));
    CHECK_FALSE(exists(path));
}

TEST_CASE("SIGTERM to a PID 1 that asks for events is an event", "[C05][root]")
{
    SKIP_IF_REASON(no_pid_namespace());
    const Method method = GENERATE(from_range(in_place_methods()));
    CAPTURE(method);
    Probe probe(opening(method), as_pid_1());
    const Process daemon = probe.opened();
    CHECK(daemon.ask_ok("wait_events 0").status() == 3);
    daemon.tell("wait_events -1");
    daemon.kill(SIGTERM);
    CHECK(daemon.answer().status() == 2);
    daemon.tell("exit 4");
    CHECK(probe.launcher().wait_for_end().exited_with(4));
}
