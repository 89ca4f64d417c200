/* umask: a mask, or the launcher's own. */
#include "context.h"
#include "options/options.h"

enum { UMASK_MAX = 0777 };

daemonctx_status_t daemonctx_set_umask_inherit(daemonctx_context_t *ctx)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_UMASK);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    ctx->options.umask_inherit = true;
    return option_accept(ctx, OPTION_UMASK);
}

daemonctx_status_t daemonctx_set_umask(daemonctx_context_t *ctx, uint32_t mask)
{
    daemonctx_status_t status = option_enter(ctx, OPTION_UMASK);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (mask > UMASK_MAX) {
        return option_refuse(ctx, OPTION_UMASK, DAEMONCTX_ERR_RANGE, "%#o (%u) is not a mask of 0 to 0777", mask, mask);
    }
    ctx->options.umask_inherit = false;
    ctx->options.umask = mask;
    return option_accept(ctx, OPTION_UMASK);
}

daemonctx_status_t daemonctx_get_umask(const daemonctx_context_t *ctx, uint32_t *ret_mask)
{
    if (ctx == NULL || ret_mask == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (ctx->options.umask_inherit) {
        return DAEMONCTX_ERR_NOT_FOUND; /* which mask it will be is known in the launcher alone */
    }
    *ret_mask = ctx->options.umask;
    return DAEMONCTX_OK;
}
