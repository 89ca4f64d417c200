/*
 * Becoming a daemon without detaching. There is no other process to fail in: a failure leaves the steps before it done,
 * but takes the pid file away and gives the program its streams back to say so.
 */
#include "launch/in_place.h"

#include <unistd.h>

#include "context.h"
#include "life/close.h"
#include "life/hooks.h"
#include "life/mask.h"

static void drop_saved_streams(struct launch *launch)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        descriptor_close(&launch->saved_streams[i]);
    }
}

static void restore_streams(struct launch *launch)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        if (launch->saved_streams[i] >= 0) {
            (void)dup2(launch->saved_streams[i], i);
        }
    }
    drop_saved_streams(launch);
}

static daemonctx_status_t fail_half_way(daemonctx_context_t *ctx)
{
    const struct failure failure = ctx->launch.failure;
    (void)close_pidfile(ctx);
    restore_streams(&ctx->launch);
    descriptor_close(&ctx->launch.tasks);
    events_uninstall(ctx, false);
    if (!ctx->events.handed_out) {
        events_close(&ctx->events);
    }
    daemonctx_status_t status = error_from_failure(ctx, &failure);
    trace_step(ctx, failure.step, status);
    plan_release(&ctx->plan);
    ctx->state = CONTEXT_FAILED;
    context_unclaim(ctx);
    mask_restore(ctx);
    return status;
}

daemonctx_status_t in_place_conclude(daemonctx_context_t *ctx, daemonctx_status_t status)
{
    if (status != DAEMONCTX_OK) {
        return fail_half_way(ctx);
    }
    drop_saved_streams(&ctx->launch);
    mask_for_daemon(ctx);
    return DAEMONCTX_OK;
}
