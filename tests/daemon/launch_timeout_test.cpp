// launch_timeout_test.cpp: a launch that never becomes ready ends when its bound is over, and no daemon is left (G04).
#include "catch.hpp"
#include "observer/attempt.hpp"

#include <daemonctx/daemonctx.h>

#include <csignal>

using namespace observer;

namespace {

void check_timed_out(const Report &failed, const std::string &milliseconds)
{
    CHECK(failed.status() == DAEMONCTX_ERR_TIMEOUT);
    CHECK(failed.number("step") == DAEMONCTX_STEP_REPORT);
    CHECK(failed.number("errno") == 0);
    CHECK(failed.number("exit_code") == -1);
    CHECK(failed.number("signal") == -1);
    CHECK_THAT(failed.text("message"), Catch::Contains("not ready") && Catch::Contains(milliseconds));
}

} // namespace

TEST_CASE("a daemon that keeps silent is ended when the bound is over", "[G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string call = GENERATE("open", "launch");
    const User user = GENERATE(from_range(users()));
    const std::string milliseconds = GENERATE("0", "1", "150");
    CAPTURE(method, call, user, milliseconds);
    Attempt attempt(method, {"ready_mode=manual", "ready_timeout=" + milliseconds}, started_by(user));
    check_timed_out(attempt.fail(call), milliseconds);
    attempt.check_nothing_left();
    attempt.check_starts_now({"ready_mode=on_open", "ready_timeout=90000"});
}

TEST_CASE("a daemon that ignores every signal is ended when the bound is over", "[G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"ready_mode=manual", "ready_timeout=150", "signal=TERM:ignore", "signal=HUP:ignore",
                             "signal=INT:ignore"});
    check_timed_out(attempt.fail(), "150");
    attempt.check_nothing_left();
}

TEST_CASE("a hook that hangs in the daemon is ended when the bound is over", "[G04][G07]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string hook = GENERATE_COPY(from_range(daemons_hooks(method)));
    CAPTURE(method, hook);
    Attempt attempt(method, {"ready_timeout=150", hook + "=pause"});
    check_timed_out(attempt.fail(), "150");
    attempt.check_nothing_left();
    attempt.check_starts_now({hook + "=none", "ready_timeout=90000"});
}

TEST_CASE("a stopped daemon is ended when the bound is over, wherever it stands", "[G04][G03]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string hook = GENERATE_COPY(from_range(daemons_hooks(method)));
    const std::string commands = GENERATE("raise STOP", "kill parent STOP;raise STOP");
    CAPTURE(method, hook, commands);
    Attempt attempt(method, {"ready_timeout=150", option(hook, "run:" + commands)});
    check_timed_out(attempt.fail(), "150");
    attempt.check_nothing_left();
    attempt.check_starts_now({hook + "=none", "ready_timeout=90000"});
}

TEST_CASE("a silent daemon that has left its session and its group is ended too", "[G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string commands = GENERATE("setsid", "setsid;raise STOP");
    CAPTURE(method, commands);
    Attempt attempt(method, {"ready_mode=manual", "ready_timeout=300", option(first_hook(method), "run:" + commands)});
    check_timed_out(attempt.fail(), "300");
    attempt.check_nothing_left();
}

TEST_CASE("a daemon that is stopped after open is ended when the bound is over", "[G04][G03]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"ready_mode=manual", "ready_timeout=2000"});
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    daemon.tell("raise STOP");
    const Report failed = attempt.launcher().answer();
    REQUIRE(failed.word == "failed");
    check_timed_out(failed, "2000");
    CHECK(Reaper::instance().wait(daemon.pid()).died_by(SIGKILL));
    attempt.check_nothing_left();
}

TEST_CASE("children that the starting daemon made end with it, as far as they stayed in its group", "[G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"ready_mode=manual", "ready_timeout=2000"});
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    const pid_t child = static_cast<pid_t>(daemon.ask_ok("fork 3").number("result"));
    const Report failed = attempt.launcher().answer();
    REQUIRE(failed.word == "failed");
    check_timed_out(failed, "2000");
    CHECK(Reaper::instance().wait(child).died_by(SIGKILL));
    attempt.check_nothing_left();
}

TEST_CASE("a stopped intermediate does not keep the launcher from its outcome", "[G04][G03]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"ready_mode=manual"});
    attempt.launcher().tell("launch");
    const Process daemon = attempt.probe().opened();
    daemon.ask_ok("kill parent STOP");
    SECTION("success")
    {
        daemon.ask_ok("notify_ready");
        CHECK(attempt.launcher().answer().word == "launched");
        CHECK(daemon.value("is_open") == "1");
        attempt.check_unchanged();
    }
    SECTION("failure")
    {
        daemon.ask_ok("notify_failed 3 no");
        daemon.tell("_exit 3");
        const Report failed = attempt.launcher().answer();
        REQUIRE(failed.word == "failed");
        CHECK(failed.status() == DAEMONCTX_ERR_PROGRAM);
        attempt.check_nothing_left();
    }
}
