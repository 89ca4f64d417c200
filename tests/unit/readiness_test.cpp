// Readiness before anything is open: the calls of a program that is not a daemon yet.
#include "support/context.hpp"

TEST_CASE("notify_failed without a text is refused", "[A07]")
{
    Context context;
    daemonctx_status_t status = daemonctx_notify_failed(context, 1, nullptr);
    CHECK((status == DAEMONCTX_ERR_ARGUMENT || status == DAEMONCTX_ERR_STATE));
}

TEST_CASE("A refused notify is not remembered: it is no option", "[A10]")
{
    Context context;
    REQUIRE(daemonctx_notify_ready(context) == DAEMONCTX_ERR_STATE);
    REQUIRE(daemonctx_notify_failed(context, 1, "text") == DAEMONCTX_ERR_STATE);
    CHECK(daemonctx_check(context) == DAEMONCTX_OK);
}
