// A context that was never opened: its state, and the calls that need an open one.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>

#include "support/context.hpp"
#include "support/snapshot.hpp"

TEST_CASE("A new context is closed, and closing it again is fine", "[A01]")
{
    Context context;
    CHECK(daemonctx_is_open(context) == 0);
    int32_t signum = 99;
    CHECK(daemonctx_is_terminating(context, &signum) == 0);
    CHECK(daemonctx_is_terminating(context, nullptr) == 0);
    CHECK(signum == 99);
    CHECK(daemonctx_daemon_pid(context) == 0);
    CHECK(daemonctx_close(context) == DAEMONCTX_OK);
    CHECK(daemonctx_close(context) == DAEMONCTX_OK);
    CHECK(daemonctx_is_open(context) == 0);
}

TEST_CASE("A closed context takes options", "[A02]")
{
    Context context;
    REQUIRE(daemonctx_close(context) == DAEMONCTX_OK);
    CHECK(daemonctx_set_umask(context, 027) == DAEMONCTX_OK);
}

TEST_CASE("What needs an open context is refused before it is opened", "[A07]")
{
    Context context;
    CHECK(daemonctx_terminate(context, SIGTERM) == DAEMONCTX_ERR_STATE);
    CHECK(daemonctx_dispatch(context) == DAEMONCTX_ERR_STATE);
    CHECK(daemonctx_wait_events(context, 0) == DAEMONCTX_ERR_STATE);
    CHECK(daemonctx_wait_events(context, -1) == DAEMONCTX_ERR_STATE);
    CHECK(daemonctx_notify_ready(context) == DAEMONCTX_ERR_STATE);
    CHECK(daemonctx_notify_failed(context, 1, "text") == DAEMONCTX_ERR_STATE);
    CHECK(daemonctx_reopen_streams(context) == DAEMONCTX_ERR_STATE);
    CHECK(!context.message().empty());
}

TEST_CASE("The signal descriptor can be asked for before opening: one descriptor, quiet, close-on-exec", "[D05]")
{
    const auto before = descriptors_now();
    {
        Context context;
        int32_t first = -1;
        int32_t second = -1;
        REQUIRE(daemonctx_signal_fd(context, &first) == DAEMONCTX_OK);
        CHECK(daemonctx_signal_fd(context, &second) == DAEMONCTX_OK);
        CHECK(first == second);
        CHECK(first > STDERR_FILENO);
        CHECK(fcntl(first, F_GETFD) == FD_CLOEXEC);
        CHECK((fcntl(first, F_GETFL) & O_NONBLOCK) != 0);
        pollfd quiet = {first, POLLIN, 0};
        CHECK(poll(&quiet, 1, 0) == 0);
    }
    CHECK(descriptors_now() == before);
}

TEST_CASE("Contexts are independent: an option of one is not one of the other", "[A02]")
{
    Context one;
    Context other;
    REQUIRE(daemonctx_set_umask(one, 027) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_umask(other, 01000) == DAEMONCTX_ERR_RANGE);
    uint32_t mask = 0;
    CHECK(daemonctx_get_umask(one, &mask) == DAEMONCTX_OK);
    CHECK(mask == 027);
    CHECK(daemonctx_error_status(one) == DAEMONCTX_OK);
    CHECK(daemonctx_check(one) == DAEMONCTX_OK);
}

TEST_CASE("A thousand contexts are made and freed without a descriptor left", "[A07]")
{
    const auto before = descriptors_now();
    for (int time = 0; time < 1000; time++) {
        Context context;
        REQUIRE(daemonctx_set_user(context, "nobody") == DAEMONCTX_OK);
    }
    CHECK(descriptors_now() == before);
}
