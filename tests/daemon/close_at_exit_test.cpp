// close_at_exit_test.cpp: the ways in which the program ends, and what becomes of the pid file (C02).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <csignal>

using namespace observer;

TEST_CASE("exit and return from main close the context and keep their status", "[C02][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string ending = GENERATE("exit 5", "return 5");
    CAPTURE(method, ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    REQUIRE(read_file(path) == pid_line(daemon.pid()));
    daemon.tell(ending);
    CHECK(daemon.wait_for_end().exited_with(5));
    CHECK_FALSE(exists(path));
}

TEST_CASE("after _exit and SIGKILL a stale pid file is left that does not block the next start", "[C02][E03][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string ending = GENERATE("_exit 5", "raise KILL");
    CAPTURE(method, ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe first(opening(method, {option("pidfile", path)}));
    const Process gone = first.daemon();
    gone.tell(ending);
    const Ended ended = gone.wait_for_end();
    CHECK((ended.exited_with(5) || ended.died_by(SIGKILL)));
    CHECK(read_file(path) == pid_line(gone.pid()));
    CHECK_FALSE(is_locked(path));
    CHECK(query(path).status == 4);

    Probe second(opening(method, {option("pidfile", path)}));
    const Process daemon = second.daemon();
    CHECK(read_file(path) == pid_line(daemon.pid()));
    CHECK(attested_pid(path) == daemon.pid());
}

TEST_CASE("exit in a daemon that has closed leaves another daemon's pid file alone", "[C02][E06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe first(opening(method, {option("pidfile", path)}));
    const Process closed = first.daemon();
    closed.ask_ok("close");
    Probe second(opening(method, {option("pidfile", path)}));
    const Process daemon = second.daemon();
    closed.tell("exit 5");
    CHECK(closed.wait_for_end().exited_with(5));
    CHECK(read_file(path) == pid_line(daemon.pid()));
    CHECK(is_locked(path));
}

TEST_CASE("with close_at_exit off, exit removes the pid file all the same", "[C02][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path), "close_at_exit=0"}));
    const Process daemon = probe.daemon();
    daemon.tell("exit 5");
    CHECK(daemon.wait_for_end().exited_with(5));
    CHECK_FALSE(exists(path));
}

TEST_CASE("exit calls a manager's exit once, unless close_at_exit is off", "[C02][E10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string at_exit = GENERATE("1", "0");
    CAPTURE(method, at_exit);
    Probe probe(opening(method, {"pidfile_manager=report,report", "close_at_exit=" + at_exit}));
    const Process daemon = probe.daemon();
    probe.take("hook");
    daemon.tell("exit 5");
    CHECK(daemon.wait_for_end().exited_with(5));
    const auto hooks = probe.take("hook");
    REQUIRE(hooks.size() == (at_exit == "1" ? 1 : 0));
    CHECK((hooks.empty() || hooks.front().text("name") == "exit"));
}

TEST_CASE("the launcher's exit after launch removes nothing", "[C02]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string ending = GENERATE("exit 5", "return 5", "close", "free");
    CAPTURE(method, ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}, "launch"));
    const Process daemon = probe.opened();
    probe.await({"launched"});
    const Process launcher = probe.launcher();
    if (ending == "close" || ending == "free") {
        launcher.ask_ok(ending);
    } else {
        launcher.tell(ending);
        CHECK(launcher.wait_for_end().exited_with(5));
    }
    CHECK(read_file(path) == pid_line(daemon.pid()));
    CHECK(is_locked(path));
    CHECK(attested_pid(path) == daemon.pid());
}

TEST_CASE("a launcher that exits in its hook leaves a daemon that runs its pid file", "[C02][G07]")
{
    SKIP_IF_REASON(no_forking());
    const std::string ending = GENERATE("exit 5", "_exit 5", "raise KILL");
    CAPTURE(ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, {option("pidfile", path), "launcher_hook=pause"}));
    probe.await({"hook"});
    const Process daemon = probe.opened(); // its report is sent
    probe.launcher().tell(ending);
    probe.launcher().wait_for_end();
    CHECK(daemon.value("is_open") == "1");
    CHECK(read_file(path) == pid_line(daemon.pid()));
    CHECK(attested_pid(path) == daemon.pid());
}
