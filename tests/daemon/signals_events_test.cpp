// signals_events_test.cpp: waiting for signals: wait_events, and signal_fd in poll and epoll loops (D05).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>

#include <chrono>
#include <csignal>

using namespace observer;

TEST_CASE("wait_events returns at the signal, also at one that came before", "[D05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=USR1:handler"}));
    const Process daemon = probe.opened();
    for (int round = 0; round < 20; ++round) {
        if (round % 2 == 0) {
            daemon.tell("wait_events -1");
            daemon.kill(SIGUSR1);
        } else {
            daemon.kill(SIGUSR1);
            daemon.tell("wait_events -1");
        }
        CHECK(daemon.answer().status() == DAEMONCTX_OK);
        CHECK(daemon.event("handler").number("signum") == SIGUSR1);
    }
}

TEST_CASE("wait_events returns IDLE at the timeout and not before", "[D05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=USR1:handler"}));
    const Process daemon = probe.opened();
    CHECK(daemon.ask_ok("wait_events 0").status() == DAEMONCTX_IDLE);
    const auto start = std::chrono::steady_clock::now();
    CHECK(daemon.ask_ok("wait_events 60").status() == DAEMONCTX_IDLE);
    CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(60));
}

TEST_CASE("wait_events survives interruptions by handlers that are not the library's", "[D05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=USR1:handler"}));
    const Process daemon = probe.opened();
    daemon.ask_ok("interrupt_every 1000");
    const auto start = std::chrono::steady_clock::now();
    CHECK(daemon.ask_ok("wait_events 200").status() == DAEMONCTX_IDLE);
    CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(200));
    CHECK(std::stol(daemon.value("interruptions")) > 0);

    daemon.tell("wait_events -1");
    daemon.kill(SIGUSR1);
    CHECK(daemon.answer().status() == DAEMONCTX_OK);
    daemon.ask_ok("interrupt_every 0");
    CHECK(probe.take("handler").size() == 1);
}

TEST_CASE("wait_events refuses a time that is neither one nor -1, and a closed context", "[D05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=USR1:handler"}));
    const Process daemon = probe.opened();
    CHECK(daemon.ask("wait_events -2").status() == DAEMONCTX_ERR_RANGE);
    daemon.ask_ok("close");
    CHECK(daemon.ask("wait_events 0").status() == DAEMONCTX_ERR_STATE);
    CHECK(daemon.ask("dispatch").status() == DAEMONCTX_ERR_STATE);
}

TEST_CASE("signal_fd is readable from the signal until dispatch, in poll", "[D05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const bool asked_before = GENERATE(false, true);
    CAPTURE(method, asked_before);
    Probe probe(opening(method, {"signal=USR1:handler", asked_before ? "signal_fd" : "trace=0"}));
    const Process daemon = probe.opened();
    CHECK(daemon.value("poll_signal_fd 0") == "0");
    for (int round = 0; round < 3; ++round) {
        daemon.kill(SIGUSR1);
        CHECK(daemon.value("poll_signal_fd 20000") == "1");
        CHECK(daemon.value("poll_signal_fd 0") == "1"); // until it is dispatched
        CHECK(probe.take("handler").empty());
        CHECK(daemon.ask_ok("dispatch").status() == DAEMONCTX_OK);
        CHECK(daemon.value("poll_signal_fd 0") == "0");
        CHECK(probe.take("handler").size() == 1);
    }
}

TEST_CASE("a TERMINATE signal makes signal_fd readable, and ends every further wait", "[D05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal_fd"}));
    const Process daemon = probe.opened();
    daemon.kill(SIGTERM);
    CHECK(daemon.value("poll_signal_fd 20000") == "1");
    for (const char *call : {"dispatch", "wait_events -1", "wait_events 0", "wait_events -1", "dispatch"}) {
        CHECK(daemon.ask_ok(call).status() == DAEMONCTX_TERMINATED);
    }
}

TEST_CASE("signal_fd works in epoll, put there before open or after it", "[D05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const bool before = GENERATE(false, true);
    CAPTURE(method, before);
    Probe probe(opening(method, {"signal=USR1:handler", "files_preserve=40", before ? "epoll_add 40" : "trace=0"}));
    const Process daemon = probe.opened();
    if (!before) {
        daemon.ask_ok("epoll_add 40");
    }
    CHECK(daemon.value("epoll_wait 40 0") == "-1");
    for (int round = 0; round < 3; ++round) {
        daemon.kill(SIGUSR1);
        CHECK(daemon.value("epoll_wait 40 20000") == daemon.value("signal_fd"));
        CHECK(daemon.value("epoll_wait 40 0") == daemon.value("signal_fd")); // level-triggered
        CHECK(daemon.ask_ok("dispatch").status() == DAEMONCTX_OK);
        CHECK(daemon.value("epoll_wait 40 0") == "-1");
    }
    CHECK(probe.take("handler").size() == 3);
}

TEST_CASE("signal_fd asked for before open has the same number in the daemon, and is close-on-exec", "[D05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const bool lowest_taken = GENERATE(false, true);
    CAPTURE(method, lowest_taken);
    auto commands = opening(method, {"signal=USR1:handler"});
    commands.pop_back();
    if (lowest_taken) {
        commands.push_back("fill 20");
    }
    Probe probe(commands);
    const Process launcher = probe.launcher();
    const std::string launchers = launcher.value("signal_fd");
    CHECK(std::stoi(launchers) >= 3);
    launcher.tell("open");
    const Process daemon = probe.opened();
    const std::string number = daemon.value("signal_fd");
    if (!is_by_reexec(method)) { // there the context, and what is open, is another one
        CHECK(number == launchers);
    }
    CHECK(daemon.proc().descriptors().at(std::stoi(number)).close_on_exec);
    CHECK(daemon.proc().descriptor_numbers() == std::set<int>{0, 1, 2, std::stoi(number)});
    daemon.kill(SIGUSR1);
    CHECK(daemon.value("poll_signal_fd 20000") == "1");
}

TEST_CASE("signal_fd keeps its number over close and open in place", "[D05]")
{
    Probe probe(opening(Method::in_place, {"signal=USR1:handler", "signal_fd"}));
    const Process process = probe.opened();
    const std::string number = process.value("signal_fd");
    process.ask_ok("raise USR1");
    process.ask_ok("close");
    CHECK(process.value("signal_fd") == number);
    REQUIRE(process.ask("open").word == "opened");
    CHECK(process.value("signal_fd") == number);
    CHECK(process.value("poll_signal_fd 0") == "0"); // nothing of the earlier life
    process.ask_ok("raise USR1");
    CHECK(process.value("poll_signal_fd 0") == "1");
}

TEST_CASE("after launch the launcher's signal_fd is not woken by the daemon's events, nor the other way round", "[D05]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Probe probe(opening(method, {"signal=USR1:handler", "signal_fd"}, "launch"));
    probe.await({"launched"});
    const Process daemon = probe.opened();
    const Process launcher = probe.launcher();
    daemon.kill(SIGUSR1);
    CHECK(daemon.value("poll_signal_fd 20000") == "1");
    CHECK(launcher.value("poll_signal_fd 0") == "0");
    CHECK(launcher.value("signal_fd") == daemon.value("signal_fd"));

    daemon.ask_ok("dispatch");
    launcher.ask_ok("detach_process=no"); // the launcher can become a daemon itself, with events of its own
    REQUIRE(launcher.ask("open").word == "opened");
    launcher.kill(SIGUSR1);
    CHECK(launcher.value("poll_signal_fd 20000") == "1");
    CHECK(daemon.value("poll_signal_fd 0") == "0");
}
