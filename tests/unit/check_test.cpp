// check: what the plan of open() would refuse, without leaving a trace.
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "support/context.hpp"
#include "support/held_lock.hpp"
#include "support/scratch.hpp"
#include "support/snapshot.hpp"

namespace {

mode_t umask_now()
{
    mode_t mask = umask(0);
    umask(mask);
    return mask;
}

// Runs check and sees to it that process and directory are as before.
daemonctx_status_t check_without_trace(const Context &context, const Scratch &scratch)
{
    const auto descriptors = descriptors_now();
    const auto entries = entries_now(scratch.directory());
    const auto directory = std::filesystem::current_path();
    const mode_t mask = umask_now();

    daemonctx_status_t status = daemonctx_check(context);

    INFO(context.message());
    CHECK(descriptors_now() == descriptors);
    CHECK(entries_now(scratch.directory()) == entries);
    CHECK(std::filesystem::current_path() == directory);
    CHECK(umask_now() == mask);
    CHECK(daemonctx_is_open(context) == 0);
    return status;
}

void check_refused(const Context &context, daemonctx_status_t status, int error, const std::string &named)
{
    INFO(context.message());
    CHECK(context.status() == status);
    CHECK(context.step() == DAEMONCTX_STEP_PLAN);
    CHECK(context.error() == error);
    CHECK(contains(context.message(), named));
}

} // namespace

TEST_CASE("check of a new context finds nothing and leaves no trace", "[A12]")
{
    Scratch scratch;
    Context context;
    CHECK(check_without_trace(context, scratch) == DAEMONCTX_OK);
    CHECK(check_without_trace(context, scratch) == DAEMONCTX_OK);
}

TEST_CASE("check makes no pid file and no stream file", "[A12]")
{
    Scratch scratch;
    Context context;
    REQUIRE(daemonctx_set_pidfile(context, (scratch / "example.pid").c_str()) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_stdout_path(context, (scratch / "out").c_str(), 0640) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_stderr_path(context, (scratch / "err").c_str(), 0640) == DAEMONCTX_OK);
    CHECK(check_without_trace(context, scratch) == DAEMONCTX_OK);
    CHECK(entries_now(scratch.directory()).size() == 1);
}

TEST_CASE("check leaves existing files as they are", "[A12]")
{
    Scratch scratch;
    Context context;
    REQUIRE(daemonctx_set_pidfile(context, scratch.file("example.pid", "4194304\n").c_str()) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_stdin_path(context, scratch.file("in", "input\n").c_str()) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_stdout_path(context, scratch.file("out", "line\n").c_str(), 0600) == DAEMONCTX_OK);
    CHECK(check_without_trace(context, scratch) == DAEMONCTX_OK);
}

TEST_CASE("check leaves a pid file to the next start: its lock is not kept", "[A12]")
{
    Scratch scratch;
    Context context;
    const std::string path = scratch.file("example.pid", "");
    REQUIRE(daemonctx_set_pidfile(context, path.c_str()) == DAEMONCTX_OK);
    REQUIRE(daemonctx_check(context) == DAEMONCTX_OK);
    HeldLock next(path);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_ALREADY_RUNNING);
}

TEST_CASE("check tells that the pid file is held", "[A12]")
{
    Scratch scratch;
    const std::string path = scratch / "example.pid";
    HeldLock holder(path);
    Context context;
    REQUIRE(daemonctx_set_pidfile(context, path.c_str()) == DAEMONCTX_OK);
    CHECK(check_without_trace(context, scratch) == DAEMONCTX_ERR_ALREADY_RUNNING);
    check_refused(context, DAEMONCTX_ERR_ALREADY_RUNNING, 0, path);
    CHECK(daemonctx_error_pid(context) == 0); // empty and held: starting
}

