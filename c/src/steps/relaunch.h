/* The detach step by re-exec: the launcher's part of it. */
#ifndef DAEMONCTX_STEPS_RELAUNCH_H
#define DAEMONCTX_STEPS_RELAUNCH_H

#include "error.h"

/* Starts the program again under an attendant; this process is the launcher then. */
daemonctx_status_t relaunch_detached(daemonctx_context_t *ctx, struct failure *failure);
/* Executes the program in this process. Returns only when that failed. */
daemonctx_status_t relaunch_in_place(daemonctx_context_t *ctx, struct failure *failure);

#endif
