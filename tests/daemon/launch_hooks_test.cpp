// launch_hooks_test.cpp: when, where and how often the hooks run, and what they may not do (G07). Their failures:
// launch_failure_test.cpp.
#include "catch.hpp"
#include "observer/attempt.hpp"

#include <daemonctx/daemonctx.h>

#include <algorithm>

using namespace observer;

namespace {

const std::vector<std::string> all_hooks = {"prepare_hook=report", "launcher_hook=report", "daemon_hook=report",
                                            "privileged_hook=report"};

std::vector<std::string> with_all_hooks(const std::vector<std::string> &more)
{
    std::vector<std::string> all = all_hooks;
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

std::vector<std::string> names(const std::vector<Report> &hooks)
{
    std::vector<std::string> names;
    for (const auto &hook : hooks) {
        names.push_back(hook.text("name"));
    }
    return names;
}

pid_t process_of(const std::vector<Report> &hooks, const std::string &name)
{
    const auto found =
        std::find_if(hooks.begin(), hooks.end(), [&](const Report &hook) { return hook.text("name") == name; });
    return found != hooks.end() ? found->sender : 0;
}

using Names = std::vector<std::string>;

std::string name_of_hook(const std::string &option)
{
    return option.substr(0, option.find('_'));
}

} // namespace

TEST_CASE("each hook runs once, prepare first, in its own process", "[G07]")
{
    SKIP_IF_REASON(no_forking());
    const User user = GENERATE(from_range(users()));
    CAPTURE(user);
    Attempt attempt(Method::fork, with_all_hooks({}), started_by(user));
    REQUIRE(attempt.launcher().ask("launch").word == "launched");
    const Process daemon = attempt.probe().opened();
    auto hooks = attempt.probe().take("hook"); // they reported on one channel, in the order of their coming
    REQUIRE(hooks.size() == 4);
    CHECK(hooks.front().text("name") == "prepare");
    CHECK(process_of(hooks, "prepare") == attempt.launcher().pid());
    CHECK(process_of(hooks, "launcher") == attempt.launcher().pid());
    CHECK(process_of(hooks, "daemon") == daemon.pid());
    CHECK(process_of(hooks, "privileged") == daemon.pid());
    hooks.erase(
        std::remove_if(hooks.begin(), hooks.end(), [](const Report &hook) { return hook.text("name") == "launcher"; }),
        hooks.end());
    CHECK(names(hooks) == Names{"prepare", "daemon", "privileged"});
}

TEST_CASE("by re-exec the privileged hook alone runs, once, in the daemon", "[G07][H03][B12]")
{
    const Method method = GENERATE(from_range(among_probes({Method::reexec, Method::in_place_reexec})));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    Attempt attempt(method, with_all_hooks({}), started_by(user));
    attempt.launcher().tell("launch");
    const Process daemon = attempt.probe().opened();
    const auto hooks = attempt.probe().take("hook");
    CHECK(names(hooks) == Names{"privileged"});
    CHECK(process_of(hooks, "privileged") == daemon.pid());
}

TEST_CASE("in place, all hooks but the launcher's run, once, in order", "[G07][B12]")
{
    Attempt attempt(Method::in_place, with_all_hooks({}));
    CHECK(attempt.launcher().ask("open").word == "opened");
    const auto hooks = attempt.probe().take("hook");
    CHECK(names(hooks) == Names{"prepare", "daemon", "privileged"});
}

TEST_CASE("no hook runs when the plan is refused", "[G07]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Attempt attempt(method, with_all_hooks({"stdout=path:/nope/log"}));
    CHECK(attempt.fail().number("step") == DAEMONCTX_STEP_PLAN);
    CHECK(attempt.probe().take("hook").empty());
    attempt.check_nothing_left();
}

TEST_CASE("check runs no hook", "[G07][A12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Attempt attempt(method, with_all_hooks({}));
    CHECK(attempt.launcher().ask_ok("check").status() == 0);
    CHECK(attempt.probe().take("hook").empty());
    attempt.check_nothing_left();
}

TEST_CASE("the launcher hook runs whenever the prepare hook ran: also when it failed", "[G07]")
{
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    Attempt attempt(method, with_all_hooks({"prepare_hook=fail:7:no"}));
    CHECK(attempt.fail().text("message") == "no");
    CHECK(names(attempt.probe().take("hook")) == Names{"prepare", "launcher"});
    attempt.check_nothing_left();
}

TEST_CASE("the launcher hook runs also when the fork fails, and does not hide why", "[G07]")
{
    SKIP_IF_REASON(no_injection());
    const std::string result = GENERATE("report", "fail:9:something else");
    CAPTURE(result);
    Conditions conditions;
    conditions.wrapper = with_injected({{"clone", "error=EAGAIN"}});
    Attempt attempt(Method::fork, with_all_hooks({option("launcher_hook", result)}), conditions);
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
    CHECK_THAT(failed.text("message"), Catch::StartsWith("cannot fork"));
    const auto hooks = attempt.probe().take("hook");
    CHECK(names(hooks) == Names{"prepare", "launcher"});
    CHECK(process_of(hooks, "launcher") == attempt.launcher().pid());
    attempt.check_nothing_left();
}

TEST_CASE("in place, the launcher hook runs when it was refused after prepare", "[G07][B12]")
{
    Attempt attempt(Method::in_place, {"prepare_hook=report", "launcher_hook=report", "working_directory=/nope"});
    CHECK(attempt.fail().number("step") == DAEMONCTX_STEP_WORKING_DIRECTORY);
    CHECK(names(attempt.probe().take("hook")) == Names{"prepare", "launcher"});
}

TEST_CASE("a hook that fails without a text is named, with what it returned", "[G07]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string hook = GENERATE_COPY(from_range(hooks_called(method)));
    const std::string code = GENERATE("3", "-3", "2147483647");
    CAPTURE(method, hook, code);
    Attempt attempt(method, {hook + "=return:" + code});
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_CALLBACK);
    CHECK(failed.text("exit_code") == code);
    CHECK_THAT(failed.text("message"), Catch::Contains(name_of_hook(hook) + " hook") && Catch::Contains(code));
}

