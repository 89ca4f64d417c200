// pidfile_failed_launch_test.cpp: a launch that fails, at whatever step, leaves no pid file, no lock and no process
// (E11).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>

using namespace observer;

namespace {

// What makes the launch fail, and the step and status that it must be told by.
struct Failing {
    std::vector<std::string> commands;
    int step;
    int status;
};

enum Step {
    plan = 1,
    prepare = 2,
    detach = 3,
    privileged = 6,
    chroot = 7,
    identity = 8,
    working_directory = 10,
    pidfile = 14,
    report = 17
};

std::ostream &operator<<(std::ostream &out, const Failing &failing)
{
    for (const auto &command : failing.commands) {
        out << command << ' ';
    }
    return out;
}

// Every way to fail that all ways to become a daemon have.
const std::vector<Failing> failings = {
    {{"user=no_such_user_here"}, plan, -6},
    {{"group=no_such_group_here"}, plan, -6},
    {{"stdin=path:/nope"}, plan, -5},
    {{"stdout=path:/nope/out"}, plan, -5},
    {{"stderr=fd:77"}, plan, -5},
    {{"umask=01000"}, plan, -2},
    {{"files_preserve=-1"}, plan, -2},
    {{"privileged_hook=return:4"}, privileged, -14},
    {{"working_directory=/nope"}, working_directory, -5},
    {{"sigaction XFSZ ignore", "privileged_hook=run:limit%20FSIZE%200%200"}, pidfile, -5}, // cannot be written
};

const std::vector<Failing> fork_hooks_failings = {
    {{"prepare_hook=return:4"}, prepare, -14},
    {{"daemon_hook=fail:4:no"}, detach, -14},
    {{"daemon_hook=report", "working_directory=/nope"}, working_directory, -5}, // seen only at its step, in place too
};

const std::vector<Failing> root_failings = {
    {{"chroot_directory=/nope"}, chroot, -5},
    {{"privileged_hook=report", "chroot_directory=/nope"}, chroot, -5}, // seen only at its step, in place too
    {{"chroot_directory=/proc", "working_directory=/nope"}, working_directory, -5},
    {{"uid=65534", "gid=65534", "privileged_hook=run:chdir%20/%3Breturn%201"}, privileged, -14},
};

// As an ordinary user.
const std::vector<Failing> nobody_failings = {
    {{"uid=0", "gid=0"}, identity, -9},
    {{"gid=0"}, identity, -9},
};

// How a daemon that is not ready yet ends the launch.
const std::vector<Failing> unready = {{{"notify_failed 3 no"}, report, -13},
                                      {{"close"}, report, -12},
                                      {{"free"}, report, -12},
                                      {{"exit 3"}, report, -12},
                                      {{"_exit 3"}, report, -12},
                                      {{"raise TERM"}, report, -12},
                                      {{"raise KILL"}, report, -12}};

// In place and in a chroot nobody is left who could remove the file: then it is empty.
enum class Left { nothing, an_empty_file_at_most };

void check_nothing_left(Probe &probe, const std::string &path, Left left = Left::nothing)
{
    CHECK((!exists(path) || (left == Left::an_empty_file_at_most && read_file(path).empty())));
    CHECK_FALSE(is_locked(path));
    const Process launcher = probe.launcher();
    CHECK(launcher.proc().descriptor_numbers() == std::set<int>{0, 1, 2});
    CHECK(launcher.ask("waitpid -1 nohang").word == "error");
    CHECK(launcher.value("is_open") == "0");
}

void check_failing(const Failing &failing, Method method, const std::string &call, const Conditions &conditions = {})
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    if (!conditions.wrapper.empty()) {
        directory.give_to(nobody_uid, nobody_gid);
    }
    std::vector<std::string> commands = {option("pidfile", path)};
    commands.insert(commands.end(), failing.commands.begin(), failing.commands.end());
    Probe probe(opening(method, commands, call), conditions);
    Report failed = probe.failed();
    while (failed.text("command") != call) { // the setter's own refusal, which open repeats
        failed = probe.failed();
    }
    CHECK(failed.number("step") == failing.step);
    CHECK(failed.status() == failing.status);
    probe.take("ok");
    const bool jailed = is_in_place(method) && failing.commands.front() == "chroot_directory=/proc";
    check_nothing_left(probe, path, jailed ? Left::an_empty_file_at_most : Left::nothing);

    Probe next(opening(method, {option("pidfile", path)}), conditions); // while the first launcher still lives
    CHECK(read_file(path) == pid_line(next.daemon().pid()));
}

} // namespace

TEST_CASE("a launch that fails at any step leaves no pid file and no lock", "[E11][G01][B12]")
{
    const Failing failing = GENERATE(from_range(failings));
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE("open", "launch");
    CAPTURE(failing, method, call);
    check_failing(failing, method, call);
}

