// Hooks and the trace: setting and taking out. What they do is seen in the daemon tests.
#include "support/arguments.hpp"
#include "support/context.hpp"

namespace {

struct HookSetter {
    const char *name;
    daemonctx_status_t (*set)(daemonctx_context_t *, daemonctx_hook_fn, void *);
};

const HookSetter hook_setters[] = {
    {"prepare", daemonctx_set_prepare_hook},
    {"launcher", daemonctx_set_launcher_hook},
    {"daemon", daemonctx_set_daemon_hook},
    {"privileged", daemonctx_set_privileged_hook},
};

int32_t counting(daemonctx_context_t *, void *count)
{
    ++*static_cast<int *>(count);
    return 0;
}

} // namespace

TEST_CASE("Hooks and the trace are set, replaced and taken out by NULL", "[A02][A11]")
{
    Context context;
    int user_data = 0;
    for (const HookSetter &hook : hook_setters) {
        INFO(hook.name);
        CHECK(hook.set(context, arguments::hook, &user_data) == DAEMONCTX_OK);
        CHECK(hook.set(context, arguments::hook, nullptr) == DAEMONCTX_OK);
        CHECK(hook.set(context, nullptr, &user_data) == DAEMONCTX_OK);
        CHECK(hook.set(context, nullptr, nullptr) == DAEMONCTX_OK);
    }
    CHECK(daemonctx_set_trace(context, arguments::trace, &user_data) == DAEMONCTX_OK);
    CHECK(daemonctx_set_trace(context, nullptr, nullptr) == DAEMONCTX_OK);
}

TEST_CASE("check calls no hook and no pid file manager", "[A12]")
{
    Context context;
    int calls = 0;
    for (const HookSetter &hook : hook_setters) {
        REQUIRE(hook.set(context, counting, &calls) == DAEMONCTX_OK);
    }
    REQUIRE(daemonctx_set_pidfile_manager(context, counting, counting, &calls) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_OK);
    CHECK(calls == 0);
}

TEST_CASE("A pid file manager without both of its functions is refused", "[A03]")
{
    Context context;
    CHECK(daemonctx_set_pidfile_manager(context, nullptr, arguments::hook, nullptr) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(contains(context.message(), "pidfile"));
    CHECK(daemonctx_set_pidfile_manager(context, arguments::hook, nullptr, nullptr) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(daemonctx_set_pidfile_manager(context, nullptr, nullptr, nullptr) == DAEMONCTX_ERR_ARGUMENT);
}