TEST_CASE("check tells that the pid file or its directory is not safe", "[A12]")
{
    Scratch scratch;
    const std::string path = scratch / "example.pid";
    SECTION("symbolic link")
    {
        REQUIRE(symlink(scratch.file("target", "").c_str(), path.c_str()) == 0);
    }
    SECTION("dangling symbolic link")
    {
        REQUIRE(symlink((scratch / "target").c_str(), path.c_str()) == 0);
    }
    SECTION("hard link")
    {
        REQUIRE(link(scratch.file("target", "").c_str(), path.c_str()) == 0);
    }
    SECTION("FIFO")
    {
        REQUIRE(mkfifo(path.c_str(), 0644) == 0);
    }
    SECTION("directory")
    {
        REQUIRE(mkdir(path.c_str(), 0755) == 0);
    }
    SECTION("file that everyone may write")
    {
        REQUIRE(chmod(scratch.file("example.pid", "").c_str(), 0666) == 0);
    }
    SECTION("directory that others may write")
    {
        REQUIRE(chmod(scratch.directory().c_str(), 0777) == 0);
    }
    Context context;
    REQUIRE(daemonctx_set_pidfile(context, path.c_str()) == DAEMONCTX_OK);
    CHECK(check_without_trace(context, scratch) == DAEMONCTX_ERR_UNSAFE_PATH);
    check_refused(context, DAEMONCTX_ERR_UNSAFE_PATH, 0, path);
}

TEST_CASE("check tells that a directory of the pid file or of a stream does not exist", "[A12]")
{
    Scratch scratch;
    const std::string path = scratch / "missing/file";
    Context context;
    SECTION("pid file")
    {
        REQUIRE(daemonctx_set_pidfile(context, path.c_str()) == DAEMONCTX_OK);
    }
    SECTION("stdin")
    {
        REQUIRE(daemonctx_set_stdin_path(context, path.c_str()) == DAEMONCTX_OK);
    }
    SECTION("stdout")
    {
        REQUIRE(daemonctx_set_stdout_path(context, path.c_str(), 0644) == DAEMONCTX_OK);
    }
    SECTION("stderr")
    {
        REQUIRE(daemonctx_set_stderr_path(context, path.c_str(), 0644) == DAEMONCTX_OK);
    }
    CHECK(check_without_trace(context, scratch) == DAEMONCTX_ERR_SYSTEM);
    check_refused(context, DAEMONCTX_ERR_SYSTEM, ENOENT, "'" + path + "'");
}

TEST_CASE("check tells that the input of stdin does not exist, and does not create it", "[A12]")
{
    Scratch scratch;
    Context context;
    REQUIRE(daemonctx_set_stdin_path(context, (scratch / "input").c_str()) == DAEMONCTX_OK);
    CHECK(check_without_trace(context, scratch) == DAEMONCTX_ERR_SYSTEM);
    check_refused(context, DAEMONCTX_ERR_SYSTEM, ENOENT, "stdin");
}

TEST_CASE("check tells that a stream's path is a directory", "[A12]")
{
    Scratch scratch;
    Context context;
    REQUIRE(daemonctx_set_stderr_path(context, scratch.directory().c_str(), 0644) == DAEMONCTX_OK);
    CHECK(check_without_trace(context, scratch) == DAEMONCTX_ERR_SYSTEM);
    check_refused(context, DAEMONCTX_ERR_SYSTEM, EISDIR, "stderr");
}

TEST_CASE("check tells that a stream's descriptor is closed", "[A12]")
{
    int closed = dup(0);
    REQUIRE(closed >= 0);
    REQUIRE(close(closed) == 0);
    Scratch scratch;
    Context context;
    SECTION("stdin")
    {
        REQUIRE(daemonctx_set_stdin(context, closed) == DAEMONCTX_OK);
    }
    SECTION("stdout")
    {
        REQUIRE(daemonctx_set_stdout(context, closed) == DAEMONCTX_OK);
    }
    SECTION("stderr")
    {
        REQUIRE(daemonctx_set_stderr(context, closed) == DAEMONCTX_OK);
    }
    CHECK(check_without_trace(context, scratch) == DAEMONCTX_ERR_SYSTEM);
    check_refused(context, DAEMONCTX_ERR_SYSTEM, EBADF, std::to_string(closed));
}

TEST_CASE("A context that check refused is mended and checked again", "[A12]")
{
    Scratch scratch;
    Context context;
    REQUIRE(daemonctx_set_stdout_path(context, (scratch / "missing/out").c_str(), 0644) == DAEMONCTX_OK);
    REQUIRE(daemonctx_check(context) == DAEMONCTX_ERR_SYSTEM);
    REQUIRE(daemonctx_set_stdout_path(context, (scratch / "out").c_str(), 0644) == DAEMONCTX_OK);
    CHECK(check_without_trace(context, scratch) == DAEMONCTX_OK);
}
