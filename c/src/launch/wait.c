/* What the waiting launcher reads, and whom it believes. */
#include "launch/wait.h"

#include <errno.h>
#include <sys/socket.h>

#include "context.h"
#include "life/hooks.h"

void wait_fail(struct wait *wait, daemonctx_status_t status, enum deed deed, int error)
{
    failure_clear(wait->outcome);
    wait->outcome->step = DAEMONCTX_STEP_REPORT;
    wait->outcome->pid = wait->ctx->launch.daemon_pid;
    (void)failure_set(wait->outcome, status, deed, error);
}

/*
 * The daemon's first words, before any code of the program runs in it. They count once: that process is killed when the
 * launch fails. The pid is the kernel's word, not the record's.
 */
static void note_started(struct wait *wait)
{
    struct launch *launch = &wait->ctx->launch;
    struct received *received = &wait->received;
    if (!wait->started) {
        wait->started = true;
        launch->daemon_pid = received->sender != 0 ? received->sender : received->record.failure.pid;
        launch->daemon_fd = descriptor_above_streams(received->passed_fd);
        received->passed_fd = -1;
    }
}

static enum news read_record(struct wait *wait)
{
    struct launch *launch = &wait->ctx->launch;
    const struct record *record = &wait->received.record;
    if (record->kind == RECORD_STARTED) {
        note_started(wait);
        return NEWS_NONE;
    }
    wait->received.record.failure.pid = launch->daemon_pid;
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
        descriptor_close(&wait->received.passed_fd);
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

void wait_shut(struct wait *wait)
{
    int error = errno;
    (void)shutdown(wait->ctx->plan.report_in, SHUT_RD);
    wait->shut = true;
    errno = error;
}
