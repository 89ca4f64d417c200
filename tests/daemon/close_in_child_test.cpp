// close_in_child_test.cpp: in a child that the daemon forks the context is closed, and what is the daemon's stays the
// daemon's (C03, C08).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <csignal>

using namespace observer;

namespace {

constexpr int child_channel = 4;

Process fork_child(Probe &probe, const Process &parent)
{
    parent.ask_ok("fork " + std::to_string(child_channel));
    return probe.forked(child_channel);
}

} // namespace

TEST_CASE("a forked child that closes, frees, exits or is killed takes nothing from the daemon", "[C03][C08][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string ending = GENERATE("close", "free", "exit 0", "return 0", "_exit 0", "raise TERM", "raise KILL");
    CAPTURE(method, ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    const FileState before = file_state(path);
    const Process child = fork_child(probe, daemon);
    if (ending == "close" || ending == "free") {
        CHECK(child.ask_ok(ending).status() == 0);
        child.tell("exit 0");
    } else {
        child.tell(ending);
    }
    CHECK(daemon.ask_ok("waitpid -1").number("pid") == child.pid());
    CHECK(file_state(path) == before);
    CHECK(is_locked(path));
    CHECK(attested_pid(path) == daemon.pid());
    CHECK(daemon.value("is_open") == "1");
    end(daemon, Ending::close);
    CHECK_FALSE(exists(path));
}

TEST_CASE("children of the daemon do not keep its lock when it is gone", "[C03][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string kind = GENERATE("fork", "execute");
    CAPTURE(method, kind);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe first(opening(method, {option("pidfile", path)}));
    const Process gone = first.daemon();
    gone.ask_ok(kind + " " + std::to_string(child_channel));
    const Process child = kind == "fork" ? first.forked(child_channel) : first.started(child_channel);
    gone.kill(SIGKILL);
    CHECK(gone.wait_for_end().died_by(SIGKILL));
    CHECK_FALSE(is_locked(path));
    CHECK(query(path).status == 4);

    Probe second(opening(method, {option("pidfile", path)}));
    const Process daemon = second.daemon();
    CHECK(read_file(path) == pid_line(daemon.pid()));
    child.tell("exit 0"); // has still nothing to remove
    CHECK(child.wait_for_end().exited_with(0));
    CHECK(read_file(path) == pid_line(daemon.pid()));
}

// Fork handlers run in the grandchild alone.
TEST_CASE("a child made in any other way takes nothing from the daemon, whatever it calls and however it ends",
          "[C03][C08][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string kind = GENERATE("bare", "clone", "grandchild");
    const std::string ending = GENERATE("close", "free", "exit 0", "_exit 0", "raise TERM", "raise KILL");
    CAPTURE(method, kind, ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    const FileState before = file_state(path);
    daemon.ask_ok("child " + kind + ' ' + std::to_string(child_channel));
    const Process child = probe.forked(child_channel);
    CHECK(child.value("is_open") == "0");
    child.tell(ending);
    if (ending == "close" || ending == "free") {
        CHECK(child.answer().status() == 0);
        child.tell("exit 0");
    }
    if (kind == "grandchild") {
        child.wait_for_end();
    } else {
        CHECK(daemon.ask_ok("waitpid -1").number("pid") == child.pid());
    }
    CHECK(file_state(path) == before);
    CHECK(is_locked(path));
    CHECK(attested_pid(path) == daemon.pid());
    CHECK(daemon.value("is_open") == "1");
    end(daemon, Ending::close);
    CHECK_FALSE(exists(path));
}

TEST_CASE("children made in other ways do not keep the lock of a daemon that is gone", "[C03][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    // a child without fork handlers has a copy of the lock until it executes a program, closes or frees the context
    const std::string kind = GENERATE("child grandchild", "execute_by vfork", "execute_by spawn", "execute_by bare",
                                      "child bare", "child clone");
    CAPTURE(method, kind);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe first(opening(method, {option("pidfile", path)}));
    const Process gone = first.daemon();
    gone.ask_ok(kind + ' ' + std::to_string(child_channel));
    const bool executed = kind.rfind("execute_by", 0) == 0;
    const Process child = executed ? first.started(child_channel) : first.forked(child_channel);
    if (kind == "child bare" || kind == "child clone") {
        child.ask_ok("free");
    }
    gone.kill(SIGKILL);
    CHECK(gone.wait_for_end().died_by(SIGKILL));
    CHECK_FALSE(is_locked(path));
    Probe second(opening(method, {option("pidfile", path)}));
    const Process daemon = second.daemon();
    CHECK(read_file(path) == pid_line(daemon.pid()));
    child.tell("exit 0"); // has nothing to remove
    CHECK(child.wait_for_end().exited_with(0));
    CHECK(read_file(path) == pid_line(daemon.pid()));
}

TEST_CASE("in a forked child the context is closed and none of its descriptors is open", "[C08][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const bool asked = GENERATE(false, true);
    CAPTURE(method, asked);
    const TemporaryDirectory directory;
    Probe probe(opening(method, {option("pidfile", directory / "pid"), "signal=HUP:handler"}));
    const Process daemon = probe.daemon();
    const std::string signal_fd = asked ? daemon.value("signal_fd") : "";
    const Process child = fork_child(probe, daemon);
    CHECK(child.value("is_open") == "0");
    CHECK(child.proc().descriptor_numbers() == std::set<int>{0, 1, 2});
    CHECK(child.ask("wait_events 0").status() == -3);
    CHECK(child.ask("terminate TERM").status() == -3);
    CHECK(child.ask_ok("is_terminating").number("value") == 0);
    CHECK(daemon.value("is_open") == "1");
    CHECK((signal_fd.empty() || daemon.value("signal_fd") == signal_fd));
}

TEST_CASE("SIGTERM ends a forked child, and its parent gets no event", "[C08][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const bool asked = GENERATE(false, true);
    const bool manager = GENERATE(false, true);
    CAPTURE(method, asked, manager);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    const std::string holding = manager ? "pidfile_manager=report,report" : option("pidfile", path);
    Probe probe(opening(method, {holding, "signal=HUP:handler"}));
    const Process daemon = probe.daemon();
    if (asked) {
        daemon.ask_ok("signal_fd");
    }
    const Process child = fork_child(probe, daemon);
    child.kill(SIGTERM);
    CHECK(daemon.ask_ok("waitpid -1").number("signal") == SIGTERM);
    CHECK(exists(path) == !manager);
    CHECK(daemon.value("poll_signal_fd 0") == "0");
    CHECK(daemon.ask_ok("is_terminating").number("value") == 0);
    CHECK(daemon.ask_ok("wait_events 0").status() == 3);
    probe.take("hook");
    const Process hung = fork_child(probe, daemon);
    hung.kill(SIGHUP);
    hung.kill(SIGKILL);
    daemon.ask_ok("waitpid -1");
    CHECK(daemon.ask_ok("wait_events 0").status() == 3);
    CHECK(probe.take("handler").empty());
    CHECK(probe.take("hook").empty()); // no child leaves the manager
}

TEST_CASE("a forked child that ends does not leave the daemon's manager", "[C03][C08][E10][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string ending = GENERATE("close", "free", "exit 0");
    CAPTURE(method, ending);
    Probe probe(opening(method, {"pidfile_manager=report,report"}));
    const Process daemon = probe.daemon();
    probe.take("hook");
    const Process child = fork_child(probe, daemon);
    child.tell(ending);
    if (ending != "exit 0") {
        CHECK(child.answer().status() == 0);
        child.tell("exit 0");
    }
    CHECK(daemon.ask_ok("waitpid -1").number("exit_code") == 0);
    CHECK(probe.take("hook").empty());
    daemon.ask_ok("close");
    CHECK(probe.take("hook").size() == 1);
}

TEST_CASE("a forked child that opens is refused while the daemon holds the pid file", "[C08][E02][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    const Process child = fork_child(probe, daemon);
    const Report refused = child.ask("open");
    CHECK(refused.status() == -7);
    CHECK(refused.number("pid") == daemon.pid());
    CHECK(attested_pid(path) == daemon.pid());
}

TEST_CASE("a child forked before ready does not answer for the daemon", "[C08][G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    CAPTURE(method);
    Probe probe(opening(method, {"ready_mode=manual"}, "launch"));
    const Process daemon = probe.opened();
    const Process child = fork_child(probe, daemon);
    child.ask_ok("close");
    CHECK(child.ask("notify_ready").status() == -3);
    child.tell("exit 0");
    CHECK(daemon.ask_ok("waitpid -1").number("exit_code") == 0);
    CHECK(probe.take("failed").empty());
    daemon.ask_ok("notify_ready");
    CHECK(probe.await({"launched", "failed"}, 0).word == "launched");
}
