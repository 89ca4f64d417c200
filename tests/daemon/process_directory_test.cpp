// process_directory_test.cpp: the daemon's working directory, root and umask (B03, B04).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

using namespace observer;

TEST_CASE("the working directory is / by default", "[B03][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    const TemporaryDirectory directory;
    Probe probe(opening(method, {command("chdir", {directory.path()})}), started_by(user));
    CHECK(probe.daemon().proc().working_directory() == "/");
}

TEST_CASE("the working directory is the one that was set", "[B03][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    const TemporaryDirectory directory;
    Probe probe(opening(method, {option("working_directory", directory.path())}), started_by(user));
    CHECK(probe.daemon().proc().working_directory() == directory.path());
}

TEST_CASE("a relative working directory means the launcher's directory at the time of open", "[B03][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    const std::string inner = directory.make_directory("inner");
    Probe probe(opening(method, {"working_directory=inner", command("chdir", {directory.path()})}));
    CHECK(probe.daemon().proc().working_directory() == inner);
}

TEST_CASE("the working directory is found inside of the new root", "[B03][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    const std::string jail = directory.make_directory("jail");
    const std::string inner = directory.make_directory("jail/srv");
    SECTION("/ by default")
    {
        Probe probe(opening(method, {option("chroot_directory", jail)}));
        const Process daemon = probe.daemon();
        CHECK(daemon.proc().root() == jail);
        CHECK(daemon.proc().working_directory() == jail);
    }
    SECTION("as set")
    {
        Probe probe(opening(method, {option("chroot_directory", jail), "working_directory=/srv"}));
        const Process daemon = probe.daemon();
        CHECK(daemon.proc().root() == jail);
        CHECK(daemon.proc().working_directory() == inner);
    }
    SECTION("not outside")
    {
        Probe probe(opening(method, {option("chroot_directory", jail), option("working_directory", directory.path())}));
        const Report failed = probe.failed();
        CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
        CHECK(failed.number("step") == DAEMONCTX_STEP_WORKING_DIRECTORY);
        CHECK(failed.number("errno") == ENOENT);
    }
}

TEST_CASE("the working directory is entered with the daemon's identity", "[B03][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    const std::string private_directory = directory.make_directory("private", 0700);
    const std::vector<std::string> options = {"uid=65534", "gid=65534", option("working_directory", private_directory)};
    SECTION("its own private one")
    {
        REQUIRE(chown(private_directory.c_str(), nobody_uid, nobody_gid) == 0);
        Probe probe(opening(method, options));
        CHECK(probe.daemon().proc().working_directory() == private_directory);
    }
    SECTION("not one that only the launcher may enter")
    {
        Probe probe(opening(method, options));
        const Report failed = probe.failed();
        CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
        CHECK(failed.number("step") == DAEMONCTX_STEP_WORKING_DIRECTORY);
        CHECK(failed.number("errno") == EACCES);
    }
}

TEST_CASE("a working directory that does not exist fails with its sentence", "[B03][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"working_directory=/nope"}));
    const Report failed = probe.failed();
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
    CHECK(failed.number("errno") == ENOENT);
    CHECK(failed.text("message") == "cannot change directory to '/nope': No such file or directory");
}

TEST_CASE("the umask is 0 by default, else as set, or the launcher's", "[B04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    const auto umask_with = [&](const std::vector<std::string> &commands) {
        Probe probe(opening(method, commands), started_by(user));
        return probe.daemon().proc().umask();
    };
    CHECK(umask_with({"set_umask 077"}) == 0);
    CHECK(umask_with({"set_umask 077", "umask=027"}) == 027);
    CHECK(umask_with({"set_umask 0", "umask=0777"}) == 0777);
    CHECK(umask_with({"set_umask 0137", "umask=inherit"}) == 0137);
    CHECK(umask_with({"umask=inherit", "set_umask 013"}) == 013); // at the time of open
}

TEST_CASE("the umask holds for files that the daemon makes", "[B04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    Probe probe(opening(method, {"set_umask 077", "umask=026"}));
    probe.daemon().ask_ok(command("writefile", {directory / "file", "text"}));
    struct stat status = {};
    REQUIRE(stat((directory / "file").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);
}