TEST_CASE("a notify_failed in a hook fails the launch, whatever the hook returns", "[G07]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string hook = GENERATE_COPY(from_range(hooks_before_open(method)));
    CAPTURE(method, hook);
    Attempt attempt(method, {option(hook, "run:notify_failed 5 no%20way;return 0")});
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_CALLBACK);
    CHECK(failed.number("exit_code") == 5);
    CHECK(failed.text("message") == "no way");
}

TEST_CASE("in every hook the context is opening: setters, open, launch, check and close are refused and change nothing",
          "[G07][A04]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string hook = GENERATE_COPY(from_range(hooks_called(method)));
    CAPTURE(method, hook);
    Probe probe(opening(method, {hook + "=pause"}, "launch"));
    const Report report = probe.await({"hook"});
    const bool in_launcher = is_in_place(method) || report.sender == probe.pid();
    const Process process = probe.process(in_launcher ? 0 : 1, report.sender);
    const int umask = std::stoi(process.value("get umask"));
    for (const std::string command :
         {"umask=022", "files_preserve=7", "working_directory=/tmp", "uid=65534", "pidfile=/tmp/pid", "stdout=inherit",
          "signal=HUP:ignore", "signal=clear", "ready_mode=manual", "ready_timeout=1", "prepare_hook=none", "trace=1",
          "method=fork", "detach_process=no", "prevent_core=0", "open", "launch", "check", "close"}) {
        CAPTURE(command);
        const Report refused = process.ask(command);
        REQUIRE(refused.word == "failed");
        CHECK(refused.status() == DAEMONCTX_ERR_STATE);
        CHECK_FALSE(refused.text("message").empty());
    }
    CHECK(process.value("get umask") == std::to_string(umask));
    CHECK(process.value("is_open") == "0");
    process.tell("return 0");
    const Process daemon = probe.opened();
    CHECK(daemon.proc().umask() == 0);
    CHECK(daemon.proc().working_directory() == "/");
}

// The privileged hook comes after the closing: privileges_hook_test.cpp.
TEST_CASE("what a fork hook opens and preserves stays, and nothing else of it", "[G07][F07]")
{
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    const std::string hook = GENERATE("prepare_hook", "daemon_hook");
    CAPTURE(method, hook);
    Probe probe(
        opening(method, {"signal=clear", option(hook, "run:hold 7 /dev/null;hold 8 /dev/null;preserve 7;preserve 7")}));
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().descriptor_numbers() == std::set<int>{0, 1, 2, 7});
}

TEST_CASE("64 descriptors can be preserved in the hooks, and no more", "[G07]")
{
    const Method method = GENERATE(from_range(all_methods()));
    std::string commands = "run:";
    for (int fd = 100; fd < 165; ++fd) {
        commands += "hold " + std::to_string(fd) + " /dev/null;preserve " + std::to_string(fd) + ';';
    }
    Probe probe(opening(method, {"signal=clear", option("privileged_hook", commands + "return 0")}));
    probe.await({"opened"});
    const auto refused = probe.take("failed");
    REQUIRE(refused.size() == 1);
    CHECK(refused.front().status() == DAEMONCTX_ERR_MEMORY);
    CHECK_THAT(refused.front().text("message"), Catch::Contains("164"));
}

TEST_CASE("preserve is refused in the launcher hook", "[G07]")
{
    SKIP_IF_REASON(no_forking());
    Probe probe(opening(Method::fork, {option("launcher_hook", "run:preserve 7")}));
    CHECK(probe.await({"failed"}).status() == DAEMONCTX_ERR_STATE);
    probe.opened();
}
