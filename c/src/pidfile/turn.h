/* Taking turns at a pid file that cannot be locked, though no daemon holds it. For the pid-file room alone. */
#ifndef DAEMONCTX_PIDFILE_TURN_H
#define DAEMONCTX_PIDFILE_TURN_H

#include <limits.h>

#include "pidfile/place.h"

#define TURN_REFUSED "a process that may only read it holds a lock on it; remove it"

struct turn {
    int fd; /* -1: not taken */
    char name[NAME_MAX + sizeof(".lock")];
};

/* OK; ERR_ALREADY_RUNNING: it is another start's turn; ERR_UNSAFE_PATH. */
daemonctx_status_t turn_take(struct turn *turn, const struct place *place, struct pidfile_refusal *refusal);
/* Nothing to do for one that was not taken. */
void turn_end(struct turn *turn, const struct place *place);

#endif
