/* close(), in its three forms: called, in a signal handler, and in a forked child. */
#include "life/close.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "context.h"
#include "life/hooks.h"
#include "report/report.h"

void close_in_child(daemonctx_context_t *ctx)
{
    events_uninstall(ctx, true);
    events_close(&ctx->events);
    plan_close_descriptors(&ctx->plan);
    ctx->launch.in_hook = false; /* it may have been forked in one */
    ctx->launch.in_callback = false;
    ctx->state = CONTEXT_CLOSED;
}

daemonctx_status_t close_pidfile(daemonctx_context_t *ctx)
{
    daemonctx_status_t status = DAEMONCTX_OK;
    struct failure failure;
    failure_clear(&failure);
    failure.step = DAEMONCTX_STEP_PIDFILE;
    if (ctx->launch.manager_entered) {
        ctx->launch.manager_entered = false;
        status = hook_run_callback(ctx, &ctx->options.pidfile_exit, DEED_PIDFILE_EXIT, &failure);
    }
    if (pidfile_remove(&ctx->plan.pidfile) != 0) {
        status = failure_set(&failure, DAEMONCTX_ERR_SYSTEM, DEED_PIDFILE_REMOVE, errno);
    }
    return status == DAEMONCTX_OK ? status : error_from_failure(ctx, &failure);
}

/* A launcher that still waits must not wait for its bound. */
static void tell_launcher(daemonctx_context_t *ctx)
{
    int awaited = READINESS_AWAITED;
    if (atomic_compare_exchange_strong(&ctx->launch.readiness, &awaited, READINESS_TOLD)) {
        struct failure closed;
        failure_clear(&closed);
        closed.pid = ctx->owner;
        (void)report_send(ctx->plan.report_out, RECORD_CLOSED, &closed, -1);
    }
}

static daemonctx_status_t close_open(daemonctx_context_t *ctx)
{
    sigset_t mapped;
    sigset_t before;
    events_mapped_signals(&ctx->options, &mapped);
    (void)pthread_sigmask(SIG_BLOCK, &mapped, &before);
    daemonctx_status_t status = close_pidfile(ctx);
    tell_launcher(ctx);
    events_uninstall(ctx, false);
    if (!ctx->events.handed_out) {
        events_close(&ctx->events);
    }
    /* Another thread may be telling of readiness just now: the channel is its until it is done. */
    (void)pthread_mutex_lock(&ctx->telling);
    plan_release(&ctx->plan);
    (void)pthread_mutex_unlock(&ctx->telling);
    context_unclaim(ctx);
    ctx->state = CONTEXT_CLOSED;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    events_end_late(&ctx->events);
    return status;
}

daemonctx_status_t daemonctx_close(daemonctx_context_t *ctx)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (ctx->state == CONTEXT_OPENING || ctx->launch.in_callback) {
        return error_set(ctx, DAEMONCTX_ERR_STATE, DAEMONCTX_STEP_NONE, 0,
                         "cannot close the context in its own callback");
    }
    int open = CONTEXT_OPEN;
    if (ctx->owner != getpid() || !atomic_compare_exchange_strong(&ctx->state, &open, CONTEXT_CLOSING)) {
        return DAEMONCTX_OK;
    }
    daemonctx_status_t status = close_open(ctx);
    if (ctx->launch.free_when_closed) {
        daemonctx_free(ctx);
    }
    return status;
}
