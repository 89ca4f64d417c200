/* What happens to a context when its process exits or forks without telling it. */
#ifndef DAEMONCTX_LAUNCH_PROCESS_END_H
#define DAEMONCTX_LAUNCH_PROCESS_END_H

#include <stdbool.h>

#include "daemonctx/daemonctx.h"

/* A part of the plan: registers the exit and fork handlers, once in a process. */
daemonctx_status_t plan_process_end(daemonctx_context_t *ctx);
/* This thread's next fork() is the library's own: its fork handler leaves the context alone. */
void process_end_expect_fork(bool expected);

#endif
