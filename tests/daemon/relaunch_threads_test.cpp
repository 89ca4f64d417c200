// relaunch_threads_test.cpp: programs with threads become daemons by re-exec, detached and in place (H02).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"
#include "observer/relaunched.hpp"

#include <daemonctx/daemonctx.h>

using namespace observer;

TEST_CASE("a program with threads detaches by re-exec, and has its threads again", "[H02][B01]")
{
    const std::string kind = GENERATE(from_range(relaunch_programs()));
    CAPTURE(kind);
    Probe probe({"threads=3"}, relaunch_program(kind));
    const Process daemon = probe.daemon();
    CHECK(daemon.pid() != probe.pid());
    CHECK(daemon.proc().threads() == 4);
    CHECK(daemon.proc().session() != daemon.pid());
    CHECK(Reaper::instance().wait(probe.pid()).exited_with(0));
}

TEST_CASE("in place a program with threads executes itself once, and keeps its pid", "[H02][B12]")
{
    const std::string kind = GENERATE(from_range(relaunch_programs()));
    CAPTURE(kind);
    Probe probe({"detach=0", "threads=3"}, relaunch_program(kind));
    const Report first = probe.await({"before"});
    const Report second = probe.await({"before"});
    const Report opened = probe.await({"opened"});
    CHECK(first.number("pid") == probe.pid());
    CHECK(second.number("pid") == probe.pid());
    CHECK(second.text("relaunched") == "1");
    CHECK(opened.number("daemon_pid") == probe.pid());
    CHECK(Procfs(probe.pid()).threads() == 4);
}

TEST_CASE("in place a program of one thread goes on as it is", "[H02][B12]")
{
    Probe probe({"detach=0"}, relaunch_program("shared"));
    CHECK(probe.await({"before"}).text("relaunched") == "0");
    CHECK(probe.await({"opened"}).number("daemon_pid") == probe.pid());
    CHECK(probe.take("before").empty());
}

TEST_CASE("a program that opens, closes and opens again is not started again without end", "[H05]")
{
    const std::string detach = GENERATE("1", "0");
    CAPTURE(detach);
    Probe probe({"detach=" + detach, "threads=1", "opens=1000"}, relaunch_program("shared"));
    const Report failed = probe.await({"failed"});
    CHECK(failed.status() == DAEMONCTX_ERR_UNSUPPORTED);
    CHECK_THAT(failed.text("message"), Catch::Contains("64_times"));
    CHECK(probe.take("before").size() == 65);
}

TEST_CASE("kept capabilities with threads: another user, a new root, and no descriptor of the library's is left",
          "[H03][F06][F05][B05][root]")
{
    SKIP_IF_REASON(no_root());
    const bool jailed = GENERATE(false, true);
    const std::string detach = GENERATE("1", "0");
    CAPTURE(jailed, detach);
    const TemporaryDirectory directory;
    std::vector<std::string> options = {"detach=" + detach, "threads=2", "user=nobody", "capabilities=1024"};
    if (jailed) {
        options.push_back("chroot=" + directory.path());
    }
    Probe probe(options, relaunch_program("shared"));
    const Process daemon = probe.opened();
    CHECK(daemon.proc().identity().uids == std::vector<long>(4, nobody_uid));
    CHECK(daemon.proc().capabilities("CapEff") == 1024);
    CHECK(daemon.proc().root() == (jailed ? directory.path() : "/"));
    CHECK(daemon.proc().threads() == 3);
    for (const auto &[number, descriptor] : daemon.proc().descriptors()) {
        CAPTURE(number, descriptor.target);
        CHECK(descriptor.target.find("/proc/") == std::string::npos);
    }
}
