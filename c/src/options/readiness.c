/* When the daemon counts as ready, how long the launcher waits for it, and when the streams are switched. */
#include "context.h"
#include "options/options.h"

daemonctx_status_t daemonctx_set_ready_mode(daemonctx_context_t *ctx, uint32_t mode)
{
    return option_set_enum(ctx, OPTION_READY_MODE, OPTION_PLACE(ready_mode), mode, DAEMONCTX_READY_MODE_MANUAL);
}

daemonctx_status_t daemonctx_get_ready_mode(const daemonctx_context_t *ctx, uint32_t *ret_mode)
{
    return option_get_u32(ctx, OPTION_PLACE(ready_mode), ret_mode);
}

daemonctx_status_t daemonctx_set_ready_timeout(daemonctx_context_t *ctx, int32_t timeout_ms)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_READY_TIMEOUT);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (timeout_ms < -1) {
        return option_refuse(ctx, OPTION_READY_TIMEOUT, DAEMONCTX_ERR_RANGE,
                             "%d is neither a time in milliseconds nor -1 for ever", timeout_ms);
    }
    ctx->options.ready_timeout_ms = timeout_ms;
    return option_accept(ctx, OPTION_READY_TIMEOUT);
}

daemonctx_status_t daemonctx_get_ready_timeout(const daemonctx_context_t *ctx, int32_t *ret_timeout_ms)
{
    return option_get_i32(ctx, OPTION_PLACE(ready_timeout_ms), ret_timeout_ms);
}

daemonctx_status_t daemonctx_set_stream_switch(daemonctx_context_t *ctx, uint32_t when)
{
    return option_set_enum(ctx, OPTION_STREAM_SWITCH, OPTION_PLACE(stream_switch), when,
                           DAEMONCTX_STREAM_SWITCH_AT_READY);
}

daemonctx_status_t daemonctx_get_stream_switch(const daemonctx_context_t *ctx, uint32_t *ret_when)
{
    return option_get_u32(ctx, OPTION_PLACE(stream_switch), ret_when);
}
