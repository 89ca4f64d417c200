// pidfile_query_test.cpp: pidfile_query by whoever may ask (E08). control_target_test.cpp has all that a path may lead
// to.
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

using namespace observer;

namespace {

constexpr int not_running = 4;

void must(int result)
{
    if (result < 0) {
        throw Failure("cannot make what is to be asked about");
    }
}

} // namespace

TEST_CASE("query: no file, and files that nobody holds, are not running", "[E08]")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    SECTION("absent")
    {
        const Answer answer = query(path);
        CHECK(answer.status == not_running);
        CHECK(answer.pid == -1);
        CHECK_FALSE(exists(path));
    }
    SECTION("stale")
    {
        const std::string content = GENERATE_COPY(values<std::string>(
            {pid_line(dead_pid()), pid_line(getpid()), "garbage\n", "", "-1\n", "0\n", std::string(9000, '7')}));
        CAPTURE(content);
        write_file(path, content);
        const FileState before = file_state(path);
        const Answer answer = query(path);
        CHECK(answer.status == not_running);
        CHECK(answer.pid == -1);
        CHECK(file_state(path) == before);
    }
}

TEST_CASE("query: of a running daemon, by whoever may read the file", "[E08][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {"set_umask 077", option("pidfile", path)}));
    const Process daemon = probe.daemon();
    const Answer answer = query(path, started_by(user));
    CHECK(answer.status == 0);
    CHECK(answer.pid == daemon.pid());
    end(daemon, Ending::close);
    CHECK(query(path, started_by(user)).status == not_running);
}

TEST_CASE("query: a file that may not be read is an error with its errno", "[E08][root]")
{
    SKIP_IF_REASON(no_nobody());
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    write_file(path, "4242\n");
    must(chmod(path.c_str(), 0600));
    const Answer answer = query(path, started_by(User::nobody));
    CHECK(answer.status == -5);
    CHECK(answer.error == EACCES);
    CHECK(answer.pid == -1);
}

TEST_CASE("query: no path is an argument's error", "[E08]")
{
    const Answer answer = query("");
    CHECK(answer.status == -1);
    CHECK(answer.error == EINVAL);
    CHECK(answer.pid == -1);
}

TEST_CASE("query: a daemon in another pid namespace is held by nobody who has a number here", "[E08][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_program("unshare"));
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Conditions conditions; // one that has no sight of the daemon
    conditions.wrapper = {"unshare", "--pid", "--fork"};
    Probe probe(opening(Method::fork, {option("pidfile", path)}));
    probe.daemon();
    const Answer answer = query(path, conditions);
    CHECK(answer.status == 0);
    CHECK(answer.pid == 0);
    Probe second({option("pidfile", path), "open"}, conditions);
    const Report refused = second.failed();
    CHECK(refused.status() == -7);
    CHECK(refused.number("pid") == 0);
}

// As in the moment in which another start has locked a stale file: the ordinary user cannot look whether that process
// holds it, but it is no daemon of his.
TEST_CASE("query: an ordinary user does not believe that another user's process holds the file", "[E08][E02][root]")
{
    SKIP_IF_REASON(no_nobody());
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    const std::string content = GENERATE_COPY(pid_line(1), pid_line(getpid()));
    write_file(path, content);
    must(chmod(path.c_str(), 0644));
    const Fd lock = lock_file(path);
    const Answer answer = query(path, started_by(User::nobody));
    CHECK(answer.status == 0);
    CHECK(answer.pid == 0);
}
