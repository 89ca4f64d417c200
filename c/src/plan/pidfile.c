/* The pid file's part of the plan: opened and locked in the launcher, so that a second start is refused on the
 * terminal. */
#include <errno.h>
#include <unistd.h>

#include "context.h"
#include "plan/plan.h"

static daemonctx_status_t explain_holder(daemonctx_context_t *ctx, const char *path, pid_t holder)
{
    if (holder == 0) {
        return error_set(ctx, DAEMONCTX_ERR_ALREADY_RUNNING, DAEMONCTX_STEP_PLAN, 0,
                         "already running: another start holds the pid file '%s'", path);
    }
    daemonctx_status_t status = error_set(ctx, DAEMONCTX_ERR_ALREADY_RUNNING, DAEMONCTX_STEP_PLAN, 0,
                                          "already running as process %d, which holds the pid file '%s'", holder, path);
    ctx->error.pid = holder;
    return status;
}

daemonctx_status_t plan_pidfile(daemonctx_context_t *ctx)
{
    const char *option = ctx->options.pidfile;
    struct plan *plan = &ctx->plan;
    if (option == NULL) {
        return DAEMONCTX_OK;
    }
    plan->pidfile.path = plan_absolute_path(option);
    if (plan->pidfile.path == NULL) {
        return error_set(ctx, errno == ENOMEM ? DAEMONCTX_ERR_MEMORY : DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_PLAN, errno,
                         "pidfile: cannot find out what '%s' is relative to", option);
    }
    struct pidfile_trust trust = {.launcher = geteuid(), .target = plan->identity.uid};
    struct pidfile_refusal refusal;
    daemonctx_status_t status = pidfile_acquire(&plan->pidfile, plan->pidfile.path, trust, plan->dry, &refusal);
    if (status == DAEMONCTX_OK) {
        return status;
    }
    if (status == DAEMONCTX_ERR_ALREADY_RUNNING) {
        return explain_holder(ctx, plan->pidfile.path, refusal.holder);
    }
    return error_set(ctx, status, DAEMONCTX_STEP_PLAN, refusal.error, "cannot use pid file '%s': %s",
                     plan->pidfile.path, refusal.reason);
}
