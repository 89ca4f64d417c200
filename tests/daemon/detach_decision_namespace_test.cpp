// detach_decision_namespace_test.cpp: PID 1, its children and its orphans need not detach, unless they have a terminal
// (H01).
#include "catch.hpp"
#include "observer/namespaces.hpp"
#include "observer/probe.hpp"
#include "observer/terminal.hpp"

#include <daemonctx/daemonctx.h>

#include <csignal>

using namespace observer;

namespace {

// A probe that is PID 1 of a pid namespace.
Process pid_1(Probe &probe)
{
    const Report report = probe.launcher().ask_ok("getpid");
    REQUIRE(report.text("value") == "1");
    return probe.process(0, report.sender);
}

Process child_of(const Process &process, Probe &probe, int channel)
{
    process.ask_ok("execute " + std::to_string(channel));
    return probe.started(channel);
}

// A grandchild of PID 1 whose parent has ended.
Process orphan_of(const Process &init, Probe &probe)
{
    const Process child = child_of(init, probe, 1);
    const Process grandchild = child_of(child, probe, 2);
    child.tell("_exit 0");
    init.ask_ok("waitpid -1");
    REQUIRE(grandchild.value("getppid") == "1");
    return grandchild;
}

void check_decision(const Process &process, int required, int reason)
{
    const Report report = process.ask_ok("is_detach_required");
    CHECK(report.number("value") == required);
    CHECK(report.number("reason") == reason);
    CHECK(process.value("detach_reason") == std::to_string(reason));
}

void check_opens_in_place(const Process &process)
{
    const Report opened = process.ask("open");
    CHECK(opened.word == "opened");
    CHECK(opened.sender == process.pid());
}

void check_detaches(const Process &process, Probe &probe)
{
    process.tell("open 4");
    const Report opened = probe.await({"opened"});
    CHECK(opened.channel == 4);
    CHECK(opened.sender != process.pid());
}

} // namespace

TEST_CASE("PID 1 does not detach", "[H01][root]")
{
    SKIP_IF_REASON(no_pid_namespace());
    Conditions conditions;
    conditions.wrapper = as_pid_1();
    Probe probe({}, conditions);
    const Process init = pid_1(probe);
    check_decision(init, 0, DAEMONCTX_DETACH_REASON_PID_1);
    check_opens_in_place(init);
}

TEST_CASE("PID 1 on a terminal does not detach either", "[H01][root]")
{
    SKIP_IF_REASON(no_pid_namespace());
    const Terminal terminal;
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper() + as_pid_1();
    Probe probe({}, conditions);
    check_decision(pid_1(probe), 0, DAEMONCTX_DETACH_REASON_PID_1);
}

TEST_CASE("PID 1 that is told to detach does", "[H01][root]")
{
    SKIP_IF_REASON(no_pid_namespace());
    Conditions conditions;
    conditions.wrapper = as_pid_1();
    Probe probe({"detach_process=yes"}, conditions);
    const Process init = pid_1(probe);
    init.tell("launch 4");
    CHECK(probe.await({"launched"}).sender == init.pid());
    CHECK(probe.await({"opened"}).channel == 4);
}

TEST_CASE("a child of PID 1 without a terminal does not detach", "[H01][root]")
{
    SKIP_IF_REASON(no_pid_namespace());
    Conditions conditions;
    conditions.wrapper = without_terminal() + as_pid_1();
    Probe probe({}, conditions);
    const Process child = child_of(pid_1(probe), probe, 1);
    check_decision(child, 0, DAEMONCTX_DETACH_REASON_CHILD_OF_PID_1);
    check_opens_in_place(child);
}

TEST_CASE("a child of PID 1 with a terminal detaches", "[H01][root]")
{
    SKIP_IF_REASON(no_pid_namespace());
    const Terminal terminal;
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper() + as_pid_1();
    Probe probe({}, conditions);
    const Process child = child_of(pid_1(probe), probe, 1);
    REQUIRE(child.proc().terminal() == terminal.number());
    check_decision(child, 1, DAEMONCTX_DETACH_REASON_REQUIRED);
    check_detaches(child, probe);
}

TEST_CASE("an orphan without a terminal does not detach", "[H01][root]")
{
    SKIP_IF_REASON(no_pid_namespace());
    Conditions conditions;
    conditions.wrapper = without_terminal() + as_pid_1();
    Probe probe({}, conditions);
    const Process orphan = orphan_of(pid_1(probe), probe);
    check_decision(orphan, 0, DAEMONCTX_DETACH_REASON_CHILD_OF_PID_1);
    check_opens_in_place(orphan);
}

TEST_CASE("an orphan on a terminal detaches", "[H01][root]")
{
    SKIP_IF_REASON(no_pid_namespace());
    const Terminal terminal;
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper() + as_pid_1();
    Probe probe({}, conditions);
    const Process orphan = orphan_of(pid_1(probe), probe);
    REQUIRE(orphan.proc().terminal() == terminal.number());
    check_decision(orphan, 1, DAEMONCTX_DETACH_REASON_REQUIRED);
    check_detaches(orphan, probe);
}

TEST_CASE("a grandchild of PID 1 detaches", "[H01][root]")
{
    SKIP_IF_REASON(no_pid_namespace());
    Conditions conditions;
    conditions.wrapper = without_terminal() + as_pid_1();
    Probe probe({}, conditions);
    const Process child = child_of(pid_1(probe), probe, 1);
    const Process grandchild = child_of(child, probe, 2);
    check_decision(grandchild, 1, DAEMONCTX_DETACH_REASON_REQUIRED);
    check_detaches(grandchild, probe);
}

TEST_CASE("a signal ends a daemon that is PID 1: 128 and its number", "[H01][C04][root]")
{
    SKIP_IF_REASON(no_pid_namespace());
    const TemporaryDirectory directory;
    Conditions conditions;
    conditions.wrapper = as_pid_1();
    Probe probe({option("pidfile", directory / "pid")}, conditions);
    const Process init = pid_1(probe);
    REQUIRE(init.ask("open").word == "opened");
    CHECK(read_file(directory / "pid") == "1\n");
    init.kill(SIGTERM);
    CHECK(probe.launcher().wait_for_end().exited_with(128 + SIGTERM)); // unshare tells its child's status
    CHECK_FALSE(exists(directory / "pid"));
}
