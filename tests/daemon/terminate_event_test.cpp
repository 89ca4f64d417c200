// terminate_event_test.cpp: a terminating signal to a program that asks for events: it ends in its own way (C05).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <csignal>

using namespace observer;

TEST_CASE("SIGTERM in wait_events is an event; the program ends in its own way", "[C05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path), "signal=USR1:handler"}));
    const Process daemon = probe.daemon();
    daemon.tell("wait_events -1");
    daemon.kill(SIGUSR1); // its handler runs in wait_events: from then on the program has asked
    daemon.event("handler");
    CHECK(daemon.answer().status() == 0);
    daemon.tell("wait_events -1");
    daemon.kill(SIGTERM);
    CHECK(daemon.answer().status() == 2);

    const Report terminating = daemon.ask_ok("is_terminating");
    CHECK(terminating.number("value") == 1);
    CHECK(terminating.number("signum") == SIGTERM);
    CHECK(read_file(path) == pid_line(daemon.pid())); // it still runs, and says so
    CHECK(is_locked(path));
    CHECK(daemon.value("is_open") == "1");
    daemon.tell("exit 6");
    CHECK(daemon.wait_for_end().exited_with(6));
    CHECK_FALSE(exists(path));
}

TEST_CASE("SIGTERM makes signal_fd readable, and dispatch tells of it until close", "[C05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const bool before_open = GENERATE(false, true);
    CAPTURE(method, before_open);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    const std::vector<std::string> asking =
        before_open ? std::vector<std::string>{"signal_fd"} : std::vector<std::string>{};
    std::vector<std::string> commands = {option("pidfile", path)};
    commands.insert(commands.end(), asking.begin(), asking.end());
    Probe probe(opening(method, commands));
    const Process daemon = probe.daemon();
    if (!before_open) {
        CHECK(daemon.value("poll_signal_fd 0") == "0");
    }
    daemon.kill(SIGTERM);
    CHECK(daemon.value("poll_signal_fd 60000") == "1");
    CHECK(daemon.ask_ok("dispatch").status() == 2);
    CHECK(daemon.ask_ok("dispatch").status() == 2);
    CHECK(daemon.ask_ok("wait_events -1").status() == 2);
    CHECK(exists(path));
    daemon.ask_ok("close");
    CHECK_FALSE(exists(path));
    daemon.kill(SIGTERM); // the library has no more to do with it
    CHECK(daemon.wait_for_end().died_by(SIGTERM));
}

TEST_CASE("asking once, in any way, is enough to make SIGTERM an event", "[C05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string asking = GENERATE("signal_fd", "dispatch", "wait_events 0", "is_terminating");
    CAPTURE(method, asking);
    Probe probe(opening(method));
    const Process daemon = probe.daemon();
    CHECK(daemon.ask(asking).word == "ok");
    daemon.kill(SIGTERM);
    CHECK(daemon.ask_ok("wait_events 60000").status() == 2);
    daemon.tell("exit 6");
    CHECK(daemon.wait_for_end().exited_with(6));
}

TEST_CASE("a terminating event is over with close: the next daemon of the context does not get it", "[C05][C01]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    CAPTURE(method);
    Probe probe(opening(method));
    const Process first = probe.daemon();
    first.ask_ok("wait_events 0");
    first.kill(SIGTERM);
    CHECK(first.ask_ok("wait_events 60000").status() == 2);
    first.ask_ok("close");
    first.tell("open");
    const Process second = probe.daemon();
    CHECK(second.ask_ok("is_terminating").number("value") == 0);
    CHECK(second.ask_ok("wait_events 0").status() == 3);
}

TEST_CASE("several terminating signals: the first one is told", "[C05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    Probe probe(opening(method, {"signal=INT:terminate"}));
    const Process daemon = probe.daemon();
    daemon.ask_ok("wait_events 0");
    daemon.kill(SIGINT);
    CHECK(daemon.ask_ok("wait_events 60000").status() == 2);
    daemon.kill(SIGTERM);
    CHECK(daemon.ask_ok("is_terminating").number("signum") == SIGINT);
    CHECK(daemon.ask_ok("dispatch").status() == 2);
}
