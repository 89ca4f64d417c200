/* Whose option counts in a program that was started again. */
#ifndef DAEMONCTX_LAUNCH_TAKEOVER_H
#define DAEMONCTX_LAUNCH_TAKEOVER_H

#include "error.h"
#include "plan/seal.h"

/* The launcher's options become those of `ctx`, but for its callbacks and their data, and the state that it has set. */
daemonctx_status_t takeover_options(daemonctx_context_t *ctx, daemonctx_context_t *relaunched, const struct seal *seal);

#endif
