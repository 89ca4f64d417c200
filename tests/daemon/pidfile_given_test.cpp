// pidfile_given_test.cpp: pid files that are there before the start and cannot simply give way to a new one: made for a
// user who may not write the directory, or kept from being locked by a process that may only read them.
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace observer;

namespace {

constexpr uid_t nobody = 65534;

// A process that holds a lock on the file: "read" or "write".
class Holder {
  public:
    Holder(const std::string &path, const std::string &kind)
        : probe_({}), process_(probe_.process(0, probe_.launcher().ask_ok("getpid").sender))
    {
        process_.ask_ok(command("hold", {"9", path, kind == "read" ? "r" : "b"}));
        process_.ask_ok("lock 9 ofd " + kind + " 0");
    }

  private:
    Probe probe_;
    Process process_;
};

struct Given {
    TemporaryDirectory directory;
    std::string path = directory / "pid";
    explicit Given(uid_t owner, mode_t mode = 0644)
    {
        write_file(path, "4242\n");
        REQUIRE(chmod(path.c_str(), mode) == 0);
        REQUIRE(chown(path.c_str(), owner, static_cast<gid_t>(-1)) == 0);
        REQUIRE(chmod(directory.path().c_str(), 0755) == 0);
    }
};

mode_t mode_of(const std::string &path)
{
    struct stat status = {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

} // namespace

TEST_CASE("a pid file that was made for the daemon's user in a directory of root's is used as it is",
          "[E03][E01][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    const mode_t mode = GENERATE(0644U, 0600U, 0664U);
    CAPTURE(method, mode);
    const Given given(nobody, mode);
    for (int start = 0; start < 2; ++start) {
        Probe probe(opening(method, {option("pidfile", given.path)}), started_by(User::nobody));
        const Process daemon = probe.daemon();
        CHECK(read_file(given.path) == pid_line(daemon.pid()));
        CHECK(mode_of(given.path) == 0644);
        CHECK(attested_pid(given.path) == daemon.pid());
        Probe second(opening(method, {option("pidfile", given.path)}), started_by(User::nobody));
        CHECK(second.failed().status() == DAEMONCTX_ERR_ALREADY_RUNNING);
        CHECK(daemon.ask_ok("close").status() == 0);
        CHECK(read_file(given.path).empty()); // it cannot be removed
    }
}

TEST_CASE("a read-locked pid file that cannot give way is refused, with what to do", "[E05][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const Given given(nobody);
    const Holder reader(given.path, "read");
    Probe probe(opening(method, {option("pidfile", given.path)}), started_by(User::nobody));
    const Report failed = probe.failed();
    CHECK(failed.status() == DAEMONCTX_ERR_UNSAFE_PATH);
    CHECK_THAT(failed.text("message"), Catch::Contains(given.path) && Catch::Contains("remove it"));
    CHECK(read_file(given.path) == "4242\n");
}

TEST_CASE("those who replace a read-locked pid file take turns", "[E04][E05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const Given given(getuid());
    const std::string turn = given.path + ".lock";
    const Holder reader(given.path, "read");
    {
        write_file(turn, "");
        REQUIRE(chmod(turn.c_str(), 0600) == 0);
        const Holder other(turn, "write");
        Probe probe(opening(method, {option("pidfile", given.path)}));
        CHECK(probe.failed().status() == DAEMONCTX_ERR_ALREADY_RUNNING);
        CHECK(exists(turn));
    }
    Probe probe(opening(method, {option("pidfile", given.path)}));
    CHECK(read_file(given.path) == pid_line(probe.daemon().pid()));
    CHECK_FALSE(exists(turn));
}

TEST_CASE("a file that somebody put where turns are taken is not used", "[E05][F08]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string trap = GENERATE("readable", "link", "directory", "two names");
    CAPTURE(method, trap);
    const Given given(getuid());
    const std::string turn = given.path + ".lock";
    write_file(given.directory / "other", "other");
    if (trap == "readable") {
        write_file(turn, "mine");
        REQUIRE(chmod(turn.c_str(), 0644) == 0);
    } else if (trap == "link") {
        REQUIRE(symlink("other", turn.c_str()) == 0);
    } else if (trap == "directory") {
        given.directory.make_directory("pid.lock");
    } else {
        REQUIRE(chmod((given.directory / "other").c_str(), 0600) == 0);
        REQUIRE(link((given.directory / "other").c_str(), turn.c_str()) == 0);
    }
    const Holder reader(given.path, "read");
    Probe probe(opening(method, {option("pidfile", given.path)}));
    CHECK(probe.failed().status() == DAEMONCTX_ERR_UNSAFE_PATH);
    CHECK(read_file(given.directory / "other") == "other");
    CHECK(exists(turn));
    CHECK(read_file(given.path) == "4242\n");
}
