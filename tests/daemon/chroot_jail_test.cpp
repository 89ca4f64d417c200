// chroot_jail_test.cpp: a daemon in a new root is inside of it, and no directory descriptor leads out (F05).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/databases.hpp"

#include <daemonctx/daemonctx.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

using namespace observer;

namespace {

bool is_directory(const std::string &path)
{
    struct stat status = {};
    return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::vector<int> directory_descriptors(const Process &daemon)
{
    std::vector<int> directories;
    for (const auto &[number, descriptor] : daemon.proc().descriptors()) {
        if (is_directory("/proc/" + std::to_string(daemon.pid()) + "/fd/" + std::to_string(number))) {
            directories.push_back(number);
        }
    }
    return directories;
}

} // namespace

TEST_CASE("root and working directory are inside", "[F05][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const bool relative = GENERATE(false, true);
    CAPTURE(method, relative);
    const TemporaryDirectory directory;
    const std::string jail = directory.make_directory("jail");
    write_file(directory / "jail/inside", "yes");
    Probe probe(
        opening(method, {option("chroot_directory", relative ? "jail" : jail), command("chdir", {directory.path()})}));
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().root() == jail);
    CHECK(daemon.proc().working_directory() == jail);
    CHECK(daemon.ask_ok("readfile /inside").text("value") == "yes");
}

TEST_CASE("a link as new root means the directory that it leads to", "[F05][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    const std::string jail = directory.make_directory("jail");
    REQUIRE(symlink("jail", (directory / "link").c_str()) == 0);
    Probe probe(opening(method, {option("chroot_directory", directory / "link")}));
    CHECK(probe.daemon().proc().root() == jail);
}

TEST_CASE("users, groups, pid file and log files are found outside", "[F05][root]")
{
    SKIP_IF_REASON(no_databases());
    const Method method = GENERATE(from_range(all_methods()));
    const Databases databases;
    const TemporaryDirectory directory;
    const std::string jail = directory.make_directory("jail"); // empty: no /etc, no /dev
    Conditions conditions;
    conditions.wrapper = databases.wrapper();
    Attempt attempt(method,
                    {option("chroot_directory", jail), "user=alice", option("stdout", "path:" + directory / "log")},
                    conditions);
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    CHECK(daemon.proc().root() == jail);
    CHECK(daemon.proc().identity().uids == std::vector<long>(4, 1001));
    CHECK(daemon.proc().identity().groups == std::set<long>{2001, 3001, 3002});
    CHECK(read_file(attempt.pidfile()) == std::to_string(daemon.pid()) + '\n');
    CHECK(daemon.proc().descriptors().at(0).target == "/dev/null");
    CHECK(daemon.proc().descriptors().at(1).target == directory / "log");
}

TEST_CASE("no directory descriptor survives, whoever opened it", "[F05][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const std::string hook = GENERATE_COPY(from_range(hooks_before_open(method)));
    const std::string letters = GENERATE("rd", "pd", "rdx"); // O_PATH is enough for fchdir
    CAPTURE(method, hook, letters);
    const TemporaryDirectory directory;
    Probe probe(opening(method, {"signal=clear", "hold 7 / " + letters,
                                 option(hook, "run:hold 80 / " + letters + ";hold 90 /dev/null;preserve 90"),
                                 option("chroot_directory", directory.path())}));
    const Process daemon = probe.daemon();
    CHECK(directory_descriptors(daemon).empty());
    CHECK(daemon.proc().descriptor_numbers().count(90) == 1);
    CHECK(daemon.proc().descriptor_numbers().count(7) == 0);
    CHECK(daemon.proc().descriptor_numbers().count(80) == 0);
}

TEST_CASE("a directory descriptor that is to be preserved is refused before any change", "[F05][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const std::string letters = GENERATE("rd", "pd");
    const std::string name = GENERATE("files_preserve=7", "stdin=fd:7", "stderr=fd:7");
    CAPTURE(method, letters, name);
    const TemporaryDirectory directory;
    Attempt attempt(method, {"hold 7 /tmp " + letters, name, option("chroot_directory", directory.path())});
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_ARGUMENT);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PLAN);
    CHECK_THAT(failed.text("message"), Catch::Contains(name.substr(0, name.find('='))) &&
                                           Catch::Contains("descriptor 7") && Catch::Contains("directory"));
    attempt.check_nothing_left();
}

