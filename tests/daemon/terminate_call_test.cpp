// terminate_call_test.cpp: terminate(), from the program, from another thread and from a signal handler (C06).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <csignal>

using namespace observer;

namespace {

// How terminate(TERM) is called in the daemon.
const std::vector<std::string> callers = {"the program", "another thread", "a signal handler"};

// Not answered where it ends the process.
void call_terminate(const Process &daemon, const std::string &caller)
{
    if (caller == "a signal handler") {
        daemon.ask_ok("sigaction USR2 terminate:TERM");
        daemon.kill(SIGUSR2);
    } else {
        daemon.tell(caller == "the program" ? "terminate TERM" : "terminate_thread TERM");
    }
}

} // namespace

TEST_CASE("terminate ends a program that never asked for events as the signal would", "[C06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string caller = GENERATE(from_range(callers));
    CAPTURE(method, caller);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    call_terminate(daemon, caller);
    CHECK(daemon.wait_for_end().died_by(SIGTERM));
    CHECK_FALSE(exists(path));
}

TEST_CASE("terminate is an event for a program that asks for events", "[C06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string caller = GENERATE(from_range(callers));
    CAPTURE(method, caller);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    CHECK(daemon.value("poll_signal_fd 0") == "0");
    call_terminate(daemon, caller);
    if (caller != "a signal handler") {
        CHECK(daemon.answer().status() == 0);
    }
    CHECK(daemon.value("poll_signal_fd 60000") == "1");
    CHECK(daemon.ask_ok("wait_events -1").status() == 2);
    CHECK(daemon.ask_ok("is_terminating").number("signum") == SIGTERM);
    CHECK(exists(path));
    daemon.tell("exit 6");
    CHECK(daemon.wait_for_end().exited_with(6));
    CHECK_FALSE(exists(path));
}

TEST_CASE("terminate ends the program by the signal it names, mapped or not, blocked or not", "[C06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const int signum = GENERATE(SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGUSR1, SIGPIPE, SIGTERM, SIGRTMIN + 3);
    const std::string before = GENERATE("sigmask block HUP,INT,USR1,TERM", "sigaction HUP ignore");
    CAPTURE(method, signum, before);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    daemon.ask_ok(before);
    daemon.tell("terminate " + std::to_string(signum));
    CHECK(daemon.wait_for_end().died_by(signum));
    CHECK_FALSE(exists(path));
}

TEST_CASE("terminate with a signal that does not end a process is refused and changes nothing", "[C06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    for (const int signum :
         {SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, 0, -1, -15, 65, 1000000}) {
        CAPTURE(signum);
        CHECK(daemon.ask("terminate " + std::to_string(signum)).status() == -2);
        CHECK(daemon.ask("terminate_thread " + std::to_string(signum)).status() == -2);
    }
    CHECK(daemon.value("is_open") == "1");
    CHECK(read_file(path) == pid_line(daemon.pid()));
    CHECK(daemon.value("poll_signal_fd 0") == "0");
}

TEST_CASE("terminate on a context that is not open is refused", "[C06]")
{
    Probe probe({});
    const Process process = probe.launcher();
    CHECK(process.ask("terminate TERM").status() == -3);
    for (const auto &command : opening(Method::in_place)) {
        process.tell(command);
    }
    probe.await({"opened"});
    probe.take("ok");
    process.ask_ok("close");
    CHECK(process.ask("terminate TERM").status() == -3);
    CHECK(process.ask("terminate_thread TERM").status() == -3);
    CHECK(process.value("is_open") == "0");
}

TEST_CASE("terminate in the launcher after launch does not reach the daemon", "[C06][G05]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    CAPTURE(method);
    Probe probe(opening(method, {}, "launch"));
    const Process daemon = probe.opened();
    probe.await({"launched"});
    CHECK(probe.launcher().ask("terminate TERM").status() == -3);
    CHECK(daemon.ask_ok("wait_events 0").status() == 3);
}
