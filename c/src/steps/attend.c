/* The other two processes of a launch: the intermediate that attends the daemon, and the daemon that cannot go on. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "context.h"
#include "report/report.h"
#include "steps/attend.h"

enum {
    BLIND_POLL_MS = 20, /* where no descriptor tells of the daemon's end */
    EXIT_FAILED = 1
};

static void tell_end(daemonctx_context_t *ctx, pid_t daemon, const struct os_ending *ending)
{
    struct failure end;
    failure_clear(&end);
    end.pid = daemon;
    end.exit_code = ending->exit_code;
    end.signal = ending->signal;
    (void)report_send(ctx->plan.report_out, RECORD_ENDED, &end, -1);
}

_Noreturn void attend_daemon(daemonctx_context_t *ctx, pid_t daemon)
{
    int process = os_process_open(daemon);
    descriptor_close(&ctx->plan.pidfile.fd); /* the daemon alone keeps the lock */

    struct pollfd events[] = {{.fd = ctx->plan.report_out, .events = 0}, {.fd = process, .events = POLLIN}};
    for (;;) {
        struct os_ending ending = {.exit_code = -1, .signal = -1};
        int ready = poll(events, 2, process < 0 ? BLIND_POLL_MS : -1);
        if (ready < 0 && errno != EINTR) {
            _exit(0);
        }
        if (ready >= 0 && (process < 0 || events[1].revents != 0) && os_wait(daemon, OS_WAIT_REAP, &ending) != 0) {
            tell_end(ctx, daemon, &ending);
            _exit(0);
        }
        if (ready > 0 && events[0].revents != 0) {
            _exit(0); /* the launcher has closed its end: the launch is over, or it is gone */
        }
    }
}

_Noreturn void end_failed(daemonctx_context_t *ctx, const struct failure *failure)
{
    struct failure report = *failure;
    report.pid = ctx->owner;
    if (ctx->launch.manager_entered) {
        ctx->launch.manager_entered = false;
        (void)ctx->options.pidfile_exit.fn(ctx, ctx->options.pidfile_exit.user_data);
    }
    /* The launcher removes the pid file too, with its own rights and root; but it may be gone. */
    (void)pidfile_remove(&ctx->plan.pidfile);
    (void)report_send(ctx->plan.report_out, RECORD_FAILED, &report, -1);
    _exit(EXIT_FAILED);
}

/* ---- one that shares the launcher's memory ---- */

OS_SHARING static void fill(struct failure *failure)
{
    failure_clear(failure);
    failure->step = DAEMONCTX_STEP_DETACH;
}

OS_SHARING static void post_failed(int channel, enum os_start_failure what, int error)
{
    static const enum deed deeds[] = {
        [OS_START_SESSION] = DEED_SETSID,
        [OS_START_CLONE] = DEED_FORK_AGAIN,
        [OS_START_EXECUTE] = DEED_RELAUNCH,
    };
    struct failure failure;
    fill(&failure);
    (void)failure_set(&failure, DAEMONCTX_ERR_SYSTEM, deeds[what], error);
    (void)report_post(channel, RECORD_FAILED, &failure);
}

OS_SHARING static void post_ended(int channel, pid_t pid, const struct os_ending *ending)
{
    struct failure end;
    fill(&end);
    end.pid = pid;
    end.exit_code = ending->exit_code;
    end.signal = ending->signal;
    (void)report_post(channel, RECORD_ENDED, &end);
}

struct os_attendance attended_by(const struct plan *plan)
{
    return (struct os_attendance){
        .closed = {plan->report_in, plan->signal_watch},
        .lock = plan->pidfile.fd,
        .channel = plan->report_out,
        .stacks = plan->stacks,
        .tell_failed = post_failed,
        .tell_ended = post_ended,
    };
}
