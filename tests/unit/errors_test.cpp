// Error detail: what the accessors tell, and what leaves it alone.
#include "support/context.hpp"

TEST_CASE("A new context has no error", "[A01]")
{
    Context context;
    CHECK(daemonctx_error_status(context) == DAEMONCTX_OK);
    CHECK(daemonctx_error_step(context) == DAEMONCTX_STEP_NONE);
    CHECK(daemonctx_error_errno(context) == 0);
    CHECK(daemonctx_error_pid(context) == 0);
    CHECK(daemonctx_error_exit_code(context) == -1);
    CHECK(daemonctx_error_signal(context) == -1);
    CHECK(daemonctx_error_message(context) != nullptr);
}

TEST_CASE("A refused setter tells status and sentence, and nothing that it does not know", "[A03]")
{
    Context context;
    REQUIRE(daemonctx_set_umask(context, 01000) == DAEMONCTX_ERR_RANGE);
    CHECK(daemonctx_error_status(context) == DAEMONCTX_ERR_RANGE);
    CHECK(daemonctx_error_step(context) == DAEMONCTX_STEP_NONE);
    CHECK(daemonctx_error_errno(context) == 0);
    CHECK(daemonctx_error_pid(context) == 0);
    CHECK(daemonctx_error_exit_code(context) == -1);
    CHECK(daemonctx_error_signal(context) == -1);
}

TEST_CASE("A failed system call of the plan tells its errno and its words", "[A12]")
{
    Context context;
    REQUIRE(daemonctx_set_stdin_path(context, "/nope/none") == DAEMONCTX_OK);
    REQUIRE(daemonctx_check(context) == DAEMONCTX_ERR_SYSTEM);
    CHECK(daemonctx_error_errno(context) == ENOENT);
    CHECK(contains(context.message(), "'/nope/none'"));
    CHECK(contains(context.message(), "No such file or directory"));
}

TEST_CASE("Getters record nothing, also when they fail", "[A08]")
{
    Context context;
    REQUIRE(daemonctx_set_umask(context, 01000) == DAEMONCTX_ERR_RANGE);
    const std::string sentence = context.message();
    int32_t fd = 0;
    uint32_t action = 0;
    CHECK(daemonctx_get_stdin(context, &fd) == DAEMONCTX_ERR_NOT_FOUND);
    CHECK(daemonctx_get_signal_action(context, -1, &action) == DAEMONCTX_ERR_RANGE);
    CHECK(daemonctx_get_umask(context, nullptr) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(context.status() == DAEMONCTX_ERR_RANGE);
    CHECK(context.message() == sentence);
}

TEST_CASE("The sentence is that of the last failed call", "[A03]")
{
    Context context;
    REQUIRE(daemonctx_set_umask(context, 01000) == DAEMONCTX_ERR_RANGE);
    REQUIRE(daemonctx_set_pidfile(context, "") == DAEMONCTX_ERR_ARGUMENT);
    CHECK(context.status() == DAEMONCTX_ERR_ARGUMENT);
    CHECK(contains(context.message(), "pidfile"));
    CHECK(!contains(context.message(), "umask"));
}

TEST_CASE("A sentence about a hostile text is that text, not a format", "[A03][A07]")
{
    Context context;
    REQUIRE(daemonctx_set_stdin_path(context, "/nope/%s%n%d") == DAEMONCTX_OK);
    REQUIRE(daemonctx_check(context) == DAEMONCTX_ERR_SYSTEM);
    CHECK(contains(context.message(), "'/nope/%s%n%d'"));
}

TEST_CASE("Without a handle the message is the sentence of ERR_ARGUMENT", "[A07]")
{
    CHECK(std::string(daemonctx_error_message(nullptr)) == daemonctx_status_message(DAEMONCTX_ERR_ARGUMENT));
    CHECK(daemonctx_error_status(nullptr) == DAEMONCTX_ERR_ARGUMENT);
}
