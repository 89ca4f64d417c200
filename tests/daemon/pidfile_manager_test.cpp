// pidfile_manager_test.cpp: enter and exit callbacks in place of a pid file (E10).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>

using namespace observer;

namespace {

constexpr int callback_failed = -14;
constexpr int pidfile_step = 14;

// The names of the hooks that have reported until now, in their order.
std::vector<std::string> hooks_of(Probe &probe)
{
    std::vector<std::string> names;
    for (const auto &report : probe.take("hook")) {
        names.push_back(report.text("name"));
    }
    return names;
}

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("enter is called once, in the daemon, and exit once, at close", "[E10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string closing = GENERATE("close", "free");
    CAPTURE(method, closing);
    Probe probe(opening(method, {"pidfile_manager=report,report"}));
    const Process daemon = probe.daemon();
    auto hooks = probe.take("hook");
    REQUIRE(hooks.size() == 1);
    CHECK(hooks.front().text("name") == "enter");
    CHECK(hooks.front().sender == daemon.pid());
    daemon.ask_ok(closing);
    hooks = probe.take("hook");
    REQUIRE(hooks.size() == 1);
    CHECK(hooks.front().text("name") == "exit");
    CHECK(hooks.front().sender == daemon.pid());
    daemon.ask_ok("close");
    daemon.tell("exit 0");
    CHECK(daemon.wait_for_end().exited_with(0));
    CHECK(hooks_of(probe).empty());
}

TEST_CASE("the launcher neither enters nor leaves the manager", "[E10]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    CAPTURE(method);
    Probe probe(opening(method, {"pidfile_manager=report,report"}, "launch"));
    const Process daemon = probe.opened();
    probe.await({"launched"});
    probe.launcher().ask_ok("close");
    probe.launcher().tell("exit 0");
    CHECK(probe.launcher().wait_for_end().exited_with(0));
    const auto hooks = probe.take("hook");
    REQUIRE(hooks.size() == 1);
    CHECK(hooks.front().sender == daemon.pid());
}

TEST_CASE("enter runs after every other step, before the launcher hears of success", "[E10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    Probe probe(opening(method, {"hold 9 /dev/null", "umask=027", option("working_directory", directory.path()),
                                 "signal=HUP:ignore", option("stdout", "path:" + (directory / "out")),
                                 "pidfile_manager=pause,report"}));
    const Report enter = probe.await({"hook"});
    const Process daemon = probe.process(is_in_place(method) ? 0 : 1, enter.sender);
    const Procfs proc = daemon.proc();
    CHECK(proc.working_directory() == directory.path());
    CHECK(proc.umask() == 027);
    CHECK(proc.ignored().count(SIGHUP) == 1);
    CHECK(proc.descriptors().count(9) == 0);
    CHECK(proc.descriptors().at(1).target == directory / "out");
    CHECK(daemon.value("is_open") == "0");
    CHECK_FALSE(Reaper::instance().has_ended(probe.pid()));
    daemon.tell("return 0");
    CHECK(probe.opened().pid() == enter.sender);
}

TEST_CASE("the trace has the manager's entering as its pidfile step", "[E10][G10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string enter = GENERATE("report", "return:3");
    CAPTURE(method, enter);
    Probe probe(opening(method, {"trace=1", "pidfile_manager=" + enter + ",report"}, "launch"));
    probe.await({"opened", "launched", "failed"}, 0);
    Names names;
    for (const auto &report : probe.take("trace")) {
        names.push_back(report.text("name"));
        CHECK(report.status() == (names.back() == "pidfile" && enter != "report" ? callback_failed : 0));
    }
    REQUIRE(names.size() > 3);
    const auto pidfile = std::find(names.begin(), names.end(), "pidfile");
    REQUIRE(pidfile != names.end());
    CHECK(*(pidfile - 1) == "streams");
    CHECK((pidfile + 1 == names.end()) == (enter != "report"));
}

TEST_CASE("enter and exit run with the identity and root of the daemon", "[E10][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory jail;
    Probe probe(opening(
        method, {"uid=65534", "gid=65534", option("chroot_directory", jail.path()), "pidfile_manager=pause,report"}));
    const Report enter = probe.await({"hook"});
    CHECK(enter.number("uid") == 65534);
    const Process daemon = probe.process(is_in_place(method) ? 0 : 1, enter.sender);
    CHECK(daemon.proc().identity().uids == std::vector<long>(4, 65534));
    CHECK(daemon.proc().identity().gids == std::vector<long>(4, 65534));
    CHECK(daemon.proc().root() == jail.path());
    daemon.tell("return 0");
    probe.opened();
    daemon.ask_ok("close");
    CHECK(probe.await({"hook"}).number("uid") == 65534);
}

TEST_CASE("enter that fails fails the launch with its code and text", "[E10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    SECTION("with a text")
    {
        Probe probe(opening(method, {option("pidfile_manager", "fail:7:the lock server is away,report")}));
        const Report failed = probe.failed();
        CHECK(failed.status() == callback_failed);
        CHECK(failed.number("step") == pidfile_step);
        CHECK(failed.number("exit_code") == 7);
        CHECK(failed.text("message") == "the lock server is away");
        CHECK(hooks_of(probe) == Names{"enter"});
    }
    SECTION("without one")
    {
        Probe probe(opening(method, {"pidfile_manager=return:5,report"}));
        const Report failed = probe.failed();
        CHECK(failed.status() == callback_failed);
        CHECK(failed.number("step") == pidfile_step);
        CHECK(failed.number("exit_code") == 5);
        CHECK_THAT(failed.text("message"), Catch::Contains("pid-file manager") && Catch::Contains("5"));
        CHECK(hooks_of(probe) == Names{"enter"});
    }
}

