// signals_actions_test.cpp: what each action of the signal map does, for every signal that the system has (D01).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"
#include "observer/signals.hpp"

#include <daemonctx/daemonctx.h>

#include <csignal>

using namespace observer;

TEST_CASE("IGNORE: every signal is ignored and ends nothing", "[D01][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, for_every_signal("signal=", ":ignore")));
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().ignored() == changeable_set());
    CHECK(daemon.proc().caught().empty());
    CHECK(daemon.proc().blocked().empty());
    for (const int signum : changeable_signals()) {
        daemon.kill(signum);
    }
    CHECK(daemon.value("is_open") == "1");
}

TEST_CASE("DEFAULT: every signal has its default disposition, whatever the program gave it", "[D01][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string own = GENERATE(" report", " ignore");
    CAPTURE(method, own);
    auto commands = for_every_signal("sigaction ", own);
    for (const auto &command : for_every_signal("signal=", ":default")) {
        commands.push_back(command);
    }
    Probe probe(opening(method, commands));
    const Procfs proc = probe.daemon().proc();
    CHECK(proc.ignored().empty());
    CHECK(proc.caught().empty());
}

TEST_CASE("DEFAULT: every signal does what the system says", "[D01]")
{
    const Method method = GENERATE(from_range(all_methods()));
    for (const int signum : changeable_signals()) {
        if (stops_by_default(signum)) {
            continue; // the kernel decides by the process group
        }
        CAPTURE(method, signum);
        const std::string number = std::to_string(signum);
        Probe probe(opening(method, {"sigaction " + number + " report", "signal=" + number + ":default"}));
        const Process daemon = probe.daemon();
        daemon.kill(signum);
        if (ends_by_default(signum)) {
            CHECK(daemon.wait_for_end().died_by(signum));
        } else {
            CHECK(daemon.value("is_open") == "1");
        }
        CHECK(probe.take("signal").empty());
    }
}

TEST_CASE("TERMINATE: every signal removes the pid file and ends the daemon in its way", "[D01]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    const std::string pidfile = directory / "pid";
    for (const int signum : changeable_signals()) {
        CAPTURE(method, signum);
        Probe probe(
            opening(method, {option("pidfile", pidfile), "signal=" + std::to_string(signum) + ":terminate", "atexit"}));
        const Process daemon = probe.daemon();
        CHECK(exists(pidfile));
        daemon.kill(signum);
        const Ended ended = daemon.wait_for_end();
        CAPTURE(describe(ended));
        if (ends_by_default(signum)) {
            CHECK(ended.died_by(signum));
        } else {
            CHECK(ended.exited_with(128 + signum)); // its default action ends nobody
        }
        CHECK_FALSE(exists(pidfile));
        CHECK(probe.take("atexit").empty());
    }
}

TEST_CASE("TERMINATE: every signal is an event for a program that asks for events", "[D01]")
{
    Probe probe({"detach_process=no"});
    const Process process = probe.launcher();
    for (const int signum : changeable_signals()) {
        CAPTURE(signum);
        process.ask_ok("signal=" + std::to_string(signum) + ":terminate");
        REQUIRE(process.ask("open").word == "opened");
        CHECK(process.ask_ok("dispatch").status() == DAEMONCTX_OK);
        process.kill(signum);
        CHECK(process.ask_ok("wait_events -1").status() == DAEMONCTX_TERMINATED);
        const Report terminating = process.ask_ok("is_terminating");
        CHECK(terminating.number("value") == 1);
        CHECK(terminating.number("signum") == signum);
        process.ask_ok("close");
    }
}

TEST_CASE("a deferred handler is called for every signal, in dispatch alone, once", "[D01][D03][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, for_every_signal("signal=", ":handler")));
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().caught() == changeable_set());
    CHECK(daemon.proc().ignored().empty());
    for (const int signum : changeable_signals()) {
        daemon.kill(signum);
        daemon.ask_ok("getpid"); // delivered before the answer: of SIGCONT and SIGTSTP one would take the other away
    }
    CHECK(probe.take("handler").empty());
    CHECK(daemon.ask_ok("dispatch").status() == DAEMONCTX_OK);
    SignalSet called;
    for (const auto &report : probe.take("handler")) {
        CHECK(called.insert(static_cast<int>(report.number("signum"))).second);
        CHECK(report.sender == daemon.pid());
    }
    CHECK(called == changeable_set());
}

TEST_CASE("an async handler is called at once for every signal", "[D01][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, for_every_signal("signal=", ":async")));
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().caught() == changeable_set());
    for (const int signum : changeable_signals()) {
        daemon.kill(signum);
        CHECK(daemon.event("async").number("signum") == signum);
    }
}

TEST_CASE("unset: every signal keeps the disposition that the program gave it", "[D01][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string own = GENERATE(" default", " ignore", " report");
    CAPTURE(method, own);
    auto commands = for_every_signal("sigaction ", own);
    for (const char *action : {":terminate", ":unset"}) {
        for (const auto &command : for_every_signal("signal=", action)) {
            commands.push_back(command);
        }
    }
    Probe probe(opening(method, commands));
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().ignored() == (own == " ignore" ? changeable_set() : SignalSet{}));
    CHECK(daemon.proc().caught() == (own == " report" ? changeable_set() : SignalSet{}));
    if (own == " report") {
        for (const int signum : changeable_signals()) {
            daemon.kill(signum);
            CHECK(daemon.event("signal").number("signum") == signum);
        }
    }
}
