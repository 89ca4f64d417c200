// process_in_place_test.cpp: without detaching, the process stays the one it was (B12). The other rows' tests run in
// place too, as their tags say.
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"
#include "observer/terminal.hpp"

#include <fcntl.h>
#include <unistd.h>

using namespace observer;

TEST_CASE("in place, the process, its session and its terminal stay", "[B12]")
{
    const Method method = GENERATE(from_range(in_place_methods()));
    const Terminal terminal;
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper();
    Probe probe({}, conditions);
    const Report pid = probe.launcher().ask_ok("getpid");
    const Process process = probe.process(0, pid.sender);
    const Procfs proc = process.proc();
    const pid_t parent = proc.parent();
    const pid_t group = proc.process_group();
    const pid_t session = proc.session();
    REQUIRE(proc.terminal() == terminal.number());

    tell_opening(process, method);
    const Report opened = process.answer();
    CHECK(opened.word == "opened");
    CHECK(opened.sender == process.pid());
    CHECK(opened.number("daemon_pid") == process.pid());
    CHECK(proc.parent() == parent);
    CHECK(proc.process_group() == group);
    CHECK(proc.session() == session);
    CHECK(proc.terminal() == terminal.number());
}

TEST_CASE("in place, exit runs the program's handlers once and tells its status", "[B12]")
{
    const Method method = GENERATE(from_range(in_place_methods()));
    Probe probe(opening(method, {"atexit"}));
    const Process process = probe.daemon();
    process.tell("exit 9");
    CHECK(process.wait_for_end().exited_with(9));
    CHECK(probe.take("atexit").size() == 1);
}

TEST_CASE("in place, text left in stdout goes where stdout went before", "[B12]")
{
    const Method method = GENERATE(from_range(in_place_methods()));
    const TemporaryDirectory directory;
    const Fd out = open_file(directory / "out", O_WRONLY | O_CREAT | O_APPEND);
    Conditions conditions;
    conditions.descriptors = {{1, out.get()}};
    Probe probe(opening(method, {"print before%0A"}), conditions);
    const Process process = probe.daemon();
    process.tell("exit 0");
    CHECK(process.wait_for_end().exited_with(0));
    CHECK(read_file(directory / "out") == "before\n");
}

TEST_CASE("in place, no child is made", "[B12]")
{
    const Method method = GENERATE(from_range(in_place_methods()));
    Probe probe(opening(method, {"sigaction CHLD report", "atfork"}));
    const Process process = probe.daemon();
    CHECK(process.ask("waitpid -1 nohang").word == "error");
    CHECK(probe.take("signal").empty());
    CHECK(probe.take("atfork_prepare").empty());
}

TEST_CASE("in place, launch is open", "[B12]")
{
    const Method method = GENERATE(from_range(in_place_methods()));
    Probe probe(opening(method, {}, "launch"));
    const Process process = probe.daemon();
    CHECK(process.pid() == probe.pid());
    CHECK(process.value("is_open") == "1");
}
