// Out-parameters on failures that are not a missing handle.
#include "support/context.hpp"
#include "support/options.hpp"

namespace {

constexpr int32_t untouched = 0x5a5a5a5a;
const char *const elsewhere = "elsewhere";

} // namespace

TEST_CASE("Asking for a value that there is not leaves the out-parameter alone", "[A08]")
{
    Context context;
    uint32_t mask = untouched;
    REQUIRE(daemonctx_set_umask_inherit(context) == DAEMONCTX_OK);
    CHECK(daemonctx_get_umask(context, &mask) == DAEMONCTX_ERR_NOT_FOUND);
    CHECK(mask == untouched);

    for (auto getter : {daemonctx_get_stdin, daemonctx_get_stdout, daemonctx_get_stderr}) {
        int32_t fd = untouched;
        CHECK(getter(context, &fd) == DAEMONCTX_ERR_NOT_FOUND);
        CHECK(fd == untouched);
    }
    const char *path = elsewhere;
    CHECK(daemonctx_get_stdin_path(context, &path) == DAEMONCTX_ERR_NOT_FOUND);
    for (auto getter : {daemonctx_get_stdout_path, daemonctx_get_stderr_path}) {
        uint32_t mode = untouched;
        CHECK(getter(context, &path, &mode) == DAEMONCTX_ERR_NOT_FOUND);
        CHECK(mode == untouched);
    }
    CHECK(path == elsewhere);
}

TEST_CASE("Asking for the action of a number that is no signal leaves the out-parameter alone", "[A08]")
{
    Context context;
    for (int32_t signum : {0, -1, 1000, INT32_MAX, INT32_MIN}) {
        INFO(signum);
        uint32_t action = untouched;
        CHECK(daemonctx_get_signal_action(context, signum, &action) == DAEMONCTX_ERR_RANGE);
        CHECK(action == untouched);
    }
}

TEST_CASE("When one of two out-parameters is missing the other is left alone", "[A08]")
{
    Context context;
    REQUIRE(set(context, "files_preserve", parse_values("[3]")) == DAEMONCTX_OK);
    REQUIRE(set(context, "groups", parse_values("[4]")) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_stdout_path(context, "out", 0600) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_stderr_path(context, "err", 0600) == DAEMONCTX_OK);

    std::size_t count = untouched;
    const int32_t *fds = &untouched;
    CHECK(daemonctx_get_files_preserve(context, nullptr, &count) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(daemonctx_get_files_preserve(context, &fds, nullptr) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(fds == &untouched);

    const uint32_t *gids = nullptr;
    CHECK(daemonctx_get_groups(context, nullptr, &count) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(daemonctx_get_groups(context, &gids, nullptr) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(gids == nullptr);
    CHECK(count == untouched);

    for (auto getter : {daemonctx_get_stdout_path, daemonctx_get_stderr_path}) {
        const char *path = elsewhere;
        uint32_t mode = untouched;
        CHECK(getter(context, nullptr, &mode) == DAEMONCTX_ERR_ARGUMENT);
        CHECK(getter(context, &path, nullptr) == DAEMONCTX_ERR_ARGUMENT);
        CHECK(path == elsewhere);
        CHECK(mode == untouched);
    }
}
