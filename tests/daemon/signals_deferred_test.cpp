// signals_deferred_test.cpp: deferred handlers run in normal context and may do anything; no signal is lost (D03).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>

#include <cerrno>
#include <csignal>

using namespace observer;

// SIGUSR1's handler runs these commands.
static std::string on_usr1(const std::string &commands)
{
    return option("signal", "USR1:handler:run:" + commands);
}

// dispatch and wait_events, as one who has a signal waiting calls them.
static std::string taking()
{
    return GENERATE(as<std::string>{}, "dispatch", "wait_events -1", "wait_events 0");
}

TEST_CASE("a deferred handler runs with no signal blocked, in the thread that dispatches", "[D03]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = taking();
    Probe probe(opening(method, {on_usr1("readfile /proc/thread-self/status")}));
    const Process daemon = probe.opened();
    daemon.ask_ok("raise USR1");
    CHECK(probe.take("handler").empty());
    daemon.tell(call);
    const std::string status = daemon.answer().text("value");
    CHECK_THAT(status, Catch::Contains("\nSigBlk:\t0000000000000000\n"));
    CHECK_THAT(status, Catch::Contains("\nPid:\t" + std::to_string(daemon.pid()) + "\n"));
    CHECK(daemon.event("handler").number("signum") == SIGUSR1);
}

TEST_CASE("a deferred handler may allocate while signals keep coming", "[D03]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {on_usr1("allocate 20000")}));
    const Process daemon = probe.opened();
    daemon.ask_ok("raise USR1");
    daemon.tell("dispatch");
    for (int i = 0; i < 500; ++i) {
        daemon.kill(SIGUSR1);
    }
    CHECK(daemon.answer().text("value") == "1");
    CHECK(daemon.answer().status() == DAEMONCTX_OK);
    daemon.tell("dispatch");
    probe.let_go();
}

TEST_CASE("a deferred handler may close the context", "[D03]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = taking();
    const TemporaryDirectory directory;
    Probe probe(opening(method, {option("pidfile", directory / "pid"), on_usr1("close")}));
    const Process daemon = probe.opened();
    daemon.ask_ok("raise USR1");
    CHECK(daemon.ask_ok(call).status() == DAEMONCTX_OK);
    CHECK(daemon.value("is_open") == "0");
    CHECK_FALSE(exists(directory / "pid"));
    CHECK(daemon.proc().caught().empty());
    CHECK(daemon.ask("dispatch").status() == DAEMONCTX_ERR_STATE);
}

TEST_CASE("a deferred handler may free the context, which lives until dispatch returns", "[D03]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = taking();
    const TemporaryDirectory directory;
    auto commands = opening(method, {option("pidfile", directory / "pid"), "umask=027"});
    commands.pop_back();
    Probe probe(commands);
    const std::string descriptor = "readlink /proc/self/fd/" + probe.launcher().value("signal_fd");
    probe.launcher().ask_ok(on_usr1("free_in_handler;" + descriptor));
    probe.launcher().tell("open");
    const Process daemon = probe.opened();
    daemon.ask_ok("raise USR1");

    daemon.tell(call);
    const Report used = daemon.answer();
    CHECK(used.number("is_open") == 0);
    CHECK(used.number("is_terminating") == 0);
    CHECK(used.number("umask_status") == DAEMONCTX_OK);
    CHECK(used.number("umask") == 027);
    CHECK(daemon.answer().text("value") == "anon_inode:[eventfd]");
    CHECK(daemon.answer().status() == DAEMONCTX_OK); // dispatch
    daemon.ask_ok("context 1");
    CHECK(daemon.ask(descriptor).number("errno") == ENOENT);
    CHECK(daemon.proc().caught().empty());
    CHECK_FALSE(exists(directory / "pid"));
    daemon.ask_ok("detach_process=no"); // and another one can be opened
    daemon.ask_ok(own_threads(method) > 1 ? "method=reexec" : "method=auto");
    CHECK(daemon.ask("open").word == "opened");
}

TEST_CASE("deferred handlers may dispatch: each runs once all the same", "[D03]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {on_usr1("dispatch;wait_events 0"), option("signal", "USR2:handler:run:dispatch"),
                                 option("signal", "HUP:handler:run:dispatch")}));
    const Process daemon = probe.opened();
    for (const char *signum : {"HUP", "USR1", "USR2"}) {
        daemon.ask_ok(std::string("raise ") + signum);
    }
    CHECK(daemon.ask_ok("dispatch").status() == DAEMONCTX_OK);
    CHECK(probe.take("failed").empty());
    CHECK(probe.take("handler").size() == 3);
}

TEST_CASE("a deferred handler may end the daemon", "[D03]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = taking();
    Probe probe(opening(method, {on_usr1("terminate HUP")}));
    const Process daemon = probe.opened();
    daemon.ask_ok("raise USR1");
    CHECK(daemon.ask_ok(call).status() == DAEMONCTX_TERMINATED);
    CHECK(daemon.ask_ok("is_terminating").number("signum") == SIGHUP);
    CHECK(daemon.ask_ok("wait_events -1").status() == DAEMONCTX_TERMINATED); // of every further call
}

TEST_CASE("a deferred handler may call the other functions", "[D03]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    Probe probe(opening(method, {option("stdout", "path:" + (directory / "log")),
                                 on_usr1("signal_fd;reopen_streams;poll_signal_fd 0;detach_reason;is_open;"
                                         "daemon_pid;notify_ready;get umask;error")}));
    const Process daemon = probe.opened();
    daemon.ask_ok("raise USR1");
    daemon.tell("dispatch");
    CHECK(daemon.answer().number("error_status") == DAEMONCTX_OK); // of error: nothing before it has failed
    CHECK(daemon.answer().status() == DAEMONCTX_OK);
    CHECK(probe.take("failed").empty());
}

TEST_CASE("a signal that comes while its handler runs is seen by the next dispatch", "[D03]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {on_usr1("raise USR1")}));
    const Process daemon = probe.opened();
    daemon.ask_ok("raise USR1");
    for (int round = 0; round < 5; ++round) {
        CHECK(daemon.value("poll_signal_fd 0") == "1");
        CHECK(daemon.ask_ok("dispatch").status() == DAEMONCTX_OK);
        CHECK(probe.take("handler").size() == 1);
    }
}

TEST_CASE("a burst of one signal is one call", "[D03]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string signum = GENERATE(as<std::string>{}, "USR1", "RTMIN+2");
    Probe probe(opening(method, {"signal=" + signum + ":handler"}));
    const Process daemon = probe.opened();
    daemon.ask_ok("raise_times 1000 " + signum);
    daemon.ask_ok("dispatch");
    CHECK(probe.take("handler").size() == 1);
    CHECK(daemon.value("poll_signal_fd 0") == "0");
    daemon.ask_ok("dispatch");
    CHECK(probe.take("handler").empty());
}

TEST_CASE("of 10,000 signals of five kinds the last one of each burst is seen", "[D03]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const int burst = GENERATE(1, 10);
    CAPTURE(method, burst);
    Probe probe(opening(method, {"storm_prepare HUP,USR1,USR2,RTMIN+1,RTMIN+30"}));
    const Process daemon = probe.opened();
    const Report storm = daemon.ask("storm " + std::to_string(2000 / burst) + ' ' + std::to_string(burst) + " 10000");
    CAPTURE(storm.line);
    REQUIRE(storm.word == "ok");
    CHECK(storm.status() == DAEMONCTX_OK);
    CHECK(storm.number("over") == 1);
    CHECK(storm.number("calls") <= 10000);
}