TEST_CASE("a launch that fails in a fork hook or after it leaves no pid file and no lock", "[E11][G01][B12]")
{
    SKIP_IF_REASON(no_forking());
    const Failing failing = GENERATE(from_range(fork_hooks_failings));
    const Method method = GENERATE(from_range(forking_methods()));
    const std::string call = GENERATE("open", "launch");
    CAPTURE(failing, method, call);
    check_failing(failing, method, call);
}

TEST_CASE("a launch that fails at root's steps leaves no pid file and no lock", "[E11][G01][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Failing failing = GENERATE(from_range(root_failings));
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(failing, method);
    check_failing(failing, method, "open");
}

TEST_CASE("a launch that is not permitted leaves no pid file and no lock", "[E11][F03][B12][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Failing failing = GENERATE(from_range(nobody_failings));
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(failing, method);
    check_failing(failing, method, "open", started_by(User::nobody));
}

TEST_CASE("the launcher removes the pid file that a daemon without rights or in a chroot cannot remove",
          "[E11][E07][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(detaching_methods()));
    const TemporaryDirectory jail;
    const std::string drop = GENERATE("uid=65534", "chroot");
    const std::string ending = GENERATE("working_directory=/nope", "notify_failed 3 no", "_exit 3", "raise KILL");
    CAPTURE(method, drop, ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    const bool by_step = ending.find('=') != std::string::npos;
    const std::string dropping = drop == "chroot" ? option("chroot_directory", jail.path()) : drop;
    Probe probe(opening(
        method, {option("pidfile", path), "gid=65534", dropping, "ready_mode=manual", by_step ? ending : "trace=0"}));
    if (!by_step) {
        const Process daemon = probe.opened();
        CHECK(read_file(path) == pid_line(daemon.pid()));
        daemon.tell(ending);
        if (ending == "notify_failed 3 no") {
            daemon.tell("exit 1");
        }
    }
    CHECK(probe.failed().channel == 0);
    check_nothing_left(probe, path);
}

TEST_CASE("a daemon that ends, closes or fails before it is ready leaves no pid file and no lock", "[E11][G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const Failing failing = GENERATE(from_range(unready));
    const std::string call = GENERATE("open", "launch");
    CAPTURE(method, failing, call);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path), "ready_mode=manual"}, call));
    const Process daemon = probe.opened();
    daemon.tell(failing.commands.front());
    if (failing.commands.front().find("_") == 6 || failing.commands.front() == "close" ||
        failing.commands.front() == "free") {
        daemon.tell("exit 1"); // as a program does that has failed
    }
    const Report failed = probe.await({"failed", "launched"}, 0);
    REQUIRE(failed.word == "failed");
    CHECK(failed.status() == failing.status);
    CHECK_FALSE(process_exists(daemon.pid()));
    check_nothing_left(probe, path);
}

TEST_CASE("a hook that ends or kills its process leaves no pid file and no lock", "[E11][G03]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string hook = GENERATE_COPY(from_range(daemons_hooks(method)));
    const std::string ending = GENERATE("_exit 3", "exit 3", "raise KILL");
    CAPTURE(method, hook, ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path), option(hook, "run:" + ending)}));
    const Report failed = probe.failed();
    CHECK(failed.status() == -12);
    check_nothing_left(probe, path);
}

TEST_CASE("a launcher hook that fails leaves no pid file and no lock", "[E11][G07]")
{
    SKIP_IF_REASON(no_forking());
    const std::string ready = GENERATE("ready_mode=on_open", "ready_mode=manual");
    CAPTURE(ready);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(Method::fork, {option("pidfile", path), ready, "launcher_hook=return:4"}));
    const Report failed = probe.await({"failed"}, 0);
    CHECK(failed.status() == -14);
    check_nothing_left(probe, path);
}

TEST_CASE("silence until the bound leaves no pid file and no lock", "[E11][G04]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path), "ready_mode=manual", "ready_timeout=300"}));
    const Report failed = probe.await({"failed"}, 0);
    CHECK(failed.status() == -11);
    check_nothing_left(probe, path);
}

TEST_CASE("a launcher that is killed leaves no pid file of a daemon that nobody heard of", "[E11][G12]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string report = GENERATE("notify_ready", "notify_failed 3 no");
    CAPTURE(method, report);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path), "ready_mode=manual"}));
    const Process daemon = probe.opened();
    probe.launcher().kill(SIGKILL);
    probe.launcher().wait_for_end();
    REQUIRE(Reaper::instance().wait_until([&] { return daemon.proc().parent() == getpid(); }));
    daemon.tell(report);
    CHECK(daemon.wait_for_end().exited_with(1));
    CHECK_FALSE(exists(path));
}

TEST_CASE("a plan that is refused leaves a stale pid file as it was", "[E11][A12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string refused = GENERATE("user=no_such_user_here", "stdin=path:/nope", "umask=01000");
    const std::string call = GENERATE("open", "check");
    CAPTURE(method, refused, call);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    write_file(path, "1\n");
    const FileState before = file_state(path);
    Probe probe(opening(method, {option("pidfile", path), refused}, call));
    while (probe.failed().text("command") != call) { // the setter's own refusal first
    }
    CHECK(file_state(path) == before);
}
