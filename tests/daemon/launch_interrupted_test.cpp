// launch_interrupted_test.cpp: Ctrl-C and its like at the waiting launcher abort the launch (G11).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/terminal.hpp"

#include <daemonctx/daemonctx.h>

#include <cerrno>
#include <csignal>
#include <cstring>

using namespace observer;

namespace {

struct Signal {
    std::string name;
    int number;
};

std::ostream &operator<<(std::ostream &out, const Signal &signal)
{
    return out << signal.name;
}

const std::vector<Signal> aborting = {{"INT", SIGINT}, {"TERM", SIGTERM}, {"QUIT", SIGQUIT}};

} // namespace

TEST_CASE("a signal at the waiting launcher ends the launch, and the launcher by that signal", "[G11]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string call = GENERATE("open", "launch");
    const User user = GENERATE(from_range(users()));
    const Signal signal = GENERATE(from_range(aborting));
    CAPTURE(method, call, user, signal);
    Attempt attempt(method, {"ready_mode=manual", "limit CORE 0 0"}, started_by(user));
    attempt.launcher().tell(call);
    const Process daemon = attempt.probe().opened();
    attempt.launcher().kill(signal.number);
    CHECK(attempt.launcher().wait_for_end().died_by(signal.number));
    CHECK(Reaper::instance().wait(daemon.pid()).died_by(SIGKILL));
    CHECK(attempt.probe().wait_for_silence());
    CHECK_FALSE(exists(attempt.pidfile()));
    Probe next(opening(method, {option("pidfile", attempt.pidfile())}));
    next.daemon();
}

TEST_CASE("where the signal is handled, open returns and tells of it, and the handler has run", "[G11]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string call = GENERATE("open", "launch");
    const Signal signal = GENERATE(from_range(aborting));
    CAPTURE(method, call, signal);
    Attempt attempt(method, {"ready_mode=manual", "sigaction " + signal.name + " report"});
    attempt.launcher().tell(call);
    const Process daemon = attempt.probe().opened();
    attempt.launcher().kill(signal.number);
    const Report failed = attempt.launcher().answer();
    REQUIRE(failed.word == "failed");
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
    CHECK(failed.number("step") == DAEMONCTX_STEP_REPORT);
    CHECK(failed.number("errno") == EINTR);
    CHECK(failed.number("signal") == signal.number);
    CHECK(failed.text("message") == "the launch was interrupted by signal " + std::to_string(signal.number) + " (" +
                                        strsignal(signal.number) + ")");
    CHECK(attempt.probe().take("signal").size() == 1);
    CHECK(Reaper::instance().wait(daemon.pid()).died_by(SIGKILL));
    attempt.check_nothing_left();
    attempt.check_starts_now({"ready_mode=on_open"});
}

TEST_CASE("a signal that the launcher ignores does not end the launch", "[G11]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const Signal signal = GENERATE(from_range(aborting));
    CAPTURE(method, signal);
    Attempt attempt(method, {"ready_mode=manual", "sigaction " + signal.name + " ignore"});
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    attempt.launcher().kill(signal.number);
    CHECK(daemon.ask_ok("notify_ready").status() == 0);
    CHECK(attempt.launcher().wait_for_end().exited_with(0));
    CHECK(daemon.value("is_open") == "1");
}

TEST_CASE("a hang-up at the waiting launcher does not end the launch", "[G11][B11]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"ready_mode=manual"});
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    attempt.launcher().kill(SIGHUP);
    CHECK(daemon.ask_ok("notify_ready").status() == 0);
    CHECK(attempt.launcher().wait_for_end().exited_with(0));
    CHECK(daemon.value("is_open") == "1");
}

TEST_CASE("Ctrl-C and Ctrl-\\ on the launcher's terminal end the launch", "[G11]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const bool stopped = GENERATE(false, true); // the daemon
    const auto key = GENERATE(table<std::string, int>({{"\x03", SIGINT}, {"\x1c", SIGQUIT}}));
    CAPTURE(method, stopped, std::get<1>(key));
    const Terminal terminal;
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper();
    Attempt attempt(method, {"ready_mode=manual", "limit CORE 0 0"}, conditions);
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    REQUIRE(daemon.proc().terminal() == 0); // the terminal's Ctrl-C does not reach it
    if (stopped) {
        daemon.tell("raise STOP");
    }
    terminal.type(std::get<0>(key));
    CHECK(Reaper::instance()
              .wait(attempt.probe().pid())
              .exited_with(128 + std::get<1>(key))); // the session leader tells how the launcher ended
    CHECK(Reaper::instance().wait(daemon.pid()).died_by(SIGKILL));
    CHECK_FALSE(exists(attempt.pidfile()));
}

TEST_CASE("a signal that comes while the launcher hook runs ends the launch after it", "[G11][G07]")
{
    SKIP_IF_REASON(no_forking());
    Attempt attempt(Method::fork, {"ready_mode=manual", "launcher_hook=pause", "sigaction TERM report"});
    attempt.launcher().tell("launch");
    attempt.probe().await({"hook"});
    attempt.launcher().kill(SIGTERM);
    attempt.launcher().tell("return 0");
    const Report failed = attempt.launcher().answer();
    REQUIRE(failed.word == "failed");
    CHECK(failed.number("errno") == EINTR);
    CHECK(failed.number("signal") == SIGTERM);
    attempt.check_nothing_left();
}

TEST_CASE("a signal while the daemon is still being made ends the launch", "[G11]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string hook = GENERATE_COPY(from_range(daemons_hooks(method)));
    CAPTURE(method, hook);
    Attempt attempt(method, {hook + "=pause"});
    attempt.launcher().tell("open");
    const pid_t daemon = attempt.probe().await({"hook"}).sender;
    attempt.launcher().kill(SIGINT);
    CHECK(attempt.launcher().wait_for_end().died_by(SIGINT));
    CHECK(Reaper::instance().wait(daemon).died_by(SIGKILL));
    CHECK_FALSE(exists(attempt.pidfile()));
}
