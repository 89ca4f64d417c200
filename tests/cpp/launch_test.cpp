// Daemons made through DaemonContext: the launch tells the truth, signals and destructors work, exceptions arrive.
#include "catch.hpp"
#include "launched.hpp"

#include <csignal>

namespace {

const std::string words = "no database in '/srv'";

bool left_nothing(const Launched &program)
{
    return !program.holder && !observer::exists(program.pidfile);
}

} // namespace

TEST_CASE("The constructor returns in the daemon, and SIGTERM ends its loop so that destructors run", "[cpp][C05]")
{
    Launched program(DAEMONCTX_CPP_PROGRAM, {"opens", "PIDFILE"});
    REQUIRE(program.launcher.exited_with(0));
    REQUIRE(program.holder);
    CHECK(observer::read_file(program.pidfile) == std::to_string(program.holder.pid) + "\n");
    CHECK(program.end_by(SIGTERM).exited_with(7));
    CHECK_FALSE(observer::exists(program.pidfile));
    CHECK(observer::exists(program.pidfile + ".destroyed"));
}

TEST_CASE("A second start throws in its launcher, with the pid of the first", "[cpp][E02]")
{
    Launched program(DAEMONCTX_CPP_PROGRAM, {"opens", "PIDFILE"});
    const daemonctx::pidfile::holder first = program.holder;
    REQUIRE(first);
    program.start({"opens", "PIDFILE"});
    CHECK(program.launcher.exited_with(3));
    CHECK_THAT(program.error(), Catch::Matchers::Contains(std::to_string(first.pid)));
    CHECK(program.holder.pid == first.pid);
}

TEST_CASE("An exception in a callback fails the launch with its text", "[cpp][G01]")
{
    const std::string name = GENERATE(as<std::string>{}, "prepare_throws", "launcher_throws", "daemon_throws",
                                      "privileged_throws", "manager_throws", "trace_throws", "trace_throws_late");
    INFO(name);
    Launched program(DAEMONCTX_CPP_PROGRAM, {name, "PIDFILE"});
    CHECK(program.launcher.exited_with(3));
    CHECK_THAT(program.error(), Catch::Matchers::Contains(words));
    CHECK(left_nothing(program));
}

TEST_CASE("A hook fails the launch with a code and a text of its own", "[cpp][G01]")
{
    Launched program(DAEMONCTX_CPP_PROGRAM, {"hook_returns", "PIDFILE"});
    CHECK(program.launcher.exited_with(3));
    CHECK_THAT(program.error(), Catch::Matchers::Contains("the answer is not here"));
    CHECK(left_nothing(program));
}

TEST_CASE("An exception in run() before the daemon is ready is the launcher's error message", "[cpp][G04]")
{
    Launched program(DAEMONCTX_CPP_PROGRAM, {"run_throws", "PIDFILE"});
    CHECK(program.launcher.exited_with(3));
    CHECK(program.error() == words);
    CHECK(left_nothing(program));
}

TEST_CASE("The launcher is told of an exception that unwinds the context before the daemon is ready", "[cpp][G04]")
{
    Launched program(DAEMONCTX_CPP_PROGRAM, {"unwinds", "PIDFILE"});
    CHECK(program.launcher.exited_with(3));
    CHECK_THAT(program.error(), Catch::Matchers::Contains("an exception left the scope"));
    CHECK(left_nothing(program));
}

TEST_CASE("An exception in a deferred handler is thrown by wait_events", "[cpp][D03]")
{
    Launched program(DAEMONCTX_CPP_PROGRAM, {"handler_throws", "PIDFILE"});
    REQUIRE(program.holder);
    CHECK(program.end_by(SIGUSR1).exited_with(9));
    CHECK_FALSE(observer::exists(program.pidfile));
}

TEST_CASE("A context that was moved gets its signals", "[cpp][D03]")
{
    Launched program(DAEMONCTX_CPP_PROGRAM, {"moved", "PIDFILE"});
    REQUIRE(program.holder);
    CHECK(program.end_by(SIGUSR1).exited_with(5));
    CHECK_FALSE(observer::exists(program.pidfile));
}

TEST_CASE("A handler may destroy the context that calls it, which is closed at once", "[cpp][D03]")
{
    Launched program(DAEMONCTX_CPP_PROGRAM, {"destroyed_in_handler", "PIDFILE"});
    REQUIRE(program.holder);
    CHECK(program.end_by(SIGUSR1).exited_with(4));
    CHECK_FALSE(observer::exists(program.pidfile));
}

TEST_CASE("launch returns in the launcher with the daemon's pid, and in the daemon with the context", "[cpp][G05]")
{
    Launched program(DAEMONCTX_CPP_PROGRAM, {"launches", "PIDFILE"});
    REQUIRE(program.launcher.exited_with(0));
    REQUIRE(program.holder);
    CHECK(program.end_by(SIGTERM).exited_with(7));
    CHECK_FALSE(observer::exists(program.pidfile));
}

TEST_CASE("A thread that is cancelled in wait_events ends with the destructors of its functions", "[cpp][C05]")
{
    SKIP_IF_REASON(observer::sanitized("takes the unwinding of a cancelled thread for an error of its own"));
    Launched program(DAEMONCTX_CPP_PROGRAM, {"cancelled", "PIDFILE"});
    REQUIRE(program.holder);
    CHECK(program.end_by(SIGTERM).exited_with(7));
    CHECK_FALSE(observer::exists(program.pidfile));
}

TEST_CASE("What was printed through C++ streams comes out once", "[cpp]")
{
    Launched program(DAEMONCTX_CPP_PROGRAM, {"prints", "PIDFILE"});
    REQUIRE(program.holder);
    CHECK(program.end_by(SIGTERM).exited_with(7));
    CHECK(program.output() == "before\nprepare\nlauncher\n");
}

TEST_CASE("A program without exceptions and type information opens, is refused, and closes", "[cpp][C05][E02]")
{
    Launched program(DAEMONCTX_CPP_WITHOUT_EXCEPTIONS, {"PIDFILE"});
    REQUIRE(program.launcher.exited_with(0));
    const daemonctx::pidfile::holder first = program.holder;
    REQUIRE(first);
    program.start({"PIDFILE"});
    CHECK(program.launcher.exited_with(3));
    CHECK_THAT(program.error(), Catch::Matchers::Contains(std::to_string(first.pid)));
    CHECK(program.end_by(SIGTERM).exited_with(6));
    CHECK_FALSE(observer::exists(program.pidfile));
}
