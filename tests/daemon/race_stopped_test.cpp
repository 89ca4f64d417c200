// race_stopped_test.cpp: a launcher that is stopped beyond its bound, or killed while it waits: what it says when it
// goes on is true, and nobody goes on without it (G03, G12).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/pidfiles.hpp"

#include <daemonctx/daemonctx.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

using namespace observer;

namespace {

constexpr int bound = 150; // milliseconds

// The time itself is the event: there is nothing else to wait for.
void let_the_bound_pass()
{
    std::this_thread::sleep_for(std::chrono::milliseconds(2 * bound));
}

bool stopped(pid_t pid)
{
    const Deadline deadline;
    while (Procfs(pid).state() != 'T' && deadline.milliseconds_left() > 0) {
        std::this_thread::yield();
    }
    return Procfs(pid).state() == 'T';
}

} // namespace

TEST_CASE("a launcher stopped beyond its bound finds what was reported meanwhile, or says that it timed out",
          "[G03][G12][G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const bool reported = GENERATE(true, false);
    CAPTURE(method, reported);
    Attempt attempt(method, {"ready_mode=manual", "ready_timeout=" + std::to_string(bound)});
    attempt.launcher().tell("launch");
    const Process daemon = attempt.probe().opened();
    attempt.launcher().kill(SIGSTOP);
    REQUIRE(stopped(attempt.launcher().pid()));
    let_the_bound_pass();
    if (reported) {
        CHECK(daemon.ask_ok("notify_ready").status() == 0); // believed, and so it must be true
    }
    attempt.launcher().kill(SIGCONT);
    const Report outcome = attempt.launcher().answer();
    if (reported) {
        REQUIRE(outcome.word == "launched");
        CHECK(outcome.number("daemon_pid") == daemon.pid());
        CHECK(read_file(attempt.pidfile()) == pid_line(daemon.pid()));
    } else {
        CHECK(outcome.status() == DAEMONCTX_ERR_TIMEOUT);
        attempt.check_nothing_left();
    }
}

TEST_CASE("a launcher stopped while its daemon fails or ends tells of that when it goes on", "[G03][G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string ending = GENERATE("notify_failed 3 no", "_exit 3", "raise KILL");
    CAPTURE(method, ending);
    Attempt attempt(method, {"ready_mode=manual", "ready_timeout=" + std::to_string(bound)});
    attempt.launcher().tell("launch");
    const Process daemon = attempt.probe().opened();
    attempt.launcher().kill(SIGSTOP);
    REQUIRE(stopped(attempt.launcher().pid()));
    daemon.tell(ending);
    let_the_bound_pass();
    attempt.launcher().kill(SIGCONT);
    const Report outcome = attempt.launcher().answer();
    REQUIRE(outcome.word == "failed");
    CHECK(outcome.status() == (ending[0] == 'n' ? DAEMONCTX_ERR_PROGRAM : DAEMONCTX_ERR_DIED));
    attempt.check_nothing_left();
    attempt.check_starts_now({"ready_mode=on_open", "ready_timeout=90000"});
}

TEST_CASE("all parties stopped beyond the bound: the launcher answers when it goes on, and nothing is left", "[G03]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"ready_mode=manual", "ready_timeout=" + std::to_string(bound)});
    attempt.launcher().tell("launch");
    const Process daemon = attempt.probe().opened();
    daemon.ask_ok("kill parent STOP");
    daemon.tell("raise STOP");
    REQUIRE(stopped(daemon.pid()));
    attempt.launcher().kill(SIGSTOP);
    REQUIRE(stopped(attempt.launcher().pid()));
    let_the_bound_pass();
    attempt.launcher().kill(SIGCONT);
    CHECK(attempt.launcher().answer().status() == DAEMONCTX_ERR_TIMEOUT);
    attempt.check_nothing_left();
    attempt.check_starts_now({"ready_mode=on_open", "ready_timeout=90000"});
}

TEST_CASE("a launcher killed while it waits: its daemon's word fails, and the daemon ends and leaves nothing",
          "[G03][G12][E11]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string word = GENERATE("notify_ready", "notify_failed 3 no", "close", "exit 0", "raise TERM");
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, word, user);
    Attempt attempt(method, {"ready_mode=manual"}, started_by(user));
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    attempt.launcher().kill(SIGKILL);
    CHECK(attempt.launcher().wait_for_end().died_by(SIGKILL));
    REQUIRE(Reaper::instance().wait_until([&] {
        return daemon.proc().parent() == getpid(); // the intermediate has ended with the launcher
    }));
    CHECK(is_locked(attempt.pidfile())); // it lives, unready: no other one starts beside it
    daemon.tell(word);
    if (word == "close") {
        CHECK(daemon.answer().status() == 0);
        CHECK_FALSE(exists(attempt.pidfile()));
        daemon.tell("_exit 0");
    }
    daemon.wait_for_end();
    CHECK_FALSE(exists(attempt.pidfile()));
    Probe next(opening(method, {option("pidfile", attempt.pidfile())}));
    next.daemon();
}

TEST_CASE("a launcher killed while the daemon is being made: the daemon ends before it is one, and leaves nothing",
          "[G03][G12][E11]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string hook = GENERATE_COPY(from_range(daemons_hooks(method)));
    CAPTURE(method, hook);
    Attempt attempt(method, {hook + "=pause"});
    attempt.launcher().tell("open");
    const Process starting = attempt.probe().process(1, attempt.probe().await({"hook"}).sender);
    attempt.launcher().kill(SIGKILL);
    attempt.launcher().wait_for_end();
    REQUIRE(Reaper::instance().wait_until([&] { return starting.proc().parent() == getpid(); }));
    starting.tell("return 0");
    CHECK(starting.wait_for_end().exited_with(1));
    CHECK(attempt.probe().take("opened").empty());
    CHECK_FALSE(exists(attempt.pidfile()));
}
