/* Readiness, told by the program: notify_ready() and notify_failed(), from any thread. They leave the error detail
 * alone for that reason. */
#include <unistd.h>

#include "context.h"
#include "life/close.h"
#include "life/flush.h"
#include "report/report.h"
#include "steps/steps.h"

enum { EXIT_UNREPORTED = 1 };

/* The launcher is gone or has given up: it said, or will say, that there is no daemon. So there must be none. */
static _Noreturn void end_unreported(daemonctx_context_t *ctx)
{
    (void)close_pidfile(ctx);
    _exit(EXIT_UNREPORTED);
}

static void fill(const daemonctx_context_t *ctx, struct failure *report)
{
    failure_clear(report);
    report->step = DAEMONCTX_STEP_REPORT;
    report->pid = ctx->owner;
}

static void tell_failed(daemonctx_context_t *ctx, const struct failure *failure)
{
    /* The launcher waits for this process to end; the pid file must not outlive the news. */
    (void)pidfile_remove(&ctx->plan.pidfile);
    if (report_send(ctx->plan.report_out, RECORD_FAILED, failure, -1) != 0) {
        end_unreported(ctx);
    }
    descriptor_close(&ctx->plan.report_out);
}

static daemonctx_status_t switch_streams(daemonctx_context_t *ctx, struct failure *failure)
{
    if (!atomic_exchange(&ctx->launch.streams_pending, false)) {
        return DAEMONCTX_OK;
    }
    (void)flush_streams(FLUSH_STDOUT); /* what was written until now belongs to where the stream led until now */
    return streams_switch(ctx, failure);
}

/* The caller holds `telling`. */
static daemonctx_status_t tell_ready(daemonctx_context_t *ctx)
{
    struct failure report;
    fill(ctx, &report);
    int awaited = READINESS_AWAITED;
    bool tell = atomic_compare_exchange_strong(&ctx->launch.readiness, &awaited, READINESS_TOLD);
    daemonctx_status_t status = switch_streams(ctx, &report);
    if (!tell) {
        return status;
    }
    if (status != DAEMONCTX_OK) {
        tell_failed(ctx, &report);
        return status;
    }
    if (report_send(ctx->plan.report_out, RECORD_READY, &report, -1) != 0) {
        end_unreported(ctx);
    }
    descriptor_close(&ctx->plan.report_out);
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_notify_ready(daemonctx_context_t *ctx)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    /* The thread that closes the context waits here: the channel is this one's until it has been told. */
    (void)pthread_mutex_lock(&ctx->telling);
    daemonctx_status_t status = context_is_open(ctx) ? tell_ready(ctx) : DAEMONCTX_ERR_STATE;
    (void)pthread_mutex_unlock(&ctx->telling);
    return status;
}

/* In a hook: kept, for the hook's own failure. */
static daemonctx_status_t explain_hook(daemonctx_context_t *ctx, int32_t exit_code, const char *message)
{
    struct failure *failure = &ctx->launch.failure;
    failure->exit_code = exit_code;
    failure_set_text(failure, message);
    ctx->launch.hook_failed = true;
    return DAEMONCTX_OK;
}

daemonctx_status_t daemonctx_notify_failed(daemonctx_context_t *ctx, int32_t exit_code, const char *message)
{
    if (ctx == NULL || message == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (ctx->launch.in_hook) {
        return explain_hook(ctx, exit_code, message);
    }
    struct failure failure;
    fill(ctx, &failure);
    failure.exit_code = exit_code;
    failure_set_text(&failure, message);
    (void)failure_set(&failure, DAEMONCTX_ERR_PROGRAM, DEED_PROGRAM, 0);
    int awaited = READINESS_AWAITED;
    (void)pthread_mutex_lock(&ctx->telling);
    bool tell =
        context_is_open(ctx) && atomic_compare_exchange_strong(&ctx->launch.readiness, &awaited, READINESS_TOLD);
    if (tell) {
        tell_failed(ctx, &failure);
    }
    (void)pthread_mutex_unlock(&ctx->telling);
    return tell ? DAEMONCTX_OK : DAEMONCTX_ERR_STATE;
}
