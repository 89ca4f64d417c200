// storm_launch_test.cpp: signals without a pause at the launcher, the intermediate and the daemon while open() is at
// work change nothing (G08).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/rounds.hpp"

using namespace observer;

namespace {

constexpr int launches = 400;

// A storm that did not hit would prove nothing.
void check_hit(const Rounds &rounds, const std::vector<std::string> &receivers)
{
    INFO(rounds.tally.line);
    for (const auto &receiver : receivers) {
        CAPTURE(receiver);
        CHECK(rounds.number(receiver) >= rounds.number("rounds"));
    }
}

void check_unmoved(const Rounds &rounds, const std::string &outcome)
{
    INFO(rounds.tally.line << "\n" << rounds.first_wrong);
    CHECK(rounds.number("wrong") == 0);
    CHECK(rounds.number(outcome) == rounds.number("rounds"));
}

} // namespace

TEST_CASE("a storm of signals at launcher, intermediate and daemon: 400 of 400 launches succeed", "[G08]")
{
    const Rounds rounds = run_rounds({{"daemonctx_signal_storm", "detach", launches}}).front();
    check_unmoved(rounds, "done");
    check_hit(rounds, {"launcher", "intermediate", "daemon", "handled"});
}

TEST_CASE("a storm of signals at a process that opens in place: 400 of 400 succeed", "[G08][B12]")
{
    const Rounds rounds = run_rounds({{"daemonctx_signal_storm", "place", launches}}).front();
    check_unmoved(rounds, "done");
    check_hit(rounds, {"launcher", "handled"});
}

TEST_CASE("a storm of signals at a launch that fails: its failure is told, and nothing is left, 400 of 400 times",
          "[G08][G01]")
{
    const Rounds rounds = run_rounds({{"daemonctx_signal_storm", "fail", launches}}).front();
    check_unmoved(rounds, "refused");
    check_hit(rounds, {"launcher", "intermediate", "daemon", "handled"});
}

TEST_CASE("a storm of signals while the launcher's text is written into a full pipe: it comes whole, and once",
          "[G08][B02]")
{
    const Rounds rounds = run_rounds({{"daemonctx_signal_storm", "flush", 100}}).front();
    check_unmoved(rounds, "done");
    check_hit(rounds, {"launcher", "handled"});
}

// The helper's handlers and its other storms would be another program's after a new start; the launcher is the same.
TEST_CASE("a launcher that is interrupted all the time launches by either method, and is as before", "[G08][H03]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const int microseconds = GENERATE(100, 500);
    CAPTURE(method, microseconds);
    Attempt attempt(method, {"pidfile=none"});
    attempt.launcher().ask_ok("interrupt_every " + std::to_string(microseconds));
    for (int i = 0; i < 60; ++i) {
        CAPTURE(i);
        REQUIRE(attempt.launcher().ask("launch 1").word == "launched");
        const Process daemon = attempt.probe().process(1, attempt.probe().await({"opened"}, 1).sender);
        daemon.tell("_exit 0");
        CHECK(daemon.wait_for_end().exited_with(0));
    }
    CHECK(std::stol(attempt.launcher().value("interruptions")) > 60);
    attempt.launcher().ask_ok("interrupt_every 0");
    CHECK(children_of(attempt.launcher().pid()).empty());
}
