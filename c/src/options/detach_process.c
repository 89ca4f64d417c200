/* detach_process, its reason, and the method. */
#include "context.h"
#include "options/options.h"

daemonctx_status_t daemonctx_set_detach_process(daemonctx_context_t *ctx, uint32_t detach)
{
    return option_set_enum(ctx, OPTION_DETACH_PROCESS, OPTION_PLACE(detach_process), detach,
                           DAEMONCTX_DETACH_PROCESS_AUTO);
}

daemonctx_status_t daemonctx_get_detach_process(const daemonctx_context_t *ctx, uint32_t *ret_detach)
{
    return option_get_u32(ctx, OPTION_PLACE(detach_process), ret_detach);
}

daemonctx_status_t daemonctx_detach_reason(const daemonctx_context_t *ctx, uint32_t *ret_reason)
{
    return option_get_u32(ctx, OPTION_PLACE(detach_reason), ret_reason);
}

daemonctx_status_t daemonctx_set_detach_method(daemonctx_context_t *ctx, uint32_t method)
{
    return option_set_enum(ctx, OPTION_DETACH_METHOD, OPTION_PLACE(detach_method), method,
                           DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED);
}

daemonctx_status_t daemonctx_get_detach_method(const daemonctx_context_t *ctx, uint32_t *ret_method)
{
    return option_get_u32(ctx, OPTION_PLACE(detach_method), ret_method);
}
