/*
 * The launcher's waiting. The report decides: what was sent before the launcher shut its receiving side is a success, on both sides; after
 * that the daemon's report fails, and the daemon ends. What becomes of a failed launch is in settle.c.
 */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>

#include "context.h"
#include "launch/interrupt.h"
#include "launch/launch.h"
#include "launch/wait.h"
#include "report/report.h"

void wait_fail(struct wait *wait, daemonctx_status_t status, enum deed deed, int error)
{
    failure_clear(wait->outcome);
    wait->outcome->step = DAEMONCTX_STEP_REPORT;
    wait->outcome->pid = wait->ctx->launch.daemon_pid;
    (void)failure_set(wait->outcome, status, deed, error);
}

/* The intermediate tells of the daemon once; nobody else may, for that process is killed when the launch fails. */
static void note_started(struct wait *wait)
{
    struct launch *launch = &wait->ctx->launch;
    struct received *received = &wait->received;
    if (received->sender == launch->intermediate && !wait->started) {
        wait->started = true;
        launch->daemon_pid = received->record.failure.pid;
        launch->daemon_fd = plan_move_above_streams(received->passed_fd);
        received->passed_fd = -1;
    }
}

/* The pid is the kernel's word, not the record's: the daemon may be another user by now. */
static void note_sender(struct launch *launch, struct received *received)
{
    if (received->sender != 0 && received->sender != launch->intermediate && launch->daemon_pid == 0) {
        launch->daemon_pid = received->sender;
    }
    received->record.failure.pid = launch->daemon_pid;
}

static enum news read_record(struct wait *wait)
{
    struct launch *launch = &wait->ctx->launch;
    const struct record *record = &wait->received.record;
    if (record->kind == RECORD_STARTED) {
        note_started(wait);
        return NEWS_NONE;
    }
    note_sender(launch, &wait->received);
    switch (record->kind) {
    case RECORD_STEP:
        trace_step(wait->ctx, record->failure.step, record->failure.status);
        return NEWS_NONE;
    case RECORD_READY:
        return NEWS_READY;
    case RECORD_FAILED:
        return record->failure.status < 0 ? NEWS_FAILED : NEWS_NONE;
    case RECORD_CLOSED:
        return NEWS_CLOSED;
    case RECORD_ENDED:
        return wait->received.sender == launch->intermediate ? NEWS_ENDED : NEWS_NONE;
    default:
        return NEWS_NONE;
    }
}

enum news wait_read(struct wait *wait)
{
    for (;;) {
        switch (report_receive(wait->ctx->plan.report_in, &wait->received)) {
        case REPORT_NOTHING:
            return NEWS_NONE;
        case REPORT_END:
            return NEWS_CUT;
        case REPORT_BROKEN:
            return NEWS_BROKEN;
        case REPORT_RECORD:
            break;
        }
        enum news news = read_record(wait);
        plan_close(&wait->received.passed_fd);
        if (news != NEWS_NONE) {
            return news;
        }
    }
}

void wait_note_end(struct wait *wait)
{
    wait->gone = true;
    if (wait->outcome->deed == DEED_DIED || wait->outcome->deed == DEED_DIED_CLOSED) {
        wait->outcome->exit_code = wait->received.record.failure.exit_code;
        wait->outcome->signal = wait->received.record.failure.signal;
    }
}

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
        wait_shut(wait);
        wait_fail(wait, DAEMONCTX_ERR_SYSTEM, DEED_WAIT, errno);
        return true;
    }
    return false;
}

void wait_shut(struct wait *wait)
{
    int error = errno;
    (void)shutdown(wait->ctx->plan.report_in, SHUT_RD);
    wait->shut = true;
    errno = error;
}

/* Gives up: what was sent before this moment still counts, nothing can be sent after it. */
static void give_up(struct wait *wait, daemonctx_status_t status, enum deed deed, int error)
{
    wait_shut(wait);
    enum news news = wait_read(wait);
    if (news != NEWS_CUT && take_news(wait, news)) {
        return;
    }
    wait_fail(wait, status, deed, error);
    wait->outcome->number = wait->ctx->options.ready_timeout_ms;
    if (deed == DEED_INTERRUPTED) {
        wait->outcome->signal = interrupt_pending();
    }
}

static void wait_for_outcome(struct wait *wait)
{
    struct plan *plan = &wait->ctx->plan;
    struct pollfd events[] = {{.fd = plan->report_in, .events = POLLIN}, {.fd = plan->signal_watch, .events = POLLIN}};
    for (;;) {
        int ready = poll(events, 2, deadline_left_ms(&wait->ctx->launch.deadline));
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
            give_up(wait, DAEMONCTX_ERR_TIMEOUT, DEED_TIMEOUT, 0);
            return;
        }
    }
}

daemonctx_status_t await_report(daemonctx_context_t *ctx, struct failure *outcome)
{
    struct wait wait = {.ctx = ctx, .outcome = outcome};
    ctx->launch.deadline = deadline_in(ctx->options.ready_timeout_ms);
    ctx->launch.intermediate_fd = plan_move_above_streams(os_process_open(ctx->launch.intermediate));
    failure_clear(outcome);
    outcome->step = DAEMONCTX_STEP_DETACH;
    if (hook_run(ctx, HOOK_LAUNCHER, outcome) != DAEMONCTX_OK) {
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
