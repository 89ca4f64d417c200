/* The table of steps, and running it. */
#include <stddef.h>

#include "context.h"
#include "life/hooks.h"
#include "steps/steps.h"

static const struct step steps[] = {
    {DAEMONCTX_STEP_PLAN, step_plan, RELAUNCH_LAUNCHER},
    {DAEMONCTX_STEP_PREPARE, step_prepare, RELAUNCH_LAUNCHER},
    {DAEMONCTX_STEP_DETACH, step_detach, RELAUNCH_CONSTRUCTOR},
    {DAEMONCTX_STEP_FILES, step_files, RELAUNCH_CONSTRUCTOR},
    {DAEMONCTX_STEP_PREVENT_CORE, step_prevent_core, RELAUNCH_CONSTRUCTOR},
    {DAEMONCTX_STEP_PRIVILEGED, step_privileged, RELAUNCH_ADOPTION},
    {DAEMONCTX_STEP_CHROOT, step_chroot, RELAUNCH_CREDENTIALS},
    {DAEMONCTX_STEP_IDENTITY, step_identity, RELAUNCH_CREDENTIALS},
    {DAEMONCTX_STEP_NOT_DUMPABLE, step_not_dumpable, RELAUNCH_ADOPTION},
    {DAEMONCTX_STEP_WORKING_DIRECTORY, step_working_directory, RELAUNCH_ADOPTION},
    {DAEMONCTX_STEP_UMASK, step_umask, RELAUNCH_ADOPTION},
    {DAEMONCTX_STEP_SIGNALS, step_signals, RELAUNCH_ADOPTION},
    {DAEMONCTX_STEP_STREAMS, step_streams, RELAUNCH_ADOPTION},
    {DAEMONCTX_STEP_PIDFILE, step_pidfile, RELAUNCH_ADOPTION},
    {DAEMONCTX_STEP_OPEN, step_open, RELAUNCH_ADOPTION},
    {DAEMONCTX_STEP_CLOSE_AT_EXIT, step_close_at_exit, RELAUNCH_ADOPTION},
    {DAEMONCTX_STEP_REPORT, step_report, RELAUNCH_ADOPTION},
};

static enum relaunch_place place_of(const daemonctx_context_t *ctx, const struct step *step)
{
    if (step->relaunch != RELAUNCH_CREDENTIALS) {
        return step->relaunch;
    }
    return ctx->options.capabilities != 0 ? RELAUNCH_CONSTRUCTOR : RELAUNCH_ADOPTION;
}

static bool is_in(const daemonctx_context_t *ctx, const struct step *step, enum steps_part part)
{
    switch (part) {
    case STEPS_CONSTRUCTOR:
        return place_of(ctx, step) == RELAUNCH_CONSTRUCTOR;
    case STEPS_ADOPTION:
        return place_of(ctx, step) == RELAUNCH_ADOPTION;
    default:
        return true;
    }
}

daemonctx_status_t steps_run(daemonctx_context_t *ctx, enum steps_part part)
{
    struct failure *failure = &ctx->launch.failure;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (!is_in(ctx, &steps[i], part)) {
            continue;
        }
        failure_clear(failure);
        failure->step = steps[i].id;
        daemonctx_status_t status = steps[i].run(ctx, failure);
        if (status != DAEMONCTX_OK || ctx->launch.role == ROLE_LAUNCHER) {
            return status; /* the rows behind the detach step are the daemon's */
        }
        trace_step(ctx, steps[i].id, DAEMONCTX_OK);
    }
    return DAEMONCTX_OK;
}

void steps_trace_constructor(daemonctx_context_t *ctx)
{
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (is_in(ctx, &steps[i], STEPS_CONSTRUCTOR)) {
            trace_step(ctx, steps[i].id, DAEMONCTX_OK);
        }
    }
}
