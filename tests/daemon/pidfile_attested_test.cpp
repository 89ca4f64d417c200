// pidfile_attested_test.cpp: the kernel's word for whose the pid file is, and what is found without it (E12).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <csignal>

using namespace observer;

TEST_CASE("the kernel names the daemon as holder of the record lock", "[E12][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string ready = GENERATE("ready_mode=on_open", "ready_mode=manual");
    CAPTURE(method, ready);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path), ready}));
    const Process daemon = probe.opened();
    CHECK(is_locked(path));
    CHECK(attested_pid(path) == daemon.pid());
    const Answer answer = query(path);
    CHECK(answer.status == 0);
    CHECK(answer.pid == daemon.pid());
}

TEST_CASE("the kernel's word goes over what the file says", "[E12][E08][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string content = GENERATE("1\n", "garbage", "", "-1\n");
    CAPTURE(method, content);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    write_file(path, content);
    const Answer answer = query(path);
    CHECK(answer.status == 0);
    CHECK(answer.pid == daemon.pid());
    Probe second(opening(method, {option("pidfile", path)}));
    CHECK(second.failed().number("pid") == daemon.pid());
}

TEST_CASE("when the program has opened and closed its pid file, it is found all the same", "[E12][E02][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    CHECK(daemon.value(command("readfile", {path})) == pid_line(daemon.pid()));
    REQUIRE(attested_pid(path) == 0); // the record lock is lost by that
    CHECK(is_locked(path));
    const Answer answer = query(path);
    CHECK(answer.status == 0);
    CHECK(answer.pid == daemon.pid());
    Probe second(opening(method, {option("pidfile", path)}));
    const Report refused = second.failed();
    CHECK(refused.status() == -7);
    CHECK(refused.number("pid") == daemon.pid());
    end(daemon, Ending::close);
    CHECK_FALSE(exists(path));
}

TEST_CASE("with the record lock lost, content that is no pid is not believed", "[E12][E08]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string content = GENERATE("-1\n", "0\n", "garbage\n", "");
    CAPTURE(method, content);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    daemon.value(command("readfile", {path}));
    write_file(path, content);
    const Answer answer = query(path);
    CHECK(answer.status == 0);
    CHECK(answer.pid == 0);
}

TEST_CASE("a daemon that asks about its own pid file keeps the kernel's word", "[E12][E08][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    const Report own = daemon.ask_ok(command("query", {path}));
    CHECK(own.status() == 0);
    CHECK(own.number("pid") == daemon.pid());
    CHECK(attested_pid(path) == daemon.pid());
}

TEST_CASE("a check in the daemon itself finds the daemon, which is found afterwards too", "[E12][E02][A12][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    daemon.ask_ok("context 1");
    daemon.ask_ok(option("pidfile", path));
    const Report refused = daemon.ask("check");
    CHECK(refused.status() == -7);
    CHECK(refused.number("pid") == daemon.pid());
    const Answer answer = query(path);
    CHECK(answer.status == 0);
    CHECK(answer.pid == daemon.pid());
}

TEST_CASE("children of the daemon, forked or executed, leave it the kernel's word", "[E12][C03][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string making = GENERATE("fork 4", "execute 4", "run /bin/true");
    CAPTURE(method, making);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    daemon.ask_ok(making);
    if (making != "run /bin/true") {
        const Process child = making == "fork 4" ? probe.forked(4) : probe.started(4);
        const Report asked = child.ask_ok(command("query", {path}));
        CHECK(asked.status() == 0);
        CHECK(asked.number("pid") == daemon.pid());
        child.tell("exit 0");
        daemon.ask_ok("waitpid -1");
    }
    CHECK(attested_pid(path) == daemon.pid());
}

TEST_CASE("when the daemon is killed the kernel names nobody", "[E12][C02][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    daemon.kill(SIGKILL);
    daemon.wait_for_end();
    CHECK(attested_pid(path) == 0);
    CHECK_FALSE(is_locked(path));
}
