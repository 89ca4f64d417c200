// signals_installed_test.cpp: how the library's handlers are installed, and what RESET_ALL leaves (design, section 7).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"
#include "observer/signals.hpp"

#include <csignal>
#include <cstdint>

using namespace observer;

TEST_CASE("handlers run on the alternate stack, restart system calls, and block nothing", "[D01][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string action = GENERATE(as<std::string>{}, ":terminate", ":handler", ":async");
    Probe probe(opening(method, for_every_signal("signal=", action)));
    const Process daemon = probe.opened();
    for (const int signum : changeable_signals()) {
        CAPTURE(method, action, signum);
        const Report flags = daemon.ask_ok("sigaction_flags " + std::to_string(signum));
        CHECK(flags.number("onstack") == 1);
        CHECK(flags.number("restart") == 1);
        CHECK(flags.number("others") == 0);
        CHECK(flags.number("masked") == 0);
    }
}

// The channel is an eventfd: filled to the brim, it can be written no more, and a handler's write fails.
static std::string full_counter()
{
    const std::uint64_t most = 0xfffffffffffffffeU;
    return {reinterpret_cast<const char *>(&most), sizeof most};
}

TEST_CASE("handlers keep errno", "[D01]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=USR1:handler", "signal=USR2:terminate"}));
    const Process daemon = probe.opened();
    const std::string channel = daemon.value("signal_fd");
    CHECK(daemon.value("errno_over USR1") == "4242");
    REQUIRE(daemon.ask("dispatch").word == "ok");
    REQUIRE(daemon.ask_ok(command("write", {channel, full_counter()})).number("result") == 8);
    CHECK(daemon.value("errno_over USR1") == "4242");
    CHECK(daemon.value("errno_over USR2") == "4242");
    CHECK(daemon.ask_ok("dispatch").status() == 2); // both were noted
    CHECK(probe.take("handler").size() == 2);
}

static const SignalSet faults = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};

TEST_CASE("RESET_ALL: of the program's own handlers those of faults stay", "[B10][D01]")
{
    const Method method = GENERATE(from_range(all_methods()));
    auto commands = for_every_signal("sigaction ", " report");
    commands.push_back("signal_reset=all");
    commands.push_back("signal=HUP:handler");
    Probe probe(opening(method, commands));
    const Process daemon = probe.opened();
    SignalSet expected = faults;
    expected.insert({SIGTERM, SIGHUP});
    CHECK(daemon.proc().caught() == expected);
    CHECK(daemon.proc().ignored() == SignalSet{SIGTTIN, SIGTTOU, SIGTSTP});
    CHECK(daemon.proc().blocked().empty());
    daemon.kill(SIGSEGV);
    CHECK(daemon.event("signal").number("signum") == SIGSEGV); // the program's own
}

TEST_CASE("RESET_ALL: ignored signals stay ignored", "[B10][D01]")
{
    const Method method = GENERATE(from_range(all_methods()));
    auto commands = for_every_signal("sigaction ", " ignore");
    commands.push_back("signal_reset=all");
    Probe probe(opening(method, commands));
    SignalSet expected = changeable_set();
    expected.erase(SIGTERM);
    CHECK(probe.opened().proc().ignored() == expected);
}

TEST_CASE("RESET_ALL with an empty map resets all, and empties the mask", "[B10][D01]")
{
    const Method method = GENERATE(from_range(all_methods()));
    auto commands = for_every_signal("sigaction ", " report");
    for (const auto &command : for_every_signal("sigmask block ", "")) {
        commands.push_back(command);
    }
    commands.push_back("signal_reset=all");
    commands.push_back("signal=clear");
    Probe probe(opening(method, commands));
    const Procfs proc = probe.opened().proc();
    CHECK(proc.caught() == faults);
    CHECK(proc.blocked().empty());
}

TEST_CASE("a mapped signal that comes to the daemon before open has returned is an event afterwards", "[D03]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=USR1:handler", first_hook(method) + "=pause"}));
    const Report hook = probe.await({"hook"});
    const Process hooked = probe.process(is_in_place(method) ? 0 : 1, hook.sender);
    hooked.kill(SIGUSR1);
    hooked.tell("return 0");
    const Process daemon = probe.opened();
    CHECK(daemon.ask_ok("wait_events -1").status() == 0);
    CHECK(daemon.event("handler").number("signum") == SIGUSR1);
}
