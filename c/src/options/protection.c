/* What protects: prevent_core, no_new_privs, capabilities, close_at_exit. */
#include "context.h"
#include "options/options.h"
#include "os/os.h"

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

daemonctx_status_t daemonctx_set_capabilities(daemonctx_context_t *ctx, uint64_t kept)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_CAPABILITIES);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    for (unsigned number = 0; number < OS_CAPABILITY_LIMIT; number++) {
        if ((kept >> number & 1) != 0 && !os_capability_is_known(number)) {
            return option_refuse(ctx, OPTION_CAPABILITIES, DAEMONCTX_ERR_RANGE,
                                 "the kernel has no capability with the number %u", number);
        }
    }
    ctx->options.capabilities = kept;
    return option_accept(ctx, OPTION_CAPABILITIES);
}

daemonctx_status_t daemonctx_get_capabilities(const daemonctx_context_t *ctx, uint64_t *ret_kept)
{
    if (ctx == NULL || ret_kept == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    *ret_kept = ctx->options.capabilities;
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_set_close_at_exit(daemonctx_context_t *ctx, int32_t enabled)
{
    return option_set_flag(ctx, OPTION_CLOSE_AT_EXIT, OPTION_PLACE(close_at_exit), enabled);
}

daemonctx_status_t daemonctx_get_close_at_exit(const daemonctx_context_t *ctx, int32_t *ret_enabled)
{
    return option_get_i32(ctx, OPTION_PLACE(close_at_exit), ret_enabled);
}
