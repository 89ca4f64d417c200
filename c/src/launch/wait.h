/* What the waiting launcher knows, shared by its two halves: waiting for the outcome, and settling it. */
#ifndef DAEMONCTX_LAUNCH_WAIT_H
#define DAEMONCTX_LAUNCH_WAIT_H

#include <stdbool.h>

#include "error.h"
#include "report/report.h"

enum news { NEWS_NONE, NEWS_READY, NEWS_FAILED, NEWS_CLOSED, NEWS_ENDED, NEWS_CUT, NEWS_BROKEN };

struct wait {
    daemonctx_context_t *ctx;
    struct failure *outcome;
    bool started; /* the daemon has told of itself */
    bool gone;    /* the daemon's process was seen to end */
    bool shut;    /* the daemon can report no more */
    struct received received;
};

/* Everything that is there to be read, up to the first news. */
enum news wait_read(struct wait *wait);
/* The outcome is this failure. */
void wait_fail(struct wait *wait, daemonctx_status_t status, enum deed deed, int error);
/* The record just read tells how the daemon ended. */
void wait_note_end(struct wait *wait);
/* Shuts the receiving side. Keeps errno. */
void wait_shut(struct wait *wait);
/* The end of every launch: nothing is left of a failed one, and of no launch an intermediate. */
void wait_settle(struct wait *wait);

#endif
