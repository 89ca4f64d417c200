/*
 * Signals as events: handlers note them and post the channel; dispatch(), wait_events() and the program's own loop take
 * them. TERMINATE closes the context at once, in the handler, until the program has asked for events.
 */
#ifndef DAEMONCTX_EVENTS_H
#define DAEMONCTX_EVENTS_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "options/options.h"
#include "os/os.h"

struct events {
    struct os_event channel;  /* -1: not open */
    bool handed_out;          /* the program has the descriptor: it stays open until the context is freed */
    _Atomic bool asked;       /* the program takes events: TERMINATE is one of them */
    _Atomic uint64_t pending; /* bit signum - 1: a deferred handler is due */
    _Atomic int terminating;  /* the signal that asked to terminate, or 0 */
    _Atomic int late;         /* a TERMINATE signal that came while the context was being closed */
    bool dispatching;
    bool free_after_dispatch;
    bool installed[SIGNAL_LIMIT];          /* the signals whose handler is ours */
    struct sigaction before[SIGNAL_LIMIT]; /* what was there before */
};

void events_init(struct events *events);
/* True when a handler of the map needs the channel. */
bool events_are_needed(const struct options *options);
/* Opens the channel unless it is open. 0, or -1 and errno. */
int events_open(struct events *events);
void events_close(struct events *events);
/* In a launcher that lives on: the daemon has the channel now, so this process gets a fresh one under the same number.
 */
void events_part_from_daemon(struct events *events);
/* Forgets events of an earlier life of the context. */
void events_reset(struct events *events);

/* Puts the signal map in force. 0, or -1 and errno with *ret_signum. */
int events_install(daemonctx_context_t *ctx, int *ret_signum);
/* Takes out the handlers that point into the context. `in_child`: TERMINATE has its default action there. */
void events_uninstall(daemonctx_context_t *ctx, bool in_child);
/* The signals of the map. */
void events_mapped_signals(const struct options *options, sigset_t *ret_set);

/* A request to terminate, from a handler or from terminate(): an event, or the end of the process. Async-signal-safe.
 */
void events_terminate(daemonctx_context_t *ctx, int signum);
/* Ends the process by the signal's default action. */
_Noreturn void events_die(int signum);
/* The same for a signal that came while the context was being closed, if there was one. */
void events_end_late(struct events *events);

#endif
