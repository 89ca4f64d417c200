/* A program that was started again: it goes on with what its launcher planned. */
#ifndef DAEMONCTX_LAUNCH_RELAUNCHED_H
#define DAEMONCTX_LAUNCH_RELAUNCHED_H

#include <stdbool.h>

#include "error.h"

/* Whether this process is one, and has not opened a context yet. */
bool relaunched_is_waiting(void);
/* The launcher's plan is given up by the constructor's context, for one of the program's own. */
void relaunched_yield(void);
/* The opening context takes the plan over and runs the rest of the steps. `refusal`: what stands against opening it. */
daemonctx_status_t relaunched_adopt(daemonctx_context_t *ctx, daemonctx_status_t refusal);

#endif
