/* Calling the program: hooks, a pid-file manager's callbacks, and the trace. */
#ifndef DAEMONCTX_LIFE_HOOKS_H
#define DAEMONCTX_LIFE_HOOKS_H

#include "error.h"
#include "options/options.h"

/* Runs a hook, when there is one: OK, or ERR_CALLBACK with the failure filled in. */
daemonctx_status_t hook_run(daemonctx_context_t *ctx, enum hook_place place, struct failure *failure);
/* The same for a pid-file manager's callback. */
daemonctx_status_t hook_run_callback(daemonctx_context_t *ctx, const struct hook *hook, enum deed deed,
                                     struct failure *failure);
/* Calls the trace, in the launcher or in place; in the daemon it sends the step to the launcher. */
void trace_step(daemonctx_context_t *ctx, daemonctx_step_t step, daemonctx_status_t status);

#endif
