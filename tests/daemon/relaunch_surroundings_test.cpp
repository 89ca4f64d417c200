// relaunch_surroundings_test.cpp: what a program that is started again sees, and whose options count (H07).
#include "catch.hpp"
#include "observer/probe.hpp"
#include "observer/relaunched.hpp"

#include <daemonctx/daemonctx.h>

using namespace observer;

namespace {

// What must be the same in both runs before open.
const char *const kept[] = {"detach", "cwd",   "root",   "inode",  "umask", "uid",
                            "gid",    "stdin", "stdout", "stderr", "name"};

} // namespace

TEST_CASE("code before open sees the launcher's directory, root, umask, identity, streams and name", "[H07][H04]")
{
    const std::string kind = GENERATE(from_range(relaunch_programs()));
    CAPTURE(kind);
    const TemporaryDirectory directory;
    Conditions conditions = relaunch_program(kind);
    conditions.wrapper = {"sh", "-c", R"(cd "$0" && umask 027 && exec "$@")", directory.path()};
    Probe probe({"umask=077", "working_directory=/usr", "user=" + own_user(), "threads=2"}, conditions);
    const Report first = probe.await({"before"});
    const Report second = probe.await({"before"});
    CHECK(first.text("relaunched") == "0");
    CHECK(second.text("relaunched") == "1");
    for (const char *field : kept) {
        CAPTURE(field);
        CHECK(first.text(field) == second.text(field));
    }
    CHECK(first.text("cwd") == directory.path());
    CHECK(first.number("umask") == 027);
    const Process daemon = probe.daemon();
    CHECK(daemon.pid() == second.number("pid"));
    CHECK(daemon.pid() != first.number("pid"));
    CHECK(daemon.proc().working_directory() == "/usr");
    CHECK(daemon.proc().umask() == 077);
}

TEST_CASE("a root directory and another user are taken at open, not before", "[H07][F05][F01][root]")
{
    SKIP_IF_REASON(no_root());
    const TemporaryDirectory directory;
    Probe probe({"chroot=" + directory.path(), "working_directory=/", "user=nobody", "threads=1"},
                relaunch_program("shared"));
    const Report first = probe.await({"before"});
    const Report second = probe.await({"before"});
    CHECK(first.text("root") == "/");
    CHECK(second.text("root") == "/");
    CHECK(second.text("inode") == first.text("inode"));
    CHECK(second.number("uid") == 0);
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().root() == directory.path());
    CHECK(daemon.proc().identity().uids == std::vector<long>(4, nobody_uid));
}

TEST_CASE("the bytes that a program stores reach the daemon, before and after open", "[H07]")
{
    const std::string kind = GENERATE(from_range(relaunch_programs()));
    const std::string detach = GENERATE("1", "0");
    CAPTURE(kind, detach);
    Probe probe({"detach=" + detach, "threads=1", "state=listener=7,log=9"}, relaunch_program(kind));
    CHECK(probe.await({"before"}).text("state") == "none");
    CHECK(probe.await({"before"}).text("state") == "16:listener=7,log=9");
    CHECK(probe.await({"opened"}).text("state") == "16:listener=7,log=9");
}

TEST_CASE("without stored bytes a daemon inherits none, and can tell", "[H07]")
{
    Probe probe({"threads=1"}, relaunch_program("shared"));
    CHECK(probe.await({"before"}).text("state") == "none");
    CHECK(probe.await({"before"}).text("state") == "0:");
}

TEST_CASE("the launcher's options win over those of the second run", "[H07]")
{
    Probe probe({"umask=027", "second_umask=077", "threads=1"}, relaunch_program("shared"));
    CHECK(probe.await({"opened"}).number("umask") == 027);
}

TEST_CASE("a second run that refuses its own options fails the launch with that sentence", "[H07][G01]")
{
    Probe probe({"umask=027", "second_umask=07777", "threads=1"}, relaunch_program("shared"));
    const Report failed = probe.await({"failed"});
    CHECK(failed.channel == 0);
    CHECK(failed.status() == DAEMONCTX_ERR_RANGE);
    CHECK_THAT(failed.text("message"), Catch::Contains("umask"));
}

TEST_CASE("a second run without the handler that the launcher had fails the launch", "[H07][G01]")
{
    const std::string detach = GENERATE("1", "0");
    Probe probe({"detach=" + detach, "handler=first", "threads=1"}, relaunch_program("shared"));
    const Report failed = probe.await({"failed"});
    CHECK(failed.status() == DAEMONCTX_ERR_STATE);
    CHECK(failed.number("step") == DAEMONCTX_STEP_SIGNALS);
    CHECK_THAT(failed.text("message"), Catch::Contains("handler_for_signal_1"));
}

TEST_CASE("a second run that ends before open is ERR_DIED with its exit status", "[H07][G03]")
{
    const TemporaryDirectory directory;
    const std::string pidfile = directory / "pid";
    Probe probe({"pidfile=" + pidfile, "threads=1", "exit=23"}, relaunch_program("shared"));
    const Report failed = probe.await({"failed"});
    CHECK(failed.status() == DAEMONCTX_ERR_DIED);
    CHECK_THAT(failed.text("message"), Catch::Contains("23"));
    CHECK_FALSE(exists(pidfile));
}
