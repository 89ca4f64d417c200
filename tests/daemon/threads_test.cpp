// threads_test.cpp: programs with more than one thread: refused, or vouched for (H02); two contexts in two threads
// (A09).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

using namespace observer;

// The opening command is left out.
static std::vector<std::string> before_opening(Method method, const std::vector<std::string> &commands)
{
    auto all = opening(method, commands);
    all.pop_back();
    return all;
}

TEST_CASE("a second thread: refused with the count, and nothing is changed", "[H02][A10][B12]")
{
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    const int count = GENERATE(1, 3);
    CAPTURE(method, count);
    const TemporaryDirectory directory;
    const std::string pidfile = directory / "pid";
    Probe probe(before_opening(method, {option("pidfile", pidfile), "working_directory=/tmp", "hold 30 /dev/zero",
                                        "atfork", "set_umask 027", "threads " + std::to_string(count)}));
    const Process launcher = probe.launcher();
    const std::string before = launcher.value("dispositions");
    const std::string place = launcher.proc().working_directory();
    const auto descriptors = launcher.proc().descriptors();

    const Report failed = launcher.ask("open");
    REQUIRE(failed.word == "failed");
    CHECK(failed.status() == DAEMONCTX_ERR_THREADS);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PREPARE);
    CHECK_THAT(failed.text("message"), Catch::Contains(std::to_string(count + 1)) && Catch::Contains("threads"));
    CHECK(launcher.value("dispositions") == before);
    CHECK(launcher.proc().working_directory() == place);
    CHECK(launcher.proc().umask() == 027);
    CHECK(launcher.proc().descriptors() == descriptors);
    CHECK(launcher.proc().blocked().empty());
    CHECK(launcher.value("is_open") == "0");
    CHECK(launcher.proc().threads() == count + 1);
    CHECK_FALSE(exists(pidfile));
    CHECK(launcher.ask("waitpid -1 nohang").number("errno") == ECHILD);
    CHECK(probe.take("atfork_prepare").empty());
}

TEST_CASE("a thread that the trace callback starts is counted too", "[H02][G10][B12]")
{
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    CAPTURE(method);
    Probe probe(opening(method, {"trace=run:threads%202"}));
    const Report failed = probe.failed();
    CHECK(failed.status() == DAEMONCTX_ERR_THREADS);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PREPARE);
    CHECK_THAT(failed.text("message"), Catch::Contains("3"));
}

TEST_CASE("FORK_UNCHECKED vouches for a thread that the trace callback starts", "[H02][G10]")
{
    SKIP_IF_REASON(no_forking());
    Probe probe({"detach_process=yes", "method=unchecked", "trace=run:threads%202", "open"});
    CHECK(probe.daemon().proc().threads() == 1);
}

TEST_CASE("check does not ask for threads: prepare may end them", "[H02][A12]")
{
    Probe probe({"threads 1"});
    CHECK(probe.launcher().ask_ok("check").status() == DAEMONCTX_OK);
}

TEST_CASE("in place, FORK_UNCHECKED does not vouch", "[H02]")
{
    Probe probe({"detach_process=no", "method=unchecked", "threads 1", "open"});
    CHECK(probe.failed().status() == DAEMONCTX_ERR_THREADS);
}

TEST_CASE("after the refusal the same context opens once the threads have ended", "[H02]")
{
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    Probe probe(before_opening(method, {"workers 2"}));
    const Process launcher = probe.launcher();
    CHECK(launcher.ask("open").status() == DAEMONCTX_ERR_THREADS);
    launcher.ask_ok("end_workers");
    launcher.tell("open");
    CHECK(probe.opened().value("is_open") == "1");
}

TEST_CASE("a prepare hook that ends the threads makes open succeed", "[H02]")
{
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    for (int round = 0; round < 20; ++round) { // joined, a thread may still be on its way out of the kernel
        CAPTURE(method, round);
        Probe probe(opening(method, {"workers 3", "prepare_hook=run:end_workers"}));
        CHECK(probe.opened().proc().threads() == 1);
    }
}

