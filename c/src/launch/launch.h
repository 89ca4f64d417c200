/* The launch: open() and launch() run the table of steps; the launcher waits for the daemon's report. This is the state
 * of one launch. */
#ifndef DAEMONCTX_LAUNCH_H
#define DAEMONCTX_LAUNCH_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "clock.h"
#include "error.h"
#include "options/options.h"

/* Which process of the launch this is. The intermediate never comes back from the detach step. */
enum role { ROLE_UNDIVIDED, ROLE_LAUNCHER, ROLE_DAEMON, ROLE_IN_PLACE };

enum readiness {
    READINESS_UNAWAITED, /* nobody waits for it */
    READINESS_AWAITED,   /* the launcher waits: READY_MANUAL */
    READINESS_TOLD       /* this process has told the launcher how it ended, or is about to */
};

struct launch {
    enum role role;
    bool both_return;      /* launch(), not open() */
    bool relaunched;       /* this is a program that was started again, before its main() */
    bool traced;           /* the launcher has a trace callback */
    bool prepared;         /* the prepare hook ran: the launcher hook or the daemon hook is due */
    bool many_threads;     /* FORK_UNCHECKED in a process with more than one */
    bool in_callback;      /* a hook, a manager's callback or the trace is running */
    bool in_hook;          /* a hook of ours is running: notify_failed() explains its failure */
    bool preserve_allowed; /* ... and preserve() is allowed in it */
    bool hook_failed;      /* ... and it called notify_failed() */
    bool manager_entered;
    bool close_at_exit;    /* what exit() does to the open context */
    bool free_when_closed; /* free() was called in the pid-file manager's exit callback */
    int preserve_room;     /* how many more preserve() takes */
    sigset_t mask;         /* the caller's */
    bool mask_saved;
    struct deadline deadline;
    pid_t intermediate;
    int intermediate_fd; /* its process, -1: the system has no such thing */
    int daemon_fd;       /* the daemon's process, -1: not known */
    int tasks;           /* the threads of a program that was started again; -1: there is only one */
    pid_t daemon_pid;
    int saved_streams[STREAM_COUNT]; /* in place: what 0 to 2 were, for a failure later on */
    _Atomic int readiness;           /* enum readiness */
    _Atomic bool streams_pending;    /* the streams are switched when the daemon is ready */
    struct failure failure;          /* what went wrong in this process, written without allocating */
};

void launch_init(struct launch *launch);

/* The launcher's waiting: returns the launch's outcome, with nothing left behind when it is not OK. */
daemonctx_status_t await_report(daemonctx_context_t *ctx, struct failure *outcome);

#endif
