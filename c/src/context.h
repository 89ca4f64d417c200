/* The handle: what a context is made of. Each part is defined in its own room; this file only puts them together. */
#ifndef DAEMONCTX_CONTEXT_H
#define DAEMONCTX_CONTEXT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "error.h"
#include "events/events.h"
#include "launch/launch.h"
#include "options/options.h"
#include "plan/plan.h"

enum context_state {
    CONTEXT_CLOSED,
    CONTEXT_OPENING, /* between the call of open() and its return, in every process that takes part */
    CONTEXT_OPEN,
    CONTEXT_CLOSING,
    CONTEXT_FAILED /* in place, a step failed: only close and free remain */
};

struct daemonctx_context {
    _Atomic int state;   /* enum context_state */
    _Atomic pid_t owner; /* the process that the state is true of: a forked child's copy counts as closed */
    struct options options;
    struct refusals refusals;
    struct error error;
    struct plan plan;
    struct launch launch;
    struct events events;
    pthread_mutex_t telling; /* held by the thread that tells the launcher of readiness: the channel is in use */
};

/* The one context that is opening or open in this process, or NULL. */
daemonctx_context_t *context_current(void);
/* Takes the place of the current context; false when another one has it. */
bool context_claim(daemonctx_context_t *ctx);
void context_unclaim(daemonctx_context_t *ctx);
/* True while `ctx` is open, seen from the process that opened it. */
bool context_is_open(const daemonctx_context_t *ctx);

#endif