TEST_CASE("a prepare hook that starts a thread makes open fail", "[H02]")
{
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    Probe probe(opening(method, {"prepare_hook=run:threads%201"}));
    CHECK(probe.failed().status() == DAEMONCTX_ERR_THREADS);
}

// AddressSanitizer's allocator does not take its locks before a fork (gcc before 14).
static std::string no_fork_with_threads()
{
#ifdef __SANITIZE_ADDRESS__
    return "needs an allocator whose locks survive a fork";
#else
    return "";
#endif
}

TEST_CASE("FORK_UNCHECKED forks with busy threads, and the daemon can allocate", "[H02]")
{
    SKIP_IF_REASON(no_fork_with_threads());
    for (int round = 0; round < 20; ++round) {
        CAPTURE(round);
        Probe probe({"detach_process=yes", "method=unchecked", "workers 4", "print text", "open"});
        const Process daemon = probe.opened();
        CHECK(daemon.pid() != probe.pid());
        CHECK(daemon.value("allocate 2000") == "1");
        CHECK(daemon.proc().threads() == 1);
        CHECK(daemon.ask_ok("run /bin/true").number("result") == 0);
        CHECK(daemon.ask_ok("close").status() == DAEMONCTX_OK);
    }
}

TEST_CASE("FORK_UNCHECKED: launch leaves the launcher's threads at work", "[H02]")
{
    SKIP_IF_REASON(no_fork_with_threads());
    Probe probe({"detach_process=yes", "method=unchecked", "workers 4", "launch"});
    const Process daemon = probe.opened();
    CHECK(probe.await({"launched"}).number("daemon_pid") == daemon.pid());
    CHECK(probe.launcher().proc().threads() == 5);
    CHECK(probe.launcher().value("allocate 2000") == "1");
    CHECK(probe.launcher().ask_ok("end_workers").number("result") == 0);
}

// Flushing stdio waits for the lock of every stream.
TEST_CASE("a thread that is reading stdin does not make open hang", "[H02]")
{
    const std::string method = GENERATE(as<std::string>{}, "fork", "unchecked", "in place");
    CAPTURE(method);
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    const Fd input(ends[0]);
    const Fd output(ends[1]);
    Conditions conditions;
    conditions.descriptors = {{0, input.get()}};
    const bool in_place = method == "in place";
    Probe probe({in_place ? "detach_process=no" : "detach_process=yes", "method=" + (in_place ? "auto" : method),
                 "read_thread", "open"},
                conditions);
    const Report report = probe.await({"opened", "failed"});
    CAPTURE(report.line);
    if (method == "unchecked") {
        CHECK(report.word == "opened");
    } else {
        REQUIRE(report.word == "failed");
        CHECK(report.status() == DAEMONCTX_ERR_THREADS);
    }
}

TEST_CASE("a daemon may start threads, which its own events reach", "[H02]")
{
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    Probe probe(opening(method, {"signal=USR1:handler"}));
    const Process daemon = probe.opened();
    daemon.ask_ok("workers 4");
    daemon.tell("wait_events -1");
    daemon.kill(10);
    CHECK(daemon.answer().status() == DAEMONCTX_OK);
    CHECK(daemon.event("handler").number("signum") == 10);
    CHECK(daemon.ask_ok("close").status() == DAEMONCTX_OK);
}

TEST_CASE("threads with contexts of their own do not disturb each other, nor an open one", "[A09]")
{
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    Probe probe(opening(method, {"umask=027", "signal=USR1:handler"}));
    const Process daemon = probe.opened();
    daemon.tell("raise USR1");
    CHECK(daemon.answer().number("result") == 0);
    CHECK(daemon.value("contexts_in_threads 4") == "0");
    CHECK(daemon.ask_ok("error").number("error_status") == DAEMONCTX_OK);
    CHECK(daemon.value("get umask") == "23");
    CHECK(daemon.ask_ok("dispatch").status() == DAEMONCTX_OK);
    CHECK(probe.take("handler").size() == 1);
}
