// signals_refused_test.cpp: signals that cannot be changed, or that no system has, are refused before anything happens
// (D02).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>

#include <cerrno>

using namespace observer;

TEST_CASE("a signal that cannot be changed is refused when set, and open then does nothing", "[D02][A10]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    for (const char *signum : {"KILL", "STOP", "0", "-1", "32", "33", "65", "1000", "2147483647"}) {
        for (const char *what : {"ignore", "default", "terminate", "handler", "async"}) {
            CAPTURE(method, signum, what);
            auto commands = opening(method, {option("pidfile", directory / "pid"), "atfork", "prepare_hook=report",
                                             "privileged_hook=report"});
            commands.pop_back();
            Probe probe(commands);
            const Process launcher = probe.launcher();
            const std::string before = launcher.value("dispositions");
            const Report refused = launcher.ask("signal=" + std::string(signum) + ':' + what);
            REQUIRE(refused.word == "failed");
            CHECK(refused.status() == DAEMONCTX_ERR_RANGE);

            const Report failed = launcher.ask("open");
            REQUIRE(failed.word == "failed");
            CHECK(failed.status() == DAEMONCTX_ERR_RANGE);
            CHECK(failed.number("step") == DAEMONCTX_STEP_PLAN);
            CHECK(failed.text("message") == refused.text("message"));
            CHECK(launcher.value("dispositions") == before);
            CHECK(launcher.ask("waitpid -1 nohang").number("errno") == ECHILD);
            CHECK(probe.take("atfork_prepare").empty());
            CHECK(probe.take("hook").empty());
            CHECK_FALSE(exists(directory / "pid"));
        }
    }
}

TEST_CASE("a refused signal leaves the others' actions as they were", "[D02]")
{
    const Method method = GENERATE(from_range(all_methods()));
    auto commands = opening(method, {"signal=USR1:ignore"});
    commands.pop_back();
    Probe probe(commands);
    const Process launcher = probe.launcher();
    CHECK(launcher.ask("signal=KILL:terminate").word == "failed");
    CHECK(launcher.value("get signal USR1") == std::to_string(DAEMONCTX_SIGNAL_ACTION_IGNORE));
    CHECK(launcher.value("get signal TERM") == std::to_string(DAEMONCTX_SIGNAL_ACTION_TERMINATE));
    launcher.ask_ok("signal=KILL:unset"); // mended
    launcher.tell("open");
    CHECK(probe.daemon().proc().ignored().count(10) == 1);
}
