// signals_untouched_test.cpp: with an empty map open changes no disposition and installs nothing (D04).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"
#include "observer/signals.hpp"

#include <csignal>
#include <regex>

using namespace observer;

// A program that was started again has its handlers elsewhere.
static std::string comparable(Method method, const std::string &dispositions)
{
    static const std::regex address("([0-9]+:-?[0-9]+:)[0-9a-f]{4,}:");
    return is_by_reexec(method) ? std::regex_replace(dispositions, address, "$1handler:") : dispositions;
}

TEST_CASE("clear_signal_map then open: no disposition is changed, no handler installed", "[D04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string own = GENERATE(" default", " ignore", " report");
    CAPTURE(method, own);
    auto commands = for_every_signal("sigaction ", own);
    commands.push_back("signal=HUP:handler");
    commands.push_back("signal=clear");
    commands = opening(method, commands);
    commands.pop_back();
    Probe probe(commands);
    const Process launcher = probe.launcher();
    const std::string before = launcher.value("dispositions");
    const SignalSet ignored = launcher.proc().ignored();
    const SignalSet caught = launcher.proc().caught();
    launcher.tell("open");
    const Process daemon = probe.daemon();
    CHECK(comparable(method, daemon.value("dispositions")) == comparable(method, before));
    CHECK(daemon.proc().ignored() == ignored);
    CHECK(daemon.proc().caught() == caught);
}

TEST_CASE("with an empty map the mask stays, and there is no signal channel", "[D04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=clear", "sigmask block TERM,TTIN,USR1,HUP"}));
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().blocked() == SignalSet{SIGTERM, SIGTTIN, SIGUSR1, SIGHUP});
    CHECK(daemon.proc().descriptor_numbers() == std::set<int>{0, 1, 2});
}

TEST_CASE("with an empty map SIGTERM has its default action", "[D04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=clear"}));
    const Process daemon = probe.daemon();
    daemon.kill(SIGTERM);
    CHECK(daemon.wait_for_end().died_by(SIGTERM));
}

TEST_CASE("with an empty map events can be asked for, and none comes", "[D04][D05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=clear", "sigaction USR1 report"}));
    const Process daemon = probe.daemon();
    daemon.kill(SIGUSR1);
    daemon.event("signal");
    CHECK(daemon.ask_ok("wait_events 0").status() == 3);
    CHECK(daemon.ask_ok("dispatch").status() == 0);
    CHECK(daemon.value("poll_signal_fd 0") == "0");
}
