// launch_launched_test.cpp: launch() returns in both processes, and the launcher lives on as it was (G05).
#include "catch.hpp"
#include "observer/attempt.hpp"

#include <daemonctx/daemonctx.h>

using namespace observer;

TEST_CASE("launch returns LAUNCHED and the daemon's pid in the launcher, and OK in the daemon", "[G05]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const User user = GENERATE(from_range(users()));
    const std::string ready = GENERATE("on_open", "manual");
    CAPTURE(method, user, ready);
    Attempt attempt(method, {"ready_mode=" + ready, "trace=0"}, started_by(user));
    attempt.launcher().tell("launch");
    const Process daemon = attempt.probe().opened();
    if (ready == "manual") {
        daemon.ask_ok("notify_ready");
    }
    const Report launched = attempt.launcher().answer();
    REQUIRE(launched.word == "launched");
    CHECK(launched.status() == DAEMONCTX_LAUNCHED);
    CHECK(launched.number("pid") == attempt.launcher().pid());
    CHECK(launched.number("daemon_pid") == daemon.pid());
    CHECK(launched.number("is_open") == 0);
    CHECK(attempt.launcher().value("daemon_pid") == std::to_string(daemon.pid()));
    CHECK(attempt.launcher().ask("waitpid -1 nohang").word == "error"); // no zombie
    attempt.check_unchanged();

    CHECK(daemon.value("is_open") == "1");
    CHECK(daemon.value("daemon_pid") == std::to_string(daemon.pid()));
    CHECK(read_file(attempt.pidfile()) == std::to_string(daemon.pid()) + '\n');
}

TEST_CASE("the opened report of the daemon says OK and its own pid", "[G05]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Probe probe(opening(method, {}, "launch"));
    const Report opened = probe.await({"opened", "failed"});
    REQUIRE(opened.word == "opened");
    CHECK(opened.status() == DAEMONCTX_OK);
    CHECK(opened.number("pid") == opened.sender);
    CHECK(opened.number("daemon_pid") == opened.sender);
    CHECK(opened.number("is_open") == 1);
}

TEST_CASE("the launcher's context is closed: closing and ending it leave the daemon and its pid file alone", "[G05]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string last = GENERATE("close", "free", "exit 0");
    CAPTURE(method, last);
    Attempt attempt(method, {});
    REQUIRE(attempt.launcher().ask("launch").word == "launched");
    const Process daemon = attempt.probe().opened();
    if (last == "exit 0") {
        attempt.launcher().tell(last);
        CHECK(attempt.launcher().wait_for_end().exited_with(0));
    } else {
        CHECK(attempt.launcher().ask_ok(last).status() == 0);
    }
    CHECK(read_file(attempt.pidfile()) == std::to_string(daemon.pid()) + '\n');
    CHECK(daemon.value("is_open") == "1");
    Probe second(opening(method, {option("pidfile", attempt.pidfile())}));
    const Report refused = second.failed(); // the lock is the daemon's
    CHECK(refused.status() == DAEMONCTX_ERR_ALREADY_RUNNING);
    CHECK(refused.number("pid") == daemon.pid());
}

TEST_CASE("a launcher launches again and again, and stays as it was", "[G05]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {});
    for (int i = 0; i < 100; ++i) {
        const Report launched = attempt.launcher().ask("launch");
        INFO(launched.line);
        REQUIRE(launched.word == "launched");
        const Process daemon = attempt.probe().opened();
        REQUIRE(launched.number("daemon_pid") == daemon.pid());
        daemon.tell("exit 3");
        REQUIRE(daemon.wait_for_end().exited_with(3));
        REQUIRE(children_of(attempt.launcher().pid()).empty());
    }
    attempt.check_nothing_left();
}

TEST_CASE("a launcher has many daemons at once, with other options for each", "[G05]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"pidfile=none"});
    std::vector<Process> daemons;
    for (const std::string number : {"1", "2", "3", "4"}) {
        attempt.launcher().ask_ok("umask=0" + number + '0');
        REQUIRE(attempt.launcher().ask("launch " + number).word == "launched");
        daemons.push_back(attempt.probe().opened());
    }
    for (const auto &daemon : daemons) {
        CHECK(daemon.proc().umask() == static_cast<mode_t>(daemon.channel() * 8));
        CHECK(daemon.proc().state() != 'Z');
    }
    attempt.check_unchanged();
}

TEST_CASE("a launcher whose launch was refused because the daemon runs launches again when it has ended", "[G05][E02]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {});
    REQUIRE(attempt.launcher().ask("launch").word == "launched");
    const Process daemon = attempt.probe().opened();
    const Report refused = attempt.fail("launch 2");
    CHECK(refused.status() == DAEMONCTX_ERR_ALREADY_RUNNING);
    CHECK(refused.number("step") == DAEMONCTX_STEP_PLAN);
    CHECK(refused.number("pid") == daemon.pid());
    attempt.check_unchanged();
    daemon.tell("exit 0");
    CHECK(daemon.wait_for_end().exited_with(0));
    attempt.check_starts_now();
}
