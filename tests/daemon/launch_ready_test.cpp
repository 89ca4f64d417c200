// launch_ready_test.cpp: READY_MANUAL: the launcher waits for the daemon's word, and for nothing longer than it must
// (G04).
#include "catch.hpp"
#include "observer/attempt.hpp"

#include <daemonctx/daemonctx.h>

#include <climits>
#include <csignal>

using namespace observer;

namespace {

const std::vector<std::string> manual = {"ready_mode=manual"};

std::vector<std::string> manual_and(const std::vector<std::string> &more)
{
    std::vector<std::string> all = manual;
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

// It sleeps, and its reports are all read: what it waits for is still to come.
bool waits(const Process &launcher)
{
    const Deadline deadline;
    const auto ended = [&] {
        return Reaper::instance().has_ended(launcher.pid());
    };
    while (!ended() && launcher.proc().state() != 'S' && deadline.milliseconds_left() > 0) {
    }
    return !ended();
}

} // namespace

TEST_CASE("the launcher ends only after notify_ready", "[G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const User user = GENERATE(from_range(users()));
    const std::string timeout = GENERATE("ready_timeout=-1", "ready_timeout=90000");
    CAPTURE(method, user, timeout);
    Attempt attempt(method, manual_and({timeout}), started_by(user));
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    CHECK(daemon.value("is_open") == "1");
    CHECK(read_file(attempt.pidfile()) == std::to_string(daemon.pid()) + '\n');
    for (int i = 0; i < 50; ++i) {
        daemon.value("getpid");
        CHECK(waits(attempt.launcher()));
    }
    CHECK(daemon.ask_ok("notify_ready").status() == 0);
    CHECK(attempt.launcher().wait_for_end().exited_with(0));
    CHECK(daemon.value("getpid") == std::to_string(daemon.pid()));
    CHECK(daemon.ask_ok("notify_ready").status() == 0); // once more is no error
    CHECK(daemon.ask("notify_failed 1 late").status() == DAEMONCTX_ERR_STATE);
    CHECK(exists(attempt.pidfile()));
}

TEST_CASE(
    "notify_ready lets go of the report channel: no descriptor of the library's own is left but its documented ones",
    "[G04][B05]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Probe probe(opening(method, manual_and({"signal=clear"})));
    const Process daemon = probe.opened();
    CHECK(daemon.proc().descriptor_numbers().size() == 4); // the report's
    daemon.ask_ok("notify_ready");
    CHECK(daemon.proc().descriptor_numbers() == std::set<int>{0, 1, 2});
}

TEST_CASE("notify_failed gives the launcher its code and its text", "[G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string call = GENERATE("open", "launch");
    const long code = GENERATE(7L, 0L, -1L, static_cast<long>(INT_MAX), static_cast<long>(INT_MIN));
    CAPTURE(method, call, code);
    Attempt attempt(method, manual);
    attempt.launcher().tell(call);
    const Process daemon = attempt.probe().opened();
    CHECK(daemon.ask_ok(command("notify_failed", {std::to_string(code), "no database"})).status() == 0);
    CHECK_FALSE(exists(attempt.pidfile()));
    daemon.tell("_exit 7");
    const Report failed = attempt.launcher().answer();
    REQUIRE(failed.word == "failed");
    CHECK(failed.status() == DAEMONCTX_ERR_PROGRAM);
    CHECK(failed.number("step") == DAEMONCTX_STEP_REPORT);
    CHECK(failed.number("errno") == 0);
    CHECK(failed.number("exit_code") == code);
    CHECK(failed.text("message") == "no database");
    attempt.check_nothing_left();
    attempt.check_starts_now({"ready_mode=on_open"});
}

TEST_CASE("a daemon that lives on after notify_failed is ended when the bound is over", "[G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, manual_and({"ready_timeout=2000"}));
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    daemon.ask_ok("notify_failed 3 no"); // and then it obeys its channel
    const Report failed = attempt.launcher().answer();
    REQUIRE(failed.word == "failed");
    CHECK(failed.status() == DAEMONCTX_ERR_PROGRAM);
    CHECK(failed.number("exit_code") == 3);
    CHECK(Reaper::instance().wait(daemon.pid()).died_by(SIGKILL));
    attempt.check_nothing_left();
}

TEST_CASE("NULL as text is refused, and the launcher waits on", "[G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, manual);
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    CHECK(daemon.ask("notify_failed 3").status() == DAEMONCTX_ERR_ARGUMENT);
    CHECK(waits(attempt.launcher()));
    CHECK(daemon.ask_ok("notify_ready").status() == 0);
    CHECK(attempt.launcher().wait_for_end().exited_with(0));
}

namespace {

struct End {
    std::string command;
    int exit_code;
    int signal;
};

std::ostream &operator<<(std::ostream &out, const End &end)
{
    return out << end.command;
}

} // namespace

TEST_CASE("a daemon that ends before it is ready is told at once, with how it ended", "[G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string call = GENERATE("open", "launch");
    const End end =
        GENERATE(End{"_exit 33", 33, -1}, End{"_exit 0", 0, -1}, End{"exit 5", 5, -1}, End{"return 6", 6, -1},
                 End{"crash KILL", -1, SIGKILL}, End{"crash SEGV", -1, SIGSEGV}, End{"crash TERM", -1, SIGTERM});
    CAPTURE(method, call, end);
    Attempt attempt(method, manual);
    attempt.launcher().tell(call);
    const Process daemon = attempt.probe().opened();
    daemon.tell(end.command);
    const Report failed = attempt.launcher().answer();
    REQUIRE(failed.word == "failed");
    CHECK(failed.status() == DAEMONCTX_ERR_DIED);
    CHECK(failed.number("step") == DAEMONCTX_STEP_REPORT);
    CHECK(failed.number("exit_code") == end.exit_code);
    CHECK(failed.number("signal") == end.signal);
    CHECK(failed.number("pid") == daemon.pid());
    CHECK_THAT(failed.text("message"),
               Catch::Contains("before it was ready") &&
                   Catch::Contains(std::to_string(end.exit_code >= 0 ? end.exit_code : end.signal)));
    attempt.check_nothing_left();
    attempt.check_starts_now({"ready_mode=on_open"});
}

TEST_CASE("a context that is closed or freed before it is ready ends the launch at once", "[G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string command = GENERATE("close", "free");
    CAPTURE(method, command);
    Attempt attempt(method, manual);
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    CHECK(daemon.ask_ok(command).status() == 0);
    CHECK_FALSE(exists(attempt.pidfile()));
    daemon.tell("_exit 4");
    const Report failed = attempt.launcher().answer();
    REQUIRE(failed.word == "failed");
    CHECK(failed.status() == DAEMONCTX_ERR_DIED);
    CHECK(failed.number("pid") == daemon.pid());
    CHECK(failed.number("exit_code") == 4);
    CHECK_THAT(failed.text("message"), Catch::Contains("closed"));
    attempt.check_nothing_left();
}
