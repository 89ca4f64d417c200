/*
 * Detaching by re-exec: launcher -> attendant (leader of a new session) -> the program, started again, which becomes
 * the daemon. What the attendant says is said from a process that shares the launcher's memory: see os_start_attended.
 */
#include "steps/relaunch.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "context.h"
#include "life/mask.h"
#include "plan/marker.h"
#include "steps/attend.h"

OS_SHARING static void announce(void *data, pid_t attendant)
{
    marker_set_parent(data, attendant);
}

daemonctx_status_t relaunch_detached(daemonctx_context_t *ctx, struct failure *failure)
{
    struct plan *plan = &ctx->plan;
    plan->relaunch.start = (struct os_start){
        .attendance = attended_by(plan),
        .program = plan->relaunch.program,
        .arguments = plan->relaunch.arguments,
        .environment = plan->relaunch.environment,
        .passed = plan->relaunch.passed,
        .passed_count = plan->relaunch.passed_count,
        .data = plan->relaunch.marker,
        .announce = announce,
    };
    pid_t pid = os_start_attended(&plan->relaunch.start);
    if (pid < 0) {
        (void)failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_FORK, errno);
        mask_restore(ctx);
        return DAEMONCTX_ERR_SYSTEM;
    }
    ctx->launch.role = ROLE_LAUNCHER;
    ctx->launch.intermediate = pid;
    mask_for_waiting(ctx);
    return DAEMONCTX_OK;
}

/* The first error; EBADF is none: another thread has closed the descriptor meanwhile. */
static int set_close_on_exec(const int *fds, size_t count, int flags)
{
    int error = 0;
    for (size_t i = 0; i < count; i++) {
        if (fcntl(fds[i], F_SETFD, flags) != 0 && errno != EBADF && error == 0) {
            error = errno;
        }
    }
    return error;
}

daemonctx_status_t relaunch_in_place(daemonctx_context_t *ctx, struct failure *failure)
{
    const struct relaunch *relaunch = &ctx->plan.relaunch;
    int error = set_close_on_exec(relaunch->passed, relaunch->passed_count, 0);
    if (error == 0) {
        (void)os_program_execute(relaunch->program, relaunch->arguments, relaunch->environment);
        error = errno;
    }
    (void)set_close_on_exec(relaunch->close_on_exec, relaunch->close_on_exec_count, FD_CLOEXEC);
    mask_restore(ctx);
    return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_RELAUNCH, error);
}
