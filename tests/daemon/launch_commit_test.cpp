// launch_commit_test.cpp: a report sent in the instant of the time-out is a success on both sides, or a failure on both
// (G12).
#include "catch.hpp"
#include "observer/attempt.hpp"

#include <daemonctx/daemonctx.h>

#include <algorithm>

using namespace observer;

namespace {

constexpr int races = 60; // race_commit_test.cpp makes the thousands; here each is looked at from outside
constexpr int bound = 15; // milliseconds

// Finds the delay at which the outcome is open: longer after a success, shorter after a time-out.
class Delay {
  public:
    std::string microseconds() const { return std::to_string(value_); }
    void learn(bool success)
    {
        step_ = success == last_ ? std::min(step_ * 3 / 2, 2000) : std::max(step_ / 2, 10);
        last_ = success;
        value_ = std::max(0, value_ + (success ? step_ : -step_));
    }

  private:
    int value_ = bound * 500;
    int step_ = 1000;
    bool last_ = true;
};

// The launcher's word holds: OK and there is a daemon, or a time-out and there is none, nor anything of it.
bool race_is_won(Probe &probe, const std::string &pidfile, const Report &outcome, bool manual)
{
    const Process launcher = probe.launcher();
    if (outcome.word == "launched") {
        const Process daemon = probe.process(1, probe.await({"opened"}, 1).sender);
        for (int answers = manual ? 2 : 0; answers > 0; --answers) { // spin's and notify_ready's
            probe.await({"ok"}, 1);
        }
        CHECK(outcome.number("daemon_pid") == daemon.pid());
        const Report query = launcher.ask_ok(command("query", {pidfile}));
        CHECK(query.status() == DAEMONCTX_OK);
        CHECK(query.number("pid") == daemon.pid());
        CHECK(daemon.value("is_open") == "1");
        daemon.tell("exit 0");
        CHECK(daemon.wait_for_end().exited_with(0));
        return true;
    }
    CHECK(outcome.status() == DAEMONCTX_ERR_TIMEOUT);
    // no daemon was let to believe that its report had arrived
    CHECK(probe.take("ok").size() <= (manual ? 1 : 0)); // spin's
    for (const Report &report : probe.take("opened")) {
        CHECK((report.channel == 0 || manual));
    }
    CHECK(children_of(launcher.pid()).empty());
    Reaper::instance().has_ended(launcher.pid()); // collects
    CHECK(Reaper::instance().children() == std::vector<pid_t>{launcher.pid()});
    CHECK_FALSE(exists(pidfile));
    return false;
}

void check_both_happened(int successes)
{
    INFO(successes << " of " << races << " launches were in time");
    CHECK(successes > 0);
    CHECK(successes < races);
}

} // namespace

TEST_CASE("notify_ready raced against the bound: a launcher that says OK has a daemon, and one that does not has none",
          "[G12][G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const TemporaryDirectory directory;
    Delay delay;
    int successes = 0;
    for (int i = 0; i < races; ++i) {
        Probe probe(opening(
            method,
            {"ready_mode=manual", "ready_timeout=" + std::to_string(bound), option("pidfile", directory / "pid")},
            "launch"));
        probe.send(1, "spin " + delay.microseconds()); // there before the daemon is
        probe.send(1, "notify_ready");
        const Report outcome = probe.await({"launched", "failed"}, 0);
        const bool success = race_is_won(probe, directory / "pid", outcome, true);
        successes += success ? 1 : 0;
        delay.learn(success);
    }
    check_both_happened(successes);
}

TEST_CASE("open raced against the bound: a launcher that says OK has a daemon, and one that does not has none", "[G12]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"ready_timeout=" + std::to_string(bound)});
    Delay delay;
    int successes = 0;
    for (int i = 0; i < races; ++i) {
        attempt.launcher().ask_ok(option("privileged_hook", "run:spin " + delay.microseconds()));
        const Report outcome = attempt.launcher().ask("launch");
        const bool success = race_is_won(attempt.probe(), attempt.pidfile(), outcome, false);
        attempt.probe().take("opened");
        attempt.probe().take("hook");
        successes += success ? 1 : 0;
        delay.learn(success);
    }
    check_both_happened(successes);
}