static std::vector<std::string> failing_before_enter(Method method)
{
    std::vector<std::string> all = {"working_directory=/nope", "stdin=path:/nope"};
    for (const auto &hook : hooks_before_open(method)) {
        all.push_back(hook + "=fail:1:no");
    }
    return all;
}

TEST_CASE("a launch that fails before enter calls neither enter nor exit", "[E10][E11][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string failing = GENERATE_COPY(from_range(failing_before_enter(method)));
    CAPTURE(method, failing);
    Probe probe(opening(method, {failing, "pidfile_manager=report,report"}));
    probe.failed();
    probe.launcher().tell("exit 0");
    probe.launcher().wait_for_end();
    for (const auto &name : hooks_of(probe)) {
        CHECK(name != "enter");
        CHECK(name != "exit");
    }
}

TEST_CASE("a launch that fails after enter leaves the manager", "[E10][G12]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    CAPTURE(method);
    Probe probe(opening(method, {"pidfile_manager=pause,report"}));
    const Report enter = probe.await({"hook"});
    probe.launcher().kill(SIGKILL); // nobody is left who could be told of success
    CHECK(probe.launcher().wait_for_end().died_by(SIGKILL));
    const Process daemon = probe.process(1, enter.sender);
    REQUIRE(Reaper::instance().wait_until([&] { return daemon.proc().parent() == getpid(); }));
    daemon.tell("return 0");
    const Report exit = probe.await({"hook"});
    CHECK(exit.text("name") == "exit");
    CHECK(exit.sender == enter.sender);
    CHECK(daemon.wait_for_end().exit_code > 0);
    CHECK(probe.take("opened").empty());
}

TEST_CASE("SIGTERM and terminate never call a manager's exit: they are events", "[E10][C04][C06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const bool by_call = GENERATE(false, true);
    CAPTURE(method, by_call);
    Probe probe(opening(method, {"pidfile_manager=report,report"}));
    const Process daemon = probe.daemon(); // which has not asked for events
    hooks_of(probe);
    if (by_call) {
        CHECK(daemon.ask_ok("terminate_thread TERM").status() == 0);
    } else {
        daemon.kill(SIGTERM);
    }
    CHECK(daemon.value("poll_signal_fd 60000") == "1");
    CHECK(daemon.ask_ok("wait_events -1").status() == 2);
    CHECK(hooks_of(probe).empty());
    CHECK(daemon.value("is_open") == "1");
    daemon.tell("exit 0");
    CHECK(daemon.wait_for_end().exited_with(0));
    CHECK(hooks_of(probe) == Names{"exit"});
}

TEST_CASE("SIGTERM while close leaves the manager waits until the context is closed", "[E10][C01][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    Probe probe(opening(method, {"pidfile_manager=report,pause"}));
    const Process daemon = probe.daemon();
    hooks_of(probe);
    daemon.tell("close");
    CHECK(probe.await({"hook"}).text("name") == "exit");
    daemon.kill(SIGTERM);
    CHECK(daemon.value("getpid") == std::to_string(daemon.pid())); // nothing has happened yet
    daemon.tell("return 0");
    CHECK(daemon.wait_for_end().died_by(SIGTERM));
    CHECK(hooks_of(probe).empty());
}

TEST_CASE("exit that fails: close tells its text, and the context is closed", "[E10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    Probe probe(opening(method, {option("pidfile_manager", "report,fail:9:cannot tell the lock server")}));
    const Process daemon = probe.daemon();
    const Report failed = daemon.ask("close");
    CHECK(failed.word == "failed");
    CHECK(failed.status() == callback_failed);
    CHECK(failed.number("exit_code") == 9);
    CHECK(failed.text("message") == "cannot tell the lock server");
    CHECK(daemon.value("is_open") == "0");
    CHECK(daemon.ask_ok("close").status() == 0);
    CHECK(hooks_of(probe) == Names{"enter", "exit"});
    CHECK(daemon.proc().caught().count(SIGTERM) == 0);
}

TEST_CASE("a manager may call nothing that opens, closes or sets", "[E10][A04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    Probe probe(opening(method, {"pidfile_manager=pause,report"}));
    const Report enter = probe.await({"hook"});
    const Process daemon = probe.process(is_in_place(method) ? 0 : 1, enter.sender);
    const std::string same_channel = " " + std::to_string(daemon.channel());
    for (const std::string &command :
         {"open" + same_channel, "launch" + same_channel, std::string("close"), std::string("umask=077")}) {
        CAPTURE(command);
        CHECK(daemon.ask(command).status() == -3);
    }
    daemon.tell("return 0");
    CHECK(probe.opened().proc().umask() == 0);
}

TEST_CASE("path and manager replace one another", "[E10][A11][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    SECTION("the manager last")
    {
        Probe probe(opening(method, {option("pidfile", path), "pidfile_manager=report,report"}));
        probe.daemon();
        CHECK_FALSE(exists(path));
        CHECK(hooks_of(probe) == Names{"enter"});
    }
    SECTION("the path last")
    {
        Probe probe(opening(method, {"pidfile_manager=report,report", option("pidfile", path)}));
        const Process daemon = probe.daemon();
        CHECK(read_file(path) == pid_line(daemon.pid()));
        end(daemon, Ending::sigterm); // no manager: no event
        CHECK(hooks_of(probe).empty());
    }
}
