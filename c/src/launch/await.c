/*
 * The launcher's waiting. The report decides: what was sent before the launcher shut its receiving side is a success, on both sides; after
 * that the daemon's report fails, and the daemon ends. Whoever is left of a failed launch is killed, so that an error means: no daemon.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>

#include "context.h"
#include "launch/interrupt.h"
#include "launch/launch.h"
#include "report/report.h"

enum {
    GRACE_MS = 5000,    /* for a daemon that said that it failed, to end by itself */
    KILLED_MS = 5000,   /* for a killed process to be gone */
    DISMISSED_MS = 1000, /* for the intermediate to end by itself */
    NAP_MS = 10
};

enum news { NEWS_NONE, NEWS_READY, NEWS_FAILED, NEWS_CLOSED, NEWS_ENDED, NEWS_CUT };

/* What the launcher knows so far. */
struct wait {
    daemonctx_context_t *ctx;
    struct failure *outcome;
    bool ended; /* the daemon's process, or everybody who could report, is gone */
    bool shut;  /* the daemon can report no more */
    struct record record;
};

static void fail(struct wait *wait, daemonctx_status_t status, enum deed deed, int error)
{
    failure_clear(wait->outcome);
    wait->outcome->step = DAEMONCTX_STEP_REPORT;
    wait->outcome->pid = wait->ctx->launch.daemon_pid;
    (void)failure_set(wait->outcome, status, deed, error);
}

static void note_started(struct launch *launch, const struct record *record, int *passed_fd)
{
    launch->daemon_pid = record->failure.pid;
    plan_close(&launch->daemon_fd);
    launch->daemon_fd = plan_move_above_streams(*passed_fd);
    *passed_fd = -1;
}

static void note_end(struct wait *wait)
{
    wait->ended = true;
    if (wait->outcome->deed == DEED_DIED || wait->outcome->deed == DEED_DIED_CLOSED) {
        wait->outcome->pid = wait->record.failure.pid;
        wait->outcome->exit_code = wait->record.failure.exit_code;
        wait->outcome->signal = wait->record.failure.signal;
    }
}

static enum news read_record(struct wait *wait)
{
    daemonctx_context_t *ctx = wait->ctx;
    const struct record *record = &wait->record;
    switch (record->kind) {
    case RECORD_STEP:
        trace_step(ctx, record->failure.step, record->failure.status);
        return NEWS_NONE;
    case RECORD_READY:
        ctx->launch.daemon_pid = record->failure.pid;
        return NEWS_READY;
    case RECORD_FAILED:
        return NEWS_FAILED;
    case RECORD_CLOSED:
        return NEWS_CLOSED;
    case RECORD_ENDED:
        return NEWS_ENDED;
    default:
        return NEWS_NONE;
    }
}

/* Everything that is there to be read, up to the first news. */
static enum news read_news(struct wait *wait)
{
    for (;;) {
        int passed_fd = -1;
        switch (report_receive(wait->ctx->plan.report_in, &wait->record, &passed_fd)) {
        case REPORT_NOTHING:
            return NEWS_NONE;
        case REPORT_END:
        case REPORT_BROKEN:
            return NEWS_CUT;
        case REPORT_RECORD:
            break;
        }
        if (wait->record.kind == RECORD_STARTED) {
            note_started(&wait->ctx->launch, &wait->record, &passed_fd);
            continue;
        }
        plan_close(&passed_fd);
        enum news news = read_record(wait);
        if (news != NEWS_NONE) {
            return news;
        }
    }
}

/* Nobody is left who could report: the daemon died, or the intermediate did before there was one. */
static void explain_cut(struct wait *wait)
{
    struct os_ending ending;
    fail(wait, DAEMONCTX_ERR_DIED, DEED_DIED, 0);
    wait->ended = true;
    if (wait->ctx->launch.daemon_pid == 0 &&
        os_wait(wait->ctx->launch.intermediate, OS_WAIT_LEAVE_ZOMBIE, &ending) == 1) {
        wait->outcome->exit_code = ending.exit_code;
        wait->outcome->signal = ending.signal;
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
        *wait->outcome = wait->record.failure;
        return true;
    case NEWS_CLOSED:
        fail(wait, DAEMONCTX_ERR_DIED, DEED_DIED_CLOSED, 0);
        return true;
    case NEWS_ENDED:
        fail(wait, DAEMONCTX_ERR_DIED, DEED_DIED, 0);
        note_end(wait);
        return true;
    case NEWS_CUT:
        explain_cut(wait);
        return true;
    }
    return false;
}

static void shut(struct wait *wait)
{
    (void)shutdown(wait->ctx->plan.report_in, SHUT_RD);
    wait->shut = true;
}

