/* Calling the program: hooks, a manager's callbacks and the trace. */
#include <stddef.h>

#include "context.h"
#include "life/hooks.h"
#include "life/mask.h"
#include "report/report.h"

daemonctx_status_t hook_run_callback(daemonctx_context_t *ctx, const struct hook *hook, enum deed deed,
                                     struct failure *failure)
{
    struct launch *launch = &ctx->launch;
    if (hook->fn == NULL) {
        return DAEMONCTX_OK;
    }
    daemonctx_step_t step = failure->step;
    failure_clear(&launch->failure);
    launch->in_callback = true;
    launch->in_hook = true;
    launch->hook_failed = false;
    int32_t result = hook->fn(ctx, hook->user_data);
    launch->in_hook = false;
    launch->in_callback = false;
    if (result == 0 && !launch->hook_failed) {
        failure->step = step;
        return DAEMONCTX_OK;
    }
    *failure = launch->failure; /* with the text and code of a notify_failed() */
    failure->step = step;
    failure->number = result;
    if (!launch->hook_failed) {
        failure->exit_code = result;
    }
    return failure_set(failure, DAEMONCTX_ERR_CALLBACK, deed, 0);
}

daemonctx_status_t hook_run(daemonctx_context_t *ctx, enum hook_place place, struct failure *failure)
{
    static const enum deed deeds[HOOK_COUNT] = {
        [HOOK_PREPARE] = DEED_HOOK_PREPARE,
        [HOOK_LAUNCHER] = DEED_HOOK_LAUNCHER,
        [HOOK_DAEMON] = DEED_HOOK_DAEMON,
        [HOOK_PRIVILEGED] = DEED_HOOK_PRIVILEGED,
    };
    const struct hook *hook = &ctx->options.hooks[place];
    if (hook->fn == NULL) {
        return DAEMONCTX_OK;
    }
    /* What a hook starts must not inherit a mask that blocks everything. */
    bool masked = ctx->launch.role == ROLE_DAEMON;
    if (masked) {
        mask_for_hook(ctx);
    }
    ctx->launch.preserve_allowed = place != HOOK_LAUNCHER;
    daemonctx_status_t status = hook_run_callback(ctx, hook, deeds[place], failure);
    ctx->launch.preserve_allowed = false;
    if (masked) {
        (void)mask_block_all(ctx);
    }
    return status;
}

void trace_step(daemonctx_context_t *ctx, daemonctx_step_t step, daemonctx_status_t status)
{
    if (ctx->launch.role != ROLE_DAEMON) {
        if (ctx->options.trace == NULL) {
            return;
        }
        ctx->launch.in_callback = true;
        ctx->options.trace(ctx, step, status, ctx->options.trace_data);
        ctx->launch.in_callback = false;
        return;
    }
    if (ctx->launch.traced && ctx->plan.report_out >= 0 && step != DAEMONCTX_STEP_REPORT) {
        struct failure done = {.status = status, .step = step, .pid = ctx->owner};
        (void)report_send(ctx->plan.report_out, RECORD_STEP, &done,
                          -1); /* when the launcher is gone the report fails too */
    }
}
