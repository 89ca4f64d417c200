/*
 * The launcher's waiting. The report decides: what was sent before the launcher shut its receiving side is a success,
 * on both sides; after that the daemon's report fails, and the daemon ends. What becomes of a failed launch is in
 * settle.c.
 */
#include <errno.h>
#include <poll.h>
#include <stddef.h>

#include "context.h"
#include "events/interrupt.h"
#include "launch/launch.h"
#include "launch/wait.h"
#include "life/hooks.h"
#include "life/mask.h"

enum { HELLO_MS = 5000 /* for a program that is started again to come to its constructor */ };

static void give_up(struct wait *wait, daemonctx_status_t status, enum deed deed, int error);

/* Turns news into the outcome; true when the waiting is over. */
static bool take_news(struct wait *wait, enum news news)
{
    switch (news) {
    case NEWS_NONE:
        return false;
    case NEWS_READY:
        failure_clear(wait->outcome);
        return true;
    case NEWS_FAILED:
        *wait->outcome = wait->received.record.failure;
        return true;
    case NEWS_CLOSED:
        wait_fail(wait, DAEMONCTX_ERR_DIED, DEED_DIED_CLOSED, 0);
        return true;
    case NEWS_ENDED:
        wait_fail(wait, DAEMONCTX_ERR_DIED, DEED_DIED, 0);
        wait_note_end(wait);
        return true;
    case NEWS_CUT:
        wait_fail(wait, DAEMONCTX_ERR_DIED, DEED_DIED, 0);
        return true;
    case NEWS_BROKEN:
        give_up(wait, DAEMONCTX_ERR_SYSTEM, DEED_WAIT, errno);
        return true;
    }
    return false;
}

/* Gives up: what was sent before this moment still counts, nothing can be sent after it. */
static void give_up(struct wait *wait, daemonctx_status_t status, enum deed deed, int error)
{
    wait_shut(wait);
    enum news news = wait_read(wait);
    /* A copy that was made when nobody waited for it any more ends at once: that is this giving up, and no news. */
    bool expected = news == NEWS_ENDED && wait->ctx->plan.copy.given_up;
    wait->gone = wait->gone || expected;
    if (news != NEWS_CUT && news != NEWS_BROKEN && !expected && take_news(wait, news)) {
        return;
    }
    wait_fail(wait, status, deed, error);
    wait->outcome->number = deed == DEED_HELLO ? HELLO_MS : wait->ctx->options.ready_timeout_ms;
    if (deed == DEED_INTERRUPTED) {
        wait->outcome->signal = interrupt_pending();
    }
}

static void wait_for_outcome(struct wait *wait)
{
    struct plan *plan = &wait->ctx->plan;
    struct pollfd events[] = {{.fd = plan->report_in, .events = POLLIN}, {.fd = plan->signal_watch, .events = POLLIN}};
    const struct deadline bound = wait->ctx->launch.deadline;
    const struct deadline hello = plan->relaunch.needed ? deadline_earlier(bound, deadline_in(HELLO_MS)) : bound;
    if (plan->copy.given_up) {
        bool interrupted = interrupt_pending() != 0;
        give_up(wait, interrupted ? DAEMONCTX_ERR_SYSTEM : DAEMONCTX_ERR_TIMEOUT,
                interrupted ? DEED_INTERRUPTED : DEED_TIMEOUT, interrupted ? EINTR : 0);
        return;
    }
    for (;;) {
        int ready = poll(events, 2, deadline_left_ms(wait->started ? &bound : &hello));
        if (ready < 0 && errno != EINTR) {
            give_up(wait, DAEMONCTX_ERR_SYSTEM, DEED_WAIT, errno);
            return;
        }
        if (ready > 0 && events[0].revents != 0) {
            if (take_news(wait, wait_read(wait))) {
                return;
            }
        } else if (ready > 0 && interrupt_pending() == 0) {
            events[1].fd = -1; /* the launcher hook chose to ignore it */
        } else if (ready > 0) {
            give_up(wait, DAEMONCTX_ERR_SYSTEM, DEED_INTERRUPTED, EINTR);
            return;
        } else if (ready == 0) {
            bool speechless = !wait->started && deadline_left_ms(&bound) != 0;
            give_up(wait, DAEMONCTX_ERR_TIMEOUT, speechless ? DEED_HELLO : DEED_TIMEOUT, 0);
            return;
        }
    }
}

daemonctx_status_t await_report(daemonctx_context_t *ctx, struct failure *outcome)
{
    struct wait wait = {.ctx = ctx, .outcome = outcome};
    ctx->launch.intermediate_fd = descriptor_above_streams(os_process_open(ctx->launch.intermediate));
    failure_clear(outcome);
    outcome->step = DAEMONCTX_STEP_DETACH;
    if (ctx->launch.prepared && hook_run(ctx, HOOK_LAUNCHER, outcome) != DAEMONCTX_OK) {
        const struct failure refusal = *outcome;
        wait_shut(&wait);
        (void)wait_read(&wait); /* for the daemon's process; that it may be ready does not count */
        *outcome = refusal;
    } else {
        wait_for_outcome(&wait);
    }
    wait_settle(&wait);
    return outcome->status;
}
