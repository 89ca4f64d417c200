// pidfile_query: who holds a pid file, asked without a handle.
#include <sys/stat.h>

#include <cerrno>

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
