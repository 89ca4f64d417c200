// options_refused_test.cpp: a refused setter stops open, check and launch before anything is changed (A10); check
// leaves no trace (A12).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>
#include <sys/stat.h>

#include <cerrno>

using namespace observer;

namespace {

std::vector<std::string> without_call(std::vector<std::string> commands)
{
    commands.pop_back();
    return commands;
}

// What a launch could change in its process.
struct State {
    std::string dispositions;
    std::string directory;
    std::map<int, Descriptor> descriptors;
    SignalSet blocked;
    mode_t umask;
};

State state_of(const Process &process)
{
    const std::string dispositions = process.value("dispositions");
    const Procfs proc = process.proc();
    return {dispositions, proc.working_directory(), proc.descriptors(), proc.blocked(), proc.umask()};
}

void check_unchanged(const Process &process, const State &before)
{
    const State now = state_of(process);
    CHECK(now.dispositions == before.dispositions);
    CHECK(now.directory == before.directory);
    CHECK(now.descriptors == before.descriptors);
    CHECK(now.blocked == before.blocked);
    CHECK(now.umask == before.umask);
    CHECK(process.value("is_open") == "0");
    CHECK(process.value("daemon_pid") == "0");
    CHECK(process.ask("waitpid -1 nohang").number("errno") == ECHILD);
}

} // namespace

TEST_CASE("after a refused setter open, launch and check do nothing but tell it", "[A10][A12][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string setter = GENERATE(as<std::string>{}, "user=", "uid=0xffffffff", "umask=01000",
                                        "working_directory=", "stdout=mode:01777:/tmp/x", "method=7",
                                        "ready_timeout=-2", "files_preserve=-1", "signal=99:ignore", "prevent_core=2");
    CAPTURE(method, setter);
    const TemporaryDirectory directory;
    Probe probe(
        without_call(opening(method, {option("pidfile", directory / "pid"), "set_umask 027", "atfork", "trace=1",
                                      option("stderr", "path:" + (directory / "log")), "prepare_hook=report",
                                      "launcher_hook=report", "privileged_hook=report"})));
    const Process launcher = probe.launcher();
    const Report refused = launcher.ask(setter);
    REQUIRE(refused.word == "failed");
    const State before = state_of(launcher);
    for (const char *call : {"open", "check", "launch", "open"}) {
        CAPTURE(call);
        const Report failed = launcher.ask(call);
        REQUIRE(failed.word == "failed");
        CHECK(failed.status() == refused.status());
        CHECK(failed.text("message") == refused.text("message"));
        CHECK(failed.number("step") == DAEMONCTX_STEP_PLAN);
        check_unchanged(launcher, before);
    }
    CHECK_FALSE(exists(directory / "pid"));
    CHECK_FALSE(exists(directory / "log"));
    CHECK(probe.take("atfork_prepare").empty());
    CHECK(probe.take("hook").empty());
}

TEST_CASE("the first of several refusals is told, then the next, until all are mended", "[A10]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(without_call(opening(method)));
    const Process launcher = probe.launcher();
    const std::string first = launcher.ask("umask=01000").text("message");
    const std::string second = launcher.ask("ready_timeout=-7").text("message");
    launcher.ask_ok("working_directory=/"); // another option mends nothing
    CHECK(launcher.ask("open").text("message") == first);
    launcher.ask_ok("umask=inherit");
    CHECK(launcher.ask("open").text("message") == second);
    launcher.ask_ok("ready_timeout=20000");
    launcher.tell("open");
    CHECK(probe.opened().value("is_open") == "1");
}

TEST_CASE("a refused user never ends as the launcher's own", "[A10][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"user=nobody", "user="}));
    CHECK(probe.await({"failed"}).status() == DAEMONCTX_ERR_ARGUMENT); // the setter
    CHECK(probe.failed().status() == DAEMONCTX_ERR_ARGUMENT);
}

TEST_CASE("check reports what open would refuse, with the same words, and leaves no trace", "[A12][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    directory.make_directory("directory");
    REQUIRE(mkfifo((directory / "fifo").c_str(), 0600) == 0);
    const std::vector<std::string> refused = {
        "user=daemonctx-no-such-user",
        "group=daemonctx-no-such-group",
        "stdout=fd:77",
        option("stdin", "path:" + (directory / "missing")),
        option("stdout", "path:" + (directory / "directory")),
        option("stderr", "path:" + (directory / "missing/log")),
        option("pidfile", directory / "fifo"),
        option("pidfile", directory / "directory"),
        option("pidfile", directory / "missing/pid"),
    };
    for (const auto &option : refused) {
        CAPTURE(method, option);
        Probe probe(without_call(opening(method, {option, "atfork"})));
        const Process launcher = probe.launcher();
        launcher.ask_ok("getpid");
        const State before = state_of(launcher);
        const Report check = launcher.ask("check");
        REQUIRE(check.word == "failed");
        check_unchanged(launcher, before);
        const Report open = launcher.ask("open");
        REQUIRE(open.word == "failed");
        CHECK(check.status() == open.status());
        CHECK(check.number("step") == DAEMONCTX_STEP_PLAN);
        CHECK(open.number("step") == DAEMONCTX_STEP_PLAN);
        CHECK(check.number("errno") == open.number("errno"));
        CHECK(check.text("message") == open.text("message"));
        CHECK(probe.take("atfork_prepare").empty());
    }
}

TEST_CASE("a check that finds nothing leaves no trace, and open then succeeds", "[A12][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    Probe probe(without_call(
        opening(method, {option("pidfile", directory / "pid"), option("stdout", "path:" + (directory / "out")),
                         option("stderr", "path:" + (directory / "err")), "prepare_hook=report",
                         "privileged_hook=report", "atfork"})));
    const Process launcher = probe.launcher();
    launcher.ask_ok("getpid");
    const State before = state_of(launcher);
    CHECK(launcher.ask_ok("check").status() == DAEMONCTX_OK);
    check_unchanged(launcher, before);
    for (const char *name : {"pid", "out", "err"}) {
        CHECK_FALSE(exists(directory / name));
    }
    CHECK(probe.take("hook").empty());
    CHECK(probe.take("atfork_prepare").empty());
    launcher.tell("open");
    CHECK(read_file(directory / "pid") == std::to_string(probe.opened().pid()) + '\n');
}

TEST_CASE("check tells that a daemon holds the pid file, and does not disturb it", "[A12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    Probe first(opening(method, {option("pidfile", directory / "pid")}));
    const Process daemon = first.opened();
    Probe second(without_call(opening(method, {option("pidfile", directory / "pid")})));
    for (int round = 0; round < 2; ++round) {
        const Report check = second.launcher().ask("check");
        REQUIRE(check.word == "failed");
        CHECK(check.status() == DAEMONCTX_ERR_ALREADY_RUNNING);
        CHECK(check.number("pid") == daemon.pid());
    }
    CHECK(read_file(directory / "pid") == std::to_string(daemon.pid()) + '\n');
    daemon.ask_ok("close");
    CHECK(second.launcher().ask_ok("check").status() == DAEMONCTX_OK);
}

TEST_CASE("check does not take a stale pid file, nor change it", "[A12]")
{
    const TemporaryDirectory directory;
    write_file(directory / "pid", "4242\n");
    Probe probe({option("pidfile", directory / "pid")});
    CHECK(probe.launcher().ask_ok("check").status() == DAEMONCTX_OK);
    CHECK(read_file(directory / "pid") == "4242\n");
    const Report query = probe.launcher().ask_ok(command("query", {directory / "pid"}));
    CHECK(query.status() == DAEMONCTX_NOT_RUNNING);
}
