/* Becoming a daemon without detaching: the steps run in the calling process. */
#ifndef DAEMONCTX_LAUNCH_IN_PLACE_H
#define DAEMONCTX_LAUNCH_IN_PLACE_H

#include "error.h"

/* The end of open(): the daemon runs, or what must be put back is put back. */
daemonctx_status_t in_place_conclude(daemonctx_context_t *ctx, daemonctx_status_t status);

#endif
