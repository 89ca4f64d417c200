// working_directory and chroot_directory, as far as they are seen without opening.
#include <fcntl.h>
#include <unistd.h>

#include "support/context.hpp"
#include "support/scratch.hpp"

TEST_CASE("In a chroot the working directory must be absolute", "[A06][A12]")
{
    Context context;
    REQUIRE(daemonctx_set_chroot_directory(context, "/") == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_working_directory(context, "var") == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(context.step() == DAEMONCTX_STEP_PLAN);
    CHECK(contains(context.message(), "working_directory"));
    CHECK(contains(context.message(), "'var'"));

    REQUIRE(daemonctx_unset_chroot_directory(context) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_working_directory(context, ".") == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_OK);
}

TEST_CASE("A preserved descriptor of a directory would lead out of the chroot, and is refused", "[A12]")
{
    int directory = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    REQUIRE(directory >= 0);
    Context context;
    REQUIRE(daemonctx_set_files_preserve(context, &directory, 1) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_chroot_directory(context, "/") == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(context.step() == DAEMONCTX_STEP_PLAN);
    CHECK(contains(context.message(), std::to_string(directory)));
    CHECK(close(directory) == 0);
}

TEST_CASE("A relative path means the directory at the time of the call, not that of the setter", "[A06]")
{
    Scratch scratch;
    const std::string before = std::filesystem::current_path().string();
    Context context;
    REQUIRE(daemonctx_set_stdin_path(context, "input") == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_SYSTEM);
    CHECK(context.error() == ENOENT);

    scratch.file("input", "text");
    REQUIRE(chdir(scratch.directory().c_str()) == 0);
    daemonctx_status_t there = daemonctx_check(context);
    REQUIRE(chdir(before.c_str()) == 0);
    CHECK(there == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_SYSTEM);
}
