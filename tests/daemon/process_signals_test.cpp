// process_signals_test.cpp: the daemon's signal dispositions, mask and pending signals after open (B10).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <csignal>

using namespace observer;

static const SignalSet job_control = {SIGTTIN, SIGTTOU, SIGTSTP};

TEST_CASE("by default the terminal's stop signals are ignored and SIGTERM is caught", "[B10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    Probe probe(opening(method), started_by(user));
    const Procfs daemon = probe.daemon().proc();
    CHECK(daemon.ignored() == job_control);
    CHECK(daemon.caught() == SignalSet{SIGTERM});
    CHECK(daemon.blocked().empty());
}

TEST_CASE("signals outside of the map keep the program's dispositions", "[B10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"sigaction USR1 report", "sigaction USR2 ignore", "sigaction PIPE ignore",
                                 "sigaction RTMIN+3 report", "sigaction TTIN report", "sigaction TERM ignore"}));
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().ignored() == SignalSet{SIGTTIN, SIGTTOU, SIGTSTP, SIGUSR2, SIGPIPE});
    CHECK(daemon.proc().caught() == SignalSet{SIGTERM, SIGUSR1, SIGRTMIN + 3});
    daemon.kill(SIGUSR1);
    CHECK(daemon.event("signal").number("signum") == SIGUSR1); // the program's own handler still runs
}

TEST_CASE("mapped signals are unblocked, the others' mask stays", "[B10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(
        method, {"signal=USR2:handler", "signal=CHLD:unset", "sigmask block TERM,TTIN,TSTP,USR1,USR2,HUP,CHLD"}));
    CHECK(probe.daemon().proc().blocked() == SignalSet{SIGUSR1, SIGHUP, SIGCHLD});
}

TEST_CASE("RESET_ALL sets all other signals to default but ignored ones and fault handlers, and empties the mask",
          "[B10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal_reset=all", "sigaction USR1 report", "sigaction HUP report",
                                 "sigaction RTMIN+3 report", "sigaction USR2 ignore", "sigaction SEGV report",
                                 "sigaction BUS report", "sigaction FPE report", "sigaction ILL report",
                                 "sigmask block USR1,HUP,INT,RTMIN+5,TERM"}));
    const Procfs daemon = probe.daemon().proc();
    CHECK(daemon.ignored() == SignalSet{SIGTTIN, SIGTTOU, SIGTSTP, SIGUSR2});
    CHECK(daemon.caught() == SignalSet{SIGTERM, SIGSEGV, SIGBUS, SIGFPE, SIGILL});
    CHECK(daemon.blocked().empty());
}

TEST_CASE("no pending signal is carried into the daemon", "[B10]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Probe probe(opening(method, {"sigaction USR1 report", "signal=USR2:handler", "sigmask block USR1,USR2,RTMIN+1",
                                 "raise USR1", "raise USR2", "raise RTMIN+1"}));
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().pending().empty());
    CHECK(daemon.ask_ok("poll_signal_fd 0").number("value") == 0);
    CHECK(probe.take("signal").empty());
}

TEST_CASE("RESET_ALL does not deliver what was pending", "[B10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(
        method, {"signal_reset=all", "sigaction USR1 report", "sigmask block USR1,HUP", "raise USR1", "raise HUP"}));
    const Process daemon = probe.daemon(); // SIGHUP's default action would have ended it
    CHECK(daemon.proc().pending().empty());
    CHECK(daemon.proc().blocked().empty());
    CHECK(probe.take("signal").empty());
}
