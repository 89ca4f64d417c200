/* What happens to a context when its process exits or forks without telling it. */
#ifndef DAEMONCTX_LIFE_PROCESS_END_H
#define DAEMONCTX_LIFE_PROCESS_END_H

#include <stdbool.h>

/* Registers the exit and fork handlers, once in a process: 0 or an errno. Allocates, so it belongs to the planning. */
int process_end_register(void);
/* This thread's next fork() is the library's own: its fork handler leaves the context alone. */
void process_end_expect_fork(bool expected);

#endif
