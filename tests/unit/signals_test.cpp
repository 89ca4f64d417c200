// The signal map, as it is set. What the actions do is seen in the daemon tests.
#include <csignal>
#include <vector>

#include "support/arguments.hpp"
#include "support/context.hpp"

namespace {

uint32_t action_of(daemonctx_context_t *ctx, int32_t signum)
{
    uint32_t action = 99;
    REQUIRE(daemonctx_get_signal_action(ctx, signum, &action) == DAEMONCTX_OK);
    return action;
}

// Every signal that a program may give an action: the C library keeps some numbers for itself.
std::vector<int32_t> changeable_signals()
{
    std::vector<int32_t> signals;
    for (int32_t signum = 1; signum <= SIGRTMAX; signum++) {
        bool reserved = signum >= 32 && signum < SIGRTMIN;
        if (signum != SIGKILL && signum != SIGSTOP && !reserved) {
            signals.push_back(signum);
        }
    }
    return signals;
}

} // namespace

TEST_CASE("Every signal of the system can be given each action, realtime ones too", "[A02]")
{
    Context context;
    for (int32_t signum : changeable_signals()) {
        INFO("signal " << signum);
        for (uint32_t action :
             {DAEMONCTX_SIGNAL_ACTION_IGNORE, DAEMONCTX_SIGNAL_ACTION_DEFAULT, DAEMONCTX_SIGNAL_ACTION_TERMINATE}) {
            CHECK(daemonctx_set_signal_action(context, signum, action) == DAEMONCTX_OK);
            CHECK(action_of(context, signum) == action);
        }
        CHECK(daemonctx_set_signal_handler(context, signum, arguments::signal_handler, nullptr) == DAEMONCTX_OK);
        CHECK(action_of(context, signum) == DAEMONCTX_SIGNAL_ACTION_HANDLER);
        CHECK(daemonctx_set_signal_async_handler(context, signum, arguments::async_handler) == DAEMONCTX_OK);
        CHECK(action_of(context, signum) == DAEMONCTX_SIGNAL_ACTION_ASYNC_HANDLER);
        CHECK(daemonctx_unset_signal(context, signum) == DAEMONCTX_OK);
        CHECK(action_of(context, signum) == DAEMONCTX_SIGNAL_ACTION_UNSET);
    }
}

TEST_CASE("Neither setting actions nor check changes a disposition of this process", "[A12]")
{
    struct sigaction before {};
    struct sigaction after {};
    REQUIRE(sigaction(SIGUSR1, nullptr, &before) == 0);
    Context context;
    REQUIRE(daemonctx_set_signal_handler(context, SIGUSR1, arguments::signal_handler, nullptr) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_signal_action(context, SIGUSR1, DAEMONCTX_SIGNAL_ACTION_IGNORE) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_OK);
    REQUIRE(sigaction(SIGUSR1, nullptr, &after) == 0);
    CHECK(before.sa_handler == after.sa_handler);
}

TEST_CASE("The default map holds four signals and no other", "[A01]")
{
    Context context;
    for (int32_t signum : changeable_signals()) {
        INFO("signal " << signum);
        bool mapped = signum == SIGTTIN || signum == SIGTTOU || signum == SIGTSTP || signum == SIGTERM;
        CHECK((action_of(context, signum) != DAEMONCTX_SIGNAL_ACTION_UNSET) == mapped);
    }
}

TEST_CASE("Signals that cannot be changed are refused in every form", "[A03][D02]")
{
    for (int32_t signum : {SIGKILL, SIGSTOP, 0, -1, SIGRTMAX + 1, 32, INT32_MAX, INT32_MIN}) {
        INFO("signal " << signum);
        Context context;
        CHECK(daemonctx_set_signal_action(context, signum, DAEMONCTX_SIGNAL_ACTION_DEFAULT) == DAEMONCTX_ERR_RANGE);
        CHECK(contains(context.message(), std::to_string(signum)));
        CHECK(daemonctx_set_signal_handler(context, signum, arguments::signal_handler, nullptr) == DAEMONCTX_ERR_RANGE);
        CHECK(contains(context.message(), std::to_string(signum)));
        CHECK(daemonctx_set_signal_async_handler(context, signum, arguments::async_handler) == DAEMONCTX_ERR_RANGE);
        CHECK(contains(context.message(), std::to_string(signum)));
    }
}

TEST_CASE("A handler that is NULL is refused, and the action stays", "[A03][D02]")
{
    Context context;
    CHECK(daemonctx_set_signal_handler(context, SIGTERM, nullptr, nullptr) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(contains(context.message(), "signal_map"));
    CHECK(contains(context.message(), "NULL"));
    CHECK(daemonctx_set_signal_async_handler(context, SIGTERM, nullptr) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(action_of(context, SIGTERM) == DAEMONCTX_SIGNAL_ACTION_TERMINATE);
}

TEST_CASE("Clearing the map takes out every signal, the default ones too", "[A11]")
{
    Context context;
    REQUIRE(daemonctx_set_signal_action(context, SIGUSR1, DAEMONCTX_SIGNAL_ACTION_IGNORE) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_signal_handler(context, SIGUSR2, arguments::signal_handler, nullptr) == DAEMONCTX_OK);
    CHECK(daemonctx_clear_signal_map(context) == DAEMONCTX_OK);
    for (int32_t signum : changeable_signals()) {
        INFO("signal " << signum);
        CHECK(action_of(context, signum) == DAEMONCTX_SIGNAL_ACTION_UNSET);
    }
}

TEST_CASE("Unsetting one signal leaves the others", "[A11]")
{
    Context context;
    REQUIRE(daemonctx_unset_signal(context, SIGTSTP) == DAEMONCTX_OK);
    CHECK(action_of(context, SIGTSTP) == DAEMONCTX_SIGNAL_ACTION_UNSET);
    CHECK(action_of(context, SIGTTIN) == DAEMONCTX_SIGNAL_ACTION_IGNORE);
    CHECK(action_of(context, SIGTERM) == DAEMONCTX_SIGNAL_ACTION_TERMINATE);
}
