// close_called_test.cpp: close and free, called by the program: what they take away and what stays (C01, C07).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <fcntl.h>

#include <csignal>

using namespace observer;

namespace {

// Both leave the context closed; free takes the context too, so that the probe's next command gets a new one.
const std::vector<std::string> closing_calls = {"close", "free"};

bool is_caught(const Process &process, int signum)
{
    return process.proc().caught().count(signum) != 0;
}

} // namespace

TEST_CASE("close and free remove the pid file, release its lock and mark the context closed", "[C01][C07][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE(from_range(closing_calls));
    CAPTURE(method, call);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    const Fd still_open = open_file(path, O_RDONLY);
    REQUIRE(is_locked(path));
    CHECK(daemon.ask_ok(call).status() == 0);
    CHECK_FALSE(exists(path));
    CHECK_FALSE(is_locked(still_open));
    CHECK(daemon.value("is_open") == "0");
    CHECK(query(path).status == 4);
}

TEST_CASE("a second close is OK and removes nothing", "[C01][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    CHECK(daemon.ask_ok("close").status() == 0);
    write_file(path, pid_line(daemon.pid())); // somebody else's file, whatever it says
    CHECK(daemon.ask_ok("close").status() == 0);
    CHECK(daemon.ask_ok("free").status() == 0);
    daemon.tell("exit 0");
    CHECK(daemon.wait_for_end().exited_with(0));
    CHECK(read_file(path) == pid_line(daemon.pid()));
}

TEST_CASE("close of a context that was never open is OK", "[C01]")
{
    Probe probe({});
    CHECK(probe.launcher().ask_ok("close").status() == 0);
    CHECK(probe.launcher().value("is_open") == "0");
}

TEST_CASE("close and free take the library's handlers out", "[C01][C07][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE(from_range(closing_calls));
    CAPTURE(method, call);
    Probe probe(opening(method, {"signal=HUP:handler", "signal=RTMIN+1:handler"}));
    const Process daemon = probe.daemon();
    CHECK(is_caught(daemon, SIGTERM));
    CHECK(is_caught(daemon, SIGHUP));
    daemon.ask_ok(call);
    CHECK_FALSE(is_caught(daemon, SIGTERM));
    CHECK_FALSE(is_caught(daemon, SIGHUP));
    CHECK_FALSE(is_caught(daemon, SIGRTMIN + 1));
    CHECK(daemon.proc().blocked().empty());
    daemon.kill(SIGTERM);
    CHECK(daemon.wait_for_end().died_by(SIGTERM));
}

TEST_CASE("after close the program's own handlers are in place", "[C01][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    Probe probe(opening(method, {"sigaction HUP report", "signal=HUP:handler", "signal=USR1:handler"}));
    const Process daemon = probe.daemon();
    daemon.ask_ok("sigaction USR1 report"); // put over the library's
    daemon.ask_ok("close");
    daemon.kill(SIGHUP);
    CHECK(daemon.event("signal").number("signum") == SIGHUP);
    daemon.kill(SIGUSR1);
    CHECK(daemon.event("signal").number("signum") == SIGUSR1);
    CHECK(probe.take("handler").empty());
}

TEST_CASE("streams, directory, umask and ids stay as they were before close", "[C01][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE(from_range(closing_calls));
    CAPTURE(method, call);
    const TemporaryDirectory directory;
    Probe probe(opening(method, {option("pidfile", directory / "pid"), option("stdout", "path:" + (directory / "out")),
                                 option("working_directory", directory.path()), "umask=027"}));
    const Process daemon = probe.daemon();
    const auto descriptors = daemon.proc().descriptors();
    const Identity identity = daemon.proc().identity();
    daemon.ask_ok(call);
    const Procfs after = daemon.proc();
    for (const int stream : {0, 1, 2}) {
        CHECK(after.descriptors().at(stream) == descriptors.at(stream));
    }
    CHECK(after.descriptors().at(1).target == directory / "out");
    CHECK(after.working_directory() == directory.path());
    CHECK(after.umask() == 027);
    CHECK(after.identity().uids == identity.uids);
    CHECK(after.identity().gids == identity.gids);
    CHECK(after.identity().groups == identity.groups);
}

TEST_CASE("ids that were given up stay given up after close", "[C01][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE(from_range(closing_calls));
    CAPTURE(method, call);
    Probe probe(opening(method, {"uid=65534", "gid=65534"}));
    const Process daemon = probe.daemon();
    daemon.ask_ok(call);
    CHECK(daemon.proc().identity().uids == std::vector<long>(4, 65534));
    CHECK(daemon.proc().identity().gids == std::vector<long>(4, 65534));
}

TEST_CASE("close and free leave none of the library's descriptors open", "[C01][C07][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE(from_range(closing_calls));
    const std::string mode = GENERATE("ready_mode=on_open", "ready_mode=manual");
    CAPTURE(method, call, mode);
    const TemporaryDirectory directory;
    Probe probe(opening(method, {option("pidfile", directory / "pid"), mode}));
    const Process daemon = probe.opened();
    CHECK(daemon.proc().descriptor_numbers().size() > 3); // the pid file, the signal channel
    daemon.ask_ok("notify_ready");
    daemon.ask_ok(call);
    CHECK(daemon.proc().descriptor_numbers() == std::set<int>{0, 1, 2});
}

TEST_CASE("a context that was closed makes another daemon", "[C01]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process first = probe.daemon();
    first.ask_ok("close");
    first.tell("open"); // the first daemon is the launcher of the second
    const Process second = probe.daemon();
    CHECK(second.pid() != first.pid());
    CHECK(first.wait_for_end().exited_with(0));
    CHECK(read_file(path) == pid_line(second.pid()));
    CHECK(attested_pid(path) == second.pid());
    end(second, Ending::close);
    CHECK_FALSE(exists(path));
}

TEST_CASE("after close and free another context of the process can be opened", "[C01][C07][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE(from_range(closing_calls));
    CAPTURE(method, call);
    Probe probe(opening(method));
    const Process first = probe.daemon();
    first.ask_ok("context 1");
    first.ask_ok("detach_process=no");
    first.ask_ok(own_threads(method) > 1 ? "method=reexec" : "method=auto");
    CHECK(first.ask("open").status() == -3);
    first.ask_ok("context 0");
    first.ask_ok(call);
    first.ask_ok("context 1");
    CHECK(first.ask("open " + std::to_string(first.channel())).word == "opened");
    CHECK(first.value("is_open") == "1");
    first.ask_ok("context 0");
    first.ask_ok("close"); // not the open one's
    first.ask_ok("context 1");
    CHECK(first.value("is_open") == "1");
}
