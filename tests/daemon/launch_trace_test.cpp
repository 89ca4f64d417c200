// launch_trace_test.cpp: the trace names every step in order, with its result (G10).
#include "catch.hpp"
#include "observer/attempt.hpp"

#include <daemonctx/daemonctx.h>

using namespace observer;

namespace {

using Names = std::vector<std::string>;

const Names all_steps = {"plan",          "prepare", "detach",   "files",        "prevent_core",
                         "privileged",    "chroot",  "identity", "not_dumpable", "working_directory",
                         "umask",         "signals", "streams",  "pidfile",      "open",
                         "close_at_exit", "report"};

Names up_to(const std::string &last)
{
    Names steps;
    for (const auto &step : all_steps) {
        steps.push_back(step);
        if (step == last) {
            break;
        }
    }
    return steps;
}

// All OK but the last, which has `status`; all told in one process.
void check_trace(const std::vector<Report> &trace, const Names &steps, int status, pid_t process)
{
    Names names;
    for (const auto &step : trace) {
        names.push_back(step.text("name"));
        CHECK(step.sender == process);
    }
    CHECK(names == steps);
    for (std::size_t i = 0; i < trace.size(); ++i) {
        CAPTURE(names[i]);
        CHECK(trace[i].status() == (i + 1 == trace.size() ? status : DAEMONCTX_OK));
    }
    for (std::size_t i = 1; i < trace.size(); ++i) {
        CHECK(trace[i - 1].number("step") < trace[i].number("step"));
    }
}

struct Failing {
    std::string command;
    std::string step;
    int status;
};

std::ostream &operator<<(std::ostream &out, const Failing &failing)
{
    return out << failing.command;
}

const std::vector<Failing> fork_hooks = {
    {"prepare_hook=return:1", "prepare", DAEMONCTX_ERR_CALLBACK},
    {"daemon_hook=return:1", "detach", DAEMONCTX_ERR_CALLBACK},
};

const std::vector<Failing> failing_steps = {
    {"user=nobody-at-all", "plan", DAEMONCTX_ERR_NOT_FOUND},
    {"privileged_hook=return:1", "privileged", DAEMONCTX_ERR_CALLBACK},
    {"pidfile_manager=return:1,report", "pidfile", DAEMONCTX_ERR_CALLBACK},
};

void check_last(Method method, const Failing &failing)
{
    CAPTURE(method, failing);
    Attempt attempt(method, {"trace=1", failing.command});
    CHECK(attempt.fail().status() == failing.status);
    check_trace(attempt.probe().take("trace"), up_to(failing.step), failing.status, attempt.launcher().pid());
}

} // namespace

TEST_CASE("the trace names every step in order, in the launcher", "[G10]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string call = GENERATE("open", "launch");
    CAPTURE(method, call);
    Attempt attempt(method, {"trace=1"});
    attempt.launcher().tell(call);
    attempt.probe().opened();
    if (call == "open") {
        attempt.launcher().wait_for_end();
    } else {
        attempt.probe().await({"launched"});
    }
    check_trace(attempt.probe().take("trace"), all_steps, DAEMONCTX_OK, attempt.launcher().pid());
}

TEST_CASE("in place the trace names every step in order", "[G10][B12]")
{
    const Method method = GENERATE(from_range(in_place_methods()));
    Attempt attempt(method, {"trace=1"});
    REQUIRE(attempt.launcher().ask("open").word == "opened");
    check_trace(attempt.probe().take("trace"), all_steps, DAEMONCTX_OK, attempt.launcher().pid());
}

TEST_CASE("a step that fails is the last in the trace, with its status", "[G10]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const Failing failing = GENERATE(from_range(failing_steps));
    check_last(method, failing);
}

TEST_CASE("a step whose fork hook fails is the last in the trace, with its status", "[G10][G07]")
{
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    const Failing failing = GENERATE(from_range(fork_hooks));
    check_last(method, failing);
}

TEST_CASE("a working directory that is missing is the last in the trace", "[G10]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"trace=1", "working_directory=/nope"});
    attempt.fail();
    check_trace(attempt.probe().take("trace"), up_to("working_directory"), DAEMONCTX_ERR_SYSTEM,
                attempt.launcher().pid());
}

TEST_CASE("a program that is not ready fails in the trace's last step", "[G10][G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string end = GENERATE("notify_failed 1 no", "_exit 1", "notify_ready");
    CAPTURE(method, end);
    Attempt attempt(method, {"trace=1", "ready_mode=manual"});
    attempt.launcher().tell("launch");
    const Process daemon = attempt.probe().opened();
    daemon.tell(end);
    if (end != "_exit 1") {
        daemon.answer();
        daemon.tell("_exit 1");
    }
    const Report report = attempt.launcher().answer();
    check_trace(attempt.probe().take("trace"), all_steps, report.word == "launched" ? DAEMONCTX_OK : report.status(),
                attempt.launcher().pid());
}

TEST_CASE("a second launch is traced anew", "[G10][G05]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"trace=1", "pidfile=none"});
    for (const std::string number : {"1", "2"}) {
        REQUIRE(attempt.launcher().ask("launch " + number).word == "launched");
        attempt.probe().opened();
        check_trace(attempt.probe().take("trace"), all_steps, DAEMONCTX_OK, attempt.launcher().pid());
    }
}

TEST_CASE("check tells the plan alone to no trace", "[G10][A12]")
{
    Attempt attempt(Method::fork, {"trace=1"});
    CHECK(attempt.launcher().ask_ok("check").status() == 0);
    CHECK(attempt.probe().take("trace").empty());
}
