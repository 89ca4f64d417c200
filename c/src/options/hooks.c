/* The four hooks and the trace. */
#include "context.h"
#include "options/options.h"

daemonctx_status_t daemonctx_set_prepare_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data)
{
    return option_set_hook(ctx, OPTION_PREPARE_HOOK, OPTION_PLACE(hooks[HOOK_PREPARE]), fn, user_data);
}

daemonctx_status_t daemonctx_set_launcher_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data)
{
    return option_set_hook(ctx, OPTION_LAUNCHER_HOOK, OPTION_PLACE(hooks[HOOK_LAUNCHER]), fn, user_data);
}

daemonctx_status_t daemonctx_set_daemon_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data)
{
    return option_set_hook(ctx, OPTION_DAEMON_HOOK, OPTION_PLACE(hooks[HOOK_DAEMON]), fn, user_data);
}

daemonctx_status_t daemonctx_set_privileged_hook(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data)
{
    return option_set_hook(ctx, OPTION_PRIVILEGED_HOOK, OPTION_PLACE(hooks[HOOK_PRIVILEGED]), fn, user_data);
}

daemonctx_status_t daemonctx_set_trace(daemonctx_context_t *ctx, daemonctx_trace_fn fn, void *user_data)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_TRACE);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    ctx->options.trace = fn;
    ctx->options.trace_data = user_data;
    return option_accept(ctx, OPTION_TRACE);
}
