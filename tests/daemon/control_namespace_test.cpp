// control_namespace_test.cpp: control functions over the borders of pid namespaces (E08).
#include "catch.hpp"
#include "observer/control.hpp"
#include "observer/methods.hpp"
#include "observer/namespaces.hpp"

#include <daemonctx/daemonctx.h>

#include <cerrno>
#include <csignal>
#include <utility>

using namespace observer;

namespace {

std::vector<std::string> watching(const std::string &path)
{
    auto commands = watchful();
    commands.insert(commands.end(), {"signal=clear", option("pidfile", path)});
    return commands;
}

} // namespace

TEST_CASE("from another pid namespace the daemon has no number: nothing is signalled, and its end is seen",
          "[E08][root]")
{
    SKIP_IF_REASON(no_with_pid());
    SKIP_IF_REASON(no_pid_namespace());
    const bool attested = GENERATE(true, false);
    const std::string proc = GENERATE("with a /proc of its own", "with the /proc of another");
    CAPTURE(attested, proc);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, watching(path)));
    const Process daemon = probe.daemon();
    if (!attested) {
        daemon.value(command("readfile", {path}));
    }
    Conditions conditions;
    conditions.own_session = true;
    conditions.wrapper = as_pid_1();
    if (proc != "with a /proc of its own") {
        conditions.wrapper = {"unshare", "--pid", "--fork", "--"};
    }
    Probe inside({}, conditions);
    const Process caller = inside.process(0, inside.launcher().ask_ok("getpid").sender);
    // Inside, the daemon's number is an innocent process's, which reports on channel 4.
    std::vector<std::string> sentinel = with_pid(daemon.pid());
    sentinel.push_back(probe_path());
    const auto watch = watchful();
    caller.ask_ok("env DAEMONCTX_PROBE_CHANNEL 4");
    REQUIRE(caller.ask_ok(command("run", sentinel)).number("result") == 0);
    const Process innocent = inside.started(4);
    REQUIRE(innocent.value("getpid") == std::to_string(daemon.pid()));
    for (const auto &word : watch) {
        innocent.ask_ok(word);
    }
    const auto status = [&](const std::string &name, const std::string &argument) {
        const Report report = caller.ask_ok(command(name, {path, argument}));
        return std::make_pair(report.status(), static_cast<int>(report.number("errno")));
    };
    const Report asked = caller.ask_ok(command("query", {path}));
    CHECK(asked.status() == DAEMONCTX_OK);
    CHECK(asked.number("pid") == 0);
    const auto refused = std::make_pair(static_cast<int>(DAEMONCTX_ERR_STATE), attested ? ESRCH : EAGAIN);
    CHECK(status("pidfile_signal", "TERM") == refused);
    CHECK(status("pidfile_signal", "0") == refused);
    CHECK(status("pidfile_stop", "0") == refused);
    CHECK(status("pidfile_wait", "30").first == DAEMONCTX_ERR_TIMEOUT);
    CHECK(signals_at(probe, daemon).empty());
    CHECK(signals_at(inside, innocent).empty());
    caller.tell(command("pidfile_wait", {path, "-1"}));
    daemon.tell("exit 0");
    const int end = caller.answer().status();
    CHECK((end == DAEMONCTX_OK || end == DAEMONCTX_NOT_RUNNING));
    CHECK(signals_at(inside, innocent).empty());
}

TEST_CASE("a daemon in an inner pid namespace has its number out here, not the one that its file says",
          "[E08][E12][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_pid_namespace());
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Conditions conditions;
    conditions.own_session = true;
    conditions.wrapper = as_pid_1();
    auto commands = watching(path);
    Probe probe(opening(Method::fork, commands, "launch"), conditions);
    const Process daemon = probe.opened(); // its pid is the one out here
    probe.await({"launched"});             // and the launcher has given up its copy of the lock
    const std::string inner = std::to_string(daemon.proc().numbers().back());
    REQUIRE(read_file(path) == inner + '\n');
    Caller caller;
    CHECK(caller.query(path).pid == daemon.pid());
    CHECK(caller.signal(path, "USR1").status == DAEMONCTX_OK);
    CHECK(signals_at(probe, daemon) == std::vector<int>{SIGUSR1});
    SECTION("with the kernel's word")
    {
        CHECK(caller.stop(path, 0).status == DAEMONCTX_OK);
        CHECK_FALSE(is_locked(path));
    }
    SECTION("without it")
    {
        daemon.value(command("readfile", {path}));
        CHECK(caller.query(path).pid == 0);
        CHECK(caller.signal(path, "TERM").status == DAEMONCTX_ERR_STATE);
        CHECK(caller.stop(path, 0).status == DAEMONCTX_ERR_STATE);
        CHECK(signals_at(probe, daemon).empty());
    }
}
