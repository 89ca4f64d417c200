// harness_test.cpp: the observer and the probe themselves, without a daemon: what the rows' tests rely on.
#include "catch.hpp"
#include "observer/core_pattern.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"
#include "observer/terminal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

using namespace observer;

TEST_CASE("a probe starts with the conditions asked for and nothing else", "[harness]")
{
    const TemporaryDirectory directory;
    const Fd file = open_file(directory / "file", O_RDWR | O_CREAT);
    Conditions conditions;
    conditions.descriptors = {{1, file.get()}, {7, file.get()}};
    conditions.closed = {0};
    conditions.environment = {"DAEMONCTX_TEST_VARIABLE=a b"};
    Probe probe({}, conditions);
    const Process process = probe.launcher();
    CHECK(process.value("getpid") == std::to_string(probe.pid()));
    CHECK(process.value("getenv DAEMONCTX_TEST_VARIABLE") == "a b");
    const auto descriptors = process.proc().descriptors();
    CHECK(process.proc().descriptor_numbers() == std::set<int>{1, 2, 7});
    CHECK(descriptors.at(1).target == directory / "file");
    CHECK(descriptors.at(2).target == "/dev/zero");
    CHECK(process.proc().blocked().empty());
    CHECK(process.proc().ignored().empty());
}

TEST_CASE("words with any byte in them arrive", "[harness]")
{
    Probe probe({});
    std::string text;
    for (int byte = 1; byte < 256; ++byte) {
        text += static_cast<char>(byte);
    }
    probe.launcher().ask_ok(command("env", {"TEXT", text}));
    CHECK(probe.launcher().value("getenv TEXT") == text);
}

TEST_CASE("a command that the probe does not know is an error", "[harness]")
{
    Probe probe({"no_such_command", "umask_of=7", "getpid 1 2 3"});
    CHECK(probe.await({"error"}).number("errno") == ENOSYS);
    CHECK(probe.await({"error"}).number("errno") == EINVAL);
    CHECK(probe.await({"error"}).number("errno") == E2BIG);
}

TEST_CASE("a probe ends with its leash, with its children", "[harness]")
{
    Probe probe({});
    probe.launcher().ask_ok("fork 2");
    const Process child = probe.forked(2);
    child.ask_ok("execute 3");
    const Process executed = probe.started(3);
    CHECK(probe.let_go());
    CHECK(Reaper::instance().wait(probe.pid()).exited_with(99));
    CHECK(Reaper::instance().wait(child.pid()).exited_with(99));
    CHECK(Reaper::instance().wait(executed.pid()).exited_with(99));
}

TEST_CASE("true exit statuses of orphans are collected", "[harness]")
{
    Probe probe({});
    probe.launcher().ask_ok("fork 2");
    const Process child = probe.forked(2);
    probe.launcher().tell("exit 3");
    CHECK(probe.launcher().wait_for_end().exited_with(3));
    child.tell("raise KILL");
    CHECK(child.wait_for_end().died_by(SIGKILL));
}

TEST_CASE("a wait that can bring nothing ends with what was seen", "[harness]")
{
    Probe probe({"no_such_command", "_exit 0"});
    CHECK_THROWS_WITH(probe.opened(), Catch::Contains("no_such_command"));
    CHECK_THROWS_WITH(probe.await({"opened"}), Catch::Contains("every process of the probe has ended"));
}

TEST_CASE("a process that is not dumpable is seen all the same", "[harness]")
{
    const User user = GENERATE(from_range(users()));
    CAPTURE(user);
    Probe probe({"dumpable 0", "hold 5 /dev/null"}, started_by(user));
    probe.launcher().ask_ok("getpid");
    CHECK(probe.launcher().proc().descriptor_numbers() == std::set<int>{0, 1, 2, 5});
    CHECK(!probe.launcher().proc().working_directory().empty());
}

TEST_CASE("a probe runs as nobody", "[harness][root]")
{
    SKIP_IF_REASON(no_nobody());
    Probe probe({}, started_by(User::nobody));
    probe.launcher().ask_ok("getpid");
    const Procfs proc = probe.launcher().proc();
    CHECK(proc.identity().uids == std::vector<long>(4, 65534));
    CHECK(proc.identity().gids == std::vector<long>(4, 65534));
    CHECK(proc.identity().groups.empty());
    CHECK(proc.capabilities("CapPrm") == 0);
}

TEST_CASE("a probe runs in the foreground of a terminal", "[harness]")
{
    const Terminal terminal;
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper();
    Probe probe({"sigaction INT report"}, conditions);
    const Process process = probe.process(0, probe.launcher().ask_ok("getpid").sender);
    CHECK(process.proc().terminal() == terminal.number());
    CHECK(process.proc().foreground_group() == process.pid());
    CHECK(process.proc().session() == probe.pid());
    terminal.type("\x03");
    CHECK(process.event("signal").number("signum") == SIGINT);
    process.ask_ok("write 1 hello");
    CHECK_THAT(terminal.read_until("hello"), Catch::Contains("hello"));
    process.tell("exit 6");
    CHECK(probe.launcher().wait_for_end().exited_with(6)); // the session leader ends with it
}

TEST_CASE("a core that is piped is told of, and the machine's setting is put back", "[harness][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_core_pattern());
    std::string before;
    {
        const CorePipe cores;
        before = cores.settings().before().at("kernel/core_pattern");
        CHECK(kernel_setting("kernel/core_pattern") != before);
        Probe probe({"limit CORE 0 0"});
        probe.launcher().tell("crash");
        CHECK(probe.launcher().wait_for_end().core_dumped);
        CHECK(cores.next_pid() == probe.pid());
    }
    const KernelLock lock; // no other test's
    CHECK(kernel_setting("kernel/core_pattern") == before);
}

// Run by the test below, as a process of its own.
TEST_CASE("helper: changes a setting of the machine and is killed with its whole group", "[.killed-with-a-setting]")
{
    const KernelSettings settings(KernelSettings::Values{{"kernel/core_pattern", "daemonctx-test"}});
    kill(0, SIGKILL);
}

TEST_CASE("the machine's setting is put back also when the test is killed", "[harness][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_core_pattern());
    std::string before;
    {
        const KernelLock lock;
        before = kernel_setting("kernel/core_pattern");
    }
    Conditions conditions;
    conditions.program = "/proc/self/exe";
    conditions.own_session = true;
    const pid_t killed = spawn({"[.killed-with-a-setting]"}, conditions);
    CHECK(Reaper::instance().wait(killed).died_by(SIGKILL));
    const KernelLock lock; // once the guardian has ended
    CHECK(kernel_setting("kernel/core_pattern") == before);
}
