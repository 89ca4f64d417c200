/* pidfile: the file that the plan locked gets the daemon's pid; or the manager is entered. */
#include <errno.h>

#include "context.h"
#include "life/hooks.h"
#include "life/mask.h"
#include "steps/steps.h"

static daemonctx_status_t enter_manager(daemonctx_context_t *ctx, struct failure *failure)
{
    bool masked = ctx->launch.role == ROLE_DAEMON;
    if (masked) {
        mask_for_hook(ctx);
    }
    daemonctx_status_t status = hook_run_callback(ctx, &ctx->options.pidfile_enter, DEED_PIDFILE_ENTER, failure);
    if (masked) {
        (void)mask_block_all(ctx);
    }
    ctx->launch.manager_entered = status == DAEMONCTX_OK;
    return status;
}

daemonctx_status_t step_pidfile(daemonctx_context_t *ctx, struct failure *failure)
{
    if (ctx->options.pidfile_enter.fn != NULL) {
        return enter_manager(ctx, failure);
    }
    if (ctx->plan.pidfile.fd < 0) {
        return DAEMONCTX_OK;
    }
    bool attesting = false;
    if (pidfile_write(&ctx->plan.pidfile, &attesting) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, attesting ? DEED_PIDFILE_ATTEST : DEED_PIDFILE_WRITE, errno);
    }
    return DAEMONCTX_OK;
}