/* Gives up: what was sent before this moment still counts, nothing can be sent after it. */
static void give_up(struct wait *wait, daemonctx_status_t status, enum deed deed, int error)
{
    shut(wait);
    enum news news = read_news(wait);
    if (news != NEWS_CUT && take_news(wait, news)) {
        return;
    }
    fail(wait, status, deed, error);
    if (deed == DEED_INTERRUPTED) {
        wait->outcome->signal = interrupt_pending();
    }
    wait->outcome->number = wait->ctx->options.ready_timeout_ms;
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
            if (take_news(wait, read_news(wait))) {
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

/* Waits until the daemon's process is gone, or the deadline is over. */
static void wait_for_end(struct wait *wait, struct deadline deadline)
{
    struct launch *launch = &wait->ctx->launch;
    /* A side that was shut is for ever at its end: then only the hang-up counts, when the last process of the launch is gone. */
    struct pollfd events[] = {{.fd = wait->ctx->plan.report_in, .events = wait->shut ? 0 : POLLIN},
                              {.fd = launch->daemon_fd, .events = POLLIN}};
    while (!wait->ended) {
        int ready = poll(events, 2, deadline_left_ms(&deadline));
        if (ready == 0 && events[1].fd < 0 && launch->daemon_fd >= 0) {
            wait->ended = true; /* gone, and nobody said how */
        }
        if (ready == 0 || (ready < 0 && errno != EINTR)) {
            return;
        }
        if (ready > 0 && events[0].revents != 0) {
            enum news news = wait->shut ? NEWS_CUT : read_news(wait);
            if (news == NEWS_ENDED) {
                note_end(wait);
            } else if (news == NEWS_CUT) {
                wait->ended = events[1].fd < 0;
                events[0].fd = -1; /* nobody reports any more: only the process itself can be watched */
            }
        }
        if (ready > 0 && events[1].revents != 0) {
            events[1].fd = -1;
            wait->ended = wait->ended || wait->shut || events[0].fd < 0;
            deadline = deadline_earlier(deadline, deadline_in(DISMISSED_MS)); /* the intermediate is about to say how */
        }
    }
}

/* The intermediate first, so that it cannot make a daemon behind our back; while it is a zombie its group id cannot be anybody else's. */
static void kill_parties(struct wait *wait)
{
    struct launch *launch = &wait->ctx->launch;
    (void)kill(launch->intermediate, SIGKILL);
    (void)os_wait(launch->intermediate, OS_WAIT_LEAVE_ZOMBIE, NULL);
    (void)kill(-launch->intermediate, SIGKILL);
    if (launch->daemon_fd >= 0) {
        (void)os_process_kill(launch->daemon_fd);
    }
    wait_for_end(wait, deadline_in(KILLED_MS));
}

/* Nothing of the launch may be left when it failed. */
static void settle_failure(struct wait *wait)
{
    if (!wait->shut) {
        wait_for_end(wait, deadline_earlier(wait->ctx->launch.deadline, deadline_in(GRACE_MS)));
    }
    if (!wait->ended) {
        kill_parties(wait);
    }
}

/* Lets the intermediate go: it ends when our end of the channel closes, unless somebody stopped it. */
static void dismiss_intermediate(daemonctx_context_t *ctx)
{
    struct launch *launch = &ctx->launch;
    plan_close(&ctx->plan.report_in);
    int process = os_process_open(launch->intermediate);
    struct deadline deadline = deadline_in(DISMISSED_MS);
    struct pollfd event = {.fd = process, .events = POLLIN};
    while (os_wait(launch->intermediate, OS_WAIT_REAP_IF_ENDED, NULL) == 0) {
        int left = deadline_left_ms(&deadline);
        if (left == 0) {
            (void)kill(launch->intermediate, SIGKILL);
            (void)os_wait(launch->intermediate, OS_WAIT_REAP, NULL);
            break;
        }
        (void)poll(&event, 1, process < 0 && left > NAP_MS ? NAP_MS : left);
    }
    plan_close(&process);
}

daemonctx_status_t await_report(daemonctx_context_t *ctx, struct failure *outcome)
{
    struct wait wait = {.ctx = ctx, .outcome = outcome};
    ctx->launch.deadline = deadline_in(ctx->options.ready_timeout_ms);
    failure_clear(outcome);
    outcome->step = DAEMONCTX_STEP_DETACH;
    if (hook_run(ctx, HOOK_LAUNCHER, outcome) != DAEMONCTX_OK) {
        shut(&wait);
    } else {
        wait_for_outcome(&wait);
    }
    if (outcome->status != DAEMONCTX_OK) {
        settle_failure(&wait);
    }
    dismiss_intermediate(ctx);
    plan_close(&ctx->launch.daemon_fd);
    return outcome->status;
}
