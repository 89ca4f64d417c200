/* Ctrl-C and its like at the waiting launcher: held back, noticed, and delivered when everything is cleaned up. */
#ifndef DAEMONCTX_EVENTS_INTERRUPT_H
#define DAEMONCTX_EVENTS_INTERRUPT_H

#include <signal.h>

/* What is blocked while the launcher waits: the interrupting signals, and SIGHUP, which a terminal's end must not make
 * an abort. */
void interrupt_held_signals(sigset_t *ret_set);
/* A descriptor that is readable while an interrupting signal is pending. -1 and errno. */
int interrupt_watch_open(void);
/* The pending signal that interrupts the launch, or 0. */
int interrupt_pending(void);

#endif
