/* Capabilities to keep: what the launcher is not permitted itself is refused before anything changes. */
#include <errno.h>

#include "context.h"
#include "plan/plan.h"

static unsigned lowest(uint64_t set)
{
    unsigned number = 0;
    while ((set >> number & 1) == 0) {
        number++;
    }
    return number;
}

daemonctx_status_t plan_capabilities(daemonctx_context_t *ctx)
{
    const uint64_t kept = ctx->options.capabilities;
    struct os_capabilities now;
    if (kept == 0) {
        return DAEMONCTX_OK;
    }
    if (os_capabilities_get(&now) != 0) {
        return error_set(ctx, DAEMONCTX_ERR_PRIVILEGE, DAEMONCTX_STEP_PLAN, errno, "cannot read the capabilities");
    }
    if ((kept & ~now.permitted) != 0) {
        return error_set(ctx, DAEMONCTX_ERR_PRIVILEGE, DAEMONCTX_STEP_PLAN, EPERM,
                         "capabilities: cannot keep number %u, which this process does not have",
                         lowest(kept & ~now.permitted));
    }
    return DAEMONCTX_OK;
}
