// relaunch_image_test.cpp: the same executable, arguments and process name, whatever has become of the file (H04).
#include "catch.hpp"
#include "observer/probe.hpp"
#include "observer/relaunched.hpp"

#include <daemonctx/daemonctx.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

using namespace observer;

namespace {

std::string arguments_of(pid_t pid)
{
    return Procfs(pid).file("cmdline");
}

} // namespace

TEST_CASE("arguments arrive as they were: empty, with newlines, 100,000 bytes long", "[H04]")
{
    const std::string kind = GENERATE(from_range(relaunch_programs()));
    const std::string argument = GENERATE(std::string(), std::string("a\n\t'\"\\ \xff"), std::string(100000, 'x'));
    CAPTURE(kind, argument.size());
    Probe probe({"threads=1", argument, "last", "wait=1", ""}, relaunch_program(kind));
    (void)probe.await({"before"});
    const std::string before = arguments_of(probe.pid());
    probe.send(0, "go");
    const Process daemon = probe.daemon();
    CHECK(arguments_of(daemon.pid()) == before);
    CHECK(before.size() > argument.size() + 20);
}

TEST_CASE("a program that is named otherwise than its file keeps both names", "[H04]")
{
    const TemporaryDirectory directory;
    Conditions conditions = copied_into(directory / "a-file", "shared");
    conditions.argv0 = "another name";
    Probe probe({"threads=1"}, conditions);
    const Report first = probe.await({"before"});
    const Report second = probe.await({"before"});
    CHECK(first.text("name") == "a-file");
    CHECK(second.text("name") == "a-file");
    const Process daemon = probe.daemon();
    CHECK(arguments_of(daemon.pid()) == std::string("another name\0threads=1\0", 23));
    CHECK(daemon.proc().executable() == directory / "a-file");
}

TEST_CASE("a program that opens in a thread with another name keeps the process's", "[H04]")
{
    const std::string detach = GENERATE("1", "0");
    CAPTURE(detach);
    Probe probe({"in_thread=1", "detach=" + detach}, relaunch_program("shared"));
    const std::string name = probe.await({"before"}).text("name");
    CHECK(name == "daemonctx_relau");
    CHECK(probe.await({"before"}).text("name") == name);
    CHECK(Procfs(static_cast<pid_t>(probe.await({"opened"}).number("pid"))).file("comm") == name + "\n");
}

TEST_CASE("an executable that was deleted or replaced meanwhile is started as it is running", "[H04]")
{
    const std::string kind = GENERATE(from_range(relaunch_programs()));
    const std::string harm = GENERATE("deleted", "replaced", "renamed");
    const std::string detach = GENERATE("1", "0");
    CAPTURE(kind, harm, detach);
    const TemporaryDirectory directory;
    const std::string path = directory / "program";
    Conditions conditions = copied_into(path, kind);
    // `wait` in the options: the program goes on when its file has been harmed.
    Probe probe({"detach=" + detach, "threads=1", "wait=1"}, conditions);
    CHECK(probe.await({"before"}).text("relaunched") == "0");
    struct stat status = {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    if (harm == "renamed") {
        std::filesystem::rename(path, directory / "elsewhere");
    } else {
        std::filesystem::remove(path);
    }
    if (harm == "replaced") {
        std::filesystem::copy_file("/bin/false", path);
    }
    probe.send(0, "go");
    CHECK(probe.await({"before"}).text("relaunched") == "1");
    const Report opened = probe.await({"opened"});
    struct stat running = {};
    const std::string link = "/proc/" + opened.text("pid") + "/exe";
    REQUIRE(stat(link.c_str(), &running) == 0);
    CHECK(running.st_ino == status.st_ino);
    CHECK(running.st_dev == status.st_dev);
}

TEST_CASE("a program in a directory that the daemon's user may not enter", "[H04][root]")
{
    SKIP_IF_REASON(no_nobody());
    const TemporaryDirectory directory;
    const std::string closed = directory.make_directory("closed", 0700);
    Conditions conditions = copied_into(closed + "/program", "shared");
    Probe probe({"threads=1", "user=nobody"}, conditions);
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().identity().uids == std::vector<long>(4, nobody_uid));
}

TEST_CASE("without /proc a new start is refused, with the reason", "[H04][G09][root]")
{
    SKIP_IF_REASON(no_root());
    const std::string detach = GENERATE("1", "0");
    Conditions conditions = relaunch_program("shared");
    conditions.wrapper = {
        "unshare", "--mount", "--propagation", "private", "sh", "-c", R"(umount -l /proc && exec "$0" "$@")"};
    Probe probe({"detach=" + detach, "threads=1"}, conditions);
    const Report failed = probe.await({"failed"});
    CHECK((failed.status() == DAEMONCTX_ERR_SYSTEM || failed.status() == DAEMONCTX_ERR_THREADS));
    CHECK_THAT(failed.text("message"), Catch::Contains("/proc"));
}

TEST_CASE("a set-user-id program is not started again", "[H03][H05][B15][root]")
{
    SKIP_IF_REASON(no_nobody());
    SKIP_IF_REASON(sanitized("cannot be linked statically"));
    const std::string detach = GENERATE("1", "0");
    const TemporaryDirectory directory;
    Conditions conditions = copied_into(directory / "program", "static");
    REQUIRE(chmod(conditions.program.c_str(), 04755) == 0);
    conditions.wrapper = as_nobody();
    Probe probe({"detach=" + detach, "threads=1"}, conditions);
    const Report failed = probe.await({"failed"});
    CHECK(failed.status() == DAEMONCTX_ERR_UNSUPPORTED);
    CHECK_THAT(failed.text("message"), Catch::Contains("set-user-id"));
}

TEST_CASE("a program that has put an effective user before its real one is not started again", "[H04][H03][root]")
{
    SKIP_IF_REASON(no_nobody());
    const std::string detach = GENERATE("1", "0");
    Probe probe({"detach=" + detach, "threads=1", "effective=65534"}, relaunch_program("shared"));
    const Report failed = probe.await({"failed"}, 0);
    CHECK(failed.status() == DAEMONCTX_ERR_UNSUPPORTED);
    CHECK_THAT(failed.text("message"), Catch::Contains("effective_user"));
    CHECK(probe.take("before").size() == 1);
}
