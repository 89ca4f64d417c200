/*
 * Settling a launch. Whoever is left of a failed one is killed, so that an error means: no daemon. No wait here is
 * without a bound: a process may be stopped, and a kill refused.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

#include "context.h"
#include "launch/launch.h"
#include "launch/wait.h"
#include "os/os.h"

enum {
    FAILED_MS = 5000,    /* for a daemon that said that it failed, to end by itself */
    CLOSED_MS = 1000,    /* for one that closed its context before it was ready */
    KILLED_MS = 5000,    /* for a killed process to be gone */
    DISMISSED_MS = 1000, /* for the intermediate to end by itself, or to say how the daemon ended */
    NAP_MS = 10
};

/* True when the intermediate has ended, within the time. *ret_ending is written when it is known how. */
static bool intermediate_ends(const struct launch *launch, int32_t timeout_ms, enum os_wait_mode mode,
                              struct os_ending *ret_ending)
{
    struct deadline deadline = deadline_in(timeout_ms);
    struct pollfd event = {.fd = launch->intermediate_fd, .events = POLLIN};
    for (;;) {
        int ended = os_wait(launch->intermediate, mode, ret_ending);
        int left = deadline_left_ms(&deadline);
        if (ended == 1 || (ended < 0 && errno == ECHILD)) {
            return true; /* ECHILD: another thread of the program, or its ignored SIGCHLD, has reaped it */
        }
        if (left == 0) {
            return false;
        }
        (void)poll(&event, 1, event.fd < 0 && left > NAP_MS ? NAP_MS : left);
    }
}

/*
 * Waits until the daemon's process is gone, or the deadline is over. Only the process itself and the intermediate's
 * word are proof: a channel can be closed by a process that lives on. Where the system has no descriptor of a process,
 * everybody's hanging up must do.
 */
static void wait_for_end(struct wait *wait, struct deadline deadline)
{
    struct launch *launch = &wait->ctx->launch;
    bool listening = !wait->shut;
    bool hung_up = false;
    while (!wait->gone && !(hung_up && launch->daemon_fd < 0)) {
        struct pollfd events[] = {
            {.fd = hung_up ? -1 : wait->ctx->plan.report_in, .events = listening ? POLLIN : 0},
            {.fd = launch->daemon_fd, .events = POLLIN},
        };
        int ready = poll(events, 2, deadline_left_ms(&deadline));
        if (ready == 0 || (ready < 0 && errno != EINTR)) {
            return;
        }
        if (ready > 0 && events[0].revents != 0) {
            enum news news = listening ? wait_read(wait) : NEWS_CUT;
            hung_up = news == NEWS_CUT && !listening;
            listening = listening && news != NEWS_CUT && news != NEWS_BROKEN;
            if (news == NEWS_ENDED) {
                wait_note_end(wait);
            }
        } else if (ready > 0 && events[1].revents != 0) {
            wait->gone = true;
        }
    }
}

/* The daemon was seen to end; the intermediate, if it lives, is about to say how. */
static void hear_how_it_ended(struct wait *wait)
{
    struct pollfd event = {.fd = wait->ctx->plan.report_in, .events = POLLIN};
    struct deadline deadline = deadline_in(DISMISSED_MS);
    if (wait->shut || wait->outcome->exit_code >= 0 || wait->outcome->signal >= 0) {
        return;
    }
    while (poll(&event, 1, deadline_left_ms(&deadline)) > 0) {
        enum news news = wait_read(wait);
        if (news == NEWS_ENDED) {
            wait_note_end(wait);
        }
        if (news == NEWS_ENDED || news == NEWS_CUT || news == NEWS_BROKEN) {
            return;
        }
    }
}

/* Nobody ever told of a daemon or of its end: it is the intermediate that died, and how is for its parent to know. */
static void explain_lost_intermediate(struct wait *wait)
{
    struct os_ending ending = {.exit_code = -1, .signal = -1};
    const struct launch *launch = &wait->ctx->launch;
    if (!wait->gone && wait->outcome->deed == DEED_DIED && launch->daemon_pid == 0 &&
        intermediate_ends(launch, DISMISSED_MS, OS_WAIT_PEEK, &ending)) {
        wait->outcome->exit_code = ending.exit_code;
        wait->outcome->signal = ending.signal;
    }
}

