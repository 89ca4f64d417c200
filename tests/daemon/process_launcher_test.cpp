// process_launcher_test.cpp: what the launching program sees of a launch, and what it must not see (B02, B17).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <fcntl.h>

#include <cerrno>
#include <csignal>
#include <map>

using namespace observer;

TEST_CASE("the launcher ends with status 0 and runs no exit handler", "[B02]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Probe probe(opening(method, {"atexit"}));
    const Process daemon = probe.daemon();
    CHECK(probe.launcher().wait_for_end().exited_with(0));
    CHECK(probe.take("atexit").empty());

    daemon.tell("exit 5"); // the daemon's own handlers do run, once
    CHECK(daemon.wait_for_end().exited_with(5));
    const auto handlers = probe.take("atexit");
    REQUIRE(handlers.size() == 1);
    CHECK(handlers.front().sender == daemon.pid());
}

// strace tells the end of every process, also of those that only the library waits for.
TEST_CASE("launcher and intermediate end with status 0", "[B02]")
{
    SKIP_IF_REASON(no_program("strace"));
    const Method method = GENERATE(from_range(detaching_methods()));
    const TemporaryDirectory directory;
    Conditions conditions;
    conditions.wrapper = {"strace", "-f", "-q", "-e", "trace=none", "-e", "signal=none", "-o", directory / "ends"};
    Probe probe(opening(method), conditions);
    const Process daemon = probe.opened();
    daemon.tell("_exit 42");
    probe.launcher().wait_for_end(); // strace, after all the others

    std::map<int, int> ends;
    for (const auto &line : split(read_file(directory / "ends"), '\n')) {
        const auto text = line.find("+++ exited with ");
        if (text != std::string::npos) {
            ++ends[std::stoi(line.substr(text + 16))];
        }
    }
    CHECK(ends[42] == 1);
    CHECK(ends[0] >= 2); // the launcher and at least one intermediate
    CHECK(ends.size() == 2);
}

TEST_CASE("text left in the launcher's stdout and stderr appears once, where they went", "[B02]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const TemporaryDirectory directory;
    const Fd out = open_file(directory / "out", O_WRONLY | O_CREAT | O_APPEND);
    const Fd err = open_file(directory / "err", O_WRONLY | O_CREAT | O_APPEND);
    Conditions conditions;
    conditions.descriptors = {{1, out.get()}, {2, err.get()}};
    Probe probe(opening(method, {"print before%0A", "print_error complaint%0A"}), conditions);
    const Process daemon = probe.daemon();
    CHECK(read_file(directory / "out") == "before\n");
    CHECK(read_file(directory / "err") == "complaint\n");
    daemon.ask_ok("print after%0A");
    daemon.tell("exit 0"); // flushes what the daemon itself has in its buffers, to its own stdout
    CHECK(daemon.wait_for_end().exited_with(0));
    CHECK(read_file(directory / "out") == "before\n");
    CHECK(read_file(directory / "err") == "complaint\n");
}

TEST_CASE("text left in the launcher's stdout appears once when the launch fails", "[B02]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const TemporaryDirectory directory;
    const Fd out = open_file(directory / "out", O_WRONLY | O_CREAT | O_APPEND);
    Conditions conditions;
    conditions.descriptors = {{1, out.get()}};
    Probe probe(opening(method, {"print before%0A", "privileged_hook=fail:3:no"}), conditions);
    probe.failed();
    probe.launcher().tell("exit 0");
    CHECK(probe.launcher().wait_for_end().exited_with(0));
    CHECK(probe.wait_for_silence());
    CHECK(read_file(directory / "out") == "before\n");
}

TEST_CASE("the caller's SIGCHLD handler and waitpid(-1) see nothing of a launch", "[B17]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const bool fails = GENERATE(false, true);
    CAPTURE(fails);
    Probe probe(opening(method, {"sigaction CHLD report", fails ? "privileged_hook=fail:3:no" : "trace=0"}, "launch"));
    probe.await({fails ? "failed" : "launched"});
    const Process launcher = probe.launcher();
    const Report wait = launcher.ask("waitpid -1 nohang");
    CHECK(wait.word == "error");
    CHECK(wait.number("errno") == ECHILD);
    CHECK(probe.take("signal").empty());
}

TEST_CASE("the caller's own child is still its own after a launch", "[B17]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Probe probe({"sigaction CHLD report"});
    const Process launcher = probe.launcher();
    const Report fork = launcher.ask_ok("fork 3");
    const Process child = probe.forked(3);
    tell_opening(launcher, method, {}, "launch");
    probe.await({"launched"});
    CHECK(probe.take("signal").empty());
    child.tell("_exit 4");
    CHECK(launcher.event("signal").number("signum") == SIGCHLD);
    const Report wait = launcher.ask_ok("waitpid -1");
    CHECK(wait.number("pid") == fork.number("result"));
    CHECK(wait.number("exit_code") == 4);
    CHECK(launcher.ask("waitpid -1 nohang").word == "error");
    CHECK(probe.take("signal").empty()); // no second one
}

TEST_CASE("a caller that ignores SIGCHLD gets true outcomes", "[B17]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    SECTION("success")
    {
        Probe probe(opening(method, {"sigaction CHLD ignore"}, "launch"));
        const Process daemon = probe.opened();
        CHECK(probe.await({"launched"}).number("daemon_pid") == daemon.pid());
    }
    SECTION("death")
    {
        Probe probe(opening(method, {"sigaction CHLD ignore", "privileged_hook=run:_exit%2033"}, "launch"));
        const Report failed = probe.failed();
        CHECK(failed.status() == -12);
        CHECK(failed.number("exit_code") == 33);
    }
}

TEST_CASE("fork handlers run once for a launch by fork, and not at all by re-exec", "[B17]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Probe probe(opening(method, {"atfork"}, "launch"));
    probe.opened();
    probe.await({"launched"});
    const std::size_t times = is_by_reexec(method) ? 0 : 1;
    CHECK(probe.take("atfork_prepare").size() == times);
    CHECK(probe.take("atfork_parent").size() == times);
    CHECK(probe.take("atfork_child").size() == times);
}
