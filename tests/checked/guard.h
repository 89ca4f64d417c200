/* Tells the interposed functions when the library must not call them: see guard.c. */
#ifndef DAEMONCTX_CHECKED_GUARD_H
#define DAEMONCTX_CHECKED_GUARD_H

/* This thread is about to open a context: from its next fork on, in it and in its children, the functions are
 * forbidden. A violation is told on `fd` and ends the process. */
void guard_expect_fork(int fd);
/* open() or launch() has returned, or the launcher has the report. */
void guard_end(void);

#endif
