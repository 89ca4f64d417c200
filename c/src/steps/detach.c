/*
 * Detaching, by fork or by re-exec (relaunch.c). By fork: launcher -> intermediate (leader of a new session) -> daemon,
 * which leads no session and so can never be given a terminal. The intermediate stays until the launch is over, to tell
 * how the daemon ended should it end.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "context.h"
#include "life/hooks.h"
#include "life/mask.h"
#include "life/process_end.h"
#include "os/os.h"
#include "report/report.h"
#include "steps/attend.h"
#include "steps/relaunch.h"
#include "steps/steps.h"

/* With an ignored SIGCHLD the kernel would forget how the daemon ended before the intermediate can ask. */
static bool keep_endings(struct sigaction *ret_before)
{
    if (sigaction(SIGCHLD, NULL, ret_before) != 0) {
        return false;
    }
    bool forgotten = (ret_before->sa_flags & SA_NOCLDWAIT) != 0 ||
                     ((ret_before->sa_flags & SA_SIGINFO) == 0 && ret_before->sa_handler == SIG_IGN);
    struct sigaction plain = {.sa_handler = SIG_DFL};
    return forgotten && sigaction(SIGCHLD, &plain, NULL) == 0;
}

/*
 * The launcher learns of the daemon from the daemon itself, before any code of the program runs in it: so it can end it
 * whatever becomes of the intermediate, and nobody else can take the daemon's name.
 */
void detach_become_daemon(daemonctx_context_t *ctx, struct failure *failure)
{
    ctx->launch.role = ROLE_DAEMON;
    ctx->owner = getpid();
    ctx->launch.daemon_pid = ctx->owner;
    int process = os_process_open(ctx->owner);
    failure->pid = ctx->owner;
    if (report_send(ctx->plan.report_out, RECORD_STARTED, failure, process) != 0) {
        (void)failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_REPORT, errno);
        end_failed(ctx, failure);
    }
    descriptor_close(&process);
}

/* In the intermediate; returns in the daemon alone. */
static void fork_daemon(daemonctx_context_t *ctx, struct failure *failure, bool handlers_ran)
{
    struct sigaction before;
    descriptor_close(&ctx->plan.report_in); /* its hang-up tells that the launcher is gone */
    descriptor_close(&ctx->plan.signal_watch);
    ctx->owner = getpid();
    if (setsid() < 0) {
        (void)failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_SETSID, errno);
        end_failed(ctx, failure);
    }
    bool changed = keep_endings(&before);
    process_end_expect_fork(true);
    pid_t daemon = handlers_ran ? os_fork_bare() : fork();
    process_end_expect_fork(false);
    if (daemon < 0) {
        (void)failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_FORK_AGAIN, errno);
        end_failed(ctx, failure);
    }
    if (daemon > 0) {
        attend_daemon(ctx, daemon);
    }
    if (changed) {
        (void)sigaction(SIGCHLD, &before, NULL);
    }
    detach_become_daemon(ctx, failure);
}

/*
 * The program's fork handlers run once. With one thread they run at the second fork, so that the first can be one that
 * the caller's SIGCHLD handler and waitpid(-1) do not notice. With more (FORK_UNCHECKED) they must run at the first:
 * the locks that they take, malloc's among them, may be held by threads that exist in the launcher alone.
 */
static pid_t fork_intermediate(bool many_threads)
{
    if (!many_threads) {
        return os_fork_unnoticed();
    }
    process_end_expect_fork(true);
    pid_t pid = fork();
    process_end_expect_fork(false);
    return pid;
}

/* Copies the process twice: 0 in the daemon, the intermediate's pid in the launcher, or -1. */
static pid_t fork_twice(daemonctx_context_t *ctx, struct failure *failure)
{
    bool many_threads = ctx->launch.many_threads;
    pid_t pid = fork_intermediate(many_threads);
    if (pid == 0) {
        fork_daemon(ctx, failure, many_threads);
    } else if (pid > 0) {
        descriptor_close(&ctx->plan.report_out);
    }
    return pid;
}

