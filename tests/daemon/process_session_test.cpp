// process_session_test.cpp: the daemon's place among processes: parent, session, group, terminal (B01, B11, B13).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"
#include "observer/terminal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

using namespace observer;

TEST_CASE("the daemon's parent is the subreaper, and it leads no session", "[B01]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    Probe probe(opening(method), started_by(user));
    const Process daemon = probe.daemon();
    CHECK(daemon.pid() != probe.pid());
    CHECK(daemon.proc().parent() == getpid());
    CHECK(daemon.proc().session() != daemon.pid());
    CHECK(daemon.proc().session() != getsid(0));
}

TEST_CASE("the daemon's group and session are not the launcher's", "[B01]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Probe probe(opening(method, {}, "launch"));
    const Process daemon = probe.opened();
    probe.await({"launched"});
    const Procfs launcher = probe.launcher().proc();
    CHECK(daemon.proc().process_group() != launcher.process_group());
    CHECK(daemon.proc().session() != launcher.session());
    CHECK(daemon.proc().session() ==
          daemon.proc().process_group()); // the intermediate's: nobody's terminal can be the session's
}

TEST_CASE("the daemon has no controlling terminal, although the launcher had one", "[B01]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const Terminal terminal;
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper();
    Probe probe({}, conditions);
    const Process launcher = probe.process(0, probe.launcher().ask_ok("getpid").sender);
    CHECK(launcher.proc().terminal() == terminal.number());
    tell_opening(launcher, method);

    const Process daemon = probe.daemon();
    CHECK(daemon.proc().terminal() == 0);
    CHECK(daemon.proc().foreground_group() == -1);
}

TEST_CASE("a terminal that the daemon opens does not become its controlling one", "[B01]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Probe probe(opening(method));
    const Process daemon = probe.daemon();
    const Terminal terminal;
    daemon.ask_ok(command("opentty", {terminal.path()}));
    CHECK(daemon.proc().terminal() == 0);
}

TEST_CASE("in a pid namespace the daemon's parent is its init", "[B01][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_program("unshare"));
    const Method method = GENERATE(from_range(detaching_methods()));
    int stay[2];
    REQUIRE(pipe2(stay, O_CLOEXEC) == 0);
    const Fd read_end(stay[0]);
    Fd write_end(stay[1]);
    Conditions conditions;
    conditions.descriptors[9] = read_end.get();
    // init starts the probe as its child and stays until the observer lets it go
    conditions.wrapper = {"unshare", "--pid", "--fork", "sh", "-c", "\"$0\" \"$@\"; read line <&9"};
    Probe probe(opening(method), conditions);
    const Process daemon = probe.opened();
    CHECK(daemon.proc().numbers().size() == 2);
    // the end of the intermediate is not told to the observer here; the daemon's parent changes once, and for good
    const Deadline deadline;
    while (daemon.value("getppid") != "1" && deadline.milliseconds_left() > 0) {
    }
    CHECK(daemon.value("getppid") == "1");
    daemon.tell("_exit 0");
    write_end.reset();
}

// The launcher is in the foreground of a terminal; its session leader dies while open() is at work, so that the kernel
// hangs the group up.
static bool survives_end_of_session(Method method, const std::string &hook)
{
    const Terminal terminal;
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper();
    Probe probe(opening(method, {hook}), conditions);
    try {
        const Process daemon = probe.daemon();
        probe.launcher().wait_for_end(); // the session leader
        const bool alive = daemon.value("getpid") == std::to_string(daemon.pid());
        daemon.tell("_exit 7");
        return alive && daemon.wait_for_end().exited_with(7);
    } catch (const Failure &failure) {
        UNSCOPED_INFO(failure.what());
        return false;
    }
}

// It ends when the launcher does, as `sh -c daemon` on a terminal; or is killed while the launcher waits, or while the
// daemon starts.
static std::vector<std::string> ends_of_session(Method method)
{
    std::vector<std::string> all = {"trace=0"};
    if (!is_by_reexec(method)) {
        all.push_back("launcher_hook=run:kill%20parent%20KILL");
    }
    return all;
}

TEST_CASE("200 of 200 daemons survive a session leader that ends at once", "[B11]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string hook = GENERATE_COPY(from_range(ends_of_session(method)));
    CAPTURE(method, hook);
    constexpr int sessions = 200;
    int survivors = 0;
    for (int i = 0; i < sessions; ++i) {
        survivors += survives_end_of_session(method, hook) ? 1 : 0;
    }
    CHECK(survivors == sessions);
}

TEST_CASE("a terminal that is hung up while the daemon starts does not end it", "[B11]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Terminal terminal;
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper();
    Probe probe(opening(method, {first_hook(method) + "=pause"}), conditions);
    const Process starting = probe.process(1, probe.await({"hook"}).sender);
    terminal.hang_up();
    probe.launcher().wait_for_end(); // the session leader, by SIGHUP
    starting.tell("return 0");
    CHECK(probe.daemon().pid() == starting.pid());
}

TEST_CASE("open on an open context is OK in the same process", "[B13]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method));
    const Process daemon = probe.daemon();
    const Report again = daemon.ask("open 3");
    CHECK(again.word == "opened");
    CHECK(again.status() == 0);
    CHECK(again.sender == daemon.pid());
    CHECK(again.channel == daemon.channel());
}

TEST_CASE("a closed context that is opened again detaches again", "[B13]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Probe probe(opening(method));
    const Process first = probe.daemon();
    CHECK(first.ask_ok("close").status() == 0);
    first.tell("open");
    const Process second = probe.daemon();
    CHECK(second.pid() != first.pid());
    CHECK(second.channel() == 2);
    CHECK(first.wait_for_end().exited_with(0));
    CHECK(second.proc().session() != second.pid());
    CHECK(second.value("is_open") == "1");
}

TEST_CASE("a closed context that is opened again in place keeps its process", "[B13]")
{
    Probe probe(opening(Method::in_place));
    const Process process = probe.daemon();
    CHECK(process.ask_ok("close").status() == 0);
    CHECK(process.ask("open").word == "opened");
    CHECK(process.value("getpid") == std::to_string(probe.pid()));
}