TEST_CASE("a directory that is inherited on 0 to 2 is no way out either", "[F05][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const std::string kind = GENERATE("stdin=inherit", "files_preserve=0");
    CAPTURE(method, kind);
    const TemporaryDirectory directory;
    Attempt attempt(method, {"hold 0 / rd", kind, option("chroot_directory", directory.path())});
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_ARGUMENT);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PLAN);
    CHECK_THAT(failed.text("message"), Catch::Contains("descriptor 0") && Catch::Contains("directory"));
    attempt.check_nothing_left();
}

TEST_CASE(
    "a directory on 0 to 2 that is to be replaced is gone before the daemon runs, also where streams switch later",
    "[F05][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string when = GENERATE("at_open", "at_ready");
    CAPTURE(method, when);
    const TemporaryDirectory directory;
    Probe probe(opening(method, {"hold 0 / rd", "hold 2 / pd", "ready_mode=manual", "stream_switch=" + when,
                                 option("chroot_directory", directory.path())}));
    const Process daemon = probe.opened();
    CHECK(directory_descriptors(daemon).empty());
    CHECK(daemon.proc().descriptors().at(0).target == "/dev/null");
    daemon.ask_ok("notify_ready");
    CHECK(daemon.proc().descriptors().at(2).target == "/dev/null");
}

TEST_CASE("a hook may not preserve a directory", "[F05][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const std::string hook = GENERATE_COPY(from_range(hooks_before_open(method)));
    CAPTURE(method, hook);
    const TemporaryDirectory directory;
    Probe probe(
        opening(method, {option(hook, "run:hold 80 / rd;preserve 80"), option("chroot_directory", directory.path())}));
    const Report refused = probe.await({"failed"});
    CHECK(refused.status() == DAEMONCTX_ERR_ARGUMENT);
    CHECK_THAT(refused.text("message"), Catch::Contains("directory"));
    CHECK(directory_descriptors(probe.daemon()).empty());
}

TEST_CASE("without a new root a directory descriptor is preserved", "[F05][B05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=clear", "hold 7 /tmp rd", "files_preserve=7"}));
    CHECK(probe.daemon().proc().descriptor_numbers() == std::set<int>{0, 1, 2, 7});
}

TEST_CASE("there is no way out by the parent directory or by a number", "[F05][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    const std::string jail = directory.make_directory("jail");
    write_file(directory / "secret", "no");
    Probe probe(opening(
        method, {option("chroot_directory", jail), "uid=65534", "gid=65534", command("chdir", {directory.path()})}));
    const Process daemon = probe.daemon();
    for (const char *way : {"chdir ..", "chdir ../../../..", "chdir /.."}) {
        daemon.ask_ok(way);
        CHECK(daemon.proc().working_directory() == jail);
    }
    CHECK(daemon.ask("readfile ../secret").number("errno") == ENOENT);
    CHECK(daemon.ask("readfile /../secret").number("errno") == ENOENT);
    for (int fd = 0; fd < 64; ++fd) {
        CHECK(daemon.ask("fchdir " + std::to_string(fd)).word == "error");
    }
    CHECK(daemon.proc().working_directory() == jail);
}

TEST_CASE("a pid file outside of the new root is emptied by close, where it cannot be removed", "[F05][E07][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    Attempt attempt(method, {option("chroot_directory", directory.path())});
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    if (!is_in_place(method)) {
        CHECK(attempt.launcher().wait_for_end().exited_with(0)); // until then it holds the lock too
    }
    CHECK(daemon.ask_ok("close").status() == 0);
    CHECK(read_file(attempt.pidfile()).empty());
    Probe next(opening(Method::fork, {option("pidfile", attempt.pidfile())}));
    next.daemon();
}
