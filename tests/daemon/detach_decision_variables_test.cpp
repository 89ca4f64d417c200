// detach_decision_variables_test.cpp: what a service manager's variables say about detaching (H01).
#include "catch.hpp"
#include "observer/namespaces.hpp"
#include "observer/probe.hpp"
#include "observer/terminal.hpp"

#include <daemonctx/daemonctx.h>

using namespace observer;

namespace {

struct Decision {
    long required;
    long reason;
    bool in_place; // what open then did
};

// Of a probe that has run these commands. It may be behind a wrapper that forks.
Decision decision(Probe &probe)
{
    const Report report = probe.launcher().ask_ok("is_detach_required");
    const Process process = probe.process(0, report.sender);
    CHECK(process.value("detach_reason") == report.text("reason"));
    process.tell("open");
    const Report opened = probe.await({"opened", "failed"});
    REQUIRE(opened.word == "opened");
    return {report.number("value"), report.number("reason"), opened.sender == process.pid()};
}

Decision decision_of(const std::vector<std::string> &commands, const Conditions &conditions = {})
{
    Probe probe(commands, conditions);
    return decision(probe);
}

void check_detaches(const Decision &decision)
{
    CHECK(decision.required == 1);
    CHECK(decision.reason == DAEMONCTX_DETACH_REASON_REQUIRED);
    CHECK_FALSE(decision.in_place);
}

void check_stays(const Decision &decision, long reason)
{
    CHECK(decision.required == 0);
    CHECK(decision.reason == reason);
    CHECK(decision.in_place);
}

Conditions detached_with(const std::string &variable)
{
    Conditions conditions;
    conditions.wrapper = without_terminal();
    if (!variable.empty()) {
        conditions.environment = {variable};
    }
    return conditions;
}

} // namespace

TEST_CASE("an ordinary program detaches, with and without a terminal", "[H01]")
{
    check_detaches(decision_of({}, detached_with("")));
    const Terminal terminal;
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper();
    check_detaches(decision_of({}, conditions));
}

TEST_CASE("NOTIFY_SOCKET without a terminal: no detaching", "[H01]")
{
    const std::string value = GENERATE(as<std::string>{}, "@daemonctx-test-nobody-listens", "/nonexistent/notify");
    check_stays(decision_of({}, detached_with("NOTIFY_SOCKET=" + value)), DAEMONCTX_DETACH_REASON_NOTIFY_SOCKET);
}

TEST_CASE("NOTIFY_SOCKET on a terminal: it is a shell's, and the program detaches", "[H01]")
{
    const Terminal terminal;
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper();
    conditions.environment = {"NOTIFY_SOCKET=@daemonctx-test-nobody-listens"};
    check_detaches(decision_of({}, conditions));
}

TEST_CASE("a variable that names this process: no detaching, on a terminal either", "[H01]")
{
    const std::string name = GENERATE(as<std::string>{}, "SYSTEMD_EXEC_PID", "LISTEN_PID");
    CAPTURE(name);
    check_stays(decision_of({"env_pid " + name}, detached_with("")), DAEMONCTX_DETACH_REASON_LISTEN_PID);
    const Terminal terminal;
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper();
    check_stays(decision_of({"env_pid " + name}, conditions), DAEMONCTX_DETACH_REASON_LISTEN_PID);
}

TEST_CASE("a variable that names another process or nothing: the program detaches", "[H01]")
{
    const std::string name = GENERATE(as<std::string>{}, "SYSTEMD_EXEC_PID", "LISTEN_PID");
    for (const char *value : {"1", "0", "-1", "", "x", "99999999999999999999", "2147483647"}) {
        CAPTURE(name, value);
        check_detaches(decision_of({}, detached_with(name + '=' + value)));
    }
}

TEST_CASE("a variable that names this process with something around it: the program detaches", "[H01]")
{
    const std::string name = GENERATE(as<std::string>{}, "SYSTEMD_EXEC_PID", "LISTEN_PID");
    for (const auto &[before, after] : std::vector<std::pair<std::string, std::string>>{
             {" ", ""}, {"", " "}, {"+", ""}, {"0", ""}, {"-", ""}, {"", "x"}, {"", ".0"}, {"", "\n"}}) {
        CAPTURE(name, before, after);
        Probe probe({}, detached_with(""));
        const std::string pid = probe.launcher().value("getpid");
        probe.launcher().ask_ok(command("env", {name, before + pid + after}));
        check_detaches(decision(probe));
    }
}

TEST_CASE("the parent's variable does not keep a child from detaching", "[H01]")
{
    Probe probe({"env_pid LISTEN_PID"}, detached_with(""));
    const Process parent = probe.launcher();
    CHECK(parent.ask_ok("is_detach_required").number("value") == 0);
    parent.ask_ok("execute 2");
    const Report child = probe.started(2).ask_ok("is_detach_required");
    CHECK(child.number("value") == 1);
    CHECK(child.number("reason") == DAEMONCTX_DETACH_REASON_REQUIRED);
}

TEST_CASE("a variable that names this process goes before NOTIFY_SOCKET", "[H01]")
{
    check_stays(decision_of({"env_pid SYSTEMD_EXEC_PID"}, detached_with("NOTIFY_SOCKET=@nobody")),
                DAEMONCTX_DETACH_REASON_LISTEN_PID);
}

TEST_CASE("detach_process yes detaches under a service manager too, and no stays without one", "[H01]")
{
    {
        Probe probe({"detach_process=yes", "open"}, detached_with("NOTIFY_SOCKET=@nobody"));
        CHECK(probe.opened().pid() != probe.pid());
    }
    Probe probe({"detach_process=no", "open"}, detached_with(""));
    CHECK(probe.opened().pid() == probe.pid());
}

TEST_CASE("the decision is taken when the context is made", "[H01]")
{
    Probe probe({"umask=022", "env_pid LISTEN_PID"}, detached_with(""));
    const Process process = probe.launcher();
    CHECK(process.ask_ok("is_detach_required").number("value") == 0);                          // now
    CHECK(process.value("detach_reason") == std::to_string(DAEMONCTX_DETACH_REASON_REQUIRED)); // then
    process.tell("open");
    CHECK(probe.opened().pid() != process.pid());
}
