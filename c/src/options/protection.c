/* The flags that protect: prevent_core, no_new_privs, close_at_exit. */
#include "context.h"
#include "options/options.h"

daemonctx_status_t daemonctx_set_prevent_core(daemonctx_context_t *ctx, int32_t enabled)
{
    return option_set_flag(ctx, OPTION_PREVENT_CORE, OPTION_PLACE(prevent_core), enabled);
}

daemonctx_status_t daemonctx_get_prevent_core(const daemonctx_context_t *ctx, int32_t *ret_enabled)
{
    return option_get_i32(ctx, OPTION_PLACE(prevent_core), ret_enabled);
}

daemonctx_status_t daemonctx_set_no_new_privs(daemonctx_context_t *ctx, int32_t enabled)
{
    return option_set_flag(ctx, OPTION_NO_NEW_PRIVS, OPTION_PLACE(no_new_privs), enabled);
}

daemonctx_status_t daemonctx_get_no_new_privs(const daemonctx_context_t *ctx, int32_t *ret_enabled)
{
    return option_get_i32(ctx, OPTION_PLACE(no_new_privs), ret_enabled);
}

daemonctx_status_t daemonctx_set_close_at_exit(daemonctx_context_t *ctx, int32_t enabled)
{
    return option_set_flag(ctx, OPTION_CLOSE_AT_EXIT, OPTION_PLACE(close_at_exit), enabled);
}

daemonctx_status_t daemonctx_get_close_at_exit(const daemonctx_context_t *ctx, int32_t *ret_enabled)
{
    return option_get_i32(ctx, OPTION_PLACE(close_at_exit), ret_enabled);
}
