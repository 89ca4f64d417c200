// race_commit_test.cpp: the daemon's word and the launcher's giving up meet in the same instant, thousands of times
// (G12): success on both sides, or no daemon and nothing of it.
#include "catch.hpp"
#include "observer/rounds.hpp"

using namespace observer;

namespace {

// Each outcome came up often enough for the instant to have been met.
void check_both(const Rounds &rounds)
{
    INFO(rounds.tally.line << "\n" << rounds.first_wrong);
    CHECK(rounds.number("wrong") == 0);
    CHECK(rounds.number("done") + rounds.number("refused") == rounds.number("rounds"));
    CHECK(rounds.number("done") >= rounds.number("rounds") / 10);
    CHECK(rounds.number("refused") >= rounds.number("rounds") / 10);
}

} // namespace

TEST_CASE("10,000 reports in the instant of the time-out: a daemon on both sides, or none and nothing of it",
          "[G12][G04]")
{
    SKIP_IF_REASON(sanitized("makes 10,000 launches take minutes; the other races run"));
    for (const auto &rounds :
         run_rounds({{"daemonctx_commit_race", "open", 5000}, {"daemonctx_commit_race", "ready", 5000}})) {
        CHECK(rounds.number("rounds") == 5000);
        check_both(rounds);
    }
}

TEST_CASE("a failure told in the instant of the time-out is the program's failure or a time-out, and nothing is left",
          "[G12][G04]")
{
    check_both(run_rounds({{"daemonctx_commit_race", "failed", 500}}).front());
}

TEST_CASE("a report in the instant of a SIGTERM at the launcher: a daemon on both sides, or none and nothing of it",
          "[G12][G11]")
{
    const Rounds rounds = run_rounds({{"daemonctx_commit_race", "signal", 1000}}).front();
    check_both(rounds);
    CHECK(rounds.number("handled") >= rounds.number("refused")); // the program's own handler has run too
}

TEST_CASE("a report in the instant in which the launcher is killed: a daemon, or none and nothing of it",
          "[G12][G03][E11]")
{
    check_both(run_rounds({{"daemonctx_commit_race", "killed", 1000}}).front());
}

TEST_CASE("Ctrl-C, SIGTERM and SIGQUIT at every moment of the waiting: a daemon and success, or neither, nothing left",
          "[G11][G12]")
{
    for (const auto &rounds : run_rounds({{"daemonctx_commit_race", "int", 400},
                                          {"daemonctx_commit_race", "term", 400},
                                          {"daemonctx_commit_race", "quit", 400}})) {
        check_both(rounds);
    }
}