/* The same with one copy: the intermediate shares the launcher's memory. */
static pid_t fork_once(daemonctx_context_t *ctx, struct failure *failure)
{
    struct plan *plan = &ctx->plan;
    plan->copy.attendance = attended_by(plan);
    plan->copy.listen = plan->report_in;
    plan->copy.interrupt = plan->signal_watch;
    plan->copy.deadline = &ctx->launch.deadline;
    process_end_expect_fork(true);
    pid_t pid = os_copy_attended(&plan->copy);
    process_end_expect_fork(false);
    if (pid == 0) {
        plan->report_in = -1; /* the attendant, whose descriptors it has, has closed both */
        plan->signal_watch = -1;
        detach_become_daemon(ctx, failure);
    } else if (pid > 0) {
        plan->report_out = -1;
    }
    return pid;
}

static daemonctx_status_t detach_by_fork(daemonctx_context_t *ctx, struct failure *failure)
{
    /* No handler of the program runs in the intermediate, and no SIGHUP ends it. */
    if (mask_block_all(ctx) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_SIGNAL_MASK, errno);
    }
    bool once = ctx->plan.stacks != NULL && !ctx->launch.many_threads;
    pid_t pid = once ? fork_once(ctx, failure) : -1;
    if (pid < 0) {
        pid = fork_twice(ctx, failure); /* also where a filter knows no clone(2) that shares memory */
    }
    if (pid < 0) {
        (void)failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_FORK, errno);
        mask_restore(ctx); /* the launcher hook is called yet */
        return DAEMONCTX_ERR_SYSTEM;
    }
    if (pid == 0) {
        return hook_run(ctx, HOOK_DAEMON, failure);
    }
    ctx->launch.role = ROLE_LAUNCHER;
    ctx->launch.intermediate = pid;
    mask_for_waiting(ctx);
    return DAEMONCTX_OK;
}

static daemonctx_status_t detach_by_relaunch(daemonctx_context_t *ctx, struct failure *failure)
{
    if (mask_block_all(ctx) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_SIGNAL_MASK, errno);
    }
    if (!ctx->plan.detach) {
        return relaunch_in_place(ctx, failure);
    }
    daemonctx_status_t status = relaunch_detached(ctx, failure);
    if (status == DAEMONCTX_OK) {
        descriptor_close(&ctx->plan.report_out);
    }
    return status;
}

/* In the program that was started again. */
static daemonctx_status_t go_on_relaunched(daemonctx_context_t *ctx, struct failure *failure)
{
    if (ctx->plan.detach) {
        detach_become_daemon(ctx, failure);
    } else {
        ctx->launch.role = ROLE_IN_PLACE;
        ctx->launch.daemon_pid = ctx->owner;
    }
    return DAEMONCTX_OK;
}

/* The trace callback, the program's own code, was called since the threads were counted. */
static daemonctx_status_t count_threads_again(daemonctx_context_t *ctx, struct failure *failure)
{
    bool vouched = ctx->plan.detach && ctx->options.detach_method == DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED;
    if (ctx->options.trace == NULL || ctx->launch.many_threads) {
        return DAEMONCTX_OK;
    }
    int count = os_thread_count();
    ctx->launch.many_threads = count != 1;
    if (count == 1 || vouched) {
        return DAEMONCTX_OK;
    }
    failure->step = DAEMONCTX_STEP_PREPARE;
    failure->number = count;
    return failure_set(failure, DAEMONCTX_ERR_THREADS, DEED_THREADS, 0);
}

daemonctx_status_t step_detach(daemonctx_context_t *ctx, struct failure *failure)
{
    if (ctx->launch.relaunched) {
        return go_on_relaunched(ctx, failure);
    }
    ctx->launch.deadline = deadline_in(ctx->options.ready_timeout_ms);
    if (ctx->plan.relaunch.needed) {
        return detach_by_relaunch(ctx, failure);
    }
    daemonctx_status_t status = count_threads_again(ctx, failure);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (ctx->plan.detach) {
        return detach_by_fork(ctx, failure);
    }
    ctx->launch.role = ROLE_IN_PLACE;
    ctx->launch.daemon_pid = ctx->owner;
    if (mask_block_mapped(ctx) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_SIGNAL_MASK, errno);
    }
    return hook_run(ctx, HOOK_DAEMON, failure);
}
