/* The library's own channels: signal events, the daemon's report, and the launcher's watch for Ctrl-C. */
#include <errno.h>
#include <sys/socket.h>

#include "context.h"
#include "events/interrupt.h"
#include "os/os.h"
#include "plan/plan.h"

static daemonctx_status_t refuse(daemonctx_context_t *ctx, const char *what)
{
    return error_set(ctx, DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_PLAN, errno, "cannot make the %s", what);
}

static bool open_report(struct plan *plan)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return false;
    }
    plan->report_in = descriptor_above_streams(ends[0]);
    plan->report_out = descriptor_above_streams(ends[1]);
    return plan->report_in >= 0 && plan->report_out >= 0 && os_attest_senders(plan->report_in) == 0;
}

daemonctx_status_t plan_channels(daemonctx_context_t *ctx)
{
    struct plan *plan = &ctx->plan;
    if (plan->dry) {
        return DAEMONCTX_OK;
    }
    if (events_are_needed(&ctx->options) && events_open(&ctx->events) != 0) {
        return refuse(ctx, "signal channel");
    }
    if (!plan->detach) {
        return DAEMONCTX_OK;
    }
    if (!open_report(plan)) {
        return refuse(ctx, "channel to the daemon");
    }
    plan->signal_watch = descriptor_above_streams(interrupt_watch_open());
    return plan->signal_watch >= 0 ? DAEMONCTX_OK : refuse(ctx, "watch for signals");
}