/* Its descriptor cannot mean another process, should somebody have reaped it. */
static int kill_intermediate(const struct launch *launch)
{
    if (launch->intermediate_fd >= 0 && (os_process_signal(launch->intermediate_fd, SIGKILL) == 0 || errno == ESRCH)) {
        return 0;
    }
    /* There is no such descriptor, or a filter forbids to signal through it: while nobody has reaped the process, its
     * number is its own. */
    return os_wait(launch->intermediate, OS_WAIT_PEEK, NULL) >= 0 ? kill(launch->intermediate, SIGKILL) : -1;
}

/*
 * The intermediate first, so that it cannot make a daemon behind our back; while it is a zombie its group id cannot be
 * anybody else's. Then its group, in which the daemon is, and the daemon itself, which may have left it.
 */
static void kill_parties(struct wait *wait)
{
    struct launch *launch = &wait->ctx->launch;
    if (kill_intermediate(launch) == 0 && intermediate_ends(launch, KILLED_MS, OS_WAIT_PEEK, NULL)) {
        (void)kill(-launch->intermediate, SIGKILL);
    }
    if (launch->daemon_fd >= 0) {
        (void)os_process_signal(launch->daemon_fd, SIGKILL);
    }
    wait_shut(wait);
    wait_for_end(wait, deadline_in(KILLED_MS));
    if (!wait->gone && launch->daemon_fd >= 0) {
        wait->outcome->survivor = launch->daemon_pid; /* another user's now, and this process has no right to end it */
    }
}

/*
 * Given up before the daemon told of itself: it cannot any more, and so ends by itself, and the intermediate, which has
 * reaped it, after it. That is proof; a killed daemon that never said which process it is could only be seen to hang
 * up, a moment before it is gone.
 */
static bool never_starts(const struct wait *wait)
{
    struct os_ending ending = {.exit_code = -1, .signal = -1};
    return wait->shut && !wait->started && intermediate_ends(&wait->ctx->launch, DISMISSED_MS, OS_WAIT_PEEK, &ending) &&
           ending.exit_code >= 0;
}

/* Nothing of the launch may be left when it failed. */
static void settle_failure(struct wait *wait)
{
    explain_lost_intermediate(wait);
    if (!wait->shut) {
        int32_t grace_ms = wait->outcome->deed == DEED_DIED_CLOSED ? CLOSED_MS : FAILED_MS;
        wait_for_end(wait, deadline_earlier(wait->ctx->launch.deadline, deadline_in(grace_ms)));
    }
    wait->gone = wait->gone || never_starts(wait);
    if (wait->gone) {
        hear_how_it_ended(wait);
    } else {
        kill_parties(wait);
    }
}

/* That it is no child of ours (any more) is hearsay, as long as its descriptor does not tell that it has ended. */
static bool has_surely_ended(const struct launch *launch, const struct os_ending *ending)
{
    struct pollfd event = {.fd = launch->intermediate_fd, .events = POLLIN};
    return ending->exit_code >= 0 || ending->signal >= 0 || poll(&event, 1, 0) > 0;
}

/* Lets the intermediate go: it ends when our end of the channel closes, unless somebody stopped it. */
static void dismiss_intermediate(daemonctx_context_t *ctx)
{
    struct launch *launch = &ctx->launch;
    struct os_ending ending = {.exit_code = -1, .signal = -1};
    descriptor_close(&ctx->plan.report_in);
    if (!intermediate_ends(launch, DISMISSED_MS, OS_WAIT_REAP, &ending)) {
        (void)kill_intermediate(launch);
        (void)intermediate_ends(launch, KILLED_MS, OS_WAIT_REAP, &ending);
    }
    if (!has_surely_ended(launch, &ending)) {
        ctx->plan.stacks = NULL; /* it may still be running on one: better lost than pulled from under it */
    }
    descriptor_close(&launch->intermediate_fd);
}

void wait_settle(struct wait *wait)
{
    struct launch *launch = &wait->ctx->launch;
    bool failed = wait->outcome->status != DAEMONCTX_OK;
    if (failed) {
        settle_failure(wait);
    } else {
        descriptor_close(&wait->ctx->plan.pidfile.fd); /* before all else: from now on the lock is the daemon's alone */
    }
    dismiss_intermediate(wait->ctx);
    if (failed && launch->daemon_pid > 0) {
        /* Where the launcher is a child subreaper, or PID 1, the dead daemon is now a child of its own. */
        (void)os_wait(launch->daemon_pid, OS_WAIT_REAP, NULL);
    }
    descriptor_close(&launch->daemon_fd);
}
