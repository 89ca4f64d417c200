/* The last steps: the context is open, exit() closes it, and the launcher is told. */
#include <errno.h>
#include <stddef.h>

#include "context.h"
#include "report/report.h"
#include "steps/steps.h"

daemonctx_status_t step_open(daemonctx_context_t *ctx, struct failure *failure)
{
    (void)failure;
    ctx->state = CONTEXT_OPEN;
    return DAEMONCTX_OK;
}

/* The exit handler was registered by the plan, for that allocates: from here on it closes the context. */
daemonctx_status_t step_close_at_exit(daemonctx_context_t *ctx, struct failure *failure)
{
    (void)failure;
    ctx->launch.close_at_exit = ctx->options.close_at_exit != 0;
    return DAEMONCTX_OK;
}

daemonctx_status_t step_report(daemonctx_context_t *ctx, struct failure *failure)
{
    if (ctx->launch.role != ROLE_DAEMON) {
        return DAEMONCTX_OK;
    }
    if (ctx->options.ready_mode == DAEMONCTX_READY_MODE_MANUAL) {
        ctx->launch.readiness = READINESS_AWAITED;
        return DAEMONCTX_OK;
    }
    struct failure ready;
    failure_clear(&ready);
    ready.step = DAEMONCTX_STEP_REPORT;
    ready.pid = ctx->owner;
    if (report_send(ctx->plan.report_out, RECORD_READY, &ready, -1) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_REPORT, errno); /* it ends: nobody knows of it */
    }
    descriptor_close(&ctx->plan.report_out);
    return DAEMONCTX_OK;
}
