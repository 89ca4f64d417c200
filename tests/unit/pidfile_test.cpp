// The functions on other processes' pid files, which need no handle: what they refuse, and the errno that they leave.
#include <signal.h>
#include <sys/stat.h>

#include <cerrno>
#include <climits>

#include "support/context.hpp"
#include "support/held_lock.hpp"
#include "support/scratch.hpp"
#include "support/snapshot.hpp"

namespace {

constexpr int32_t untouched = 0x5a5a5a5a;

daemonctx_status_t query_nothing(const char *path)
{
    int32_t pid = untouched;
    const auto descriptors = descriptors_now();
    daemonctx_status_t status = daemonctx_pidfile_query(path, &pid);
    CHECK(pid == untouched);
    CHECK(descriptors_now() == descriptors);
    return status;
}

} // namespace

TEST_CASE("query needs a path and a place for the pid", "[A07][A08]")
{
    Scratch scratch;
    CHECK(query_nothing(nullptr) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(query_nothing("") == DAEMONCTX_ERR_ARGUMENT);
    CHECK(daemonctx_pidfile_query((scratch / "example.pid").c_str(), nullptr) == DAEMONCTX_ERR_ARGUMENT);
}

TEST_CASE("query finds nothing running when the file is absent or nobody holds its lock", "[A08]")
{
    Scratch scratch;
    CHECK(query_nothing((scratch / "example.pid").c_str()) == DAEMONCTX_NOT_RUNNING);
    for (const char *content : {"", "1\n", "-1\n", "0\n", "garbage", "99999999999999999999\n"}) {
        INFO(content);
        CHECK(query_nothing(scratch.file("example.pid", content).c_str()) == DAEMONCTX_NOT_RUNNING);
    }
}

TEST_CASE("query gives 0 while the file is held and empty: somebody is starting", "[A08]")
{
    Scratch scratch;
    const std::string path = scratch / "example.pid";
    HeldLock holder(path);
    int32_t pid = untouched;
    CHECK(daemonctx_pidfile_query(path.c_str(), &pid) == DAEMONCTX_OK);
    CHECK(pid == 0);
}

TEST_CASE("query refuses what is not a regular file", "[A08]")
{
    Scratch scratch;
    const std::string path = scratch / "example.pid";
    SECTION("symbolic link")
    {
        REQUIRE(symlink(scratch.file("target", "1\n").c_str(), path.c_str()) == 0);
    }
    SECTION("FIFO")
    {
        REQUIRE(mkfifo(path.c_str(), 0644) == 0);
    }
    SECTION("directory")
    {
        REQUIRE(mkdir(path.c_str(), 0755) == 0);
    }
    CHECK(query_nothing(path.c_str()) == DAEMONCTX_ERR_UNSAFE_PATH);
}

TEST_CASE("query leaves the errno of the call that failed", "[A08]")
{
    Scratch scratch;
    const std::string path = scratch.file("file", "") + "/example.pid";
    errno = 0;
    CHECK(query_nothing(path.c_str()) == DAEMONCTX_ERR_SYSTEM);
    // descriptors_now() ran since: ask again for errno alone.
    int32_t pid = untouched;
    errno = 0;
    CHECK(daemonctx_pidfile_query(path.c_str(), &pid) == DAEMONCTX_ERR_SYSTEM);
    int error = errno;
    CHECK(error == ENOTDIR);
}

TEST_CASE("signal, stop and wait need a path", "[A07][E08]")
{
    for (const char *path : {static_cast<const char *>(nullptr), ""}) {
        errno = 0;
        CHECK(daemonctx_pidfile_signal(path, 0) == DAEMONCTX_ERR_ARGUMENT);
        CHECK(errno == EINVAL);
        errno = 0;
        CHECK(daemonctx_pidfile_stop(path, 0) == DAEMONCTX_ERR_ARGUMENT);
        CHECK(errno == EINVAL);
        errno = 0;
        CHECK(daemonctx_pidfile_wait(path, 0) == DAEMONCTX_ERR_ARGUMENT);
        CHECK(errno == EINVAL);
    }
}

TEST_CASE("signal takes 0 and every signal that a program can send, and refuses the rest before it looks", "[E09]")
{
    Scratch scratch;
    const std::string held = scratch / "example.pid";
    const std::string absent = scratch / "absent.pid";
    HeldLock holder(held);
    for (int32_t signum : {INT32_MIN, -SIGTERM, -1, SIGRTMAX + 1, 65, 1000, INT32_MAX}) {
        CAPTURE(signum);
        errno = 0;
        CHECK(daemonctx_pidfile_signal(held.c_str(), signum) == DAEMONCTX_ERR_RANGE);
        CHECK(errno == EINVAL);
        CHECK(daemonctx_pidfile_signal(absent.c_str(), signum) == DAEMONCTX_ERR_RANGE);
    }
    for (int32_t signum = 0; signum <= SIGRTMAX; signum++) {
        CAPTURE(signum);
        const bool reserved = signum >= 32 && signum < SIGRTMIN;
        CHECK(daemonctx_pidfile_signal(absent.c_str(), signum) ==
              (reserved ? DAEMONCTX_ERR_RANGE : DAEMONCTX_NOT_RUNNING));
    }
}

TEST_CASE("stop and wait take -1 and every number of milliseconds, and refuse less", "[E09]")
{
    Scratch scratch;
    const std::string absent = scratch / "absent.pid";
    for (int32_t time : {INT32_MIN, -1000, -2}) {
        CAPTURE(time);
        errno = 0;
        CHECK(daemonctx_pidfile_stop(absent.c_str(), time) == DAEMONCTX_ERR_RANGE);
        CHECK(errno == EINVAL);
        errno = 0;
        CHECK(daemonctx_pidfile_wait(absent.c_str(), time) == DAEMONCTX_ERR_RANGE);
        CHECK(errno == EINVAL);
    }
    for (int32_t time : {-1, 0, 1, INT32_MAX}) {
        CAPTURE(time);
        CHECK(daemonctx_pidfile_stop(absent.c_str(), time) == DAEMONCTX_NOT_RUNNING);
        CHECK(daemonctx_pidfile_wait(absent.c_str(), time) == DAEMONCTX_NOT_RUNNING);
    }
}

TEST_CASE("a holder that is starting cannot be signalled, stopped or awaited in no time", "[E08][E09]")
{
    Scratch scratch;
    const std::string path = scratch / "example.pid";
    HeldLock holder(path);
    const auto descriptors = descriptors_now();
    errno = 0;
    CHECK(daemonctx_pidfile_signal(path.c_str(), SIGTERM) == DAEMONCTX_ERR_STATE);
    CHECK(errno == EAGAIN);
    errno = 0;
    CHECK(daemonctx_pidfile_stop(path.c_str(), 0) == DAEMONCTX_ERR_STATE);
    CHECK(errno == EAGAIN);
    errno = 0;
    CHECK(daemonctx_pidfile_wait(path.c_str(), 0) == DAEMONCTX_ERR_TIMEOUT);
    CHECK(errno == ETIMEDOUT);
    CHECK(descriptors_now() == descriptors);
}

TEST_CASE("signal, stop and wait leave the errno of the call that failed", "[E08]")
{
    Scratch scratch;
    const std::string path = scratch.file("file", "") + "/example.pid";
    const std::string too_long = "/" + std::string(PATH_MAX, 'x');
    errno = 0;
    CHECK(daemonctx_pidfile_signal(path.c_str(), 0) == DAEMONCTX_ERR_SYSTEM);
    CHECK(errno == ENOTDIR);
    errno = 0;
    CHECK(daemonctx_pidfile_stop(path.c_str(), -1) == DAEMONCTX_ERR_SYSTEM);
    CHECK(errno == ENOTDIR);
    errno = 0;
    CHECK(daemonctx_pidfile_wait(too_long.c_str(), -1) == DAEMONCTX_ERR_SYSTEM);
    CHECK(errno == ENAMETOOLONG);
}
