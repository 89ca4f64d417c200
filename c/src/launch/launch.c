/* open(), launch() and check(): who runs the steps, and what comes of it in each process. */
#include "launch/launch.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "context.h"
#include "launch/in_place.h"
#include "launch/relaunched.h"
#include "life/hooks.h"
#include "life/mask.h"
#include "report/report.h"
#include "steps/attend.h"
#include "steps/steps.h"

void launch_init(struct launch *launch)
{
    memset(launch, 0, offsetof(struct launch, failure));
    launch->intermediate_fd = -1;
    launch->daemon_fd = -1;
    launch->tasks = -1;
    for (int i = 0; i < STREAM_COUNT; i++) {
        launch->saved_streams[i] = -1;
    }
    failure_clear(&launch->failure);
}

static daemonctx_status_t refuse(daemonctx_context_t *ctx, const char *sentence)
{
    return error_set(ctx, DAEMONCTX_ERR_STATE, DAEMONCTX_STEP_NONE, 0, "cannot open: %s", sentence);
}

/* What is refused before there is even a plan. */
static daemonctx_status_t check_state(daemonctx_context_t *ctx)
{
    const int state = ctx->state;
    if (ctx->launch.in_callback) {
        return refuse(ctx, "one of the context's callbacks is running");
    }
    switch (state) {
    case CONTEXT_CLOSED:
        return options_first_refusal(ctx);
    case CONTEXT_FAILED:
        return refuse(ctx, "an earlier opening in place failed half-way; only close and free remain");
    case CONTEXT_OPENING:
        return refuse(ctx, "the context is being opened");
    default:
        return refuse(ctx, "the context is open");
    }
}

/* The launch came to nothing before there was a second process: this one is as it was. */
static daemonctx_status_t give_up(daemonctx_context_t *ctx, daemonctx_status_t status)
{
    const struct failure failure = ctx->launch.failure;
    daemonctx_step_t step = failure.deed == DEED_NONE ? DAEMONCTX_STEP_PLAN : failure.step;
    if (failure.deed != DEED_NONE) {
        status = error_from_failure(ctx, &failure);
    }
    trace_step(ctx, step, status);
    if (ctx->launch.prepared) {
        struct failure ignored;
        failure_clear(&ignored);
        (void)hook_run(ctx, HOOK_LAUNCHER, &ignored);
    }
    if (!ctx->events.handed_out) {
        events_close(&ctx->events);
    }
    plan_undo(&ctx->plan);
    return status;
}

static daemonctx_status_t conclude_launcher(daemonctx_context_t *ctx)
{
    struct failure outcome;
    daemonctx_status_t status = await_report(ctx, &outcome);
    trace_step(ctx, status == DAEMONCTX_OK ? DAEMONCTX_STEP_REPORT : outcome.step, status);
    if (status == DAEMONCTX_OK && !ctx->launch.both_return) {
        _exit(0); /* the mask stays: nothing may come between the daemon's success and ours */
    }
    if (status != DAEMONCTX_OK) {
        ctx->launch.daemon_pid = 0;
        (void)error_from_failure(ctx, &outcome);
        (void)pidfile_remove(&ctx->plan.pidfile);
    }
    events_part_from_daemon(&ctx->events);
    plan_release(&ctx->plan);
    return status == DAEMONCTX_OK ? DAEMONCTX_LAUNCHED : status;
}

/* Signals are blocked in this thread while the context is opened; another one may have taken one meanwhile. */
static void catch_up_on_signals(daemonctx_context_t *ctx)
{
    int signum = ctx->events.late;
    if (signum != 0) {
        ctx->events.late = 0;
        events_terminate(ctx, signum);
    }
}

static daemonctx_status_t conclude(daemonctx_context_t *ctx, daemonctx_status_t status)
{
    switch (ctx->launch.role) {
    case ROLE_LAUNCHER:
        status = conclude_launcher(ctx);
        break;
    case ROLE_DAEMON:
        if (status != DAEMONCTX_OK) {
            end_failed(ctx, &ctx->launch.failure);
        }
        mask_for_daemon(ctx);
        catch_up_on_signals(ctx);
        return DAEMONCTX_OK;
    case ROLE_IN_PLACE:
        status = in_place_conclude(ctx, status);
        if (status == DAEMONCTX_OK) {
            catch_up_on_signals(ctx);
        }
        return status;
    default:
        status = give_up(ctx, status);
        break;
    }
    ctx->state = CONTEXT_CLOSED;
    context_unclaim(ctx);
    mask_restore(ctx); /* last: a signal that was held back may end the process here */
    return status;
}

static daemonctx_status_t open_or_launch(daemonctx_context_t *ctx, bool both_return)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (context_is_open(ctx) && !ctx->launch.in_callback) {
        return DAEMONCTX_OK;
    }
    daemonctx_status_t refusal = check_state(ctx);
    /* A program that was started again and refuses its options has failed: its launcher waits to hear so. */
    bool adopts = relaunched_is_waiting() && ctx->state == CONTEXT_CLOSED && !ctx->launch.in_callback;
    if (refusal != DAEMONCTX_OK && !adopts) {
        return refusal;
    }
    if (adopts) {
        relaunched_yield();
    }
    if (!context_claim(ctx)) {
        return refuse(ctx, "another context is open in this process");
    }
    launch_init(&ctx->launch);
    ctx->launch.both_return = both_return;
    ctx->launch.traced = ctx->options.trace != NULL;
    ctx->owner = getpid();
    ctx->state = CONTEXT_OPENING;
    events_reset(&ctx->events);
    return conclude(ctx, adopts ? relaunched_adopt(ctx, refusal) : steps_run(ctx, STEPS_ALL));
}

daemonctx_status_t daemonctx_open(daemonctx_context_t *ctx)
{
    return open_or_launch(ctx, false);
}

daemonctx_status_t daemonctx_launch(daemonctx_context_t *ctx)
{
    return open_or_launch(ctx, true);
}

daemonctx_status_t daemonctx_check(daemonctx_context_t *ctx)
{
    if (ctx == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    daemonctx_status_t status = check_state(ctx);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (relaunched_is_waiting()) {
        return DAEMONCTX_OK; /* the launcher has checked, and made, the plan; its pid file is this process's own */
    }
    status = plan_make(ctx, true);
    plan_release(&ctx->plan);
    return status;
}
